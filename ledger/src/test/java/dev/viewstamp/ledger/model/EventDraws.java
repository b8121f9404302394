package dev.viewstamp.ledger.model;

import static dev.viewstamp.ledger.model.ModelTransfer.BALANCING_CREDIT;
import static dev.viewstamp.ledger.model.ModelTransfer.BALANCING_DEBIT;
import static dev.viewstamp.ledger.model.ModelTransfer.CLOSING_CREDIT;
import static dev.viewstamp.ledger.model.ModelTransfer.CLOSING_DEBIT;
import static dev.viewstamp.ledger.model.ModelTransfer.PENDING;
import static dev.viewstamp.ledger.model.ModelTransfer.POST;
import static dev.viewstamp.ledger.model.ModelTransfer.VOID;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * Draws the events of create batches: sensible ones, retries, and slips, in the proportions of the shape.
 */
final class EventDraws {
    static final long[] DATA_64 = {0, 0, 0, 1, 2, 7, -1, Long.MIN_VALUE};
    static final long[] DATA_32 = {0, 0, 0, 1, 2, 7, 0xFFFF_FFFFL, 0x8000_0000L};
    static final int[] CODES = {1, 1, 1, 2, 3, 0xFFFF};
    static final long[] LEDGERS = {1, 1, 1, 1, 1, 1, 1, 1, 2, 0xFFFF_FFFFL};
    private static final int LINKED = 1;
    private static final int ACCOUNT_IMPORTED = 0x10;
    private static final int TRANSFER_IMPORTED = 0x100;

    private final Draw draw;
    private final HistoryShape shape;
    private final ModelState state;
    /** Ids of pending transfers that were drawn, whatever became of them; the newest last. */
    private final List<BigInteger> pendings = new ArrayList<>();
    private int transferIds;

    EventDraws(Draw draw, HistoryShape shape, ModelState state) {
        this.draw = draw;
        this.shape = shape;
        this.state = state;
    }

    BigInteger accountId() {
        return draw.percent(shape.slips() / 5) ? strangeId() : id(draw.below(shape.accountIds()));
    }

    BigInteger transferId() {
        if (draw.percent(shape.slips() / 5)) return strangeId();
        // The account ids too: both name spaces are separate.
        if (draw.percent(1)) return id(draw.below(shape.accountIds()));
        return draw.percent(shape.reuse()) ? usedTransferId() : id(transferIds++);
    }

    /** One that was drawn before, or nearly. */
    BigInteger usedTransferId() {
        return id(draw.below(transferIds + 2));
    }

    BigInteger data128() {
        return draw.percent(50) ? BigInteger.ZERO : draw.of(BigInteger.ONE, BigInteger.TWO, Wire.U128_MAX,
                BigInteger.ONE.shiftLeft(64), BigInteger.valueOf(7));
    }

    /** An account that exists, or null. */
    ModelAccount someAccount() {
        ModelAccount account = null;
        for (int i = 0; i < 8 && account == null; i++) account = state.accounts.get(accountId());
        return account;
    }

    /** An account that exists and is seldom closed, or null. */
    private ModelAccount openAccount() {
        ModelAccount account = someAccount();
        for (int i = 0; i < 5 && account != null && account.closed() && draw.percent(80); i++) account = someAccount();
        return account;
    }

    /** A transfer that exists, or null. */
    ModelTransfer someTransfer() {
        ModelTransfer transfer = null;
        for (int i = 0; i < 8 && transfer == null; i++) transfer = state.transfers.get(usedTransferId());
        return transfer;
    }

    // Accounts

    ModelAccount account(boolean imported, double linked, long batchStart, long batchTimestamp) {
        ModelAccount existing = draw.percent(20) ? someAccount() : null;
        int flags = existing != null ? existing.flags() & ~0x11 : accountFlags();
        if (existing == null || draw.percent(50)) {
            if (draw.percent(linked)) flags |= LINKED;
            if (imported != draw.percent(shape.slips() / 3)) flags |= ACCOUNT_IMPORTED;
        } else {
            flags = existing.flags(); // an exact retry
        }
        boolean isImported = (flags & ACCOUNT_IMPORTED) != 0;
        ModelAccount base = existing != null ? existing : freshAccount();
        BigInteger zero = BigInteger.ZERO;
        long timestamp = isImported
                ? importTime(state.maxAccountTimestamp(), state.maxTransferTimestamp(), batchStart, batchTimestamp) : 0;
        ModelAccount account = new ModelAccount(base.id(), zero, zero, zero, zero, base.userData128(),
                base.userData64(), base.userData32(), 0, base.ledger(), base.code(), flags, timestamp);
        if (existing != null && draw.percent(40)) account = alter(account);
        return draw.percent(shape.slips()) ? slip(account) : account;
    }

