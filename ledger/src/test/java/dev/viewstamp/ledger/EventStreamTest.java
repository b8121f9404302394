package dev.viewstamp.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EventStreamTest {
    private static final int SEGMENT = 1024;

    private record Written(
            long[] balances, boolean debitClosed, boolean creditClosed, long requestedHi, long requestedLo,
            boolean isRequested, int pendingFlags, long timestamp, long position) {}

    private final SealedFiles files = new SealedFiles(new DetachedFiles(), 3);
    private final AccountStore accounts = new AccountStore(0, 0);
    private final EventStream stream = new EventStream(PageKind.EVENTS, files, new SpareBlocks(), SEGMENT);
    private final List<Written> written = new ArrayList<>();
    private final SplittableRandom random = new SplittableRandom(9);

    private void write() {
        long[] balances = new long[16];
        for (int i = 0; i < 16; i++) balances[i] = number();
        Written event = new Written(balances, random.nextBoolean(), random.nextBoolean(), number(), number(),
                random.nextInt(4) == 0, random.nextInt(3) == 0 ? random.nextInt(1, 512) : 0,
                random.nextInt(3) == 0 ? random.nextLong(1, 1L << 62) : 0, random.nextLong(1L << 40));
        accounts.restore(0, event.debitClosed ? AccountFlags.CLOSED : 0, balances, 0);
        accounts.restore(1, event.creditClosed ? AccountFlags.CLOSED : 0, balances, 8);
        stream.begin(accounts, 0, 1);
        if (event.pendingFlags != 0) stream.pendingFlags(event.pendingFlags);
        if (event.isRequested) stream.requested(event.requestedHi, event.requestedLo);
        if (event.timestamp != 0) stream.expiry(event.timestamp, event.position);
        stream.end();
        written.add(event);
    }

    /** Of any length, the ends of the range often. */
    private long number() {
        return switch (random.nextInt(5)) {
            case 0 -> 0;
            case 1 -> -1L;
            default -> random.nextLong() >>> random.nextInt(64);
        };
    }

    private void seal() {
        byte[][] blocks = stream.segment(stream.sealedEvents());
        FileWriter file = new FileWriter(files.port(), files.takeNumber(), false);
        for (byte[] block : blocks) file.append(block);
        stream.seal(file.seal(FileKind.EXPIRIES, stream.sealedEvents(), stream.sealedEvents() + SEGMENT), 0,
                blocks.length);
    }

    private void compare(int ordinal) {
        EventStream.Event event = new EventStream.Event();
        stream.read(ordinal, event);
        Written expected = written.get(ordinal);
        assertEquals(Arrays.toString(expected.balances), Arrays.toString(event.balances), "event " + ordinal);
        assertEquals(expected.debitClosed, event.isDebitClosed);
        assertEquals(expected.creditClosed, event.isCreditClosed);
        assertEquals(expected.pendingFlags, event.pendingFlags);
        assertEquals(expected.isRequested, event.isRequestedAmount);
        if (expected.isRequested) {
            assertEquals(expected.requestedHi, event.requestedHi);
            assertEquals(expected.requestedLo, event.requestedLo);
        }
        if (expected.timestamp != 0) {
            assertEquals(expected.timestamp, event.timestamp);
            assertEquals(expected.position, event.pendingPosition);
        }
    }

    /** Across blocks, segments, sealing, and cuts at any place. */
    @Test
    void givesBackWhatWasWritten() {
        byte[] account = new byte[AccountLayout.SIZE];
        accounts.reserve(2);
        accounts.append(account, 0, 1);
        account[0] = 1;
        accounts.append(account, 0, 2);
        for (int step = 0; step < 400; step++) {
            int more = random.nextInt(60);
            for (int i = 0; i < more; i++) write();
            if (random.nextInt(3) == 0) {
                int cut = (int) Math.min(random.nextInt(80), stream.size() - stream.sealedEvents());
                stream.truncate(stream.size() - cut);
                written.subList(written.size() - cut, written.size()).clear();
            }
            while (stream.size() - stream.sealedEvents() >= SEGMENT + 100) seal();
            for (int i = 0; i < 5 && !written.isEmpty(); i++) compare(random.nextInt(written.size()));
        }
        assertEquals(written.size(), stream.size());
        for (int ordinal = 0; ordinal < written.size(); ordinal++) compare(ordinal);
    }
}
