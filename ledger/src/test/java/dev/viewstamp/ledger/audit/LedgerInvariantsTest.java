package dev.viewstamp.ledger.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.ledger.Account;
import dev.viewstamp.ledger.AccountFlags;
import dev.viewstamp.ledger.AccountLayout;
import dev.viewstamp.ledger.CreateResultLayout;
import dev.viewstamp.ledger.EventRecordLayout;
import dev.viewstamp.ledger.Ledger;
import dev.viewstamp.ledger.LedgerOptions;
import dev.viewstamp.ledger.LittleEndian;
import dev.viewstamp.ledger.MultiBatch;
import dev.viewstamp.ledger.Operation;
import dev.viewstamp.ledger.QueryFilter;
import dev.viewstamp.ledger.QueryFilterFlags;
import dev.viewstamp.ledger.QueryFilterLayout;
import dev.viewstamp.ledger.RequestRules;
import dev.viewstamp.ledger.Transfer;
import dev.viewstamp.ledger.TransferFlags;
import dev.viewstamp.ledger.TransferLayout;
import dev.viewstamp.ledger.Uint128;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A true state passes; each lie about it is found, under the number of the invariant it breaks. */
class LedgerInvariantsTest {
    private static final int DEBITS_PENDING = AccountLayout.DEBITS_PENDING;
    private static final int DEBITS_POSTED = AccountLayout.DEBITS_POSTED;

    private final Ledger ledger = new Ledger(LedgerOptions.defaults());

    /**
     * Accounts 1 to 4 (2 limits its debits, 4 was created closed). Transfers 1: plain, 2: pending, 3:
     * pending and posted by 4, 5: pending and voided by 6, 7: pending and expired, 8: closes account 3. Id
     * 9 has failed.
     */
    @BeforeEach
    void aLittleOfEverything() {
        execute(Operation.CREATE_ACCOUNTS, 5, Account.builder().id(1).ledger(1).code(1).build()::writeTo,
                Account.builder().id(2).ledger(1).code(1).flags(AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS)
                        .build()::writeTo,
                Account.builder().id(3).ledger(1).code(1).build()::writeTo,
                Account.builder().id(4).ledger(1).code(1).flags(AccountFlags.CLOSED).build()::writeTo);
        execute(Operation.CREATE_TRANSFERS, 20,
                transfer(1).amount(100).build()::writeTo,
                transfer(2).amount(10).flags(TransferFlags.PENDING).timeout(60).build()::writeTo,
                transfer(3).amount(10).flags(TransferFlags.PENDING).build()::writeTo,
                transfer(4).amount(7).pendingId(3).flags(TransferFlags.POST_PENDING_TRANSFER).build()::writeTo,
                transfer(5).amount(10).flags(TransferFlags.PENDING).build()::writeTo,
                transfer(6).amount(0).pendingId(5).flags(TransferFlags.VOID_PENDING_TRANSFER).build()::writeTo,
                transfer(7).amount(10).flags(TransferFlags.PENDING).timeout(1).build()::writeTo,
                transfer(8).debit(3).amount(0).flags(TransferFlags.PENDING | TransferFlags.CLOSING_DEBIT)
                        .build()::writeTo,
                transfer(9).debit(3).amount(0).build()::writeTo);
        ledger.execute(Operation.PULSE.code(), 2_000_000_000, new byte[0]);
    }

    @Test
    void aTrueStatePasses() {
        LedgerDump dump = LedgerDump.read(dump());
        LedgerInvariants.check(dump);
        assertEquals(4, dump.accounts().size());
        assertEquals(8, dump.transfers().size());
        assertEquals(9, dump.events().size());
        assertEquals(List.of(Uint128.of(9)), dump.failedIds());
        assertEquals(2_000_000_000, dump.commitTimestamp());
    }

