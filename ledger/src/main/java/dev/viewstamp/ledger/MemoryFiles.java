package dev.viewstamp.ledger;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Files that live as long as the process. Not thread-safe. */
public final class MemoryFiles implements LedgerFiles {
    private final Map<Long, List<byte[]>> files = new HashMap<>();           // never iterated

    @Override
    public void create(long file) {
        files.put(file, new ArrayList<>());
    }

    @Override
    public void append(long file, byte[] block) {
        files.get(file).add(block);
    }

    @Override
    public void seal(long file) {
        // Nothing to flush.
    }

    @Override
    public byte[] readBlock(long file, int block) {
        return files.get(file).get(block);
    }

    @Override
    public void delete(long file) {
        files.remove(file);
    }

    @Override
    public boolean inMemory() {
        return true;
    }
}
