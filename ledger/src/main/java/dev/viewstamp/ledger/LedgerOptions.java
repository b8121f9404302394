package dev.viewstamp.ledger;

/**
 * How a ledger is set up. Only {@code requestBodyMax} is part of the cluster's configuration; the others
 * size memory, may differ between replicas, and never influence a result.
 *
 * @param requestBodyMax   L of ledger spec §1, {@link LedgerLimits#REQUEST_BODY_MIN} … {@link
 *        LedgerLimits#BODY_MAX} bytes
 * @param accountCapacity  accounts expected; more are fine
 * @param transferCapacity transfers expected; more are fine
 * @param hashSeed         mixed into the hashes of ids. A node should draw it at random, so that nobody can
 *        choose ids that collide
 */
public record LedgerOptions(int requestBodyMax, long accountCapacity, long transferCapacity, long hashSeed) {
    public LedgerOptions {
        if (requestBodyMax < LedgerLimits.REQUEST_BODY_MIN || requestBodyMax > LedgerLimits.BODY_MAX) {
            throw new IllegalArgumentException("requestBodyMax is " + requestBodyMax + "; choose "
                    + LedgerLimits.REQUEST_BODY_MIN + " … " + LedgerLimits.BODY_MAX);
        }
        if (accountCapacity < 0) throw new IllegalArgumentException("accountCapacity is negative");
        if (transferCapacity < 0) throw new IllegalArgumentException("transferCapacity is negative");
    }

    /** The largest bodies, little memory to begin with. */
    public static LedgerOptions defaults() {
        return new LedgerOptions(LedgerLimits.BODY_MAX, 0, 0, 0);
    }

    public LedgerOptions withRequestBodyMax(int bytes) {
        return new LedgerOptions(bytes, accountCapacity, transferCapacity, hashSeed);
    }

    public LedgerOptions withCapacity(long accounts, long transfers) {
        return new LedgerOptions(requestBodyMax, accounts, transfers, hashSeed);
    }

    public LedgerOptions withHashSeed(long seed) {
        return new LedgerOptions(requestBodyMax, accountCapacity, transferCapacity, seed);
    }
}
