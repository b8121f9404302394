package dev.viewstamp.ledger.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.ledger.Account;
import dev.viewstamp.ledger.AccountFilter;
import dev.viewstamp.ledger.AccountFilterFlags;
import dev.viewstamp.ledger.AccountFlags;
import dev.viewstamp.ledger.ChangeEventsFilter;
import dev.viewstamp.ledger.LedgerLimits;
import dev.viewstamp.ledger.LedgerOptions;
import dev.viewstamp.ledger.LittleEndian;
import dev.viewstamp.ledger.MultiBatch;
import dev.viewstamp.ledger.Operation;
import dev.viewstamp.ledger.QueryFilter;
import dev.viewstamp.ledger.QueryFilterFlags;
import dev.viewstamp.ledger.Transfer;
import dev.viewstamp.ledger.TransferFlags;
import dev.viewstamp.ledger.Uint128;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Requests and replies as large as they can be (ledger spec §6.2): random histories seldom get there. The
 * smallest request limit changes the number of events, and of replies only that of the change events.
 */
class FullRepliesTest {
    private static final int ROWS = 8_200;
    private static final long EVERYTHING = 0xFFFF_FFFFL;
    private static final int BOTH_SIDES = AccountFilterFlags.DEBITS | AccountFilterFlags.CREDITS;

    private final LedgerSubject ledger = new LedgerSubject(
            LedgerOptions.defaults().withSegmentRecords(512).withCacheBlocks(4), new ColdFiles(), new Draw(1));
    private final ModelLedger model = new ModelLedger(LedgerLimits.BODY_MAX);
    private long timestamp;

    @BeforeEach
    void moreThanOneReplyCanHold() {
        create(Operation.CREATE_ACCOUNTS, 1, ROWS, this::account);
        create(Operation.CREATE_TRANSFERS, 1, ROWS, this::transfer);
    }

    @Test
    void framedRepliesHoldOneRowLess() {
        byte[] query = bytes(64, QueryFilter.builder().ledger(1).limit(EVERYTHING).build()::writeTo);
        byte[] newest = bytes(64, QueryFilter.builder().userData64(7).limit(EVERYTHING)
                .flags(QueryFilterFlags.REVERSED).build()::writeTo);
        byte[] account = bytes(128, AccountFilter.builder().accountId(1).limit(EVERYTHING).build()::writeTo);
        byte[] accountNewest = bytes(128, AccountFilter.builder().accountId(1).limit(EVERYTHING)
                .flags(BOTH_SIDES | AccountFilterFlags.REVERSED).build()::writeTo);
        assertEquals(8_189, rows(Operation.QUERY_ACCOUNTS, query));
        assertEquals(8_190, rows(Operation.QUERY_ACCOUNTS_UNFRAMED, query));
        assertEquals(8_189, rows(Operation.QUERY_ACCOUNTS, newest));
        assertEquals(8_189, rows(Operation.QUERY_TRANSFERS, query));
        assertEquals(8_190, rows(Operation.QUERY_TRANSFERS_UNFRAMED, newest));
        assertEquals(8_189, rows(Operation.GET_ACCOUNT_TRANSFERS, account));
        assertEquals(8_190, rows(Operation.GET_ACCOUNT_TRANSFERS_UNFRAMED, accountNewest));
        assertEquals(8_189, rows(Operation.GET_ACCOUNT_BALANCES, accountNewest));
        assertEquals(8_190, rows(Operation.GET_ACCOUNT_BALANCES_UNFRAMED, account));
        assertEquals(2_730, rows(Operation.GET_CHANGE_EVENTS,
                bytes(64, ChangeEventsFilter.builder().limit(EVERYTHING).build()::writeTo)));
    }

    @Test
    void lookupsOfAsManyAsFit() {
        assertEquals(8_189, rows(Operation.LOOKUP_TRANSFERS, ids(8_189)));
        assertEquals(8_190, rows(Operation.LOOKUP_ACCOUNTS_UNFRAMED, ids(8_190)));
        assertInvalid(Operation.LOOKUP_TRANSFERS, ids(8_190));
        assertInvalid(Operation.LOOKUP_ACCOUNTS_UNFRAMED, ids(8_191));
    }

