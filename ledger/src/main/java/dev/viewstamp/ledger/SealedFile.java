package dev.viewstamp.ledger;

/**
 * A file that is complete and never changes.
 *
 * @param blocks in number, without its table
 * @param first  range of positions, indexes or ordinals that it covers
 * @param end    exclusive
 * @param table  of what its blocks must be; null for files in memory
 * @param held   its blocks, for files in memory; else null
 */
record SealedFile(int number, FileKind kind, int blocks, long first, long end, BlockTable table, byte[][] held) {
    Manifest.File entry() {
        return new Manifest.File(number, kind, blocks, first, end, table.checksum());
    }

    /** Who can give a block of a sealed file; throws {@link SealedFiles.Missing} if it cannot right now. */
    interface Source {
        byte[] read(SealedFile file, int block);
    }
}
