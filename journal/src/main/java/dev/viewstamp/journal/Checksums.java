package dev.viewstamp.journal;

import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hasher128;
import com.dynatrace.hash4j.hashing.Hashing;

/**
 * The checksum of everything Viewstamp writes or sends: XXH3, 128 bits, seed 0. Fixed for ever. It finds
 * damage; it does not stop a forger, and none is assumed inside the cluster. Stateless and thread-safe.
 */
public final class Checksums {
    private static final Hasher128 XXH3 = Hashing.xxh3_128();

    private Checksums() {
    }

    public static Word128 of(byte[] bytes) {
        return of(bytes, 0, bytes.length);
    }

    public static Word128 of(byte[] bytes, int offset, int length) {
        HashValue128 hash = XXH3.hashBytesTo128Bits(bytes, offset, length);
        return new Word128(hash.getMostSignificantBits(), hash.getLeastSignificantBits());
    }
}
