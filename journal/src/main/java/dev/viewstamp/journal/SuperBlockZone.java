package dev.viewstamp.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads and writes the superblock's four copies through {@link Storage}. Blocking; one caller at a time.
 * Whoever needs the single writes apart (a simulator whose crash falls between them) uses {@link #offset},
 * {@link SuperBlock#toBytes} and {@link SuperBlockQuorum#isWritten} directly, in the order of {@link
 * #write}.
 */
public final class SuperBlockZone {
    /** Bytes of the zone. */
    public static final int SIZE = SuperBlock.COPY_COUNT * SuperBlock.COPY_SIZE;

    private final Storage storage;
    private final ByteBuffer buffer = Storage.allocate(SuperBlock.COPY_SIZE);

    public SuperBlockZone(Storage storage) {
        this.storage = storage;
    }

    /** Place of a copy in zone {@link Storage.Zone#SUPERBLOCK}. */
    public static long offset(int copy) {
        return (long) copy * SuperBlock.COPY_SIZE;
    }

    /** The four places' bytes, unverified. */
    public List<byte[]> readCopies() throws IOException {
        List<byte[]> copies = new ArrayList<>();
        for (int copy = 0; copy < SuperBlock.COPY_COUNT; copy++) {
            buffer.clear();
            storage.read(Storage.Zone.SUPERBLOCK, offset(copy), buffer);
            byte[] bytes = new byte[SuperBlock.COPY_SIZE];
            buffer.flip().get(bytes);
            copies.add(bytes);
        }
        return copies;
    }

    /** The trusted superblock, without touching the disk: for looking at a stopped replica. */
    public SuperBlock inspect() throws IOException, SuperBlockException {
        return SuperBlockQuorum.open(readCopies()).superBlock();
    }

    /** The trusted superblock, after bad or misplaced copies were written anew and at least three read back right. */
    public SuperBlock open() throws IOException, SuperBlockException {
        SuperBlockQuorum quorum = SuperBlockQuorum.open(readCopies());
        List<Integer> repairs = quorum.repairs();
        for (int place : repairs) {
            writeCopy(quorum.superBlock(), place);
        }
        if (!repairs.isEmpty()) {
            verify(quorum.superBlock());
        }
        return quorum.superBlock();
    }

    /**
     * Writes copies 0 to 3 one after another, reads them back, and returns when three or more are right;
     * only then may anything that depends on it be sent.
     *
     * @throws IOException fatal: the superblock on disk is then this one or the one before
     */
    public void write(SuperBlock next) throws IOException {
        for (int copy = 0; copy < SuperBlock.COPY_COUNT; copy++) {
            writeCopy(next, copy);
        }
        verify(next);
    }

    private void writeCopy(SuperBlock superBlock, int copy) throws IOException {
        buffer.clear().put(superBlock.toBytes(copy)).flip();
        storage.write(Storage.Zone.SUPERBLOCK, offset(copy), buffer);
    }

    private void verify(SuperBlock expected) throws IOException {
        if (!SuperBlockQuorum.isWritten(expected, readCopies())) {
            throw new IOException("superblock: fewer than " + SuperBlockQuorum.VERIFY_MIN
                    + " copies read back as written; the disk loses writes");
        }
    }
}
