package dev.viewstamp.ledger;

import static dev.viewstamp.ledger.Invariant.check;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Merges neighbouring index runs into one. Reads each of their blocks about once, and holds a few per run. */
final class MergeJob extends LedgerJob implements SealedFile.Source {
    private static final int KEYS_PER_STEP = 20_000;
    private static final int BLOCKS_PER_RUN = 4;

    private final int number;
    private final FileKind kind;
    private final List<IndexRun> inputs;
    private final SealedFiles files;                         // not to be read: for what is made here
    private final BlockCache cache;
    private final Set<BlockId> missing = new LinkedHashSet<>();
    private IndexMerge merge;
    private IndexRun run;

    /**
     * @param number of the file
     * @param kind   of the runs
     */
    MergeJob(LedgerState state, int number, FileKind kind, List<IndexRun> inputs, long due) {
        super(due);
        this.number = number;
        this.kind = kind;
        this.inputs = List.copyOf(inputs);
        files = state.files;
        cache = new BlockCache(inputs.size() * BLOCKS_PER_RUN);
    }

    List<IndexRun> inputs() {
        return inputs;
    }

    FileKind kind() {
        return kind;
    }

    @Override
    List<Manifest.UnderWay> files() {
        return List.of(new Manifest.UnderWay(number, kind, first(), end(), due));
    }

    private long first() {
        return inputs.get(0).first;
    }

    private long end() {
        return inputs.get(inputs.size() - 1).end;
    }

    @Override
    public byte[] read(SealedFile file, int block) {
        if (file.held() != null) return file.held()[block];
        byte[] bytes = cache.get(file.number(), block);
        if (bytes != null) return bytes;
        missing.add(new BlockId(file.number(), block));
        throw SealedFiles.MISSING;
    }

    @Override
    public List<BlockId> needed() {
        return List.copyOf(missing);
    }

    @Override
    public boolean supply(BlockId id, byte[] block) {
        if (!missing.contains(id)) return true;              // it came twice
        for (IndexRun input : inputs) {
            if (input.file().number() != id.file()) continue;
            if (!input.file().table().isIntact(id.block(), block)) return false;
            cache.put(id.file(), id.block(), block);
            missing.remove(id);
            return true;
        }
        return super.supply(id, block);
    }

    @Override
    public void step(FileSink sink) {
        check(missing.isEmpty(), "a step is taken when its blocks are here");
        if (merge == null) {
            IndexRun[] runs = inputs.stream().map(input -> input.through(this)).toArray(IndexRun[]::new);
            merge = new IndexMerge(runs, new FileWriter(sink, number, files.inMemory()));
        }
        try {
            if (merge.step(KEYS_PER_STEP)) run = merge.finish(kind, files);
        } catch (SealedFiles.Missing noted) {
            // It goes on from here when the block has come.
        }
    }

    @Override
    public boolean isDone() {
        return run != null;
    }

    @Override
    public Progress progress() {
        return merge == null ? new Progress(0, 1) : merge.progress();
    }

    @Override
    void install(LedgerState state) {
        for (IndexRun input : inputs) state.files.remove(input.file());
        state.files.add(run.file());
        state.indexOf(kind).replace(inputs, run);
    }

    @Override
    public String toString() {
        String records = kind == FileKind.ACCOUNT_RUN ? "accounts " : "transfers ";
        return "merged index of " + records + first() + " … " + (end() - 1);
    }
}
