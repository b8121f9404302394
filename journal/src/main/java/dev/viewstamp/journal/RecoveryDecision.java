package dev.viewstamp.journal;

/** What recovery makes of one slot (replication spec §5.5). */
public enum RecoveryDecision {
    /** Both rings agree on an entry: load it, clean. */
    EQL,
    /** Never used: reserved, clean. */
    NIL,
    /**
     * The prepare is right and the redundant header is behind or lost: load the prepare's header, rewrite
     * the sector.
     */
    FIX,
    /**
     * Something may have been acknowledged here and is lost: reserved, dirty, faulty; to be repaired from
     * peers. No header is loaded, for it could reach the disk with a neighbour's sector and be trusted
     * after the next crash. A solo replica refuses to open.
     */
    VSR,
    /** Beyond what the log may hold at this checkpoint, and certainly committed elsewhere: reserved, clean. */
    CUT,
    /** An append that a crash interrupted, so never acknowledged: reserved, clean. */
    CUT_TORN
}
