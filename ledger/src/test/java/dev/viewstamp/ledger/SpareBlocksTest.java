package dev.viewstamp.ledger;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SpareBlocksTest {
    private static final int SEGMENT = 1024;

    private final SpareBlocks spares = new SpareBlocks();

    @Test
    void aBlockGivenBackIsTakenNext() {
        byte[] block = spares.take();
        assertNotSame(block, spares.take());
        spares.give(block);
        assertSame(block, spares.take());
    }

    @Test
    void blocksThatAFrozenStateMayReadAreLeftAlone() {
        byte[] block = spares.take();
        spares.freeze();
        spares.give(block);
        assertNotSame(block, spares.take());
        spares.release();
        assertNotSame(block, spares.take());
    }

    /** Files must be equal on all replicas, which fill other blocks again, and other ones. */
    @Test
    void whatABlockHeldBeforeIsNotSeen() {
        for (int blocks = 0; blocks < 4; blocks++) {
            byte[] garbage = new byte[BlockList.BLOCK];
            Arrays.fill(garbage, (byte) 0xAA);
            spares.give(garbage);
        }
        assertArrayEquals(events(new SpareBlocks()), events(spares));
        for (int blocks = 0; blocks < 4; blocks++) {
            byte[] garbage = new byte[BlockList.BLOCK];
            Arrays.fill(garbage, (byte) 0xAA);
            spares.give(garbage);
        }
        for (int segment : new int[] {64, 512, 1024}) {
            assertArrayEquals(transfers(new SpareBlocks(), segment), transfers(spares, segment));
        }
    }

    /** The blocks of a segment of events, with some undone on the way. */
    private static byte[][] events(SpareBlocks spares) {
        SplittableRandom random = new SplittableRandom(3);
        AccountStore accounts = new AccountStore(0, 0);
        byte[] account = new byte[AccountLayout.SIZE];
        accounts.reserve(2);
        accounts.append(account, 0, 1);
        account[0] = 1;
        accounts.append(account, 0, 2);
        SealedFiles files = new SealedFiles(new DetachedFiles(), 3);
        EventStream stream = new EventStream(PageKind.EVENTS, files, spares, SEGMENT);
        while (stream.size() < SEGMENT) {
            long[] balances = random.longs(16).toArray();
            accounts.restore(0, 0, balances, 0);
            accounts.restore(1, 0, balances, 8);
            stream.begin(accounts, 0, 1);
            if (random.nextInt(4) == 0) stream.requested(random.nextLong(), random.nextLong());
            stream.end();
            if (random.nextInt(8) == 0) stream.truncate(stream.size() - Math.min(stream.size(), random.nextInt(12)));
        }
        return stream.segment(0);
    }

    private static byte[][] transfers(SpareBlocks spares, int segment) {
        SealedFiles files = new SealedFiles(new DetachedFiles(), 3);
        TransferStore store = new TransferStore(new IdIndex(7, 0), files, spares, segment, new OpenPending());
        store.reserve(segment);
        byte[] transfer = new byte[TransferLayout.SIZE];
        for (int i = 1; i <= segment; i++) {
            LittleEndian.putU64(transfer, TransferLayout.ID, i);
            store.append(transfer, 0, store.hash(i, 0), i);
        }
        return store.segment(0);
    }
}
