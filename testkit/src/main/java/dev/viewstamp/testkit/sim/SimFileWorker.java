package dev.viewstamp.testkit.sim;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import dev.viewstamp.actors.shell.FileWorker;
import dev.viewstamp.actors.shell.FileWorker.Answer;
import dev.viewstamp.actors.shell.FileWorker.Command;
import dev.viewstamp.journal.CheckpointFile;
import dev.viewstamp.journal.CheckpointFiles.NoSpaceException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Stands where {@link FileWorker} stands in production and speaks to a {@link SimDisk}'s files: each operation begins
 * in the turn in which it is asked for and takes effect in a later one, unless the machine crashes before; then a
 * publication or removal has happened or it has not.
 */
final class SimFileWorker {
    private SimFileWorker() {
    }

    static Behavior<Command> create(SimDisk disk) {
        return Behaviors.receiveMessage(command -> {
            boolean isRead = command instanceof FileWorker.Read || command instanceof FileWorker.OpenFolder
                    || command instanceof FileWorker.MeasureSpace;
            disk.beginOnFiles(isRead, isAtomic(command), () -> command.replyTo().tell(carryOut(disk.files(), command)),
                    () -> carryOut(disk.files(), command));
            return Behaviors.same();
        });
    }

    private static boolean isAtomic(Command command) {
        return command instanceof FileWorker.Publish || command instanceof FileWorker.Delete;
    }

    private static Answer carryOut(SimFiles files, Command command) {
        long token = command.token();
        try {
            if (command instanceof FileWorker.Write write) {
                files.write(write.file(), write.origin(), write.offset(), join(write.blocks()));
            } else if (command instanceof FileWorker.Publish publish) {
                files.publish(publish.file(), publish.origin(), publish.size());
            } else if (command instanceof FileWorker.Patch patch) {
                files.patch(patch.file(), patch.offset(), ByteBuffer.wrap(patch.bytes()));
            } else if (command instanceof FileWorker.Delete delete) {
                delete.files().forEach(files::delete);
            } else if (command instanceof FileWorker.Read read) {
                ByteBuffer buffer = ByteBuffer.allocate(read.size());
                int length = files.read(read.file(), read.offset(), buffer);
                return new FileWorker.BytesRead(token, length < 0 ? null
                        : java.util.Arrays.copyOf(buffer.array(), length));
            } else if (command instanceof FileWorker.OpenFolder) {
                files.discardDrafts();
                Map<CheckpointFile, Long> sizes = new LinkedHashMap<>();
                files.list().forEach(file -> sizes.put(file, files.size(file)));
                return new FileWorker.Listed(token, sizes);
            } else {
                return new FileWorker.Space(token, files.usableSpace());
            }
            return new FileWorker.Done(token);
        } catch (NoSpaceException full) {
            return new FileWorker.NoSpace(token);
        }
    }

    /** As the real worker lays blocks out: each but the last is filled up. */
    private static ByteBuffer join(List<byte[]> blocks) {
        int last = blocks.size() - 1;
        ByteBuffer joined = ByteBuffer.allocate(last * FileWorker.BLOCK_SIZE + blocks.get(last).length);
        for (int i = 0; i <= last; i++) {
            joined.position(i * FileWorker.BLOCK_SIZE).put(blocks.get(i));
        }
        return joined.flip();
    }
}
