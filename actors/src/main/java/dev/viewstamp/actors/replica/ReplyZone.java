package dev.viewstamp.actors.replica;

import static dev.viewstamp.actors.replica.Invariant.check;

import dev.viewstamp.actors.message.ReplicaMessage;
import dev.viewstamp.journal.ReplyHeader;
import dev.viewstamp.journal.StoredReply;
import dev.viewstamp.journal.Word128;
import java.util.BitSet;

/**
 * The last replies on disk, one place per session slot (replication spec §3.9). Written behind the commits; a
 * reply that waits is replaced by its successor. What lies there counts only for the replies up to a checkpoint:
 * later ones come again when the log is replayed. Replies without a body are never written.
 *
 * <p>After a start every place is read; what is damaged or missing is fetched from a peer.
 *
 * <p>Invariants: at most {@value #WRITES_MAX} writes and one read in flight; at most one write per place.
 */
final class ReplyZone {
    private static final int WRITES_MAX = 2;
    /** Replies asked for in one pass of repair. */
    private static final int REQUESTS_MAX = 4;

    /** @param isRepair brought by a peer: no checkpoint waits for it */
    private record Write(StoredReply reply, boolean isRepair) {
        boolean isNeededFor(long op) {
            return !isRepair && reply.header().op() <= op;
        }
    }

    private final Rooms rooms;
    private final ClientTable clients;
    private final Write[] writing;                              // by slot
    private final Write[] waiting;
    /** Slots whose reply could not be read back. */
    private final BitSet faulty = new BitSet();
    private int writeCount;
    private int nextSlot;
    private long tokenLast;
    private boolean isReading;
    private Word128 reading;                                    // checksum of the reply being read; null: given up
    private boolean isScrub;                                    // the read is only to see whether it is intact
    private int readSlotNext;                                   // slots below were read, or need no reading

    ReplyZone(Rooms rooms) {
        this.rooms = rooms;
        this.clients = rooms.clients;
        int slots = clients.clientsMax();
        this.writing = new Write[slots];
        this.waiting = new Write[slots];
        this.readSlotNext = slots;
    }

    /** A client's entry was executed: its reply takes its place. */
    void keep(ClientTable.Committed committed) {
        int slot = committed.slot();
        if (slot < 0) {
            return;
        }
        faulty.clear(slot);
        waiting[slot] = null;
        if (committed.reply().body().length > 0) {
            write(slot, new Write(committed.reply(), false));
        }
    }

    /** Whether all replies of ops up to {@code op} that still count are on disk. */
    boolean isDurableUpTo(long op) {
        for (int slot = 0; slot < writing.length; slot++) {
            if (writing[slot] != null && writing[slot].isNeededFor(op)
                    || waiting[slot] != null && waiting[slot].isNeededFor(op)) {
                return false;
            }
        }
        return true;
    }

    private void write(int slot, Write write) {
        waiting[slot] = write;
        startWrites();
    }

    private void startWrites() {
        for (int i = 0; i < waiting.length && writeCount < WRITES_MAX; i++) {
            int slot = (nextSlot + i) % waiting.length;
            if (waiting[slot] != null && writing[slot] == null) {
                writing[slot] = waiting[slot];
                waiting[slot] = null;
                writeCount++;
                nextSlot = (slot + 1) % waiting.length;
                rooms.outbox.emit(new Effect.WriteReply(slot, writing[slot].reply()));
            }
        }
    }

    void onWritten(Completion.ReplyWritten written) {
        Write write = writing[written.slot()];
        check(write != null && write.reply().header().checksum().equals(written.checksum()),
                "reply slot %d: %s was written, not %s", written.slot(), written.checksum(), write);
        writing[written.slot()] = null;
        writeCount--;
        startWrites();
    }

    /** The session table came from a checkpoint: read the bodies that belong to it, one after another. */
    void load() {
        faulty.clear();
        java.util.Arrays.fill(waiting, null);                   // of the table before
        reading = null;
        readSlotNext = 0;
        readNext();
    }

