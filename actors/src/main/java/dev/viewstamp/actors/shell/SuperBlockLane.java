package dev.viewstamp.actors.shell;

import akka.actor.typed.ActorRef;
import dev.viewstamp.journal.Storage;
import dev.viewstamp.journal.SuperBlock;
import dev.viewstamp.journal.SuperBlockQuorum;
import dev.viewstamp.journal.SuperBlockZone;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * Writes a superblock: four copies one after another, so that one torn write spares three; then reads them back and
 * is content with three (replication spec §6.2). One at a time, on a worker of its own: log writes never delay it.
 */
final class SuperBlockLane {
    private final DiskLane lane;
    private final ActorRef<DiskWorker.Answer> replyTo;
    private SuperBlock writing;
    private boolean isChecking;
    private Runnable afterCheck;                                 // a write that came meanwhile

    SuperBlockLane(DiskLane lane, ActorRef<DiskWorker.Answer> replyTo) {
        this.lane = lane;
        this.replyTo = replyTo;
    }

    /** @param done called with null, or with what went wrong: then the node must stop */
    void write(SuperBlock superBlock, Consumer<String> done) {
        if (writing != null) {
            throw new IllegalStateException(superBlock + " while " + writing + " is being written");
        }
        writing = superBlock;
        if (isChecking) {
            afterCheck = () -> writeCopy(0, done);
        } else {
            writeCopy(0, done);
        }
    }

    /**
     * Reads the copies and writes again those that are not as this superblock, one after another: whatever a crash
     * leaves of such a write takes the place of something that was damaged before.
     *
     * @param superBlock what is durable; while another is being written, nothing is done
     * @param done gets the number of copies that were written again
     * @param failed gets what went wrong: then the node must stop
     */
    void check(SuperBlock superBlock, IntConsumer done, Consumer<String> failed) {
        if (writing != null) {
            done.accept(0);
            return;
        }
        isChecking = true;
        lane.submit(token -> new DiskWorker.Read(token, Storage.Zone.SUPERBLOCK, 0, SuperBlockZone.SIZE, replyTo),
                answer -> {
                    if (answer instanceof DiskWorker.BytesRead read) {
                        mend(superBlock, copies(read.bytes()), 0, 0, done, failed);
                    } else {
                        failed.accept(((DiskWorker.Failed) answer).reason());
                    }
                });
    }

    private void mend(SuperBlock superBlock, List<byte[]> found, int from, int mended, IntConsumer done,
                      Consumer<String> failed) {
        int copy = from;
        while (copy < SuperBlock.COPY_COUNT && Arrays.equals(found.get(copy), superBlock.toBytes(copy))) {
            copy++;
        }
        if (copy == SuperBlock.COPY_COUNT) {
            endCheck(mended, done);
            return;
        }
        int bad = copy;
        lane.submit(token -> new DiskWorker.Write(token, Storage.Zone.SUPERBLOCK, SuperBlockZone.offset(bad),
                superBlock.toBytes(bad), replyTo), answer -> {
                    if (answer instanceof DiskWorker.Failed failure) {
                        failed.accept(failure.reason());
                    } else {
                        mend(superBlock, found, bad + 1, mended + 1, done, failed);
                    }
                });
    }

    private void endCheck(int mended, IntConsumer done) {
        isChecking = false;
        Runnable write = afterCheck;
        afterCheck = null;
        if (write != null) {
            write.run();
        }
        done.accept(mended);
    }

    private void writeCopy(int copy, Consumer<String> done) {
        SuperBlock superBlock = writing;
        lane.submit(token -> new DiskWorker.Write(token, Storage.Zone.SUPERBLOCK, SuperBlockZone.offset(copy),
                superBlock.toBytes(copy), replyTo), answer -> {
                    if (answer instanceof DiskWorker.Failed failed) {
                        done.accept(failed.reason());
                    } else if (copy + 1 < SuperBlock.COPY_COUNT) {
                        writeCopy(copy + 1, done);
                    } else {
                        verify(done);
                    }
                });
    }

    private void verify(Consumer<String> done) {
        lane.submit(token -> new DiskWorker.Read(token, Storage.Zone.SUPERBLOCK, 0, SuperBlockZone.SIZE, replyTo),
                answer -> {
            SuperBlock expected = writing;
            writing = null;
            if (answer instanceof DiskWorker.BytesRead read) {
                done.accept(SuperBlockQuorum.isWritten(expected, copies(read.bytes())) ? null
                        : "too few superblock copies read back as written: the disk loses writes");
            } else {
                done.accept(((DiskWorker.Failed) answer).reason());
            }
        });
    }

    /** The zone's bytes, copy by copy. */
    static List<byte[]> copies(byte[] zone) {
        List<byte[]> copies = new ArrayList<>();
        for (int copy = 0; copy < SuperBlock.COPY_COUNT; copy++) {
            copies.add(Arrays.copyOfRange(zone, copy * SuperBlock.COPY_SIZE, (copy + 1) * SuperBlock.COPY_SIZE));
        }
        return copies;
    }
}