    @Test
    void ofAccounts() {
        assertFound(1, d -> add(d, account(1) + DEBITS_POSTED, 1));
        assertFound(1, d -> add(d, account(1) + DEBITS_PENDING, 1));
        assertFound(2, d -> {
            add(d, account(1) + DEBITS_PENDING, 1);
            add(d, account(2) + AccountLayout.CREDITS_PENDING, 1);
        });
        assertFound(3, d -> {
            add(d, account(1) + DEBITS_POSTED, 1);
            add(d, account(2) + AccountLayout.CREDITS_POSTED, 1);
        });
        assertFound(4, d -> {                                // 2^127 posted, 2^127 pending: each for itself would fit
            addHalf(d, transferAt(1) + TransferLayout.AMOUNT);
            addHalf(d, transferAt(2) + TransferLayout.AMOUNT);
            addHalf(d, account(1) + DEBITS_POSTED);
            addHalf(d, account(1) + DEBITS_PENDING);
            addHalf(d, account(2) + AccountLayout.CREDITS_POSTED);
            addHalf(d, account(2) + AccountLayout.CREDITS_PENDING);
        });
        assertFound(5, d -> add(d, account(1) + AccountLayout.FLAGS, AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS));
        assertFound(5, d -> add(d, account(2) + AccountLayout.FLAGS, AccountFlags.CREDITS_MUST_NOT_EXCEED_DEBITS));
        assertFound(15, d -> add(d, account(3) + AccountLayout.FLAGS, -AccountFlags.CLOSED));
        assertFound(15, d -> add(d, account(1) + AccountLayout.FLAGS, AccountFlags.CLOSED));
        assertFound(17, d -> add(d, account(2) + AccountLayout.ID, -1));
        assertFound(17, d -> add(d, account(1) + AccountLayout.ID, -1));
        assertFound(18, d -> LittleEndian.putU64(d, account(2) + AccountLayout.TIMESTAMP, 2));
        assertFound(18, d -> LittleEndian.putU64(d, account(2) + AccountLayout.TIMESTAMP, 0));
    }

    @Test
    void ofTransfers() {
        assertFound(7, d -> LittleEndian.putU64(d, transferAt(1) + TransferLayout.DEBIT_ACCOUNT_ID, 77));
        assertFound(7, d -> add(d, transferAt(1) + TransferLayout.LEDGER, 1));
        assertFound(7, d -> LittleEndian.putU64(d, transferAt(1) + TransferLayout.CREDIT_ACCOUNT_ID, 1));
        assertFound(8, d -> add(d, transferAt(1) + TransferLayout.PENDING_ID, 2));
        assertFound(8, d -> add(d, transferAt(1) + TransferLayout.TIMEOUT, 1));
        assertFound(8, d -> LittleEndian.putU64(d, transferAt(4) + TransferLayout.PENDING_ID, 1));
        assertFound(8, d -> LittleEndian.putU64(d, transferAt(4) + TransferLayout.AMOUNT, 11));
        assertFound(8, d -> LittleEndian.putU64(d, transferAt(6) + TransferLayout.AMOUNT, 9));
        assertFound(8, d -> add(d, transferAt(6) + TransferLayout.CODE, 1));
        assertFound(9, d -> LittleEndian.putU64(d, transferAt(6) + TransferLayout.PENDING_ID, 3));
        assertFound(17, d -> LittleEndian.putU64(d, transferAt(4) + TransferLayout.ID, 9));
        assertFound(18, d -> LittleEndian.putU64(d, transferAt(8) + TransferLayout.TIMESTAMP, 1L << 40));
    }

    /** Statuses of the transfers 2, 3, 5, 7 and 8, in this order. */
    @ParameterizedTest
    @CsvSource({"0, 2, 9", "0, 0, 10", "1, 1, 9", "1, 3, 9", "2, 2, 9", "3, 1, 2", "0, 4, 13", "4, 4, 13"})
    void ofPendingStatuses(int index, int status, int invariant) {
        int at = 8 + 4 * 128 + 8 + 8 * 128 + 8 + 16 + 8 + index * 16 + 8;
        assertFound(invariant, d -> d[at] = (byte) status);
    }

    @Test
    void ofEvents() {
        assertFound(25, d -> add(d, event(0) + EventRecordLayout.DEBIT_DEBITS_POSTED, 1));
        assertFound(25, d -> add(d, event(1) + EventRecordLayout.AMOUNT, 1));
        assertFound(25, d -> add(d, event(3) + EventRecordLayout.PENDING_FLAGS, 1));
        assertFound(25, d -> add(d, event(2) + EventRecordLayout.TIMESTAMP, 1));
        // Account 1 was closed by transfer 1 already, says its event; and then 2 reserves.
        assertFound(16, d -> add(d, event(0) + EventRecordLayout.DEBIT_ACCOUNT_FLAGS, AccountFlags.CLOSED));
        assertFound(25, d -> LittleEndian.putU64(d, event(8) + EventRecordLayout.PENDING_ID, 2));
        assertFound(25, d -> add(d, event(8) + EventRecordLayout.CREDIT_ACCOUNT_FLAGS, AccountFlags.CLOSED));
    }

