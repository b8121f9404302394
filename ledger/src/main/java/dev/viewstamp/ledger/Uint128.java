package dev.viewstamp.ledger;

import java.math.BigInteger;

/**
 * An unsigned 128-bit number: ids, amounts and balances at the edges of the API (spec/ledger §1).
 * Inside the ledger, values are two longs in place; this record never appears on the commit path.
 *
 * @param hi the more significant 64 bits
 * @param lo the less significant 64 bits
 */
public record Uint128(long hi, long lo) implements Comparable<Uint128> {
    public static final Uint128 ZERO = new Uint128(0, 0);
    public static final Uint128 ONE = new Uint128(0, 1);
    /** 2^128 - 1: AMOUNT_MAX, and never a valid id. */
    public static final Uint128 MAX = new Uint128(-1L, -1L);

    /** The number {@code value}, read as unsigned 64 bits. */
    public static Uint128 of(long value) {
        return new Uint128(0, value);
    }

    /**
     * Parses decimal, or hexadecimal after {@code 0x}.
     *
     * @throws IllegalArgumentException if the text is no number or does not lie in 0 … 2^128 - 1
     */
    public static Uint128 parse(String text) {
        try {
            boolean hexadecimal = text.startsWith("0x") || text.startsWith("0X");
            return of(hexadecimal ? new BigInteger(text.substring(2), 16) : new BigInteger(text));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is not a whole number");
        }
    }

    /** @throws IllegalArgumentException if the value does not lie in 0 … 2^128 - 1 */
    public static Uint128 of(BigInteger value) {
        if (value.signum() < 0 || value.bitLength() > 128) {
            throw new IllegalArgumentException(value + " does not lie in 0 … 2^128 - 1");
        }
        return new Uint128(value.shiftRight(64).longValue(), value.longValue());
    }

    public BigInteger toBigInteger() {
        return new BigInteger(Long.toUnsignedString(hi)).shiftLeft(64)
                .add(new BigInteger(Long.toUnsignedString(lo)));
    }

    public boolean isZero() {
        return (hi | lo) == 0;
    }

    /** Unsigned order. */
    @Override
    public int compareTo(Uint128 other) {
        int order = Long.compareUnsigned(hi, other.hi);
        return order != 0 ? order : Long.compareUnsigned(lo, other.lo);
    }

    /** Decimal. */
    @Override
    public String toString() {
        return hi == 0 ? Long.toUnsignedString(lo) : toBigInteger().toString();
    }
}
