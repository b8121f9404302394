package dev.viewstamp.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Files with one table block and with several, whole and damaged. */
class BlockTableTest {
    private static final int MANY = 2 * BlockTable.ENTRIES_PER_BLOCK + 7;

    private final SplittableRandom random = new SplittableRandom(8);

    /** Keeps what is written. */
    private static final class Written implements FileSink {
        final List<byte[]> blocks = new ArrayList<>();
        boolean isSealed;

        @Override
        public void create(long file) {
            assertEquals(5, file);
        }

        @Override
        public void append(long file, byte[] block) {
            blocks.add(block);
        }

        @Override
        public void seal(long file) {
            isSealed = true;
        }
    }

    private final Written written = new Written();

    private BlockTable write(int blocks) {
        BlockTable.Writer writer = new BlockTable.Writer(written, 5);
        for (int i = 0; i < blocks; i++) {
            byte[] block = new byte[i % 7 == 3 ? 1 + random.nextInt(LedgerFiles.BLOCK_SIZE) : 24];
            random.nextBytes(block);
            assertEquals(i, writer.append(block));
        }
        BlockTable table = writer.seal();
        assertTrue(written.isSealed);
        return table;
    }

    private byte[] withRubbishBehind(int block) {
        byte[] bytes = written.blocks.get(block);
        byte[] longer = new byte[LedgerFiles.BLOCK_SIZE];
        random.nextBytes(longer);
        System.arraycopy(bytes, 0, longer, 0, bytes.length);
        return longer;
    }

    private byte[] damaged(int block) {
        byte[] bytes = written.blocks.get(block).clone();
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        return bytes;
    }

    private void readBack(int blocks) {
        BlockTable table = write(blocks);
        assertEquals(blocks, table.blocks());
        assertEquals(blocks + BlockTable.tableBlocks(blocks), written.blocks.size());
        int last = written.blocks.size() - 1;
        long length = (long) last * LedgerFiles.BLOCK_SIZE + written.blocks.get(last).length;
        assertEquals(length, BlockTable.fileLength(blocks));
        BlockTable.Reading reading = new BlockTable.Reading(5, blocks, table.checksum());
        while (!reading.isDone()) {
            assertFalse(reading.needed().isEmpty());
            for (BlockId id : reading.needed()) {
                assertEquals(5, id.file());
                assertFalse(reading.supply(id.block(), damaged(id.block())));
                assertFalse(reading.supply(id.block(), new byte[3]), "too short");
                assertTrue(reading.supply(id.block(), withRubbishBehind(id.block())));
            }
        }
        BlockTable read = reading.table();
        assertEquals(table.checksum(), read.checksum());
        for (int i = 0; i < blocks; i += 1 + blocks / 50) {
            assertEquals(written.blocks.get(i).length, read.length(i));
            assertTrue(read.isIntact(i, withRubbishBehind(i)));
            assertFalse(read.isIntact(i, damaged(i)));
            assertFalse(read.isIntact(i, null));
        }
        assertFalse(read.isIntact(blocks, written.blocks.get(blocks)), "the table's own blocks are not in it");
    }

    @Test
    void aSmallFile() {
        readBack(1);
    }

    @Test
    void aFileWhoseTableFillsABlock() {
        readBack(BlockTable.ENTRIES_PER_BLOCK);
    }

    @Test
    void aFileWhoseTableHasLeavesAndARoot() {
        readBack(MANY);
    }

    @Test
    void numbersOfBlocksThatNoFileHas() {
        assertThrows(IllegalArgumentException.class, () -> new BlockTable.Reading(1, 0, Uint128.ZERO));
        assertThrows(IllegalArgumentException.class, () -> new BlockTable.Reading(1, -1, Uint128.ZERO));
        assertThrows(IllegalArgumentException.class,
                () -> new BlockTable.Reading(1, BlockTable.BLOCKS_MAX + 1, Uint128.ZERO));
    }
}