    @Test
    void createsOfAsManyAsFit() {
        assertEquals(8_189, create(Operation.CREATE_TRANSFERS, 20_000, 8_189, this::transfer));
        assertEquals(0, create(Operation.CREATE_TRANSFERS_UNFRAMED_SPARSE, 40_000, 8_190, this::transfer));
        assertEquals(8_190, create(Operation.CREATE_TRANSFERS_UNFRAMED_SPARSE, 1, 8_190, this::account));
        assertInvalid(Operation.CREATE_TRANSFERS, new byte[8_190 * 128]);
        assertInvalid(Operation.CREATE_ACCOUNTS_UNFRAMED_SPARSE, new byte[8_191 * 128]);
    }

    /** One chain as long as a batch, undone by its last event. */
    @Test
    void chainOfAWholeBatchIsUndone() {
        create(Operation.CREATE_TRANSFERS, 60_000, 8_189, (id, to) -> linked(id, 68_188).accept(id, to));
        assertArrayEquals(model.dump(), ledger.dump());
    }

    /** Accounts 1 and 2 do business with each other. */
    private void transfer(int id, byte[] target) {
        Transfer.builder().id(id).debit(id % 2 + 1).credit(2 - id % 2).amount(id).ledger(1).code(1).userData64(7)
                .build().writeTo(target, 0);
    }

    private BiConsumer<Integer, byte[]> linked(int id, int last) {
        return (number, target) -> Transfer.builder().id(number).debit(1).credit(id == last ? 999_999 : 2).amount(1)
                .ledger(1).code(1).timeout(id % 3)
                .flags((id == last ? 0 : TransferFlags.LINKED) | TransferFlags.PENDING)
                .build().writeTo(target, 0);
    }

    private void account(int id, byte[] target) {
        Account.builder().id(id).ledger(1).code(1).userData64(7).flags(AccountFlags.HISTORY).build()
                .writeTo(target, 0);
    }

    /** In as many requests as needed; the number of results of the last. */
    private int create(Operation operation, int firstId, int count, BiConsumer<Integer, byte[]> event) {
        int rows = 0;
        for (int done = 0; done < count; ) {
            int events = Math.min(count - done, operation.eventMax(LedgerLimits.BODY_MAX));
            byte[] batch = new byte[events * 128];
            byte[] record = new byte[128];
            for (int i = 0; i < events; i++) {
                event.accept(firstId + done + i, record);
                System.arraycopy(record, 0, batch, i * 128, 128);
            }
            rows = rows(operation, batch);
            done += events;
        }
        return rows;
    }

    /** Both sides agree; the number of results. */
    private int rows(Operation operation, byte[] batch) {
        byte[] body = operation.isFramed() ? MultiBatch.encode(operation.eventSize(), batch) : batch;
        int code = operation.code();
        assertTrue(model.isValid(code, body) && ledger.isValid(code, body));
        timestamp += 1 + model.timestampDelta(code, body);
        byte[] reply = ledger.execute(code, timestamp, body);
        assertArrayEquals(model.execute(code, timestamp, body), reply);
        assertTrue(reply.length <= LedgerLimits.BODY_MAX);
        if (!operation.isFramed()) return reply.length / operation.resultSize();
        return MultiBatch.decode(operation.resultSize(), reply).get(0).length / operation.resultSize();
    }

    private void assertInvalid(Operation operation, byte[] batch) {
        byte[] body = operation.isFramed() ? MultiBatch.encode(operation.eventSize(), batch) : batch;
        assertFalse(model.isValid(operation.code(), body));
        assertFalse(ledger.isValid(operation.code(), body));
    }

    private static byte[] ids(int count) {
        byte[] ids = new byte[count * 16];
        for (int i = 0; i < count; i++) LittleEndian.putU128(ids, i * 16, Uint128.of(i + 1));
        return ids;
    }

    private static byte[] bytes(int size, BiConsumer<byte[], Integer> writer) {
        byte[] bytes = new byte[size];
        writer.accept(bytes, 0);
        return bytes;
    }
}
