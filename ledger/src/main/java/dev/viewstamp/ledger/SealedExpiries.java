package dev.viewstamp.ledger;

/**
 * A segment of the events of expiries in its file: the blocks of {@link EventStream}, then a block with the ordinal,
 * u64, of the first event of each.
 */
record SealedExpiries(SealedFile file, long[] firstOrdinals) {
    static byte[] encodeOutline(long[] firstOrdinals) {
        byte[] outline = new byte[firstOrdinals.length * Long.BYTES];
        for (int i = 0; i < firstOrdinals.length; i++) LittleEndian.putU64(outline, i * Long.BYTES, firstOrdinals[i]);
        return outline;
    }

    /** @param outline the file's last block, verified */
    static SealedExpiries read(SealedFile file, byte[] outline) {
        long[] firstOrdinals = new long[file.blocks() - 1];
        for (int i = 0; i < firstOrdinals.length; i++) firstOrdinals[i] = LittleEndian.u64(outline, i * Long.BYTES);
        return new SealedExpiries(file, firstOrdinals);
    }
}
