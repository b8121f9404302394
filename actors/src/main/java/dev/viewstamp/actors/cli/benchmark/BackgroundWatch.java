package dev.viewstamp.actors.cli.benchmark;

import dev.viewstamp.actors.cli.cluster.ClusterProcesses;
import dev.viewstamp.journal.DataDirectoryLayout;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Whether any replica of a run writes checkpoint files just now: while it writes a checkpoint, seals a segment or
 * merges indexes, there is an unfinished file in its folder. Seen from outside, some times a second, so that the
 * measurement asks nothing of the replicas. {@link #sample} is for one thread, the question for any.
 */
public final class BackgroundWatch {
    /** Time from one look to the next. */
    public static final int PERIOD_MILLIS = 50;

    private static final long PERIOD_NANOS = PERIOD_MILLIS * 1_000_000L;

    private final List<Path> folders;
    private volatile long workedUntil = System.nanoTime() - PERIOD_NANOS;

    /** @param cluster null when the replicas are somebody else's: then nothing is ever seen */
    public BackgroundWatch(ClusterProcesses cluster) {
        folders = cluster == null ? List.of() : IntStream.range(0, cluster.count())
                .mapToObj(replica -> cluster.dataDirectory(replica).resolve(DataDirectoryLayout.CHECKPOINT_FOLDER))
                .toList();
    }

    /** Looks once. */
    public void sample() {
        if (folders.stream().anyMatch(BackgroundWatch::hasDraft)) {
            workedUntil = System.nanoTime();
        }
    }

    /** Whether work was seen since {@code startNanos}, or at the last look before it. */
    boolean workedSince(long startNanos) {
        return workedUntil - startNanos > -PERIOD_NANOS;
    }

    private static boolean hasDraft(Path folder) {
        // Names of complete files have no ending.
        try (DirectoryStream<Path> drafts = Files.newDirectoryStream(folder,
                file -> file.getFileName().toString().indexOf('.') >= 0)) {
            return drafts.iterator().hasNext();
        } catch (IOException e) {
            return false;                                        // gone while we looked
        }
    }
}
