package dev.viewstamp.ledger;

import static dev.viewstamp.ledger.Invariant.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The state of a ledger as it was at one point of history, being written as a checkpoint while the ledger goes on.
 * Carry it out on any thread; it needs no blocks. The checkpoint exists when every file that the manifest lists, and
 * the manifest, are durable. Then hand it back with {@link Ledger#release}.
 */
public final class FrozenLedger implements BlockTask {
    private static final int PAGES_PER_STEP = 32;
    private static final int LENGTH_MIN = Long.BYTES;

    private final Manifest.Counters counters;
    private final List<SealedFile> files;
    private final List<Manifest.UnderWay> underWay;
    private final List<List<Manifest.Page>> pageTables;
    private final PageMap.NewFile target;
    private FileWriter writer;
    private SealedFile pageFile;                             // null if nothing has changed, or not written yet
    private byte[] manifest;

    FrozenLedger(LedgerState state, LedgerOptions options, long commitTimestamp) {
        List<Freezable> paged = state.paged();
        target = state.pageMap.freeze(paged, state.files);
        pageTables = state.pageMap.pages(paged);
        files = state.files.all();
        underWay = state.jobs.underWay();
        counters = new Manifest.Counters(options.segmentRecords(), options.requestBodyMax(), commitTimestamp,
                state.files.nextNumber(), state.accounts.size(), state.transfers.size(), state.expiryEvents.size(),
                state.failedIds.size(), state.transferIndex.tailStart(), state.accountIndex.tailStart(),
                state.expiryEvents.sealedEvents(), state.open.size(), state.events.cursor(),
                state.expiryEvents.cursor());
        for (Freezable pages : paged) pages.freeze();
    }

    /** T of the latest entry whose effects are in it. */
    public long commitTimestamp() {
        return counters.commitTimestamp();
    }

    @Override
    public List<BlockId> needed() {
        return List.of();
    }

    @Override
    public boolean supply(BlockId id, byte[] block) {
        throw new IllegalArgumentException("a frozen ledger asks for no blocks");
    }

    /** Writes some pages; all of a checkpoint's go into one new file. */
    @Override
    public void step(FileSink sink) {
        if (writer == null && !target.pages.isEmpty()) writer = new FileWriter(sink, target.number, false);
        for (int i = 0; i < PAGES_PER_STEP && pagesWritten() < target.pages.size(); i++) {
            writer.append(trimmedCopy(target.pages.get(pagesWritten())));
        }
        if (pagesWritten() < target.pages.size()) return;
        if (writer != null) pageFile = writer.seal(FileKind.PAGES, 0, 0);
        List<Manifest.File> entries = new ArrayList<>(files.size() + 1);
        for (SealedFile file : files) entries.add(file.entry());
        if (pageFile != null) entries.add(pageFile.entry());
        entries.sort(Comparator.comparingLong(Manifest.File::number));
        manifest = new Manifest(counters, entries, underWay, pageTables).encode();
    }

    private int pagesWritten() {
        return writer == null ? 0 : writer.blocks();
    }

    /** A copy, because pages are used again; without the zeros at its end, which most pages have. */
    private static byte[] trimmedCopy(byte[] page) {
        int length = page.length;
        while (length > LENGTH_MIN && LittleEndian.u64(page, length - Long.BYTES) == 0) length -= Long.BYTES;
        return Arrays.copyOf(page, length);
    }

    @Override
    public boolean isDone() {
        return manifest != null;
    }

    @Override
    public Progress progress() {
        return new Progress(pagesWritten() + (isDone() ? 1 : 0), target.pages.size() + 1L);
    }

    /** The bytes of the {@link Manifest}; call when it is done. Equal on all replicas. */
    public byte[] manifest() {
        check(isDone(), "the manifest comes last");
        return manifest;
    }

    /** The new file of pages; null if nothing has changed. */
    SealedFile pageFile() {
        return pageFile;
    }
}
