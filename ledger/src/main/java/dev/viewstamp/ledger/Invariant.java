package dev.viewstamp.ledger;

/**
 * What must hold whatever anybody sends. Always on: a ledger that breaks one is wrong, and its process must
 * stop before a wrong answer leaves it.
 */
final class Invariant {
    private Invariant() {}

    static void check(boolean holds, String claim) {
        if (!holds) throw new Broken(claim);
    }

    /** Thrown where an invariant does not hold; nobody catches it but to stop the process. */
    static final class Broken extends IllegalStateException {
        Broken(String claim) {
            super("broken invariant: " + claim);
        }
    }
}
