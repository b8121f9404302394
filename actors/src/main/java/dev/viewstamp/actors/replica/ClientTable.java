package dev.viewstamp.actors.replica;

import static dev.viewstamp.actors.replica.Invariant.check;

import dev.viewstamp.journal.Checksums;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.ReplyHeader;
import dev.viewstamp.journal.StoredReply;
import dev.viewstamp.journal.Word128;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The replicated session table and the index of last replies: one slot per client, changed by committed entries
 * alone, so equal on all replicas at equal op (replication spec §2.6, §3.9; wire spec §16). A slot's number is
 * also the place of its reply on disk.
 *
 * <p>Invariants: a client and a session stand in one slot only; {@code 0 < session <= reply op}; all reply ops
 * differ.
 */
public final class ClientTable {
    /** How a backup treats a request that reached it: it never evicts, since it may lag (wire spec §20). */
    public enum BackupVerdict { FORWARD, ANSWER, IGNORE }

    /**
     * What one committed entry changed.
     *
     * @param reply   to be sent, whether or not the session still exists
     * @param slot    where the reply is kept, or -1 if the client was evicted while the entry was being prepared
     * @param evicted the client that had to leave {@code slot}, or zero
     */
    public record Committed(StoredReply reply, int slot, Word128 evicted) {
    }

    private static final int DUMP_HEADER_SIZE = 16;
    private static final int DUMP_SLOT_SIZE = 16 + ReplyHeader.SIZE;

    private final Session[] slots;
    private int count;
    private long lastOp;                                        // of the newest commit seen; ops only rise

    /** @param clientsMax sessions that can live at once, at least 1; a constant of the cluster */
    public ClientTable(int clientsMax) {
        check(clientsMax >= 1, "clientsMax %d", clientsMax);
        slots = new Session[clientsMax];
    }

    public int clientsMax() {
        return slots.length;
    }

    /** Live sessions. */
    public int count() {
        return count;
    }

    public boolean contains(Word128 client) {
        return slotOf(client) >= 0;
    }

    /** The client's session number, or 0 if it has none. */
    public long session(Word128 client) {
        int slot = slotOf(client);
        return slot < 0 ? 0 : slots[slot].session;
    }

    /** Slot of a live session, or -1. */
    public int slotOf(Word128 client) {
        for (int slot = 0; slot < slots.length; slot++) {
            if (slots[slot] != null && slots[slot].client.equals(client)) {
                return slot;
            }
        }
        return -1;
    }

    public boolean isFree(int slot) {
        return slots[slot] == null;
    }

    /** Which door the session in {@code slot}, which must be taken, came through. */
    public int door(int slot) {
        return taken(slot).door;
    }

    public ReplyHeader replyHeader(int slot) {
        return taken(slot).reply;
    }

    /** Whether the last reply's body is in memory; see {@link #putBody}. */
    public boolean hasBody(int slot) {
        return taken(slot).body != null;
    }

    /** The last reply of a taken slot that {@link #hasBody has its body}, in the view of its entry. */
    public StoredReply reply(int slot) {
        Session session = taken(slot);
        check(session.body != null, "slot %d holds no body", slot);
        return new StoredReply(session.reply, session.body);
    }

    /** Judges a request before it may enter the pipeline. Changes nothing. */
    public RequestVerdict judge(RequestClaim claim) {
        if (claim.client().isZero()) {
            return RequestVerdict.INTERNAL;
        }
        int slot = slotOf(claim.client());
        if (slot < 0) {
            return claim.isRegister() ? RequestVerdict.REGISTER_NEW : RequestVerdict.UNKNOWN_CLIENT;
        }
        Session session = slots[slot];
        if (!claim.isRegister() && session.session != claim.session()) {
            return session.session > claim.session() ? RequestVerdict.SESSION_TOO_LOW : RequestVerdict.SESSION_TOO_HIGH;
        }
        if (session.release() != claim.release() || session.door != claim.door()) {
            return RequestVerdict.RELEASE_MISMATCH;
        }
        int order = Integer.compareUnsigned(claim.request(), session.request());
        if (order < 0) {
            return RequestVerdict.OLD;
        }
        if (order == 0) {
            if (!session.requestChecksum().equals(claim.requestChecksum())) {
                return RequestVerdict.FORKED;
            }
            return session.body != null ? RequestVerdict.DUPLICATE_ANSWERED : RequestVerdict.DUPLICATE_BODY_MISSING;
        }
        if (claim.isRegister() || claim.request() != session.request() + 1) {
            return RequestVerdict.GAP;                          // a register is always number 0
        }
        return session.reply.context().equals(claim.parent()) ? RequestVerdict.NEW : RequestVerdict.WRONG_PARENT;
    }

