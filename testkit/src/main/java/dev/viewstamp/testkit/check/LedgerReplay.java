package dev.viewstamp.testkit.check;

import dev.viewstamp.journal.LogEntry;
import dev.viewstamp.ledger.Ledger;
import dev.viewstamp.ledger.LedgerOptions;
import dev.viewstamp.ledger.Operation;
import dev.viewstamp.ledger.audit.EntryInvariants;
import dev.viewstamp.ledger.audit.ExecutedEntry;
import dev.viewstamp.ledger.audit.LedgerDump;
import dev.viewstamp.ledger.audit.LedgerInvariants;
import dev.viewstamp.ledger.audit.LedgerViolation;
import dev.viewstamp.ledger.audit.ReplyInvariants;
import dev.viewstamp.ledger.audit.SuccessionInvariants;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.HashMap;
import java.util.Map;

/** The committed history executed once more, on a ledger of its own: what replies and digests must be equal to. */
public final class LedgerReplay implements ReferenceLedger {
    private static final int AUDIT_EVERY = 25;

    private final int requestBodyMax;
    private final Ledger ledger;
    private final EntryInvariants entries = new EntryInvariants();
    private LedgerDump audited;
    private final Map<Long, byte[]> replies = new HashMap<>();
    private long op;

    public LedgerReplay(LedgerOptions options) {
        this.requestBodyMax = options.requestBodyMax();
        this.ledger = new Ledger(options);
    }

    @Override
    public void onCommit(LogEntry entry) {
        op = entry.op();
        int operation = entry.header().operation();
        if (operation >= Operation.CODE_MIN) {
            byte[] reply = ledger.execute(operation, entry.header().timestamp(), entry.body());
            replies.put(op, reply);
            try {
                ReplyInvariants.check(Operation.byCode(operation), entry.body(), reply, requestBodyMax);
                entries.check(new ExecutedEntry(operation, entry.header().timestamp(), entry.body(), reply));
                if (op % AUDIT_EVERY == 0) {
                    audit();
                }
            } catch (LedgerViolation broken) {
                throw new Violation("ledger", "after " + entry.header() + ": " + broken.getMessage(), broken);
            }
        }
    }

    /**
     * Money is conserved, and everything else that must hold of a ledger's state and of its growth (ledger spec
     * §23).
     */
    private void audit() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ledger.dump(bytes::write);
        LedgerDump now = LedgerDump.read(bytes.toByteArray());
        LedgerInvariants.check(now);
        if (audited != null) {
            SuccessionInvariants.check(audited, now);
        }
        audited = now;
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
            throw new Violation("ledger", "R" + replica + " has digest " + HexFormat.of().formatHex(digest)
                    + " after op "
                    + op + ", the committed history gives " + HexFormat.of().formatHex(expected));
        }
    }
}
