package dev.viewstamp.ledger;

/** Records of a range of positions in blocks that never change: what a job works on. */
final class HeldRecords implements TailIndex.Records {
    private final byte[][] blocks;
    private final long firstBlock;
    private final int blockBits;

    /**
     * @param firstBlock number of the first of these blocks in the row of all
     * @param blockBits  log 2 of the records per block
     */
    HeldRecords(byte[][] blocks, long firstBlock, int blockBits) {
        this.blocks = blocks;
        this.firstBlock = firstBlock;
        this.blockBits = blockBits;
    }

    @Override
    public byte[] block(long position) {
        return blocks[(int) ((position >>> blockBits) - firstBlock)];
    }

    @Override
    public int at(long position) {
        return TransferStore.offset(position);               // accounts lie in their pages in the same way
    }
}
