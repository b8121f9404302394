package dev.viewstamp.ledger.model;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.function.Function;
import java.util.function.Predicate;

/** Lookups, queries and change events: ledger spec §16 to §18. Every query looks at everything. */
final class ModelReads {
    private final ModelState state;

    ModelReads(ModelState state) {
        this.state = state;
    }

    List<byte[]> lookupAccounts(byte[] ids) {
        List<byte[]> rows = new ArrayList<>();
        for (int i = 0; i < ids.length / 16; i++) {
            ModelAccount account = state.accounts.get(Wire.u128(Wire.record(ids, i, 16)));
            if (account != null) rows.add(row(account));
        }
        return rows;
    }

    List<byte[]> lookupTransfers(byte[] ids) {
        List<byte[]> rows = new ArrayList<>();
        for (int i = 0; i < ids.length / 16; i++) {
            ModelTransfer transfer = state.transfers.get(Wire.u128(Wire.record(ids, i, 16)));
            if (transfer != null) rows.add(row(transfer));
        }
        return rows;
    }

    List<byte[]> accountTransfers(byte[] filter, int rowMax) {
        return new AccountFilter(filter).select(rowMax, ModelReads::row);
    }

    List<byte[]> accountBalances(byte[] filter, int rowMax) {
        AccountFilter parsed = new AccountFilter(filter);
        ModelAccount account = state.accounts.get(parsed.accountId);
        if (account == null || !account.has(ModelAccount.HISTORY)) return List.of();
        return parsed.select(rowMax, transfer -> {
            ModelRecord event = state.records.get(transfer.timestamp());
            boolean debit = transfer.debitAccountId().equals(parsed.accountId);
            ModelAccount then = debit ? event.debit() : event.credit();
            ByteBuffer row = Wire.of(new byte[128]);
            Wire.putU128(row, then.debitsPending());
            Wire.putU128(row, then.debitsPosted());
            Wire.putU128(row, then.creditsPending());
            Wire.putU128(row, then.creditsPosted());
            return row.putLong(transfer.timestamp()).array();
        });
    }

    List<byte[]> queryAccounts(byte[] filter, int rowMax) {
        QueryFilter parsed = new QueryFilter(filter);
        return parsed.range.select(state.accountTimes, state.accounts::get, rowMax, a -> parsed.matches(
                a.userData128(), a.userData64(), a.userData32(), a.ledger(), a.code()), ModelReads::row);
    }

    List<byte[]> queryTransfers(byte[] filter, int rowMax) {
        QueryFilter parsed = new QueryFilter(filter);
        return parsed.range.select(state.transferTimes, state.transfers::get, rowMax, t -> parsed.matches(
                t.userData128(), t.userData64(), t.userData32(), t.ledger(), t.code()), ModelReads::row);
    }

    List<byte[]> changeEvents(byte[] filter, int rowMax) {
        ByteBuffer fields = Wire.of(filter);
        long min = fields.getLong();
        long max = fields.getLong();
        long limit = Wire.u32(fields);
        Range range = new Range(min, max, limit, false, Wire.zeros(fields, 44));
        return range.select(state.records, record -> record, rowMax, any -> true, this::changeEvent);
    }

    private byte[] changeEvent(ModelRecord r) {
        BigInteger id = r.pendingStatus() == ModelState.EXPIRED
                ? r.pendingId() : state.transferTimes.get(r.timestamp());
        ModelTransfer t = state.transfers.get(id);
        ByteBuffer row = Wire.of(new byte[384]);
        Wire.putU128(row, t.id());
        Wire.putU128(row, r.amount());
        Wire.putU128(row, t.pendingId());
        Wire.putU128(row, t.userData128());
        row.putLong(t.userData64()).putInt((int) t.userData32()).putInt((int) t.timeout())
                .putShort((short) t.code()).putShort((short) t.flags()).putInt((int) r.debit().ledger())
                .put((byte) r.pendingStatus()).put(new byte[39]);
        for (ModelAccount account : List.of(r.debit(), r.credit())) {
            Wire.putU128(row, account.id());
            Wire.putU128(row, account.debitsPending());
            Wire.putU128(row, account.debitsPosted());
            Wire.putU128(row, account.creditsPending());
            Wire.putU128(row, account.creditsPosted());
            Wire.putU128(row, account.userData128());
            row.putLong(account.userData64()).putInt((int) account.userData32())
                    .putShort((short) account.code()).putShort((short) account.flags());
        }
        return row.putLong(r.timestamp()).putLong(t.timestamp()).putLong(r.debit().timestamp())
                .putLong(r.credit().timestamp()).array();
    }