    @Test
    void aDumpIsReadToItsEndAndNotBeyond() {
        byte[] dump = dump();
        assertThrows(IllegalArgumentException.class, () -> LedgerDump.read(Arrays.copyOf(dump, dump.length - 1)));
        assertThrows(IllegalArgumentException.class, () -> LedgerDump.read(Arrays.copyOf(dump, dump.length + 1)));
    }

    @Test
    void ofSuccession() {
        LedgerDump before = LedgerDump.read(dump());
        SuccessionInvariants.check(before, before);
        execute(Operation.CREATE_TRANSFERS, 2_000_000_010L,
                transfer(20).amount(0).pendingId(8).flags(TransferFlags.VOID_PENDING_TRANSFER).build()::writeTo);
        SuccessionInvariants.check(before, LedgerDump.read(dump()));
        assertFound(14, before, d -> add(d, account(1) + AccountLayout.USER_DATA_32, 1));
        assertFound(14, before, d -> add(d, transferAt(1) + TransferLayout.USER_DATA_32, 1));
        assertFound(14, before, d -> add(d, account(4) + AccountLayout.ID, 1));
        assertFound(19, before, d -> swap(d, transferAt(1) + TransferLayout.ID, transferAt(9) + TransferLayout.ID));
        assertFound(6, before, d -> add(d, account(1) + DEBITS_POSTED, -1));
        assertFound(10, before, d -> d[8 + 4 * 128 + 8 + 9 * 128 + 8 + 16 + 8 + 16 + 8] = 1);
        assertFound(18, before, d -> LittleEndian.putU64(d, transferAt(9) + TransferLayout.TIMESTAMP, 2_000_000_000));
        assertFound(20, before, d -> LittleEndian.putU64(d, d.length - 8, 5));
        assertFound(21, before, d -> add(d, 8 + 4 * 128 + 8 + 9 * 128 + 8, 1));
    }

    /** Two chains (0 1), (2 3 4) and a lone event; the second chain fails at its middle. */
    @ParameterizedTest
    @CsvSource({
        "-1 -1  1 54  1 -1, true", " 1 46  1 54  1 -1, true", "-1 -1 -1 -1 -1 -1, true", "-1 -1  1 54  1 46, true",
        "-1  1  1 54  1 -1, false", "-1 46 1 54  1 -1, false", "46 46  1 54  1 -1, false", "-1 -1  1  1  1 -1, false",
        "-1 -1 -1 54  1 -1, false", "-1 -1  1 54  1  1, false", "-1 -1  1 54  2 -1, false", "-1 -1  1 54  1  2, false",
    })
    void ofChains(String statuses, boolean holds) {
        String[] words = statuses.trim().split(" +");
        byte[] request = new byte[6 * 128];
        byte[] reply = new byte[6 * 16];
        for (int i = 0; i < 6; i++) {
            request[i * 128 + TransferLayout.FLAGS] = (byte) (i == 0 || i == 2 || i == 3 ? TransferFlags.LINKED : 0);
            LittleEndian.putU64(reply, i * 16, 10 + i);
            LittleEndian.putU32(reply, i * 16 + CreateResultLayout.STATUS, Integer.parseInt(words[i]));
        }
        byte[] framedRequest = MultiBatch.encode(128, request);
        byte[] framedReply = MultiBatch.encode(16, reply);
        Runnable check = () -> ReplyInvariants.check(Operation.CREATE_TRANSFERS, framedRequest, framedReply, 1 << 20);
        if (holds) check.run();
        else assertThrows(LedgerViolation.class, check::run);
    }

