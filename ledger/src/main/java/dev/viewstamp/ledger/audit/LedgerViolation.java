package dev.viewstamp.ledger.audit;

/** A ledger that broke its word. Nothing it says can be trusted any more. */
public final class LedgerViolation extends IllegalStateException {
    private static final long serialVersionUID = 1;

    /** @param invariant its number in ledger spec §23 */
    LedgerViolation(int invariant, String message) {
        super("invariant " + invariant + ": " + message);
    }

    static void require(boolean holds, int invariant, String format, Object... arguments) {
        if (!holds) throw new LedgerViolation(invariant, String.format(format, arguments));
    }
}
