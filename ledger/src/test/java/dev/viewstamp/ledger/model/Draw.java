package dev.viewstamp.ledger.model;

import java.math.BigInteger;
import java.util.List;
import java.util.SplittableRandom;

/** Seeded draws. */
final class Draw {
    private static final BigInteger TWO_64 = BigInteger.ONE.shiftLeft(64);

    private final SplittableRandom random;

    Draw(long seed) {
        random = new SplittableRandom(seed);
    }

    /** True in so many of a hundred cases. */
    boolean percent(double chance) {
        return random.nextDouble() * 100 < chance;
    }

    /** 0 … bound - 1 */
    int below(int bound) {
        return random.nextInt(bound);
    }

    /** min … max */
    long between(long min, long max) {
        return max == Long.MAX_VALUE ? random.nextLong(min - 1, max) + 1 : random.nextLong(min, max + 1);
    }

    long bits() {
        return random.nextLong();
    }

    @SafeVarargs
    final <T> T of(T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    long ofLongs(long... choices) {
        return choices[random.nextInt(choices.length)];
    }

    int ofInts(int... choices) {
        return choices[random.nextInt(choices.length)];
    }

    <T> T from(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /** Small numbers mostly; the shape of counts that people meet. */
    int size(int max) {
        int bound = percent(70) ? Math.min(max, 5) : percent(70) ? Math.min(max, 30) : max;
        return random.nextInt(bound + 1);
    }

    /** Where sums overflow and halves meet. */
    BigInteger hugeAmount() {
        return switch (random.nextInt(7)) {
            case 0 -> Wire.U128_MAX;
            case 1 -> Wire.U128_MAX.subtract(BigInteger.valueOf(random.nextInt(200)));
            case 2 -> BigInteger.ONE.shiftLeft(127).add(BigInteger.valueOf(random.nextInt(3) - 1));
            case 3 -> BigInteger.ONE.shiftLeft(126);
            case 4 -> TWO_64.add(BigInteger.valueOf(random.nextInt(3) - 1));
            case 5 -> BigInteger.ONE.shiftLeft(63).add(BigInteger.valueOf(random.nextInt(3) - 1));
            default -> new BigInteger(1, bytes16()).shiftRight(random.nextInt(64));
        };
    }

    private byte[] bytes16() {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return bytes;
    }
}
