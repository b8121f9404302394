package dev.viewstamp.ledger.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.ledger.Account;
import dev.viewstamp.ledger.AccountFilter;
import dev.viewstamp.ledger.AccountFlags;
import dev.viewstamp.ledger.ChangeEventsFilter;
import dev.viewstamp.ledger.LedgerLimits;
import dev.viewstamp.ledger.LedgerOptions;
import dev.viewstamp.ledger.MultiBatch;
import dev.viewstamp.ledger.Operation;
import dev.viewstamp.ledger.QueryFilter;
import dev.viewstamp.ledger.Transfer;
import dev.viewstamp.ledger.TransferFlags;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/**
 * Segments of the size that is used in earnest, two sealed and a tail: values that are everywhere, that
 * alternate, that come in long runs, and that are far apart. Random histories are too short for that.
 */
class DefaultSegmentsTest {
    private static final int ACCOUNTS = 64;
    private static final int TRANSFERS = 2 * 65_536 + 9_000;
    private static final int BATCH = 8_189;
    private static final int QUERIES = 100;

    private final Draw draw = new Draw(20261124);
    private final LedgerSubject ledger = new LedgerSubject(LedgerOptions.defaults().withCacheBlocks(40),
            new ColdFiles(), draw);
    private final ModelLedger model = new ModelLedger(LedgerLimits.BODY_MAX);
    private long timestamp;

    @Test
    void queriesFindWhatTheModelFinds() {
        create(Operation.CREATE_ACCOUNTS, ACCOUNTS, this::account);
        create(Operation.CREATE_TRANSFERS, TRANSFERS, this::transfer);
        int rows = 0;
        for (int i = 0; i < QUERIES; i++) {
            rows += query(draw.of(Operation.QUERY_TRANSFERS, Operation.QUERY_TRANSFERS_UNFRAMED), queryFilter());
            rows += query(draw.of(Operation.GET_ACCOUNT_TRANSFERS, Operation.GET_ACCOUNT_BALANCES), accountFilter());
        }
        rows += query(Operation.GET_CHANGE_EVENTS, bytes(64, ChangeEventsFilter.builder()
                .timestampMin(100_000).build()::writeTo));
        assertTrue(rows > QUERIES, "rows found: " + rows);
        assertArrayEquals(model.dump(), ledger.dump());
    }

    private void account(int number, byte[] target) {
        Account.builder().id(number + 1).ledger(1).code(1).flags(AccountFlags.HISTORY).build().writeTo(target, 0);
    }

    private void transfer(int number, byte[] target) {
        Transfer.builder().id(number + 1)
                .debit(number % 9_973 == 0 ? ACCOUNTS : 1 + number % 7)
                .credit(number % 20_011 == 0 ? ACCOUNTS - 1 : 8 + number / 1_000 % 50)
                .amount(number % 1_000)
                .userData128(number % 3 == 0 ? 0 : number % 60_000 == 1 ? 5 : number)
                .userData64(number / 30_000 % 2)
                .userData32(number % 4_999 == 0 ? 9 : number % 2)
                .ledger(1).code(number % 131 == 0 ? 2 : 1 + number / 50_000 * 2)
                .flags(number % 11 == 0 ? TransferFlags.PENDING : 0)
                .build().writeTo(target, 0);
    }

    private byte[] queryFilter() {
        QueryFilter.Builder filter = QueryFilter.builder().limit(limit()).flags(draw.below(2));
        if (draw.percent(30)) filter.userData128(draw.percent(50) ? 5 : draw.below(TRANSFERS));
        if (draw.percent(50)) filter.userData64(1);
        if (draw.percent(50)) filter.userData32(draw.ofInts(1, 9));
        if (draw.percent(50)) filter.code(draw.ofInts(1, 2, 3, 5));
        if (draw.percent(30)) filter.ledger(1);
        if (draw.percent(50)) filter.timestampMin(draw.below((int) timestamp));
        if (draw.percent(50)) filter.timestampMax(1 + draw.below((int) timestamp));
        return bytes(64, filter.build()::writeTo);
    }

    private byte[] accountFilter() {
        AccountFilter.Builder filter = AccountFilter.builder().limit(limit())
                .accountId(draw.ofInts(ACCOUNTS, ACCOUNTS - 1, 1 + draw.below(ACCOUNTS)))
                .flags(1 + draw.below(3) | 4 * draw.below(2));
        if (draw.percent(30)) filter.userData64(1);
        if (draw.percent(30)) filter.userData32(draw.ofInts(1, 9));
        if (draw.percent(30)) filter.code(draw.ofInts(1, 2, 3, 5));
        if (draw.percent(50)) filter.timestampMin(draw.below((int) timestamp));
        if (draw.percent(50)) filter.timestampMax(1 + draw.below((int) timestamp));
        return bytes(128, filter.build()::writeTo);
    }

    private long limit() {
        return draw.percent(50) ? 8_189 : 1 + draw.below(300);
    }

    private void create(Operation operation, int count, BiConsumer<Integer, byte[]> event) {
        byte[] record = new byte[128];
        for (int done = 0; done < count; done += BATCH) {
            byte[] batch = new byte[Math.min(BATCH, count - done) * 128];
            for (int i = 0; i < batch.length / 128; i++) {
                event.accept(done + i, record);
                System.arraycopy(record, 0, batch, i * 128, 128);
            }
            compare(operation, MultiBatch.encode(128, batch));
        }
    }

    private int query(Operation operation, byte[] filter) {
        byte[] body = operation.isFramed() ? MultiBatch.encode(operation.eventSize(), filter) : filter;
        return compare(operation, body).length / operation.resultSize();
    }

    private byte[] compare(Operation operation, byte[] body) {
        timestamp += 1 + model.timestampDelta(operation.code(), body);
        byte[] reply = ledger.execute(operation.code(), timestamp, body);
        assertArrayEquals(model.execute(operation.code(), timestamp, body), reply, operation.toString());
        return reply;
    }

    private static byte[] bytes(int size, BiConsumer<byte[], Integer> writer) {
        byte[] bytes = new byte[size];
        writer.accept(bytes, 0);
        return bytes;
    }
}
