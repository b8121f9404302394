package dev.viewstamp.ledger;

import java.util.List;

/** Writes a segment of the events of expiries. Reads only what is in memory. */
final class ExpiriesJob extends LedgerJob {
    private static final int BLOCKS_PER_STEP = 32;

    private final int number;
    private final long first;
    private final int segment;
    private final byte[][] events;
    private final long[] firstOrdinals;
    private final boolean inMemory;
    private FileWriter writer;
    private SealedExpiries sealed;

    /** @param number of the file */
    ExpiriesJob(LedgerState state, int number, long first, int segment, long due) {
        super(due);
        this.number = number;
        this.first = first;
        this.segment = segment;
        inMemory = state.files.inMemory();
        events = state.expiryEvents.segment(first);
        firstOrdinals = state.expiryEvents.firstOrdinals(first, events.length);
    }

    @Override
    List<Manifest.UnderWay> files() {
        return List.of(new Manifest.UnderWay(number, FileKind.EXPIRIES, first, first + segment, due));
    }

    @Override
    public void step(FileSink sink) {
        if (writer == null) writer = new FileWriter(sink, number, inMemory);
        for (int i = 0; i < BLOCKS_PER_STEP && writer.blocks() < events.length; i++) {
            writer.append(events[writer.blocks()]);
        }
        if (writer.blocks() < events.length) return;
        writer.append(SealedExpiries.encodeOutline(firstOrdinals));
        sealed = new SealedExpiries(writer.seal(FileKind.EXPIRIES, first, first + segment), firstOrdinals);
    }

    @Override
    public boolean isDone() {
        return sealed != null;
    }

    @Override
    public Progress progress() {
        return new Progress(writer == null ? 0 : writer.blocks(), events.length + 1);
    }

    @Override
    void install(LedgerState state) {
        state.files.add(sealed.file());
        state.expiryEvents.seal(sealed.file(), 0, events.length);
    }

    @Override
    public String toString() {
        return "events of expiries " + first + " … " + (first + segment - 1);
    }
}
