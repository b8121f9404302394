package dev.viewstamp.ledger;

import static dev.viewstamp.ledger.Invariant.check;

import java.util.List;

/** Writes a segment of transfers that is complete, and its index. Reads only what is in memory. */
final class SegmentJob extends LedgerJob {
    private static final int BLOCKS_PER_STEP = 32;

    private final int number;
    private final int runNumber;
    private final long first;
    private final int segment;
    private final byte[][] transfers;
    private final byte[][] events;
    private final long[] firstTimestamps;
    private final long[] firstOrdinals;
    private final TailIndex tail;
    private final HeldRecords records;
    private final int blockBits;
    private final SealedFiles files;                         // not to be read: for what is made here
    private FileWriter writer;                               // of the segment
    private int idBlocks;
    private SealedSegment sealed;
    private RunBuilder builder;
    private IndexRun run;
    private int steps;

    /**
     * @param number    of the file with the segment
     * @param runNumber of the file with its index
     */
    SegmentJob(LedgerState state, int number, int runNumber, long first, int segment, long due) {
        super(due);
        this.number = number;
        this.runNumber = runNumber;
        this.first = first;
        this.segment = segment;
        files = state.files;
        blockBits = TransferStore.blockBits(segment);
        transfers = state.transfers.segment(first);
        events = state.events.segment(first);
        firstOrdinals = state.events.firstOrdinals(first, events.length);
        firstTimestamps = new long[transfers.length];
        tail = state.transferIndex.tailAt(first);
        records = new HeldRecords(transfers, first >>> blockBits, blockBits);
    }

    @Override
    List<Manifest.UnderWay> files() {
        return List.of(new Manifest.UnderWay(number, FileKind.SEGMENT, first, first + segment, due),
                new Manifest.UnderWay(runNumber, FileKind.TRANSFER_RUN, first, first + segment, due));
    }

    @Override
    public void step(FileSink sink) {
        steps++;
        if (writer == null) {
            writer = new FileWriter(sink, number, files.inMemory());
            writeIds();
        } else if (writer.blocks() < idBlocks + transfers.length + events.length) {
            for (int i = 0; i < BLOCKS_PER_STEP; i++) writeBlock(writer.blocks() - idBlocks);
        } else if (sealed == null) {
            long end = first + segment;
            writer.append(SealedSegment.encodeOutline(first, end, idBlocks, firstTimestamps, firstOrdinals));
            SealedFile file = writer.seal(FileKind.SEGMENT, first, end);
            sealed = new SealedSegment(file, idBlocks, firstTimestamps, firstOrdinals);
            builder = new RunBuilder(records, tail, segment, new FileWriter(sink, runNumber, files.inMemory()));
        } else if (!builder.addField()) {
            run = builder.finish(FileKind.TRANSFER_RUN, files);
        }
    }

    private void writeIds() {
        byte[] block = null;
        for (int i = 0; i < segment; i++) {
            int at = i % SealedSegment.IDS_PER_BLOCK * 16;
            if (at == 0) {
                if (block != null) writer.append(block);
                block = new byte[Math.min(segment - i, SealedSegment.IDS_PER_BLOCK) * 16];
            }
            System.arraycopy(records.block(first + i), records.at(first + i), block, at, 16);
        }
        writer.append(block);
        idBlocks = writer.blocks();
    }

    private void writeBlock(int index) {
        if (index >= transfers.length + events.length) return;
        if (index < transfers.length) {
            int at = records.at(first + ((long) index << blockBits)) + TransferLayout.TIMESTAMP;
            firstTimestamps[index] = LittleEndian.u64(transfers[index], at);
            writer.append(transfers[index]);
        } else {
            writer.append(events[index - transfers.length]);
        }
    }

    @Override
    public boolean isDone() {
        return run != null;
    }

    @Override
    public Progress progress() {
        int blocks = transfers.length + events.length;
        return new Progress(steps, 2 + (blocks + BLOCKS_PER_STEP - 1) / BLOCKS_PER_STEP + IndexField.COUNT + 1);
    }

    @Override
    void install(LedgerState state) {
        check(isDone(), "what is installed is complete");
        state.files.add(sealed.file());
        state.files.add(run.file());
        state.transfers.seal(sealed);
        state.events.seal(sealed.file(), sealed.firstEventBlock(), events.length);
        state.transferIndex.seal(run);
    }

    @Override
    public String toString() {
        return "segment of transfers " + first + " … " + (first + segment - 1);
    }
}