    private void readNext() {
        while (!isReading && readSlotNext < writing.length) {
            int slot = readSlotNext++;
            if (!clients.isFree(slot) && !clients.hasBody(slot)) {
                read(slot, false);
            }
        }
    }

    private void read(int slot, boolean toScrub) {
        isReading = true;
        isScrub = toScrub;
        reading = clients.replyHeader(slot).checksum();
        tokenLast++;
        rooms.outbox.emit(new Effect.ReadReply(tokenLast, slot, reading));
    }

    /** Reads a reply that is known and should be on disk; false if there is none, or no time for it now. */
    boolean startScrub(int slot) {
        if (isReading || !isSettled(slot)) {
            return false;
        }
        read(slot, true);
        return true;
    }

    private boolean isSettled(int slot) {
        return !clients.isFree(slot) && clients.hasBody(slot) && clients.reply(slot).body().length > 0
                && writing[slot] == null && waiting[slot] == null;
    }

    void onRead(Completion.ReplyRead read) {
        check(isReading && read.token() == tokenLast, "read %d of slot %d was never started, or ended before",
                read.token(), read.slot());
        boolean isCurrent = reading != null;
        Word128 wanted = reading;
        isReading = false;
        reading = null;
        int slot = read.slot();
        if (isScrub) {
            isScrub = false;
            endScrub(slot, wanted, read.reply() == null);
            return;
        }
        boolean isMissing = isCurrent && !clients.isFree(slot) && !clients.hasBody(slot)
                && clients.replyHeader(slot).checksum().equals(wanted);
        if (isMissing && (read.reply() == null || !clients.putBody(slot, read.reply()))) {
            faulty.set(slot);
        }
        readNext();
    }

    /** What was replaced meanwhile is not judged. */
    private void endScrub(int slot, Word128 wanted, boolean isUnreadable) {
        boolean isDamaged = isUnreadable && wanted != null && isSettled(slot)
                && clients.replyHeader(slot).checksum().equals(wanted);
        if (isDamaged) {
            write(slot, new Write(clients.reply(slot), true));
        }
        rooms.scrub.onReplyRead(slot, isDamaged);
        readNext();
    }

    /** Asks a peer for replies that are damaged here; who has another by now stays silent. */
    void repair() {
        int others = rooms.state.replicaCount() - 1;
        if (faulty.isEmpty() || others == 0) {
            return;
        }
        int asked = 0;
        int start = rooms.random.nextInt(writing.length);       // a fixed order would starve the last
        for (int i = 0; i < writing.length && asked < REQUESTS_MAX; i++) {
            int slot = (start + i) % writing.length;
            if (faulty.get(slot)) {
                ReplyHeader header = clients.replyHeader(slot);
                int peer = (rooms.state.replica() + 1 + rooms.random.nextInt(others)) % rooms.state.replicaCount();
                rooms.outbox.send(peer, new ReplicaMessage.GetReply(header.client(), header.op(), header.checksum()));
                asked++;
            }
        }
    }

    /** Exactly this reply, or null: another one, or damaged here, too. */
    StoredReply find(Word128 client, Word128 checksum) {
        int slot = clients.slotOf(client);
        boolean isHeld = slot >= 0 && clients.replyHeader(slot).checksum().equals(checksum) && clients.hasBody(slot);
        return isHeld ? clients.reply(slot) : null;
    }

    /** A peer's copy. False if it is not wanted, or no more. */
    boolean repaired(StoredReply reply) {
        int slot = clients.slotOf(reply.header().client());
        if (slot < 0 || !faulty.get(slot) || clients.hasBody(slot) || !clients.putBody(slot, reply)) {
            return false;
        }
        faulty.clear(slot);
        write(slot, new Write(reply, true));
        return true;
    }

    int faultyCount() {
        return faulty.cardinality();
    }

    void checkInvariants() {
        check(0 <= writeCount && writeCount <= WRITES_MAX, "%d reply writes", writeCount);
    }
}