    private ModelAccount freshAccount() {
        BigInteger zero = BigInteger.ZERO;
        return new ModelAccount(accountId(), zero, zero, zero, zero, data128(), draw.ofLongs(DATA_64),
                draw.ofLongs(DATA_32), 0, draw.ofLongs(LEDGERS), draw.ofInts(CODES), 0, 0);
    }

    private int accountFlags() {
        int flags = 0;
        if (draw.percent(40)) flags |= ModelAccount.HISTORY;
        if (draw.percent(12)) flags |= ModelAccount.DEBITS_MUST_NOT_EXCEED_CREDITS;
        if (draw.percent(12)) flags |= ModelAccount.CREDITS_MUST_NOT_EXCEED_DEBITS;
        if (draw.percent(0.7)) flags |= ModelAccount.CLOSED;
        return flags;
    }

    private ModelAccount alter(ModelAccount a) {
        int which = draw.below(6);
        return new ModelAccount(a.id(), a.debitsPending(), a.debitsPosted(), a.creditsPending(), a.creditsPosted(),
                which == 0 ? data128() : a.userData128(), which == 1 ? draw.ofLongs(DATA_64) : a.userData64(),
                which == 2 ? draw.ofLongs(DATA_32) : a.userData32(), a.reserved(),
                which == 3 ? draw.ofLongs(LEDGERS) : a.ledger(), which == 4 ? draw.ofInts(CODES) : a.code(),
                which == 5 ? a.flags() ^ (2 << draw.below(5)) : a.flags(), a.timestamp());
    }

    private ModelAccount slip(ModelAccount a) {
        int which = draw.below(11);
        BigInteger one = draw.of(BigInteger.ONE, BigInteger.ONE.shiftLeft(100));
        return new ModelAccount(which == 0 ? strangeId() : a.id(),
                which == 1 ? one : a.debitsPending(), which == 2 ? one : a.debitsPosted(),
                which == 3 ? one : a.creditsPending(), which == 4 ? one : a.creditsPosted(),
                a.userData128(), a.userData64(), a.userData32(), which == 5 ? draw.ofLongs(1, 1L << 31) : 0,
                which == 6 ? 0 : a.ledger(), which == 7 ? 0 : a.code(),
                which == 8 ? a.flags() | 0x40 << draw.below(10) : which == 9 ? a.flags() | 6 : a.flags(),
                which == 10 ? draw.ofLongs(0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, state.commitTimestamp)
                        : a.timestamp());
    }

    // Transfers

    ModelTransfer transfer(boolean imported, double linked, long batchStart, long batchTimestamp) {
        ModelTransfer transfer;
        ModelTransfer existing = draw.percent(12) ? someTransfer() : null;
        if (existing != null) {
            transfer = retry(existing);
        } else {
            transfer = draw.percent(30) && !pendings.isEmpty() ? resolving() : plain();
            int flags = transfer.flags();
            if (draw.percent(linked)) flags |= LINKED;
            if (imported != draw.percent(shape.slips() / 3)) flags |= TRANSFER_IMPORTED;
            boolean isImported = (flags & TRANSFER_IMPORTED) != 0;
            long timeout = isImported && draw.percent(90) ? 0 : transfer.timeout();
            long timestamp = isImported ? importTime(
                    state.maxTransferTimestamp(), state.maxAccountTimestamp(), batchStart, batchTimestamp) : 0;
            transfer = with(transfer, timeout, flags, timestamp);
        }
        if (draw.percent(shape.slips())) transfer = slip(transfer);
        if (transfer.has(PENDING)) pendings.add(transfer.id());
        return transfer;
    }