    private static byte[] row(ModelAccount account) {
        ByteBuffer row = Wire.of(new byte[ModelAccount.SIZE]);
        account.write(row);
        return row.array();
    }

    private static byte[] row(ModelTransfer transfer) {
        ByteBuffer row = Wire.of(new byte[ModelTransfer.SIZE]);
        transfer.write(row);
        return row.array();
    }

    /** The part that all filters share: §17.1 and the order and number of the rows of §17.2. */
    private record Range(long min, long max, long limit, boolean reversed, boolean valid) {
        <K, V> List<byte[]> select(NavigableMap<Long, K> keysByTime, Function<K, V> find, int rowMax,
                Predicate<V> matches, Function<V, byte[]> toRow) {
            List<byte[]> result = new ArrayList<>();
            if (!valid || limit == 0 || min < 0 || max < 0 || max != 0 && min > max) return result;
            long from = min == 0 ? 1 : min;
            long to = max == 0 ? Long.MAX_VALUE : max;
            NavigableMap<Long, K> within = keysByTime.subMap(from, true, to, true);
            for (K key : (reversed ? within.descendingMap() : within).values()) {
                if (result.size() == Math.min(limit, rowMax)) break;
                V row = find.apply(key);
                if (matches.test(row)) result.add(toRow.apply(row));
            }
            return result;
        }
    }

    private final class AccountFilter {
        final BigInteger accountId;
        final BigInteger userData128;
        final long userData64;
        final long userData32;
        final int code;
        final int flags;
        final Range range;

        AccountFilter(byte[] bytes) {
            ByteBuffer fields = Wire.of(bytes);
            accountId = Wire.u128(fields);
            userData128 = Wire.u128(fields);
            userData64 = fields.getLong();
            userData32 = Wire.u32(fields);
            code = Wire.u16(fields);
            boolean reservedIsZero = Wire.zeros(fields, 58);
            long min = fields.getLong();
            long max = fields.getLong();
            long limit = Wire.u32(fields);
            flags = fields.getInt();
            boolean valid = reservedIsZero && (flags & ~7) == 0 && (flags & 3) != 0
                    && accountId.signum() != 0 && !accountId.equals(Wire.U128_MAX);
            range = new Range(min, max, limit, (flags & 4) != 0, valid);
        }

        List<byte[]> select(int rowMax, Function<ModelTransfer, byte[]> toRow) {
            return range.select(state.transferTimes, state.transfers::get, rowMax, this::matches, toRow);
        }

        private boolean matches(ModelTransfer t) {
            boolean side = (flags & 1) != 0 && t.debitAccountId().equals(accountId)
                    || (flags & 2) != 0 && t.creditAccountId().equals(accountId);
            return side
                    && (userData128.signum() == 0 || userData128.equals(t.userData128()))
                    && (userData64 == 0 || userData64 == t.userData64())
                    && (userData32 == 0 || userData32 == t.userData32())
                    && (code == 0 || code == t.code());
        }
    }

    private static final class QueryFilter {
        final BigInteger userData128;
        final long userData64;
        final long userData32;
        final long ledger;
        final int code;
        final Range range;

        QueryFilter(byte[] bytes) {
            ByteBuffer fields = Wire.of(bytes);
            userData128 = Wire.u128(fields);
            userData64 = fields.getLong();
            userData32 = Wire.u32(fields);
            ledger = Wire.u32(fields);
            code = Wire.u16(fields);
            boolean reservedIsZero = Wire.zeros(fields, 6);
            long min = fields.getLong();
            long max = fields.getLong();
            long limit = Wire.u32(fields);
            int flags = fields.getInt();
            range = new Range(min, max, limit, (flags & 1) != 0, reservedIsZero && (flags & ~1) == 0);
        }

        boolean matches(BigInteger data128, long data64, long data32, long ofLedger, int ofCode) {
            return (userData128.signum() == 0 || userData128.equals(data128))
                    && (userData64 == 0 || userData64 == data64)
                    && (userData32 == 0 || userData32 == data32)
                    && (ledger == 0 || ledger == ofLedger)
                    && (code == 0 || code == ofCode);
        }
    }
}
