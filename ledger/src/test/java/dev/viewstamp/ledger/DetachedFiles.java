package dev.viewstamp.ledger;

/** Files as a disk has them: what was appended is out of reach, and every read brings a fresh copy. */
public final class DetachedFiles implements LedgerFiles {
    private final MemoryFiles files = new MemoryFiles();
    private long reads;

    /** Blocks read so far. */
    public long reads() {
        return reads;
    }

    @Override
    public void create(long file) {
        files.create(file);
    }

    @Override
    public void append(long file, byte[] block) {
        files.append(file, block.clone());
    }

    @Override
    public void seal(long file) {
        files.seal(file);
    }

    @Override
    public byte[] readBlock(long file, int block) {
        reads++;
        return files.readBlock(file, block).clone();
    }

    @Override
    public void delete(long file) {
        files.delete(file);
    }
}
