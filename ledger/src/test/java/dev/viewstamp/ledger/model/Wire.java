package dev.viewstamp.ledger.model;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads and writes the fields of a record one after the other; independent of the ledger's own layouts. */
final class Wire {
    static final BigInteger U128_MAX = BigInteger.ONE.shiftLeft(128).subtract(BigInteger.ONE);

    private Wire() {}

    static ByteBuffer of(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static ByteBuffer record(byte[] bytes, int index, int size) {
        return ByteBuffer.wrap(bytes, index * size, size).slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    static BigInteger u128(ByteBuffer from) {
        BigInteger low = unsigned(from.getLong());
        return unsigned(from.getLong()).shiftLeft(64).or(low);
    }

    static long u32(ByteBuffer from) {
        return Integer.toUnsignedLong(from.getInt());
    }

    static int u16(ByteBuffer from) {
        return Short.toUnsignedInt(from.getShort());
    }

    static boolean zeros(ByteBuffer from, int count) {
        boolean zero = true;
        for (int i = 0; i < count; i++) zero &= from.get() == 0;
        return zero;
    }

    static void putU128(ByteBuffer to, BigInteger value) {
        to.putLong(value.longValue());
        to.putLong(value.shiftRight(64).longValue());
    }

    private static BigInteger unsigned(long value) {
        BigInteger result = BigInteger.valueOf(value & Long.MAX_VALUE);
        return value < 0 ? result.setBit(63) : result;
    }
}
