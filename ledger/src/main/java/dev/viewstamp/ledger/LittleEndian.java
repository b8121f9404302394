package dev.viewstamp.ledger;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Unsigned little-endian integers in byte arrays: the form of every record (ledger spec §1, §2). Nothing here
 * needs alignment. All methods throw {@link IndexOutOfBoundsException} when the integer does not lie within
 * the array.
 */
public final class LittleEndian {
    private static final VarHandle U16 = view(short[].class);
    private static final VarHandle U32 = view(int[].class);
    private static final VarHandle U64 = view(long[].class);

    private LittleEndian() {}

    /** 0 … 65 535. */
    public static int u16(byte[] source, int offset) {
        return (short) U16.get(source, offset) & 0xFFFF;
    }

    /** 0 … 2^32 - 1. */
    public static long u32(byte[] source, int offset) {
        return i32(source, offset) & 0xFFFF_FFFFL;
    }

    /** The 32 bits of a u32 as they are: enough for comparing with zero or another such value. */
    public static int i32(byte[] source, int offset) {
        return (int) U32.get(source, offset);
    }

    /** The 64 bits of a u64; values above 2^63 - 1 come out negative. */
    public static long u64(byte[] source, int offset) {
        return (long) U64.get(source, offset);
    }

    /** Two u64: the less significant one comes first. */
    public static Uint128 u128(byte[] source, int offset) {
        return new Uint128(u64(source, offset + 8), u64(source, offset));
    }

    /** Stores the low 16 bits. */
    public static void putU16(byte[] target, int offset, int value) {
        U16.set(target, offset, (short) value);
    }

    /** Stores the low 32 bits. */
    public static void putU32(byte[] target, int offset, long value) {
        U32.set(target, offset, (int) value);
    }

    public static void putU64(byte[] target, int offset, long value) {
        U64.set(target, offset, value);
    }

    public static void putU128(byte[] target, int offset, Uint128 value) {
        putU64(target, offset, value.lo());
        putU64(target, offset + 8, value.hi());
    }

    private static VarHandle view(Class<?> array) {
        return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN);
    }
}
