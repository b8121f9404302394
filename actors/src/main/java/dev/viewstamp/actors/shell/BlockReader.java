package dev.viewstamp.actors.shell;

import akka.actor.typed.ActorRef;
import dev.viewstamp.journal.CheckpointFile;
import dev.viewstamp.ledger.BlockId;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Reads blocks of complete files for one actor, neighbours together. Whether a block is what was once written, its
 * receiver knows, who asks {@link Checkpoints} for another copy if it is not.
 */
final class BlockReader {
    private final FileLane lane;
    private final ActorRef<FileWorker.Answer> answers;

    /** @param answers the owner, under the name by which workers answer it */
    BlockReader(FileLane lane, ActorRef<FileWorker.Answer> answers) {
        this.lane = lane;
        this.answers = answers;
    }

    /**
     * Reads all of these; the order of the answers is open.
     *
     * @param then gets each block, with what follows it up to 64 KiB; null if the file is not there or shorter
     */
    void read(List<BlockId> ids, BiConsumer<BlockId, byte[]> then) {
        for (int i = 0; i < ids.size();) {
            int count = 1;
            while (count < FileWorker.BLOCKS_MAX && i + count < ids.size()
                    && ids.get(i + count).file() == ids.get(i).file()
                    && ids.get(i + count).block() == ids.get(i).block() + count) {
                count++;
            }
            readRange(ids.get(i), count, then);
            i += count;
        }
    }

    private void readRange(BlockId first, int count, BiConsumer<BlockId, byte[]> then) {
        CheckpointFile file = CheckpointFile.data(first.file());
        long offset = (long) first.block() * FileWorker.BLOCK_SIZE;
        lane.ask(token -> new FileWorker.Read(token, file, offset, count * FileWorker.BLOCK_SIZE, answers),
                FileWorker.BytesRead.class, read -> {
            for (int i = 0; i < count; i++) {
                then.accept(new BlockId(first.file(), first.block() + i), block(read.bytes(), i, count));
            }
        });
    }

    private static byte[] block(byte[] bytes, int index, int count) {
        if (bytes == null || bytes.length <= index * FileWorker.BLOCK_SIZE) {
            return null;
        }
        return count == 1 ? bytes : Arrays.copyOfRange(bytes, index * FileWorker.BLOCK_SIZE,
                Math.min(bytes.length, (index + 1) * FileWorker.BLOCK_SIZE));
    }
}
