package dev.viewstamp.ledger;

/**
 * Unsigned 128-bit arithmetic on numbers held as two longs, so that the commit path allocates nothing
 * (ledger spec §25). The low half of a sum or difference is plain {@code +} or {@code -}; the high half and
 * the questions that need the 129th bit are here.
 */
final class WideMath {
    private WideMath() {}

    /** a &lt; b. */
    static boolean less(long aHi, long aLo, long bHi, long bLo) {
        return aHi != bHi
                ? Long.compareUnsigned(aHi, bHi) < 0
                : Long.compareUnsigned(aLo, bLo) < 0;
    }

    /** The high half of a + b, modulo 2^128. */
    static long sumHi(long aHi, long aLo, long bHi, long bLo) {
        return aHi + bHi + carry(aLo, bLo);
    }

    /** The high half of a - b, modulo 2^128. */
    static long differenceHi(long aHi, long aLo, long bHi, long bLo) {
        return aHi - bHi - (Long.compareUnsigned(aLo, bLo) < 0 ? 1 : 0);
    }

    /** Whether a + b &gt; 2^128 - 1. */
    static boolean sumOverflows(long aHi, long aLo, long bHi, long bLo) {
        long hi = aHi + bHi;
        if (Long.compareUnsigned(hi, aHi) < 0) return true;
        return hi == -1L && carry(aLo, bLo) != 0;
    }

    private static long carry(long aLo, long bLo) {
        return Long.compareUnsigned(aLo + bLo, aLo) < 0 ? 1 : 0;
    }
}
