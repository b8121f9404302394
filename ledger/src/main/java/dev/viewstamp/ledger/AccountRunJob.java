package dev.viewstamp.ledger;

import java.util.List;

/** Writes the index of a range of accounts. Works on copies of their pages, whose balances go on changing. */
final class AccountRunJob extends LedgerJob {
    private static final int PAGE_BITS = 9;

    private final int number;
    private final long first;
    private final int segment;
    private final TailIndex tail;
    private final HeldRecords records;
    private final SealedFiles files;                         // not to be read: for what is made here
    private RunBuilder builder;
    private IndexRun run;
    private int steps;

    /** @param number of the file */
    AccountRunJob(LedgerState state, int number, long first, int segment, long due) {
        super(due);
        this.number = number;
        this.first = first;
        this.segment = segment;
        files = state.files;
        tail = state.accountIndex.tailAt(first);
        int firstPage = (int) (first >>> PAGE_BITS);
        byte[][] pages = new byte[(int) (first + segment - 1 >>> PAGE_BITS) - firstPage + 1][];
        for (int i = 0; i < pages.length; i++) pages[i] = state.accounts.pages().page(firstPage + i).clone();
        records = new HeldRecords(pages, firstPage, PAGE_BITS);
    }

    @Override
    List<Manifest.UnderWay> files() {
        return List.of(new Manifest.UnderWay(number, FileKind.ACCOUNT_RUN, first, first + segment, due));
    }

    @Override
    public void step(FileSink sink) {
        steps++;
        if (builder == null) {
            builder = new RunBuilder(records, tail, segment, new FileWriter(sink, number, files.inMemory()));
        }
        if (!builder.addField()) run = builder.finish(FileKind.ACCOUNT_RUN, files);
    }

    @Override
    public boolean isDone() {
        return run != null;
    }

    @Override
    public Progress progress() {
        return new Progress(steps, IndexField.COUNT + 1);
    }

    @Override
    void install(LedgerState state) {
        state.files.add(run.file());
        state.accountIndex.seal(run);
    }

    @Override
    public String toString() {
        return "index of accounts " + first + " … " + (first + segment - 1);
    }
}
