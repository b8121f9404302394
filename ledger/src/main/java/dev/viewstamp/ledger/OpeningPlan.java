package dev.viewstamp.ledger;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Which blocks opening a checkpoint reads, in the order in which they are used, and what each is used for. */
final class OpeningPlan {
    /** The block, trimmed to its length, goes to {@code by}. */
    record Use(SealedFile file, int block, Consumer<byte[]> by) {
        BlockId id() {
            return new BlockId(file.number(), block);
        }
    }

    private final LedgerState state;
    private final Manifest manifest;
    private final Map<Long, SealedFile> fileOf = new HashMap<>();            // never iterated
    private final ArrayDeque<Use> uses = new ArrayDeque<>();
    private int expiriesRestored;
    private int eventsRestored;

    OpeningPlan(LedgerState state, Manifest manifest, List<SealedFile> files) {
        this.state = state;
        this.manifest = manifest;
        for (SealedFile file : files) fileOf.put((long) file.number(), file);
        List<SealedFile> inOrder = new ArrayList<>(files);
        inOrder.sort(Comparator.comparingLong(SealedFile::first));
        addPages();
        for (SealedFile file : inOrder) addFile(file);
        addTails();
    }

    /** Blocks of a file that are read, its table apart: about. */
    static long blocksToRead(Manifest.File file, int segment) {
        return switch (file.kind()) {
            case SEGMENT -> idBlocks(segment) + 1L;
            case PAGES -> file.blocks();
            default -> 1;
        };
    }

    private static int idBlocks(int segment) {
        return (segment + SealedSegment.IDS_PER_BLOCK - 1) / SealedSegment.IDS_PER_BLOCK;
    }

    /** At most so many of the next uses. */
    List<Use> next(int count) {
        List<Use> next = new ArrayList<>();
        for (Use use : uses) {
            if (next.size() == count) break;
            next.add(use);
        }
        return next;
    }

    Use take() {
        return uses.remove();
    }

    private void addPages() {
        addEach(PageKind.ACCOUNTS, (first, page) ->
                state.accounts.restore(page, (int) Math.min(1 << 9, manifest.accounts() - first)));
        addEach(PageKind.FAILED_IDS, (first, page) ->
                state.failedIds.restore(page, (int) Math.min(1 << 12, manifest.counters().failedIds() - first)));
        addEach(PageKind.STATUSES, (first, page) -> state.statuses.pages().restore((int) (first >>> 18), page));
        state.statuses.pages().extend(manifest.pages(PageKind.STATUSES).size());
        addEach(PageKind.OPEN_PENDING, (first, page) -> state.open.restore((int) (first >>> 9), page, state.expiries));
    }

    private interface PageUse {
        void restore(long first, byte[] page);
    }

    private void addEach(PageKind kind, PageUse use) {
        for (Manifest.Page page : manifest.pages(kind)) {
            if (page.isAbsent()) continue;
            SealedFile file = fileOf.get((long) page.file());
            uses.add(new Use(file, page.block(), block -> use.restore(page.first(), whole(block))));
        }
    }

    /** Pages were trimmed when they were written. */
    private static byte[] whole(byte[] block) {
        return block.length == Pages.SIZE ? block : Arrays.copyOf(block, Pages.SIZE);
    }

    private void addFile(SealedFile file) {
        int last = file.blocks() - 1;
        switch (file.kind()) {
            case SEGMENT -> addSegment(file, last);
            case EXPIRIES -> uses.add(new Use(file, last, block -> {
                SealedExpiries expiries = SealedExpiries.read(file, block);
                state.expiryEvents.restore(file, 0, expiries.firstOrdinals());
            }));
            case TRANSFER_RUN, ACCOUNT_RUN -> uses.add(new Use(file, last, block ->
                    state.indexOf(file.kind()).restore(IndexRun.read(file, state.files, block))));
            default -> { } // pages are found through their tables
        }
    }

    private void addSegment(SealedFile file, int last) {
        uses.add(new Use(file, last, block -> {
            SealedSegment segment = SealedSegment.read(file, block);
            state.transfers.restore(segment);
            state.events.restore(file, segment.firstEventBlock(), segment.firstOrdinals());
        }));
        int records = (int) (file.end() - file.first());
        for (int i = 0; i < idBlocks(records); i++) {
            int count = Math.min(records - i * SealedSegment.IDS_PER_BLOCK, SealedSegment.IDS_PER_BLOCK);
            uses.add(new Use(file, i, block -> state.transfers.restoreIds(block, count)));
        }
    }

    private void addTails() {
        Manifest.Counters counters = manifest.counters();
        int perBlock = 1 << TransferStore.blockBits(counters.segmentRecords());
        addEach(PageKind.TRANSFERS, (first, page) ->
                state.transfers.restoreTail(page, (int) Math.min(perBlock, counters.transfers() - first)));
        int events = manifest.pages(PageKind.EVENTS).size();
        addEach(PageKind.EVENTS, (first, page) -> {
            state.events.restoreTail(page, first);
            if (++eventsRestored == events) state.events.restoreEnd(counters.transfers(), counters.eventCursor());
        });
        int expiries = manifest.pages(PageKind.EXPIRY_EVENTS).size();
        addEach(PageKind.EXPIRY_EVENTS, (first, page) -> {
            state.expiryEvents.restoreTail(page, first);
            if (++expiriesRestored == expiries) {
                state.expiryEvents.restoreEnd(counters.expiries(), counters.expiryCursor());
            }
        });
    }
}
