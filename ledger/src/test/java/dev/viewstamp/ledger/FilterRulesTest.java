package dev.viewstamp.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Each way in which a filter cannot be answered is named; the ledger itself answers it with no rows. */
class FilterRulesTest {
    private static final Operation[] BY_ACCOUNT = {Operation.GET_ACCOUNT_TRANSFERS, Operation.GET_ACCOUNT_BALANCES,
        Operation.GET_ACCOUNT_TRANSFERS_UNFRAMED, Operation.GET_ACCOUNT_BALANCES_UNFRAMED};
    private static final Operation[] BY_QUERY = {Operation.QUERY_ACCOUNTS, Operation.QUERY_TRANSFERS,
        Operation.QUERY_ACCOUNTS_UNFRAMED, Operation.QUERY_TRANSFERS_UNFRAMED};
    private static final Operation[] CHANGES = {Operation.GET_CHANGE_EVENTS};

    private final Ledger ledger = ledger();

    @Test
    void aSoundFilterHasNoFlawAndFindsWhatThereIs() {
        assertFlaw(null, BY_ACCOUNT, filter -> { });
        assertFlaw(null, BY_QUERY, filter -> { });
        assertFlaw(null, CHANGES, filter -> { });
        assertFlaw(null, BY_ACCOUNT, filter -> LittleEndian.putU32(filter, AccountFilterLayout.LIMIT, 0xFFFF_FFFFL));
        assertFlaw(null, BY_QUERY, filter -> times(filter, QueryFilterLayout.TIMESTAMP_MIN, 1, Long.MAX_VALUE));
    }

    @Test
    void ofAccountFilters() {
        assertFlaw("account_id is 0, which no account has; name the account", BY_ACCOUNT,
                filter -> LittleEndian.putU64(filter, AccountFilterLayout.ACCOUNT_ID, 0));
        assertFlaw("account_id is 2^128 - 1, which no account has; name the account", BY_ACCOUNT,
                filter -> LittleEndian.putU128(filter, AccountFilterLayout.ACCOUNT_ID, Uint128.MAX));
        assertFlaw("flags ask for neither debits nor credits; set one or both", BY_ACCOUNT,
                filter -> LittleEndian.putU32(filter, AccountFilterLayout.FLAGS, AccountFilterFlags.REVERSED));
        assertFlaw("flags have the reserved bits 0x8; leave them out", BY_ACCOUNT,
                filter -> LittleEndian.putU32(filter, AccountFilterLayout.FLAGS, 0xB));
        assertFlaw("reserved bytes are not zero; leave them zero", BY_ACCOUNT,
                filter -> filter[AccountFilterLayout.TIMESTAMP_MIN - 1] = 1);
        ofRange(BY_ACCOUNT, AccountFilterLayout.TIMESTAMP_MIN, AccountFilterLayout.LIMIT);
    }

    @Test
    void ofQueryFilters() {
        assertFlaw("flags have the reserved bits 0x80000000; leave them out", BY_QUERY,
                filter -> LittleEndian.putU32(filter, QueryFilterLayout.FLAGS, 0x8000_0001L));
        assertFlaw("reserved bytes are not zero; leave them zero", BY_QUERY,
                filter -> filter[QueryFilterLayout.RESERVED] = 1);
        ofRange(BY_QUERY, QueryFilterLayout.TIMESTAMP_MIN, QueryFilterLayout.LIMIT);
    }

    @Test
    void ofChangeEventsFilters() {
        assertFlaw("reserved bytes are not zero; leave them zero", CHANGES,
                filter -> filter[ChangeEventsFilterLayout.SIZE - 1] = 1);
        ofRange(CHANGES, ChangeEventsFilterLayout.TIMESTAMP_MIN, ChangeEventsFilterLayout.LIMIT);
    }

    @Test
    void onlyQueriesHaveFilters() {
        assertThrows(IllegalArgumentException.class,
                () -> FilterRules.flaw(Operation.LOOKUP_ACCOUNTS, new byte[128], 0));
    }

    private void ofRange(Operation[] queries, int minAt, int limitAt) {
        assertFlaw("limit is 0; ask for one row or more", queries,
                filter -> LittleEndian.putU32(filter, limitAt, 0));
        assertFlaw("timestamp_min 7 is after timestamp_max 6; exchange them", queries,
                filter -> times(filter, minAt, 7, 6));
        assertFlaw("timestamp_min is 9223372036854775808, beyond the last timestamp, 2^63 - 1; 0 leaves it open",
                queries, filter -> times(filter, minAt, Long.MIN_VALUE, 0));
        assertFlaw("timestamp_max is 18446744073709551615, beyond the last timestamp, 2^63 - 1; 0 leaves it open",
                queries, filter -> times(filter, minAt, 0, -1));
    }

    private static void times(byte[] filter, int minAt, long min, long max) {
        LittleEndian.putU64(filter, minAt, min);
        LittleEndian.putU64(filter, minAt + Long.BYTES, max);
    }

    /** The filter finds something until it is bent; with a flaw, the ledger answers it with nothing. */
    private void assertFlaw(String expected, Operation[] queries, Consumer<byte[]> bend) {
        for (Operation query : queries) {
            byte[] filter = sound(query);
            bend.accept(filter);
            byte[] behindOthers = new byte[filter.length * 2];
            System.arraycopy(filter, 0, behindOthers, filter.length, filter.length);
            String flaw = FilterRules.flaw(query, behindOthers, filter.length);
            if (expected == null) assertNull(flaw);
            else assertEquals(expected, flaw);
            assertEquals(expected == null, rows(query, filter) > 0, query + ": " + expected);
        }
    }

    private int rows(Operation query, byte[] filter) {
        byte[] body = query.isFramed() ? MultiBatch.encode(query.eventSize(), filter) : filter;
        byte[] reply = ledger.execute(query.code(), ledger.commitTimestamp() + 1, body);
        return query.isFramed() ? MultiBatch.elements(reply, 0) : reply.length / query.resultSize();
    }

    private static byte[] sound(Operation query) {
        byte[] filter = new byte[query.eventSize()];
        switch (query.current()) {
            case GET_ACCOUNT_TRANSFERS, GET_ACCOUNT_BALANCES ->
                AccountFilter.builder().accountId(1).build().writeTo(filter, 0);
            case QUERY_ACCOUNTS, QUERY_TRANSFERS -> QueryFilter.builder().build().writeTo(filter, 0);
            default -> ChangeEventsFilter.builder().build().writeTo(filter, 0);
        }
        return filter;
    }

    private static Ledger ledger() {
        Ledger ledger = new Ledger(LedgerOptions.defaults());
        byte[] accounts = new byte[2 * AccountLayout.SIZE];
        for (int id = 1; id <= 2; id++) {
            Account.builder().id(id).ledger(1).code(1).flags(AccountFlags.HISTORY).build()
                    .writeTo(accounts, (id - 1) * AccountLayout.SIZE);
        }
        ledger.execute(Operation.CREATE_ACCOUNTS_UNFRAMED_SPARSE.code(), 3, accounts);
        byte[] transfer = new byte[TransferLayout.SIZE];
        Transfer.builder().id(1).debit(1).credit(2).amount(5).ledger(1).code(1).build().writeTo(transfer, 0);
        byte[] failures = ledger.execute(Operation.CREATE_TRANSFERS_UNFRAMED_SPARSE.code(), 5, transfer);
        assertEquals(0, failures.length, Arrays.toString(failures));
        return ledger;
    }
}