    private ModelTransfer plain() {
        int flags = 0;
        long timeout = 0;
        if (draw.percent(45)) {
            flags |= PENDING;
            if (draw.percent(1.5)) flags |= CLOSING_DEBIT;
            if (draw.percent(1.5)) flags |= CLOSING_CREDIT;
            boolean closing = (flags & (CLOSING_DEBIT | CLOSING_CREDIT)) != 0;
            if (draw.percent(closing ? 95 : 60)) {
                timeout = draw.percent(95) ? 1 + draw.below(4) : draw.ofLongs(100, 0xFFFF_FFFFL);
            }
        }
        if (draw.percent(8)) flags |= BALANCING_DEBIT;
        if (draw.percent(8)) flags |= BALANCING_CREDIT;
        ModelAccount debit = draw.percent(99) ? openAccount() : null;
        ModelAccount credit = debit != null && draw.percent(98) ? partner(debit) : null;
        return new ModelTransfer(transferId(), debit != null ? debit.id() : accountId(),
                credit != null ? credit.id() : accountId(), amount(), BigInteger.ZERO, data128(),
                draw.ofLongs(DATA_64), draw.ofLongs(DATA_32), timeout,
                debit != null && draw.percent(98) ? debit.ledger() : draw.ofLongs(LEDGERS), draw.ofInts(CODES), flags,
                0);
    }

    /** Another account of the same ledger, if that is found quickly. */
    private ModelAccount partner(ModelAccount account) {
        for (int i = 0; i < 12; i++) {
            ModelAccount other = openAccount();
            if (other != null && other.ledger() == account.ledger() && !other.id().equals(account.id())) return other;
        }
        return null;
    }

    private BigInteger amount() {
        if (draw.percent(shape.hugeAmounts())) return draw.hugeAmount();
        return draw.percent(10) ? BigInteger.ZERO : BigInteger.valueOf(draw.below(draw.percent(80) ? 100 : 100_000));
    }

    private ModelTransfer resolving() {
        BigInteger pendingId = pendingId();
        ModelTransfer p = state.transfers.get(pendingId);
        if (draw.percent(3)) p = someTransfer();
        if (p != null) pendingId = p.id();
        BigInteger zero = BigInteger.ZERO;
        boolean post = draw.percent(55);
        BigInteger whole = p != null ? p.amount() : BigInteger.TEN;
        BigInteger amount = draw.percent(70) ? post ? Wire.U128_MAX : zero
                : draw.of(zero, whole, Wire.U128_MAX, whole.add(BigInteger.ONE).min(Wire.U128_MAX),
                        whole.subtract(BigInteger.ONE).max(zero), whole.shiftRight(1));
        boolean explicit = p != null && draw.percent(40);
        return new ModelTransfer(transferId(),
                explicit ? p.debitAccountId() : zero, explicit ? p.creditAccountId() : zero, amount, pendingId,
                data128(), draw.ofLongs(DATA_64), draw.ofLongs(DATA_32), 0,
                explicit && draw.percent(80) ? p.ledger() : 0, explicit && draw.percent(80) ? p.code() : 0,
                post ? POST : VOID, 0);
    }

    /**
     * Mostly of one that is pending still; a pending transfer drawn for the same batch may not exist yet.
     */
    private BigInteger pendingId() {
        BigInteger pendingId = null;
        for (int i = 0; i < 12; i++) {
            int recent = Math.min(pendings.size(), draw.percent(70) ? 12 : pendings.size());
            pendingId = pendings.get(pendings.size() - 1 - draw.below(recent));
            ModelTransfer p = state.transfers.get(pendingId);
            if (p == null && draw.percent(3)) break;
            if (p != null && p.has(PENDING) && state.pendingStatus.get(p.timestamp()) == ModelState.PENDING) break;
            if (p != null && draw.percent(10)) break;
        }
        return pendingId;
    }

    /** What exists, sent again: as it was, as it is stored, or with one field altered. */
    private ModelTransfer retry(ModelTransfer e) {
        ModelTransfer t = with(e, e.timeout(), e.flags(), e.imported() ? Math.max(1, e.timestamp()) : 0);
        if (draw.percent(35)) return t;
        BigInteger zero = BigInteger.ZERO;
        int which = draw.below(11);
        BigInteger amount = draw.of(zero, Wire.U128_MAX, t.amount().add(BigInteger.ONE).min(Wire.U128_MAX),
                t.amount().subtract(BigInteger.ONE).max(zero), amount());
        return new ModelTransfer(t.id(), which == 0 ? draw.of(zero, accountId()) : t.debitAccountId(),
                which == 1 ? draw.of(zero, accountId()) : t.creditAccountId(), which == 2 ? amount : t.amount(),
                which == 3 ? draw.of(zero, usedTransferId()) : t.pendingId(), which == 4 ? data128() : t.userData128(),
                which == 5 ? draw.ofLongs(DATA_64) : t.userData64(),
                which == 6 ? draw.ofLongs(DATA_32) : t.userData32(),
                which == 7 ? draw.ofLongs(0, 1, 2) : t.timeout(), which == 8 ? draw.ofLongs(0, 1, 2) : t.ledger(),
                which == 9 ? draw.ofInts(0, 1, 2) : t.code(),
                which == 10 ? t.flags() ^ 1 << draw.below(9) : t.flags(), t.timestamp());
    }

