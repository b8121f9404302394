package dev.viewstamp.journal;

/**
 * What {@link RecoveryCase} asks about one slot: eleven bits with the question whether the replica is
 * alone. A ring's record is
 * <em>ok</em> if its checksums hold, it is of this cluster and it has its place in this slot; it is
 * <em>beyond</em> if its op is above prepareMax of the durable checkpoint. All of a record's bits are false
 * unless it is ok; the comparing ones are false unless both records are entries.
 *
 * @param headerOk        the redundant header is ok
 * @param headerReserved  and reserved
 * @param headerBeyond    and an entry beyond
 * @param prepareOk       the prepare is ok, body and padding included
 * @param prepareReserved and reserved
 * @param prepareBeyond   and an entry beyond
 * @param prepareIsMax    and its op is the highest of all ok entries in both rings
 * @param opsEqual        both are entries of one op
 * @param headerOlder     both are entries and the header's op is lower
 * @param identical       both are the same entry
 */
record RecoveryEvidence(boolean headerOk, boolean headerReserved, boolean headerBeyond, boolean prepareOk,
        boolean prepareReserved, boolean prepareBeyond, boolean prepareIsMax, boolean opsEqual, boolean headerOlder,
        boolean identical) {

    /** @param header  null if it is not ok; @param prepare likewise; @param opMax highest op of all ok entries */
    static RecoveryEvidence of(EntryHeader header, EntryHeader prepare, long opMax, long prepareMax) {
        boolean headerEntry = header != null && !header.isReserved();
        boolean prepareEntry = prepare != null && !prepare.isReserved();
        boolean both = headerEntry && prepareEntry;
        return new RecoveryEvidence(
                header != null, header != null && header.isReserved(), headerEntry && header.op() > prepareMax,
                prepare != null, prepare != null && prepare.isReserved(), prepareEntry && prepare.op() > prepareMax,
                prepareEntry && prepare.op() == opMax,
                both && header.op() == prepare.op(), both && header.op() < prepare.op(),
                both && header.equals(prepare));
    }

    boolean headerBad() {
        return !headerOk;
    }

    boolean headerEntry() {
        return headerOk && !headerReserved;
    }

    boolean prepareBad() {
        return !prepareOk;
    }

    /** An entry within prepareMax. */
    boolean prepareWithin() {
        return prepareOk && !prepareReserved && !prepareBeyond;
    }

    boolean headerWithin() {
        return headerEntry() && !headerBeyond;
    }

    /** Whether these bits can occur together at all. */
    boolean isConsistent() {
        boolean both = headerEntry() && prepareOk && !prepareReserved;
        boolean headerBits = (headerOk || !headerReserved) && (headerEntry() || !headerBeyond);
        boolean prepareBits = (prepareOk || !prepareReserved)
                && (prepareOk && !prepareReserved || !prepareBeyond && !prepareIsMax);
        boolean compared = both || !opsEqual && !headerOlder && !identical;
        boolean order = !(opsEqual && headerOlder) && (!identical || opsEqual)
                && (!both || headerBeyond == prepareBeyond || !opsEqual && headerOlder == prepareBeyond)
                && (!both || !prepareIsMax || opsEqual || headerOlder);
        return headerBits && prepareBits && compared && order;
    }
}