    /** Judges a request that came to a backup, whose table may lag behind the primary's. Changes nothing. */
    public BackupVerdict judgeAtBackup(RequestClaim claim) {
        int slot = slotOf(claim.client());
        if (slot < 0) {
            return claim.isRegister() ? BackupVerdict.FORWARD : BackupVerdict.IGNORE;
        }
        Session session = slots[slot];
        int order = Integer.compareUnsigned(claim.request(), session.request());
        if (order > 0) {
            return BackupVerdict.FORWARD;
        }
        boolean same = order == 0 && session.requestChecksum().equals(claim.requestChecksum());
        return same && session.body != null ? BackupVerdict.ANSWER : BackupVerdict.IGNORE;
    }

    /**
     * Takes in an entry of a client that was just executed. A register opens a session, if need be in the place
     * of the one whose last reply is oldest; anything else replaces the client's last reply.
     *
     * @param body what the state machine answered; kept, never copied
     */
    public Committed commit(EntryHeader entry, byte[] body) {
        check(!entry.client().isZero(), "%s has no client", entry);
        check(entry.op() > lastOp, "op %d committed after %d", entry.op(), lastOp);
        lastOp = entry.op();
        StoredReply reply = StoredReply.of(entry, body);
        int slot = slotOf(entry.client());
        if (entry.operation() == EntryHeader.OPERATION_REGISTER) {
            check(slot < 0, "%s registers a client that has a session", entry);
            return register(entry, reply);
        }
        if (slot < 0) {
            return new Committed(reply, -1, Word128.ZERO);      // evicted meanwhile: answered, then forgotten
        }
        Session session = slots[slot];
        check(entry.request() == session.request() + 1, "request %d follows %d of one session", entry.request(),
                session.request());
        slots[slot] = new Session(session.client, session.session, session.door, reply.header(), body);
        return new Committed(reply, slot, Word128.ZERO);
    }

    private Committed register(EntryHeader entry, StoredReply reply) {
        int slot = count < slots.length ? lowestFree() : oldest();
        Word128 evicted = slots[slot] == null ? Word128.ZERO : slots[slot].client;
        if (slots[slot] == null) {
            count++;
        }
        slots[slot] = new Session(entry.client(), entry.op(), entry.door(), reply.header(), reply.body());
        return new Committed(reply, slot, evicted);
    }

    private int lowestFree() {
        for (int slot = 0; slot < slots.length; slot++) {
            if (slots[slot] == null) {
                return slot;
            }
        }
        throw Invariant.unreachable("no free slot with %d of %d taken", count, slots.length);
    }

    /** The slot whose last reply has the lowest op. All ops differ, so no other order is involved. */
    private int oldest() {
        int oldest = 0;
        for (int slot = 1; slot < slots.length; slot++) {
            if (slots[slot].reply.op() < slots[oldest].reply.op()) {
                oldest = slot;
            }
        }
        return oldest;
    }

    /**
     * Gives a slot the body of its last reply, read back from disk or fetched from a peer.
     *
     * @return false if {@code reply} is not the slot's last reply (any more), or its body is not the header's
     */
    public boolean putBody(int slot, StoredReply reply) {
        Session session = slots[slot];
        if (session == null || !session.reply.equals(reply.header()) || !session.reply.isValidBody(reply.body())) {
            return false;
        }
        slots[slot] = new Session(session.client, session.session, session.door, session.reply, reply.body());
        return true;
    }

    /** The lowest slot whose reply's body is not in memory, or -1. */
    public int lowestWithoutBody() {
        for (int slot = 0; slot < slots.length; slot++) {
            if (slots[slot] != null && slots[slot].body == null) {
                return slot;
            }
        }
        return -1;
    }

