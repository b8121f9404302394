package dev.viewstamp.ledger.model;

import dev.viewstamp.ledger.LedgerFiles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * Files that behave as on a disk: what is read is a copy with rubbish behind it, and whoever breaks the
 * port's rules is told.
 */
final class ColdFiles implements LedgerFiles {
    private static final class File {
        final List<byte[]> blocks = new ArrayList<>();
        final List<byte[]> given = new ArrayList<>();        // the arrays themselves, until it is sealed
        boolean sealed;
    }

    private final TreeMap<Long, File> files = new TreeMap<>();

    @Override
    public void create(long file) {
        files.put(file, new File());
    }

    @Override
    public void append(long file, byte[] block) {
        if (block.length > BLOCK_SIZE) throw new IllegalStateException("block of " + block.length + " bytes");
        File target = of(file);
        if (target.sealed) throw new IllegalStateException("file " + file + " is sealed");
        target.blocks.add(block.clone());
        target.given.add(block);
    }

    @Override
    public void seal(long file) {
        File complete = of(file);
        complete.sealed = true;
        for (int block = 0; block < complete.blocks.size(); block++) {
            if (!Arrays.equals(complete.blocks.get(block), complete.given.get(block))) {
                throw new IllegalStateException("block " + block + " of file " + file + " changed too early");
            }
        }
        complete.given.clear();
    }

    @Override
    public byte[] readBlock(long file, int block) {
        if (!of(file).sealed) throw new IllegalStateException("file " + file + " is not sealed");
        byte[] bytes = of(file).blocks.get(block);
        byte[] read = Arrays.copyOf(bytes, BLOCK_SIZE);
        Arrays.fill(read, bytes.length, read.length, (byte) 0x5A);
        return read;
    }

    @Override
    public void delete(long file) {
        of(file);
        files.remove(file);
    }

    /** What another replica's files have that these have not, or the reverse; null if all are equal. */
    String difference(ColdFiles other) {
        if (!files.keySet().equals(other.files.keySet())) {
            return "files " + files.keySet() + ", " + other.files.keySet();
        }
        for (long file : files.keySet()) {
            String difference = difference(other, file);
            if (difference != null) return difference;
        }
        return null;
    }

    /** Where one file differs from another replica's; null if they are equal. */
    String difference(ColdFiles other, long file) {
        List<byte[]> blocks = of(file).blocks;
        List<byte[]> others = other.of(file).blocks;
        if (blocks.size() != others.size()) return "blocks of file " + file;
        for (int i = 0; i < blocks.size(); i++) {
            int at = Arrays.mismatch(blocks.get(i), others.get(i));
            if (at >= 0) return "byte " + at + " of block " + i + " of " + blocks.size() + " of file " + file;
        }
        return null;
    }

    List<Long> numbers() {
        return List.copyOf(files.keySet());
    }

    /** As it would be on a disk: blocks begin every 64 KiB. */
    long length(long file) {
        List<byte[]> blocks = of(file).blocks;
        return (blocks.size() - 1L) * BLOCK_SIZE + blocks.get(blocks.size() - 1).length;
    }

    private File of(long file) {
        File found = files.get(file);
        if (found == null) throw new IllegalStateException("there is no file " + file);
        return found;
    }
}
