package dev.viewstamp.testkit.check;

import dev.viewstamp.journal.LogEntry;
import dev.viewstamp.ledger.Ledger;
import dev.viewstamp.ledger.LedgerOptions;
import dev.viewstamp.ledger.Operation;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.HashMap;
import java.util.Map;

/** The committed history executed once more, on a ledger of its own: what replies and digests must be equal to. */
public final class LedgerReplay implements ReferenceLedger {
    private final Ledger ledger;
    private final Map<Long, byte[]> replies = new HashMap<>();
    private long op;

    public LedgerReplay(LedgerOptions options) {
        this.ledger = new Ledger(options);
    }

    @Override
    public void onCommit(LogEntry entry) {
        op = entry.op();
        int operation = entry.header().operation();
        if (operation >= Operation.CODE_MIN) {
            replies.put(op, ledger.execute(operation, entry.header().timestamp(), entry.body()));
        }
    }

    @Override
    public byte[] reply(long op) {
        return replies.get(op);
    }

    /** The last op executed. */
    public long op() {
        return op;
    }

    /** A replica that executed everything up to {@link #op} has this digest. */
    public void onDigest(int replica, byte[] digest) {
        byte[] expected = ledger.digest();
        if (!Arrays.equals(expected, digest)) {
            throw new Violation("ledger", "R" + replica + " has digest " + HexFormat.of().formatHex(digest) + " after op "
                    + op + ", the committed history gives " + HexFormat.of().formatHex(expected));
        }
    }
}
