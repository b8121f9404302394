package dev.viewstamp.actors.shell;

import akka.actor.typed.ActorRef;
import dev.viewstamp.journal.CheckpointFile;
import dev.viewstamp.journal.CheckpointFiles.Origin;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The folder of immutable files as {@link Checkpoints} works with it: what is complete in it, and whole small files
 * read and written at once.
 */
final class FolderDesk {
    private final FileLane lane;
    private final ActorRef<FileWorker.Answer> answers;
    private final Map<CheckpointFile, Long> sizes = new TreeMap<>();

    FolderDesk(FileLane lane, ActorRef<FileWorker.Answer> answers) {
        this.lane = lane;
        this.answers = answers;
    }

    /** Clears away drafts and looks at what is there. */
    void open(Runnable then) {
        lane.ask(token -> new FileWorker.OpenFolder(token, answers), FileWorker.Listed.class, listed -> {
            sizes.putAll(listed.sizes());
            then.run();
        });
    }

    FileLane lane() {
        return lane;
    }

    ActorRef<FileWorker.Answer> answers() {
        return answers;
    }

    /** A file is complete now. */
    void published(CheckpointFile file, long size) {
        sizes.put(file, size);
    }

    /** Whether there is such a file of at least this size. */
    boolean has(CheckpointFile file, long size) {
        return sizes.getOrDefault(file, -1L) >= size;
    }

    /** All complete files, in order of kind and number. */
    List<CheckpointFile> files() {
        return List.copyOf(sizes.keySet());
    }

    void delete(List<CheckpointFile> files) {
        if (!files.isEmpty()) {
            sizes.keySet().removeAll(files);
            lane.ask(token -> new FileWorker.Delete(token, files, answers), FileWorker.Done.class, done -> { });
        }
    }

    /** Writes a whole file and publishes it; waits as long as the disk is full. */
    void write(CheckpointFile file, Origin origin, byte[] bytes, Runnable then) {
        writeFrom(file, origin, bytes, 0, then);
    }

    private void writeFrom(CheckpointFile file, Origin origin, byte[] bytes, int offset, Runnable then) {
        int end = Math.min(bytes.length, offset + FileWorker.BLOCKS_MAX * FileWorker.BLOCK_SIZE);
        List<byte[]> blocks = new ArrayList<>();
        for (int at = offset; at < end || blocks.isEmpty(); at += FileWorker.BLOCK_SIZE) {
            blocks.add(Arrays.copyOfRange(bytes, at, Math.min(end, at + FileWorker.BLOCK_SIZE)));
        }
        lane.untilSpace(token -> new FileWorker.Write(token, file, origin, offset, blocks, answers), () -> {
            if (end < bytes.length) {
                writeFrom(file, origin, bytes, end, then);
            } else {
                lane.untilSpace(token -> new FileWorker.Publish(token, file, origin, bytes.length, answers), () -> {
                    published(file, bytes.length);
                    then.run();
                });
            }
        });
    }

    /** Reads a whole file of this size; null if it is not there or shorter. */
    void read(CheckpointFile file, long size, Consumer<byte[]> then) {
        if (!has(file, size)) {
            then.accept(null);
        } else {
            readFrom(file, new byte[Math.toIntExact(size)], 0, then);
        }
    }

    private void readFrom(CheckpointFile file, byte[] into, int offset, Consumer<byte[]> then) {
        int length = Math.min(into.length - offset, FileWorker.BLOCKS_MAX * FileWorker.BLOCK_SIZE);
        int asked = Math.max(1, (length + FileWorker.BLOCK_SIZE - 1) / FileWorker.BLOCK_SIZE) * FileWorker.BLOCK_SIZE;
        lane.ask(token -> new FileWorker.Read(token, file, offset, asked, answers), FileWorker.BytesRead.class,
                read -> {
                    if (read.bytes() == null || read.bytes().length < length) {
                        then.accept(null);
                        return;
                    }
                    System.arraycopy(read.bytes(), 0, into, offset, length);
                    if (offset + length < into.length) {
                        readFrom(file, into, offset + length, then);
                    } else {
                        then.accept(into);
                    }
                });
    }

    /** Bytes that may still be written to the disk. */
    void measure(Consumer<Long> then) {
        lane.ask(token -> new FileWorker.MeasureSpace(token, answers), FileWorker.Space.class,
                space -> then.accept(space.usable()));
    }
}