    /** Rows of {@code query_transfers}: in order, within the range, no more than asked for, and what was asked for. */
    @Test
    void ofRows() {
        QueryFilter filter = QueryFilter.builder().code(1).timestampMin(13).timestampMax(18).limit(3).build();
        byte[] rows = query(filter);
        checkRows(filter, rows);
        assertViolation(26, () -> checkRows(filter.toBuilder().limit(2).build(), rows));
        assertViolation(26, () -> checkRows(filter.toBuilder().timestampMin(14).build(), rows));
        assertViolation(26, () -> checkRows(filter.toBuilder().timestampMax(14).build(), rows));
        assertViolation(26, () -> checkRows(filter.toBuilder().code(2).build(), rows));
        assertViolation(26, () -> checkRows(filter.toBuilder().flags(QueryFilterFlags.REVERSED).build(), rows));
        byte[] twice = rows.clone();
        System.arraycopy(twice, 0, twice, TransferLayout.SIZE, TransferLayout.SIZE);
        assertViolation(26, () -> checkRows(filter, twice));
        byte[] ids = MultiBatch.encode(16, new byte[32]);
        assertViolation(26, () -> ReplyInvariants.check(Operation.LOOKUP_TRANSFERS, ids, rows, 1 << 20));
    }

    private static byte[] body(QueryFilter filter) {
        byte[] bytes = new byte[QueryFilterLayout.SIZE];
        filter.writeTo(bytes, 0);
        return MultiBatch.encode(QueryFilterLayout.SIZE, bytes);
    }

    private byte[] query(QueryFilter filter) {
        byte[] rows = ledger.execute(Operation.QUERY_TRANSFERS.code(), 3_000_000_000L, body(filter));
        assertEquals(3, MultiBatch.elements(rows, 0));
        return rows;
    }

    private static void checkRows(QueryFilter filter, byte[] rows) {
        ReplyInvariants.check(Operation.QUERY_TRANSFERS, body(filter), rows, 1 << 20);
    }

    private void assertFound(int invariant, Consumer<byte[]> lie) {
        byte[] dump = dump();
        lie.accept(dump);
        assertViolation(invariant, () -> LedgerInvariants.check(LedgerDump.read(dump)));
    }

    private void assertFound(int invariant, LedgerDump before, Consumer<byte[]> lie) {
        byte[] dump = dump();
        lie.accept(dump);
        assertViolation(invariant, () -> SuccessionInvariants.check(before, LedgerDump.read(dump)));
    }

    private static void assertViolation(int invariant, Runnable check) {
        LedgerViolation violation = assertThrows(LedgerViolation.class, check::run);
        assertTrue(violation.getMessage().startsWith("invariant " + invariant + ":"), violation.getMessage());
    }

    private static void add(byte[] dump, int at, int delta) {
        LittleEndian.putU16(dump, at, LittleEndian.u16(dump, at) + delta);
    }

    /** 2^127 to a u128 that is smaller. */
    private static void addHalf(byte[] dump, int at) {
        dump[at + 15] |= (byte) 0x80;
    }

    private static void swap(byte[] dump, int at, int other) {
        byte[] id = Arrays.copyOfRange(dump, at, at + 16);
        System.arraycopy(dump, other, dump, at, 16);
        System.arraycopy(id, 0, dump, other, 16);
    }

    private static int account(int number) {
        return 8 + (number - 1) * AccountLayout.SIZE;
    }

    private static int transferAt(int number) {
        return account(5) + 8 + (number - 1) * TransferLayout.SIZE;
    }

    private static int event(int index) {
        return transferAt(9) + 8 + 16 + 8 + 5 * 16 + 8 + index * EventRecordLayout.SIZE;
    }

    private static Transfer.Builder transfer(int id) {
        Transfer.Builder builder = Transfer.builder().id(id);
        return id == 4 || id == 6 || id == 20 ? builder : builder.debit(1).credit(2).ledger(1).code(1);
    }

    private interface Writer {
        void writeTo(byte[] target, int offset);
    }

    private void execute(Operation operation, long timestamp, Writer... events) {
        byte[] batch = new byte[events.length * 128];
        for (int i = 0; i < events.length; i++) events[i].writeTo(batch, i * 128);
        byte[] body = MultiBatch.encode(128, batch);
        assertEquals(RequestRules.Verdict.VALID, RequestRules.check(operation.code(), body, 1 << 20));
        byte[] reply = ledger.execute(operation.code(), timestamp, body);
        ReplyInvariants.check(operation, body, reply, 1 << 20);
    }

    private byte[] dump() {
        ByteArrayOutputStream dump = new ByteArrayOutputStream();
        ledger.dump(dump::write);
        return dump.toByteArray();
    }
}
