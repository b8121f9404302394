package dev.viewstamp.ledger;

import static dev.viewstamp.ledger.Invariant.check;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Opens a ledger from a checkpoint. Reads the tables of all files, the pages, and the ids of all transfers; records
 * are left where they are. Writes nothing. Blocks are asked for many at a time, so that reading and working overlap.
 *
 * <ol>
 * <li>Tables of all files: with them every block is verified.
 * <li>Pages of accounts, statuses, failed ids and open pending transfers; segments: outline and ids; outlines of
 * expiries; contents of index runs; pages of what is not sealed: in this order, each used as it comes.
 * <li>What is not sealed is indexed again, and jobs that were under way begin again.
 * </ol>
 */
public final class LedgerOpening implements BlockTask {
    private static final int WINDOW = 64;                    // blocks asked for ahead
    private static final int USES_PER_STEP = 4;
    private static final int RECORDS_PER_STEP = 1 << 12;

    private final LedgerOptions options;
    private final Manifest manifest;
    private final LedgerState state;
    private final ArrayDeque<BlockTable.Reading> tables = new ArrayDeque<>();
    private final Map<Long, BlockTable.Reading> tableOf = new HashMap<>();   // never iterated
    private OpeningPlan plan;                                // null before the tables are complete
    private final Map<BlockId, byte[]> supplied = new HashMap<>();           // never iterated
    private long tailIndexed;                                // positions and accounts, up to here
    private long accountsIndexed;
    private long done;
    private final long total;
    private Ledger ledger;

    /**
     * @param options  as they were when the checkpoint was made, but for what may differ between replicas
     * @param files    that the checkpoint's files can be read from, later
     * @param manifest its bytes, verified by whoever kept them
     * @throws Manifest.Malformed if they are no manifest
     * @throws IllegalArgumentException if the options do not fit it
     */
    public LedgerOpening(LedgerOptions options, LedgerFiles files, byte[] manifest) {
        this.options = options;
        this.manifest = Manifest.read(manifest);
        Manifest.Counters counters = this.manifest.counters();
        requireSame("segmentRecords", counters.segmentRecords(), options.segmentRecords());
        requireSame("requestBodyMax", counters.requestBodyMax(), options.requestBodyMax());
        state = new LedgerState(options, files);
        long blocks = 0;
        for (Manifest.File file : this.manifest.files()) {
            BlockTable.Reading table = file.readTable();
            tables.add(table);
            tableOf.put(file.number(), table);
            blocks += OpeningPlan.blocksToRead(file, counters.segmentRecords());
        }
        tailIndexed = counters.transfersSealed();
        accountsIndexed = counters.accountsSealed();
        long unindexed = counters.transfers() - tailIndexed + counters.accounts() - accountsIndexed;
        total = tables.size() + blocks + unindexed / RECORDS_PER_STEP + 1;
    }

    private static void requireSame(String option, int there, int here) {
        if (there == here) return;
        throw new IllegalArgumentException(option + " is " + there + " in the checkpoint and " + here
                + " here; start with the configuration that the data directory was formatted with");
    }

    @Override
    public List<BlockId> needed() {
        List<BlockId> needed = new ArrayList<>();
        if (plan == null) {
            for (BlockTable.Reading table : tables) {
                needed.addAll(table.needed());
                if (needed.size() >= WINDOW) break;
            }
            return needed;
        }
        for (OpeningPlan.Use use : plan.next(WINDOW)) {
            if (!supplied.containsKey(use.id())) needed.add(use.id());
        }
        return needed;
    }

    @Override
    public boolean supply(BlockId id, byte[] block) {
        BlockTable.Reading table = tableOf.get(id.file());
        if (table == null) throw new IllegalArgumentException("the checkpoint has no file " + id.file());
        if (!table.isDone()) return table.supply(id.block(), block);
        if (!table.table().isIntact(id.block(), block)) return false;
        if (needed().contains(id)) supplied.put(id, block);  // else it came twice
        return true;
    }

    @Override
    public void step(FileSink sink) {
        check(ledger == null, "a ledger is opened once");
        if (plan == null) {
            takeTables();
        } else if (!plan.next(1).isEmpty()) {
            useBlocks();
        } else if (tailIndexed < state.transfers.size() || accountsIndexed < state.accounts.size()) {
            indexTail();
            done++;
        } else {
            state.pageMap.restore(state.paged(), manifest);
            state.files.restoreNextNumber((int) manifest.counters().nextFile());
            state.jobs.restore(manifest.underWay());
            ledger = new Ledger(options, state, manifest.commitTimestamp());
            done = total;
        }
    }

    private void takeTables() {
        while (!tables.isEmpty() && tables.peek().isDone()) {
            tables.remove();
            done++;
        }
        if (!tables.isEmpty()) return;
        List<SealedFile> files = new ArrayList<>();
        for (Manifest.File file : manifest.files()) {
            BlockTable table = tableOf.get(file.number()).table();
            SealedFile sealed = new SealedFile((int) file.number(), file.kind(), file.blocks(), file.first(),
                    file.end(), table, null);
            state.files.add(sealed);
            files.add(sealed);
        }
        plan = new OpeningPlan(state, manifest, files);
    }

    private void useBlocks() {
        for (int i = 0; i < USES_PER_STEP; i++) {
            List<OpeningPlan.Use> next = plan.next(1);
            if (next.isEmpty() || !supplied.containsKey(next.get(0).id())) return;
            OpeningPlan.Use use = plan.take();
            byte[] block = supplied.remove(use.id());
            use.by().accept(Arrays.copyOf(block, use.file().table().length(use.block())));
            done++;
        }
    }

    private void indexTail() {
        TransferStore transfers = state.transfers;
        for (int i = 0; i < RECORDS_PER_STEP && tailIndexed < transfers.size(); i++, tailIndexed++) {
            byte[] block = transfers.block(tailIndexed);
            int at = TransferStore.offset(tailIndexed);
            state.transferIndex.add(state.accounts.find(block, at + TransferLayout.DEBIT_ACCOUNT_ID),
                    state.accounts.find(block, at + TransferLayout.CREDIT_ACCOUNT_ID));
        }
        for (int i = 0; i < RECORDS_PER_STEP && accountsIndexed < state.accounts.size(); i++, accountsIndexed++) {
            state.accountIndex.add();
        }
    }

    @Override
    public boolean isDone() {
        return ledger != null;
    }

    @Override
    public Progress progress() {
        return new Progress(done, total);
    }

    /** The ledger; call once, when it is done. It has the state that was frozen, and goes on as if nothing had been. */
    public Ledger ledger() {
        check(isDone(), "the ledger has been opened");
        return ledger;
    }
}
