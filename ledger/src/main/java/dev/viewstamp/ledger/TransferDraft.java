package dev.viewstamp.ledger;

/**
 * One event of {@code create_transfers} on its way through the rules: the bytes as submitted, and what the
 * checks found out, which is what its effects need. One object serves all events, one after the other.
 */
final class TransferDraft {
    byte[] body;
    int at;
    long slot;
    int flags;
    long idLo;
    long idHi;
    long hash;
    /** The object's: the slot, or the submitted one of an imported event (ledger spec §5.3). */
    long timestamp;
    /**
     * Indexes of the accounts, {@link AccountStore#ABSENT} if there is none; of a post or void, once its
     * checks are through.
     */
    int debit;
    int credit;
    /** What will move (ledger spec §9.1, §10). */
    long amountHi;
    long amountLo;
    /** The pending transfer that a post or void refers to, once found. */
    long pendingPosition;

    void load(byte[] eventBody, int eventAt, long eventSlot) {
        body = eventBody;
        at = eventAt;
        slot = eventSlot;
        flags = u16(TransferLayout.FLAGS);
        idLo = lo(TransferLayout.ID);
        idHi = hi(TransferLayout.ID);
        timestamp = has(TransferFlags.IMPORTED) ? u64(TransferLayout.TIMESTAMP) : slot;
    }

    /** Any of these flags. */
    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    boolean isPostOrVoid() {
        return has(TransferFlags.POST_PENDING_TRANSFER | TransferFlags.VOID_PENDING_TRANSFER);
    }

    long lo(int field) {
        return LittleEndian.u64(body, at + field);
    }

    long hi(int field) {
        return LittleEndian.u64(body, at + field + Long.BYTES);
    }

    /** Of a u128. */
    boolean isZero(int field) {
        return (lo(field) | hi(field)) == 0;
    }

    /** Of a u128: 2^128 - 1. */
    boolean isMax(int field) {
        return (lo(field) & hi(field)) == -1L;
    }

    /** Two u128 of this event. */
    boolean same(int field, int otherField) {
        return lo(field) == lo(otherField) && hi(field) == hi(otherField);
    }

    /** The u128 here and the one in a stored record. */
    boolean sameAs(int field, byte[] block, int recordAt) {
        return lo(field) == LittleEndian.u64(block, recordAt + field)
                && hi(field) == LittleEndian.u64(block, recordAt + field + Long.BYTES);
    }

    long u64(int field) {
        return LittleEndian.u64(body, at + field);
    }

    int i32(int field) {
        return LittleEndian.i32(body, at + field);
    }

    int u16(int field) {
        return LittleEndian.u16(body, at + field);
    }
}