    private ModelTransfer slip(ModelTransfer t) {
        int which = draw.below(12);
        return new ModelTransfer(which == 0 ? strangeId() : t.id(),
                which == 1 ? strangeId() : which == 2 ? t.creditAccountId() : t.debitAccountId(),
                which == 3 ? strangeId() : which == 4 ? accountId() : t.creditAccountId(), t.amount(),
                which == 5 ? draw.of(BigInteger.ZERO, t.id(), Wire.U128_MAX, usedTransferId()) : t.pendingId(),
                t.userData128(), t.userData64(), t.userData32(),
                which == 6 ? draw.ofLongs(1, 0xFFFF_FFFFL) : t.timeout(),
                which == 7 ? draw.ofLongs(0, 2, 3) : t.ledger(), which == 8 ? draw.ofInts(0, 2, 9) : t.code(),
                which == 9 ? t.flags() | 0x200 << draw.below(7) : which == 10 ? draw.below(0x200) : t.flags(),
                which == 11 ? draw.ofLongs(0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, state.commitTimestamp)
                        : t.timestamp());
    }

    private static ModelTransfer with(ModelTransfer t, long timeout, int flags, long timestamp) {
        return new ModelTransfer(t.id(), t.debitAccountId(), t.creditAccountId(), t.amount(), t.pendingId(),
                t.userData128(), t.userData64(), t.userData32(), timeout, t.ledger(), t.code(), flags, timestamp);
    }

    // What both share

    /**
     * Mostly one that is possible; else one that lies on a neighbour, on another kind's, on an expiry, or
     * in the future.
     */
    private long importTime(long maxOfKind, long maxOfOther, long batchStart, long batchTimestamp) {
        long low = Math.min(Math.max(lastImport, maxOfKind) + 1, batchTimestamp);
        if (draw.percent(70)) {
            lastImport = Math.min(low + draw.below(3), Math.max(batchStart, low));
            return lastImport;
        }
        Long lastRecord = state.records.floorKey(batchTimestamp);
        return switch (draw.below(9)) {
            case 0 -> maxOfKind;
            case 1 -> maxOfOther;
            case 2 -> maxOfOther + 1;
            case 3 -> lastRecord == null ? 0 : lastRecord;
            case 4 -> lastRecord == null ? 1 : Math.max(1, lastRecord - draw.below(3));
            case 5 -> batchTimestamp + draw.below(3) - 2;
            case 6 -> draw.between(Math.min(batchStart, batchTimestamp), batchTimestamp);
            case 7 -> draw.ofLongs(0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE);
            default -> low;
        };
    }

    /** So that the events of one imported batch ascend. */
    private long lastImport;

    void beginBatch() {
        lastImport = 0;
    }

    private BigInteger strangeId() {
        return draw.of(BigInteger.ZERO, Wire.U128_MAX, BigInteger.ONE.shiftLeft(127), BigInteger.ONE.shiftLeft(64));
    }

    /**
     * The id with this number. Many share one of their halves with others, so that no half can stand for
     * the whole.
     */
    static BigInteger id(int number) {
        long mixed = (number + 1) * 0x9E3779B97F4A7C15L;
        BigInteger high = BigInteger.valueOf(mixed >>> 1).shiftLeft(64);
        return switch (number % 4) {
            case 0 -> BigInteger.valueOf(number + 1L);
            case 1 -> BigInteger.valueOf(number).shiftLeft(64);
            case 2 -> high.add(BigInteger.valueOf(number % 16 + 1L));
            default -> high.add(BigInteger.valueOf(mixed >>> 2)).add(BigInteger.ONE.shiftLeft(127));
        };
    }
}
