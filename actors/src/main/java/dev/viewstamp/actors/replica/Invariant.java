package dev.viewstamp.actors.replica;

import java.util.Locale;

/**
 * The check that stays on in production. The overloads with longs exist so that a check which holds allocates
 * nothing: boxing and the varargs array happen on the failing path only. Stateless and thread-safe.
 */
public final class Invariant {
    private Invariant() {
    }

    /** @throws BrokenInvariant unless {@code holds} */
    public static void check(boolean holds, String message) {
        if (!holds) {
            throw new BrokenInvariant(message);
        }
    }

    /** @param format as {@link String#format}, in the root locale; the longs suit {@code %d} */
    public static void check(boolean holds, String format, long a) {
        if (!holds) {
            throw broken(format, a);
        }
    }

    public static void check(boolean holds, String format, long a, long b) {
        if (!holds) {
            throw broken(format, a, b);
        }
    }

    public static void check(boolean holds, String format, long a, long b, long c) {
        if (!holds) {
            throw broken(format, a, b, c);
        }
    }

    public static void check(boolean holds, String format, long a, long b, long c, long d) {
        if (!holds) {
            throw broken(format, a, b, c, d);
        }
    }

    public static void check(boolean holds, String format, Object a) {
        if (!holds) {
            throw broken(format, a);
        }
    }

    public static void check(boolean holds, String format, Object a, Object b) {
        if (!holds) {
            throw broken(format, a, b);
        }
    }

    /** For the rest; allocates the array even when the check holds. */
    public static void check(boolean holds, String format, Object... arguments) {
        if (!holds) {
            throw broken(format, arguments);
        }
    }

    /** For branches that cannot be reached: {@code throw Invariant.unreachable(…)}. */
    public static BrokenInvariant unreachable(String format, Object... arguments) {
        return broken(format, arguments);
    }

    private static BrokenInvariant broken(String format, Object... arguments) {
        return new BrokenInvariant(String.format(Locale.ROOT, format, arguments));
    }
}
