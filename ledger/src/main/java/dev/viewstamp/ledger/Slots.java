package dev.viewstamp.ledger;

import static dev.viewstamp.ledger.Invariant.check;

import java.util.Arrays;

/**
 * Numbers that are taken and given back; the smallest free one is taken next. So which number is taken depends on
 * which are in use, and not on how that came about. Each level of words tells of the level below which words are
 * full, so that five steps find a free one among a billion. Not thread-safe.
 */
final class Slots {
    private static final int LEVELS = 5;
    private static final int WORD_BITS = 6;
    private static final long FULL = -1L;

    private final long[][] levels = new long[LEVELS][1];     // level 0: a bit per number, set if in use

    int take() {
        int at = 0;
        for (int level = LEVELS - 1; level >= 0; level--) {
            long word = at < levels[level].length ? levels[level][at] : 0;
            check(word != FULL, "there are fewer than 2^30 slots");
            at = at << WORD_BITS | Long.numberOfTrailingZeros(~word);
        }
        use(at);
        return at;
    }

    /** Takes this one, which must be free. */
    void use(int slot) {
        check(!isUsed(slot), "a slot is used once");
        for (int level = 0, at = slot; level < LEVELS; level++, at >>>= WORD_BITS) {
            int word = at >>> WORD_BITS;
            if (word >= levels[level].length) {
                levels[level] = Arrays.copyOf(levels[level], Math.max(word + 1, levels[level].length * 2));
            }
            levels[level][word] |= 1L << at;
            if (levels[level][word] != FULL) return;
        }
    }

    void free(int slot) {
        check(isUsed(slot), "a slot that is freed was used");
        for (int level = 0, at = slot; level < LEVELS; level++, at >>>= WORD_BITS) {
            int word = at >>> WORD_BITS;
            boolean wasFull = levels[level][word] == FULL;
            levels[level][word] &= ~(1L << at);
            if (!wasFull) return;
        }
    }

    private boolean isUsed(int slot) {
        int word = slot >>> WORD_BITS;
        return word < levels[0].length && (levels[0][word] >>> slot & 1) != 0;
    }
}
