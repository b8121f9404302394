package dev.viewstamp.actors.shell;

import akka.actor.typed.ActorRef;
import dev.viewstamp.journal.CheckpointFile;
import dev.viewstamp.ledger.Manifest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The data files that this replica lacks: a few on their way at once, the others waiting. Why a file is lacking (it
 * belongs to a checkpoint that is being taken over, or the disk has lost it) makes no difference.
 *
 * <p>Invariant: something waits only if {@link #UNDER_WAY_MAX} are under way.
 */
final class FileFetches {
    static final int UNDER_WAY_MAX = 3;

    private final FolderDesk desk;
    private final ActorRef<Shipping.Command> shipping;
    private final ActorRef<Checkpoints.Command> owner;
    private final Runnable onDone;
    private final Map<Long, FileFetch> underWay = new TreeMap<>();
    private final Deque<Manifest.File> waiting = new ArrayDeque<>();
    private long fetched;

    /** @param onDone runs whenever a file has arrived whole */
    FileFetches(FolderDesk desk, ActorRef<Shipping.Command> shipping, ActorRef<Checkpoints.Command> owner,
                Runnable onDone) {
        this.desk = desk;
        this.shipping = shipping;
        this.owner = owner;
        this.onDone = onDone;
    }

    /** No effect if it is fetched already. */
    void fetch(Manifest.File file) {
        FileFetch known = underWay.get(file.number());
        if (known != null && known.isOf(file) || waiting.contains(file)) {
            return;
        }
        waiting.add(file);
        start();
    }

    /** Whether this file is under way or waits. */
    boolean lacks(Manifest.File file) {
        FileFetch known = underWay.get(file.number());
        return known != null && known.isOf(file) || waiting.contains(file);
    }

    /** Gives up what none of these checkpoints consists of; the rest goes on where it was. */
    void retain(List<Manifest> checkpoints) {
        for (Iterator<Map.Entry<Long, FileFetch>> all = underWay.entrySet().iterator(); all.hasNext();) {
            Map.Entry<Long, FileFetch> entry = all.next();
            if (checkpoints.stream().map(manifest -> manifest.file(entry.getKey()))
                    .noneMatch(file -> file != null && entry.getValue().isOf(file))) {
                entry.getValue().end();
                all.remove();
            }
        }
        waiting.removeIf(file -> checkpoints.stream().noneMatch(manifest -> file.equals(manifest.file(file.number()))));
        start();
    }

    /** A peer's copy of a piece of some file. */
    void offered(Shipping.Offered offered) {
        FileFetch fetch = offered.file().kind() == CheckpointFile.Kind.DATA
                ? underWay.get(offered.file().number()) : null;
        if (fetch != null) {
            fetch.offered(offered.block(), offered.bytes());
        }
    }

    /** Files that arrived whole since the start. */
    long fetched() {
        return fetched;
    }

    private void start() {
        List<FileFetch> begun = new ArrayList<>();
        for (Iterator<Manifest.File> all = waiting.iterator(); all.hasNext() && underWay.size() < UNDER_WAY_MAX;) {
            Manifest.File file = all.next();
            if (underWay.containsKey(file.number())) {
                continue;                                        // another version of it: one after the other
            }
            all.remove();
            FileFetch fetch = new FileFetch(file, desk, shipping, owner, () -> arrived(file));
            underWay.put(file.number(), fetch);
            begun.add(fetch);
        }
        begun.forEach(FileFetch::proceed);
    }

    private void arrived(Manifest.File file) {
        underWay.remove(file.number());
        fetched++;
        start();
        onDone.run();
    }
}
