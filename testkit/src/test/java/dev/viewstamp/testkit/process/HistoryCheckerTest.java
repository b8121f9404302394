package dev.viewstamp.testkit.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.ledger.MultiBatch;
import dev.viewstamp.ledger.Operation;
import dev.viewstamp.ledger.Transfer;
import dev.viewstamp.ledger.TransferFlags;
import dev.viewstamp.ledger.Uint128;
import dev.viewstamp.ledger.model.ModelLedger;
import dev.viewstamp.testkit.check.Violation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Histories with an explanation, and without. Times: a request of step i lasts from 10 i to 10 i + 5. */
class HistoryCheckerTest {
    private static final int BODY_MAX = 16 << 10;
    private static final long SECOND = 1_000_000_000;
    private static final StormWorkload.Ask ACCOUNTS = StormWorkload.first();
    private static final Uint128 PAYER = ACCOUNTS.mark();

    private final ModelLedger ledger = new ModelLedger(BODY_MAX);
    private final List<HistoryEntry> history = new ArrayList<>();
    private long timestamp = 100;

    HistoryCheckerTest() {
        write(0, ACCOUNTS.operation(), ACCOUNTS.body());
    }

    @Test
    void whatHappenedOneAfterTheOtherIsExplained() {
        pay(1, 7);
        byte[] seen = look();
        read(2, seen);
        pay(3, 8);
        assertEquals(new HistoryChecker.Report(3, 1, 0, 0, 0), check());
    }

    @Test
    void aReadMayFallBetweenWritesThatWereUnderWay() {
        pay(1, 7);
        byte[] between = look();
        HistoryEntry slow = pay(2, 8);
        replaceLast(new HistoryEntry(1, slow.operation(), slow.body(), 1, 95, slow.reply(), slow.timestamp()));
        read(3, between);
        check();
    }

    @Test
    void aReadOfThePastIsNot() {
        byte[] before = look();
        pay(1, 7);
        read(2, before);
        assertTrue(refused().contains("fits nowhere"));
    }

    @Test
    void twoReadsInTheWrongOrderAreNot() {
        byte[] before = look();
        HistoryEntry slow = pay(1, 7);
        replaceLast(new HistoryEntry(1, slow.operation(), slow.body(), 1, 95, slow.reply(), slow.timestamp()));
        read(3, look());
        read(5, before);
        assertTrue(refused().contains("fits nowhere"));
    }

    @Test
    void anAnswerThatTheModelWouldNotGiveIsNot() {
        HistoryEntry paid = pay(1, 7);
        byte[] other = paid.reply().clone();
        other[8] ^= 1;                                          // its status
        replaceLast(new HistoryEntry(0, paid.operation(), paid.body(), 10, 15, other, paid.timestamp()));
        assertTrue(refused().contains("otherwise"));
    }

    @Test
    void anAcknowledgedWriteThatIsGoneIsNot() {
        byte[] without = look();
        pay(1, 7);
        read(2, look());
        pay(3, 8);
        read(4, without);
        assertTrue(refused().contains("fits nowhere"));
    }

    @Test
    void timestampsAgainstTheClockAreNot() {
        HistoryEntry first = pay(5, 7);
        HistoryEntry second = pay(1, 8);
        assertTrue(first.timestamp() < second.timestamp());
        assertTrue(refused().contains("stands after it"));
    }

    @Test
    void theSameTimestampTwiceIsNot() {
        HistoryEntry paid = pay(1, 7);
        history.add(HistoryEntry.answered(1, paid.operation(), transfer(8), 20, 25, paid.reply()));
        assertTrue(refused().contains("overlap"));
    }

    /** Whether or not it was executed, others saw the same; here they saw it. */
    @Test
    void anUnansweredRequestCountsFromWhereItWasFound() {
        HistoryEntry paid = pay(1, 7);
        HistoryEntry unknown = HistoryEntry.unanswered(0, paid.operation(), paid.body(), 10);
        replaceLast(unknown.settled(paid.timestamp()));
        read(2, look());
        assertEquals(new HistoryChecker.Report(2, 1, 1, 1, 0), check());
        history.set(1, unknown);
        assertTrue(refused().contains("fits nowhere"), "what nobody wrote was read");
    }

    /** Nobody asked for it; that it came, and when, is told by change events. */
    @Test
    void aPulseExplainsWhatIsNoLongerPending() {
        byte[] before = look();
        byte[] id = hold(1, 7);
        pulse(id, SECOND);
        assertArrayEquals(before, look());
        read(3, look());
        assertEquals(new HistoryChecker.Report(2, 1, 0, 0, 1), check());
        history.remove(2);
        assertTrue(refused().contains("fits nowhere"), "what nobody expired is gone");
    }

    @Test
    void aPulseBeforeItsTimeIsNone() {
        byte[] before = look();
        byte[] id = hold(1, 7);
        pulse(id, SECOND - 1);
        read(3, before);
        assertTrue(refused().contains("fits nowhere"));
    }

    /** A payment on hold for a second. Answers its id. */
    private byte[] hold(int step, long id) {
        byte[] event = new byte[128];
        Transfer.builder().id(id).debit(PAYER).credit(new Uint128(0, PAYER.lo() + 1)).amount(1).ledger(77).code(1)
                .flags(TransferFlags.PENDING).timeout(1).build().writeTo(event, 0);
        write(step, Operation.CREATE_TRANSFERS, MultiBatch.encode(128, event));
        return Arrays.copyOf(event, 16);
    }

    private void pulse(byte[] id, long later) {
        timestamp += later;
        ledger.execute(Operation.PULSE.code(), timestamp, new byte[0]);
        history.add(HistoryEntry.pulse(id, timestamp));
    }

    private HistoryChecker.Report check() {
        return new HistoryChecker(BODY_MAX).check(history);
    }

    private String refused() {
        return assertThrows(Violation.class, this::check).getMessage();
    }

    private HistoryEntry pay(int step, long id) {
        return write(step, Operation.CREATE_TRANSFERS, transfer(id));
    }

    private static byte[] transfer(long id) {
        byte[] event = new byte[128];
        Transfer.builder().id(id).debit(PAYER).credit(new Uint128(0, PAYER.lo() + 1)).amount(1).ledger(77).code(1)
                .build().writeTo(event, 0);
        return MultiBatch.encode(128, event);
    }

    private HistoryEntry write(int step, Operation operation, byte[] body) {
        timestamp += MultiBatch.elements(body, 0);
        HistoryEntry entry = answered(step, operation, body, timestamp,
                ledger.execute(operation.code(), timestamp, body));
        history.add(entry);
        return entry;
    }

    private static HistoryEntry answered(int step, Operation operation, byte[] body, long timestamp, byte[] reply) {
        HistoryEntry entry = HistoryEntry.answered(0, operation, body, 10L * step, 10L * step + 5, reply);
        assertEquals(timestamp, entry.timestamp());
        return entry;
    }

    private byte[] look() {
        StormWorkload.Ask look = StormWorkload.look(ACCOUNTS.operation(), ACCOUNTS.body());
        return ledger.execute(look.operation().code(), timestamp, look.body());
    }

    private void read(int step, byte[] reply) {
        StormWorkload.Ask look = StormWorkload.look(ACCOUNTS.operation(), ACCOUNTS.body());
        history.add(HistoryEntry.answered(2, look.operation(), look.body(), 10L * step, 10L * step + 5, reply));
    }

    private void replaceLast(HistoryEntry entry) {
        history.set(history.size() - 1, entry);
    }
}