    /**
     * The table as bytes, equal on all replicas at equal op: clientsMax u32, count u32, op of the last change
     * u64, then per taken slot, ascending: slot u32, door u32, session u64, reply header 256. Little-endian.
     * Bodies live in the reply zone; the headers vouch for them.
     */
    public byte[] dump() {
        ByteBuffer dump = ByteBuffer.allocate(DUMP_HEADER_SIZE + count * DUMP_SLOT_SIZE);
        dump.order(ByteOrder.LITTLE_ENDIAN).putInt(slots.length).putInt(count).putLong(lastOp);
        for (int slot = 0; slot < slots.length; slot++) {
            Session session = slots[slot];
            if (session != null) {
                dump.putInt(slot).putInt(session.door).putLong(session.session).put(session.reply.toBytes());
            }
        }
        return dump.array();
    }

    /**
     * The table that {@link #dump} wrote; every body that is not empty is missing.
     *
     * @throws IllegalArgumentException if the bytes are not a dump
     */
    public static ClientTable restore(byte[] bytes) {
        ByteBuffer dump = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        require(bytes.length >= DUMP_HEADER_SIZE, "session table of " + bytes.length + " bytes");
        int clientsMax = dump.getInt();
        int count = dump.getInt();
        boolean fits = bytes.length == DUMP_HEADER_SIZE + (long) count * DUMP_SLOT_SIZE;
        require(clientsMax >= 1 && 0 <= count && count <= clientsMax && fits,
                "session table of " + count + " of " + clientsMax + " sessions in " + bytes.length + " bytes");
        ClientTable table = new ClientTable(clientsMax);
        table.count = count;
        table.lastOp = dump.getLong();
        int last = -1;
        for (int i = 0; i < count; i++) {
            int slot = dump.getInt();
            int door = dump.getInt();
            long session = dump.getLong();
            ReplyHeader reply = ReplyHeader.read(bytes, dump.position());
            dump.position(dump.position() + ReplyHeader.SIZE);
            require(last < slot && slot < clientsMax, "session slot " + slot + " after " + last);
            require(reply.isValid(), "session slot " + slot + " holds a damaged reply header");
            byte[] body = reply.bodySize() == 0 ? new byte[0] : null;
            table.slots[slot] = new Session(reply.client(), session, door, reply, body);
            last = slot;
        }
        return table;
    }

    /** Takes over all that {@code other}, which is made of a dump, holds. */
    void become(ClientTable other) {
        check(other.slots.length == slots.length, "a session table for %d clients in place of one for %d",
                other.slots.length, slots.length);
        System.arraycopy(other.slots, 0, slots, 0, slots.length);
        count = other.count;
        lastOp = other.lastOp;
    }

    /** Checksum of {@link #dump}: equal tables, equal digests. */
    public Word128 digest() {
        return Checksums.of(dump());
    }

    public void checkInvariants() {
        int taken = 0;
        for (int slot = 0; slot < slots.length; slot++) {
            Session session = slots[slot];
            if (session == null) {
                continue;
            }
            taken++;
            long op = session.reply.op();
            check(0 < session.session && session.session <= op && op <= lastOp,
                    "slot %d: session %d, last reply %d, last op %d", slot, session.session, op, lastOp);
            check(slotOf(session.client) == slot, "the client of slot %d stands in another, too", slot);
            check((session.request() == 0) == (session.session == op), "slot %d: request %d at op %d",
                    slot, session.request(), op);
        }
        check(taken == count, "%d slots are taken, counted %d", taken, count);
    }

    private Session taken(int slot) {
        check(slots[slot] != null, "slot %d is free", slot);
        return slots[slot];
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    /** One live session. What its last reply's header says is not said twice. */
    private static final class Session {
        final Word128 client;
        final long session;                                     // op of the register, > 0
        final int door;
        final ReplyHeader reply;
        final byte[] body;                                      // null while it must be read or fetched

        Session(Word128 client, long session, int door, ReplyHeader reply, byte[] body) {
            this.client = client;
            this.session = session;
            this.door = door;
            this.reply = reply;
            this.body = body;
        }

        int release() {
            return reply.release();
        }

        int request() {
            return reply.request();
        }

        Word128 requestChecksum() {
            return reply.requestChecksum();
        }
    }
}
