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

/**
 * Writes a superblock: four copies one after another, so that one torn write spares three; then reads them back and
 * is content with three (replication spec §6.2). One at a time, on a worker of its own: log writes never delay it.
 */
final class SuperBlockLane {
    private final DiskLane lane;
    private final ActorRef<DiskWorker.Answer> replyTo;
    private SuperBlock writing;

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
        writeCopy(0, done);
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
