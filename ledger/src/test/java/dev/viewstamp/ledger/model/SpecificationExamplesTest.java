package dev.viewstamp.ledger.model;

import static dev.viewstamp.ledger.TransferFlags.BALANCING_DEBIT;
import static dev.viewstamp.ledger.TransferFlags.CLOSING_DEBIT;
import static dev.viewstamp.ledger.TransferFlags.IMPORTED;
import static dev.viewstamp.ledger.TransferFlags.LINKED;
import static dev.viewstamp.ledger.TransferFlags.PENDING;
import static dev.viewstamp.ledger.TransferFlags.POST_PENDING_TRANSFER;
import static dev.viewstamp.ledger.TransferFlags.VOID_PENDING_TRANSFER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.viewstamp.ledger.Account;
import dev.viewstamp.ledger.AccountBalance;
import dev.viewstamp.ledger.AccountFilter;
import dev.viewstamp.ledger.AccountFlags;
import dev.viewstamp.ledger.ChangeEvent;
import dev.viewstamp.ledger.Transfer;
import dev.viewstamp.ledger.Uint128;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The example vectors of ledger spec §24, told to the ledger and to the model. */
class SpecificationExamplesTest {
    private static final String BOTH = "dev.viewstamp.ledger.model.LedgerDesk#both";
    private static final Uint128 ALL = Uint128.MAX;

    @ParameterizedTest
    @MethodSource(BOTH)
    void v1ChainsAndRememberedIds(LedgerDesk desk) {
        expect("2/C 3/C", desk.create(account(1, 0), account(2, AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS)));
        expect("5/1 5/46 7/1 8/C 9/54 10/1 11/68 12/2", desk.create(
                move(10, 1, 2, 5, LINKED),
                move(10, 1, 2, 5, LINKED),
                move(11, 1, 2, 5, 0),
                move(12, 1, 2, 5, 0),
                move(13, 2, 1, 6, LINKED),
                move(14, 1, 2, 1, 0),
                move(13, 1, 2, 1, 0),
                move(15, 1, 2, 1, LINKED)));
        assertEquals(Uint128.of(5), desk.account(1).debitsPosted());
        assertEquals(Uint128.of(5), desk.account(2).creditsPosted());
        for (long id : new long[] {10, 11, 13, 14, 15}) assertNull(desk.transfer(id));
        assertNotNull(desk.transfer(12));
    }

    @ParameterizedTest
    @MethodSource(BOTH)
    void v2TwoPhase(LedgerDesk desk) {
        desk.create(account(1, 0), account(2, 0));
        expect("5/C 6/C 7/C 8/C", desk.create(
                move(20, 1, 2, 10, PENDING).toBuilder().userData128(7).build(),
                move(21, 1, 2, 10, PENDING),
                move(22, 1, 2, 10, PENDING),
                move(23, 1, 2, 4, 0)));
        expect("10/C 10/46 12/39 13/31 14/C 14/46 16/39 17/32 18/C 19/34 20/33 21/25 22/68 23/26", desk.create(
                post(30, 20, 4),
                move(30, 1, 2, 4, POST_PENDING_TRANSFER).toBuilder().pendingId(20).build(),
                post(30, 20, ALL),
                post(31, 21, 11),
                post(31, 21, ALL),
                post(31, 21, 10),
                post(31, 21, 11),
                cancel(32, 22, 9),
                cancel(32, 22, 0),
                cancel(33, 22, 0),
                post(34, 20, 0),
                post(35, 99, 0),
                move(35, 1, 2, 1, 0),
                post(36, 23, 0)));
        assertEquals(Uint128.of(4), desk.transfer(30).amount());
        assertEquals(Uint128.of(7), desk.transfer(30).userData128());
        assertEquals(Uint128.of(10), desk.transfer(31).amount());
        assertEquals(Uint128.of(10), desk.transfer(32).amount());
        assertEquals(Uint128.ZERO, desk.account(1).debitsPending());
        assertEquals(Uint128.of(18), desk.account(1).debitsPosted());
    }

    @ParameterizedTest
    @MethodSource(BOTH)
    void v3Balancing(LedgerDesk desk) {
        desk.create(account(1, AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS), account(2, 0));
        Transfer all = move(42, 1, 2, 0, BALANCING_DEBIT);
        expect("5/C 6/C 7/C 8/39 7/46 10/54 11/C", desk.create(
                move(40, 2, 1, 100, 0),
                move(41, 1, 2, 30, PENDING),
                all.toBuilder().amount(ALL).build(),
                all.toBuilder().amount(69).build(),
                all.toBuilder().amount(70).build(),
                move(43, 1, 2, 1, 0),
                move(44, 1, 2, 5, BALANCING_DEBIT)));
        assertEquals(11, desk.timestamp());
        assertEquals(Uint128.of(70), desk.transfer(42).amount());
        assertEquals(Uint128.ZERO, desk.transfer(44).amount());
        assertEquals(Uint128.of(30), desk.account(1).debitsPending());
        assertEquals(Uint128.of(70), desk.account(1).debitsPosted());
        assertEquals(Uint128.of(100), desk.account(1).creditsPosted());
    }

