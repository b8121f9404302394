package dev.viewstamp.ledger;

/** Ranges of the fields of the values at the API's edge; a value outside is refused with the field's name. */
final class FieldRange {
    private FieldRange() {}

    static int u16(String field, int value) {
        if (value < 0 || value > 0xFFFF) throw outside(field, value, "65535");
        return value;
    }

    static long u32(String field, long value) {
        if (value < 0 || value > 0xFFFF_FFFFL) throw outside(field, value, "4294967295");
        return value;
    }

    /** A u128 given as a long. Negative ones are refused: they are slips far more often than numbers above 2^63 - 1. */
    static Uint128 u128(String field, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(
                    field + " " + value + " is negative; pass a Uint128 for numbers above 2^63 - 1");
        }
        return Uint128.of(value);
    }

    private static IllegalArgumentException outside(String field, long value, String max) {
        return new IllegalArgumentException(field + " " + value + " does not lie in 0 … " + max);
    }
}
