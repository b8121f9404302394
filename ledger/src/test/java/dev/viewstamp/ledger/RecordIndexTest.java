package dev.viewstamp.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Against a scan of all records: tails, sealed runs, merged runs. */
class RecordIndexTest {
    private static final int SEGMENT = 32;
    private static final int ACCOUNTS = 5;

    /** Transfers without anything but what is indexed; a block holds one. */
    private static final class Transfers implements TailIndex.Records {
        final List<byte[]> records = new ArrayList<>();
        final List<int[]> accounts = new ArrayList<>();

        @Override
        public byte[] block(long position) {
            return records.get((int) position);
        }

        @Override
        public int at(long position) {
            return 0;
        }

        long lo(IndexField field, int position) {
            return field.isAccount() ? accounts.get(position)[field.ordinal()] : field.lo(block(position), 0);
        }

        long hi(IndexField field, int position) {
            return field.isAccount() ? 0 : field.hi(block(position), 0);
        }
    }

    private final Transfers transfers = new Transfers();
    private final SplittableRandom random = new SplittableRandom(12);

    private void add(RecordIndex index) {
        byte[] record = new byte[TransferLayout.SIZE];
        LittleEndian.putU64(record, TransferLayout.USER_DATA_128, random.nextInt(3));
        LittleEndian.putU64(record, TransferLayout.USER_DATA_128 + 8, random.nextInt(3) - 1L);
        LittleEndian.putU64(record, TransferLayout.USER_DATA_64, random.nextInt(4) == 0 ? random.nextLong() : 0);
        LittleEndian.putU32(record, TransferLayout.USER_DATA_32, random.nextInt(200));
        LittleEndian.putU32(record, TransferLayout.LEDGER, transfers.records.size() / 1_000 % 2 == 0 ? -1 : 7);
        LittleEndian.putU16(record, TransferLayout.CODE, 1 + random.nextInt(2));
        transfers.records.add(record);
        transfers.accounts.add(new int[] {random.nextInt(ACCOUNTS), random.nextInt(ACCOUNTS)});
        index.add(transfers.accounts.get(transfers.accounts.size() - 1)[0],
                transfers.accounts.get(transfers.accounts.size() - 1)[1]);
    }

    private void removeSome(RecordIndex index) {
        int kept = (int) Math.max(index.tailStart(), index.end() - random.nextInt(20));
        index.truncate(kept);
        transfers.records.subList(kept, transfers.records.size()).clear();
        transfers.accounts.subList(kept, transfers.accounts.size()).clear();
    }

    /** A value that occurs, and now and then one that does not. */
    private void compare(RecordIndex index, IndexField field) {
        int size = transfers.records.size();
        int sample = random.nextInt(size);
        long lo = random.nextInt(10) == 0 ? 123_456 : transfers.lo(field, sample);
        long hi = transfers.hi(field, sample);
        if ((lo | hi) == 0 && !field.isAccount()) return;
        FieldPositions positions = new FieldPositions(index, field, lo, hi);
        for (int i = 0; i < 12; i++) {
            int from = random.nextInt(size);
            int end = random.nextInt(3) == 0 ? random.nextInt(size) : size;
            assertEquals(scan(field, lo, hi, from, end, 1), positions.up(from, end), field + " up");
            int first = random.nextInt(3) == 0 ? random.nextInt(size) : 0;
            assertEquals(scan(field, lo, hi, from, first - 1, -1), positions.down(from, first), field + " down");
        }
    }

    private long scan(IndexField field, long lo, long hi, int from, int behind, int step) {
        for (int i = from; step > 0 ? i < behind : i > behind; i += step) {
            if (transfers.lo(field, i) == lo && transfers.hi(field, i) == hi) return i;
        }
        return Positions.NONE;
    }

    private void findsWhatAScanFinds(LedgerFiles port) {
        SealedFiles files = new SealedFiles(port, 2);
        RecordIndex index = new RecordIndex(transfers, SEGMENT);
        int runsMost = 0;
        for (int step = 0; step < 700; step++) {
            int more = random.nextInt(30);
            for (int i = 0; i < more; i++) add(index);
            if (random.nextInt(3) == 0) removeSome(index);
            while (index.end() - index.tailStart() >= 3 * SEGMENT) {
                index.seal(build(index, files));
                for (long size : index.mergeSizes()) merge(index, files, size);
            }
            runsMost = Math.max(runsMost, index.runs());
            if (transfers.records.isEmpty()) continue;
            for (IndexField field : IndexField.values()) compare(index, field);
        }
        long sealed = index.tailStart() / SEGMENT;
        assertTrue(sealed > 200, "segments: " + sealed);
        assertTrue(runsMost < 40, "merged: " + runsMost);
    }

    private IndexRun build(RecordIndex index, SealedFiles files) {
        FileWriter file = new FileWriter(files.port(), files.takeNumber(), files.inMemory());
        RunBuilder builder = new RunBuilder(transfers, index.tailAt(index.tailStart()), SEGMENT, file);
        while (builder.addField()) {
            // One by one.
        }
        return builder.finish(FileKind.TRANSFER_RUN, files);
    }

    private static void merge(RecordIndex index, SealedFiles files, long size) {
        List<IndexRun> inputs = index.mergeable(size);
        if (inputs.isEmpty()) return;
        IndexMerge merge = new IndexMerge(inputs.toArray(new IndexRun[0]),
                new FileWriter(files.port(), files.takeNumber(), files.inMemory()));
        while (!merge.step(100)) {
            // In steps.
        }
        index.replace(inputs, merge.finish(FileKind.TRANSFER_RUN, files));
    }

    @Test
    void findsWhatAScanFindsInMemory() {
        findsWhatAScanFinds(new MemoryFiles());
    }

    @Test
    void findsWhatAScanFindsThroughTheCache() {
        findsWhatAScanFinds(new DetachedFiles());
    }

    @Test
    void aMergeIsAFunctionOfItsInputs() {
        byte[][] merged = new byte[2][];
        for (int way = 0; way < 2; way++) {
            transfers.records.clear();
            transfers.accounts.clear();
            SplittableRandom same = new SplittableRandom(3);
            SealedFiles files = new SealedFiles(new MemoryFiles(), 2);
            RecordIndex index = new RecordIndex(transfers, SEGMENT);
            for (int i = 0; i < 8 * SEGMENT; i++) {
                byte[] record = new byte[TransferLayout.SIZE];
                LittleEndian.putU64(record, TransferLayout.USER_DATA_64, same.nextInt(50));
                transfers.records.add(record);
                transfers.accounts.add(new int[2]);
                index.add(same.nextInt(20), same.nextInt(20));
            }
            IndexRun[] runs = new IndexRun[8];
            for (int i = 0; i < 8; i++) {
                runs[i] = build(index, files);
                index.seal(runs[i]);
            }
            IndexMerge merge = new IndexMerge(runs, new FileWriter(files.port(), files.takeNumber(), true));
            while (!merge.step(way == 0 ? 1 : 1_000_000)) {
                // In the smallest steps, or in one.
            }
            merged[way] = merge.finish(FileKind.TRANSFER_RUN, files).file().held()[0];
        }
        assertEquals(HexFormat.of().formatHex(merged[0]), HexFormat.of().formatHex(merged[1]));
    }
}