    @ParameterizedTest
    @MethodSource(BOTH)
    void v4Closing(LedgerDesk desk) {
        desk.create(account(1, 0), account(2, 0));
        expect("5/C 6/C 7/65 8/65 9/65 10/C 11/C 12/C 13/68", desk.create(
                move(50, 1, 2, 8, PENDING),
                move(51, 1, 2, 0, PENDING | CLOSING_DEBIT),
                move(52, 1, 2, 1, 0),
                post(53, 50, 8),
                post(54, 51, 0),
                cancel(55, 50, 0),
                cancel(56, 51, 0),
                move(57, 1, 2, 1, 0),
                move(52, 1, 2, 1, 0)));
        assertFalse(desk.account(1).has(AccountFlags.CLOSED));
    }

    @ParameterizedTest
    @MethodSource(BOTH)
    void v5Imported(LedgerDesk desk) {
        desk.wall(100);
        expect("10/C 102/26 20/C 104/22 104/C", desk.create(
                imported(1, 10), imported(2, 10), imported(2, 20), account(3, 0), imported(3, 104)));
        assertEquals(105, desk.timestamp());
        expect("107/60 30/C 109/63 40/1 111/60 31/C 31/46", desk.create(
                imported(60, 20, 0),
                imported(60, 30, 0),
                imported(61, 31, PENDING).toBuilder().timeout(1).build(),
                imported(61, 40, LINKED),
                imported(62, 40, 0),
                imported(61, 31, 0),
                imported(61, 5, 0)));
        assertEquals(113, desk.timestamp());
        expect("115/26 116/26", desk.create(imported(9, 30), imported(9, 25)));
        assertEquals(116, desk.timestamp());
    }

    @ParameterizedTest
    @MethodSource(BOTH)
    void v6Expiry(LedgerDesk desk) {
        desk.create(account(1, AccountFlags.HISTORY), account(2, 0));
        expect("5/C 6/C 7/C", desk.create(
                move(70, 1, 2, 3, PENDING).toBuilder().timeout(2).build(),
                move(71, 1, 2, 4, PENDING).toBuilder().timeout(1).build(),
                move(72, 1, 2, 0, PENDING | CLOSING_DEBIT).toBuilder().timeout(1).build()));
        desk.wall(1_000_000_009);
        expect("1000000010/35", desk.create(post(80, 71, ALL)));
        desk.pulse();
        assertEquals(1_000_008_201, desk.timestamp());
        desk.wall(1_000_008_202);
        expect("1000008203/35 1000008204/C", desk.create(post(80, 71, ALL), cancel(81, 70, 0)));
        List<ChangeEvent> events = desk.changeEvents();
        assertEquals("5 6 7 1000008200 1000008201 1000008204",
                join(events.stream().map(ChangeEvent::timestamp).toList()));
        assertEquals(ChangeEvent.Type.TWO_PHASE_EXPIRED, events.get(3).type());
        assertEquals("70 71 72 71 72 81", join(events.stream().map(e -> e.transfer().id()).toList()));
        assertEquals(Uint128.of(3), events.get(4).debitAccount().debitsPending());
        assertFalse(events.get(4).debitAccount().has(AccountFlags.CLOSED));
        List<AccountBalance> history = desk.balances(AccountFilter.builder().accountId(1).limit(10).build());
        assertEquals("5 6 7 1000008204", join(history.stream().map(AccountBalance::timestamp).toList()));
        assertEquals("3 7 7 0", join(history.stream().map(AccountBalance::debitsPending).toList()));
        assertEquals(Uint128.ZERO, desk.account(1).debitsPending());
        assertFalse(desk.account(1).has(AccountFlags.CLOSED));
    }

    private static void expect(String results, List<String> actual) {
        assertEquals(results, String.join(" ", actual));
    }

    private static String join(List<?> values) {
        return String.join(" ", values.stream().map(Object::toString).toList());
    }

    private static Account account(long id, int flags) {
        return Account.builder().id(id).ledger(1).code(1).flags(flags).build();
    }

    private static Account imported(long id, long timestamp) {
        return account(id, AccountFlags.IMPORTED).toBuilder().timestamp(timestamp).build();
    }

    private static Transfer imported(long id, long timestamp, int flags) {
        return move(id, 1, 2, 1, IMPORTED | flags).toBuilder().timestamp(timestamp).build();
    }

    private static Transfer move(long id, long debit, long credit, long amount, int flags) {
        return Transfer.builder().id(id).debit(debit).credit(credit).amount(amount).ledger(1).code(1).flags(flags)
                .build();
    }

    private static Transfer post(long id, long pendingId, long amount) {
        return post(id, pendingId, Uint128.of(amount));
    }

    private static Transfer post(long id, long pendingId, Uint128 amount) {
        return Transfer.builder().id(id).pendingId(pendingId).amount(amount).flags(POST_PENDING_TRANSFER).build();
    }

    private static Transfer cancel(long id, long pendingId, long amount) {
        return Transfer.builder().id(id).pendingId(pendingId).amount(amount).flags(VOID_PENDING_TRANSFER).build();
    }
}
