package dev.viewstamp.ledger.model;

import static dev.viewstamp.ledger.model.ModelTransfer.CLOSING_CREDIT;
import static dev.viewstamp.ledger.model.ModelTransfer.CLOSING_DEBIT;
import static dev.viewstamp.ledger.model.ModelTransfer.PENDING;
import static dev.viewstamp.ledger.model.ModelTransfer.POST;

import java.math.BigInteger;

/** What a created transfer and an expiry change: ledger spec §12, §14.2 and §15. */
final class ModelEffects {
    private final ModelState state;

    ModelEffects(ModelState state) {
        this.state = state;
    }

    /** A plain or pending transfer. */
    void apply(ModelTransfer t, BigInteger amount, long timestamp, ModelAccount dr, ModelAccount cr) {
        boolean pending = t.has(PENDING);
        state.putTransfer(new ModelTransfer(t.id(), t.debitAccountId(), t.creditAccountId(), amount, BigInteger.ZERO,
                t.userData128(), t.userData64(), t.userData32(), t.timeout(), t.ledger(), t.code(), t.flags(),
                timestamp));
        BigInteger zero = BigInteger.ZERO;
        ModelAccount newDr = pending ? dr.debited(amount, zero) : dr.debited(zero, amount);
        ModelAccount newCr = pending ? cr.credited(amount, zero) : cr.credited(zero, amount);
        if (t.has(CLOSING_DEBIT)) newDr = newDr.closed(true);
        if (t.has(CLOSING_CREDIT)) newCr = newCr.closed(true);
        state.putAccount(newDr);
        state.putAccount(newCr);
        if (pending) {
            state.put(state.pendingStatus, timestamp, ModelState.PENDING);
            if (t.timeout() > 0) {
                long expiresAt = timestamp + t.timeout() * 1_000_000_000L;
                state.put(state.expiry, new ModelState.Expiry(expiresAt, timestamp), t.id());
            }
        }
        state.put(state.records, timestamp, new ModelRecord(newDr, newCr, timestamp, t.flags(), 0, BigInteger.ZERO,
                t.amount(), amount, pending ? ModelState.PENDING : ModelState.NONE));
    }

    /** A post or void {@code t} of the pending transfer {@code p}. */
    void resolve(ModelTransfer t, ModelTransfer p, BigInteger amount, long timestamp) {
        boolean post = t.has(POST);
        state.putTransfer(new ModelTransfer(t.id(), p.debitAccountId(), p.creditAccountId(), amount, t.pendingId(),
                t.userData128().signum() != 0 ? t.userData128() : p.userData128(),
                t.userData64() != 0 ? t.userData64() : p.userData64(),
                t.userData32() != 0 ? t.userData32() : p.userData32(),
                0, p.ledger(), p.code(), t.flags(), timestamp));
        int status = post ? ModelState.POSTED : ModelState.VOIDED;
        release(p, post ? amount : BigInteger.ZERO, !post, status);
        state.put(state.records, timestamp, new ModelRecord(state.accounts.get(p.debitAccountId()),
                state.accounts.get(p.creditAccountId()), timestamp, t.flags(), p.flags(), p.id(), t.amount(), amount,
                status));
    }

    void expire(ModelTransfer p, long timestamp) {
        release(p, BigInteger.ZERO, true, ModelState.EXPIRED);
        state.put(state.records, timestamp, new ModelRecord(state.accounts.get(p.debitAccountId()),
                state.accounts.get(p.creditAccountId()), timestamp, 0, p.flags(), p.id(), BigInteger.ZERO, p.amount(),
                ModelState.EXPIRED));
    }

    private void release(ModelTransfer p, BigInteger posted, boolean reopen, int status) {
        ModelAccount dr = state.accounts.get(p.debitAccountId()).debited(p.amount().negate(), posted);
        ModelAccount cr = state.accounts.get(p.creditAccountId()).credited(p.amount().negate(), posted);
        if (reopen && p.has(CLOSING_DEBIT)) dr = dr.closed(false);
        if (reopen && p.has(CLOSING_CREDIT)) cr = cr.closed(false);
        state.putAccount(dr);
        state.putAccount(cr);
        state.put(state.pendingStatus, p.timestamp(), status);
        if (p.timeout() > 0) state.remove(state.expiry, new ModelState.Expiry(p.expiresAt(), p.timestamp()));
    }
}
