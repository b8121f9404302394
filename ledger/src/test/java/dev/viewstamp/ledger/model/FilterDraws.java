package dev.viewstamp.ledger.model;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Map;

/** Draws filters and lookups: conditions taken from what is stored, and others that know nothing of it. */
final class FilterDraws {
    private final Draw draw;
    private final HistoryShape shape;
    private final ModelState state;
    private final EventDraws events;

    FilterDraws(Draw draw, HistoryShape shape, ModelState state, EventDraws events) {
        this.draw = draw;
        this.shape = shape;
        this.state = state;
        this.events = events;
    }

    byte[] accountIds(int count) {
        ByteBuffer ids = Wire.of(new byte[count * 16]);
        for (int i = 0; i < count; i++) Wire.putU128(ids, events.accountId());
        return ids.array();
    }

    byte[] transferIds(int count) {
        ByteBuffer ids = Wire.of(new byte[count * 16]);
        for (int i = 0; i < count; i++) {
            Wire.putU128(ids, draw.percent(5) ? events.accountId() : events.usedTransferId());
        }
        return ids.array();
    }

    /** @param limitMax so that several filters fit together */
    byte[] accountFilter(long limitMax) {
        ModelTransfer like = draw.percent(60) ? events.someTransfer() : null;
        ByteBuffer filter = Wire.of(new byte[128]);
        Wire.putU128(filter, like != null && draw.percent(90)
                ? draw.of(like.debitAccountId(), like.creditAccountId()) : events.accountId());
        boolean conditions = draw.percent(60);
        putConditions(filter, conditions, like == null ? null : like.userData128(),
                like == null ? null : like.userData64(), like == null ? null : like.userData32());
        filter.putShort((short) (conditions && draw.percent(30)
                ? like != null && draw.percent(70) ? like.code() : draw.ofInts(EventDraws.CODES) : 0));
        filter.position(104);
        putTimes(filter);
        filter.putInt((int) limit(limitMax));
        int sides = draw.percent(70) ? 3 : draw.ofInts(1, 2, 1, 2, 1, 2, 0);
        filter.putInt(sides | (draw.percent(45) ? 4 : 0));
        return slip(filter, 46, 58);
    }

    /** @param limitMax so that several filters fit together */
    byte[] queryFilter(boolean ofAccounts, long limitMax) {
        ModelAccount account = ofAccounts && draw.percent(60) ? events.someAccount() : null;
        ModelTransfer transfer = !ofAccounts && draw.percent(60) ? events.someTransfer() : null;
        ByteBuffer filter = Wire.of(new byte[64]);
        boolean conditions = draw.percent(80);
        Long ledger = null;
        Integer code = null;
        if (account != null) {
            putConditions(filter, conditions, account.userData128(), account.userData64(), account.userData32());
            ledger = account.ledger();
            code = account.code();
        } else if (transfer != null) {
            putConditions(filter, conditions, transfer.userData128(), transfer.userData64(), transfer.userData32());
            ledger = transfer.ledger();
            code = transfer.code();
        } else {
            putConditions(filter, conditions, null, null, null);
        }
        boolean byLedger = conditions && draw.percent(35);
        filter.putInt(byLedger ? (int) (long) (ledger != null ? ledger : draw.ofLongs(EventDraws.LEDGERS)) : 0);
        boolean byCode = conditions && draw.percent(35);
        filter.putShort((short) (byCode ? (int) (code != null ? code : draw.ofInts(EventDraws.CODES)) : 0));
        filter.position(40);
        putTimes(filter);
        filter.putInt((int) limit(limitMax));
        filter.putInt(draw.percent(45) ? 1 : 0);
        return slip(filter, 34, 6);
    }

    byte[] changeEventsFilter() {
        ByteBuffer filter = Wire.of(new byte[64]);
        putTimes(filter);
        filter.putInt((int) limit(0xFFFF_FFFFL));
        if (draw.percent(2)) filter.put(20 + draw.below(44), (byte) (1 << draw.below(8)));
        return filter.array();
    }

    private void putConditions(ByteBuffer to, boolean any, BigInteger data128, Long data64, Long data32) {
        boolean by128 = any && draw.percent(35);
        Wire.putU128(to, by128 ? data128 != null && draw.percent(80) ? data128 : events.data128() : BigInteger.ZERO);
        boolean by64 = any && draw.percent(35);
        to.putLong(by64 ? data64 != null && draw.percent(80) ? data64 : draw.ofLongs(EventDraws.DATA_64) : 0);
        boolean by32 = any && draw.percent(35);
        to.putInt((int) (by32
                ? data32 != null && draw.percent(80) ? data32 : draw.ofLongs(EventDraws.DATA_32) : 0));
    }

    private void putTimes(ByteBuffer to) {
        to.putLong(draw.percent(50) ? 0 : time());
        to.putLong(draw.percent(50) ? 0 : time());
    }

    private long time() {
        if (draw.percent(3)) return draw.ofLongs(1, -1, Long.MIN_VALUE, Long.MAX_VALUE);
        long anywhere = draw.between(Math.min(shape.start(), state.commitTimestamp), state.commitTimestamp);
        if (draw.percent(20)) return anywhere;
        var times = switch (draw.below(3)) {
            case 0 -> state.accountTimes;
            case 1 -> state.transferTimes;
            default -> state.records;
        };
        Map.Entry<Long, ?> near = times.floorEntry(anywhere);
        return near == null ? anywhere : near.getKey() + draw.below(3) - 1;
    }

    private long limit(long max) {
        if (draw.percent(3)) return 0;
        if (draw.percent(40)) return Math.min(max, draw.ofLongs(8_188, 8_189, 8_190, 2_730, 0xFFFF_FFFFL));
        return Math.min(max, 1 + draw.below(draw.percent(70) ? 6 : 200));
    }

    /** Now and then a bit where none belongs. Both filters end in their flags. */
    private byte[] slip(ByteBuffer filter, int reserved, int reservedSize) {
        byte[] bytes = filter.array();
        if (draw.percent(2)) bytes[reserved + draw.below(reservedSize)] = (byte) (1 << draw.below(8));
        if (draw.percent(2)) bytes[bytes.length - 4 + draw.below(4)] |= (byte) (1 << draw.below(8));
        return bytes;
    }
}
