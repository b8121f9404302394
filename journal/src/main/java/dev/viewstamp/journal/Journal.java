package dev.viewstamp.journal;

import static dev.viewstamp.journal.InvariantViolation.check;

import java.util.Arrays;
import java.util.BitSet;

/**
 * The table of the write-ahead log: what each slot holds, in memory and, as far as we know, on disk. Does
 * no I/O; the replica core owns it, tells it what it is about to write and what has been written, and asks
 * what it may vouch for. Not thread-safe: one caller. Made by {@link WalRecovery} at open.
 *
 * <p>Per slot:
 * <ul>
 * <li>{@code headers} the working header, or <em>reserved</em> (none);</li>
 * <li>{@code headersRedundant} exactly what a write of this header sector would put there now: the header
 *     of a prepare that is or was wholly on disk, reserved, or <em>invalid</em> (zeros) for a slot that lost
 *     something unknown;</li>
 * <li>{@code dirty} the header is known but its prepare is not (known to be) durable here;</li>
 * <li>{@code faulty} we may have prepared and acknowledged something here and lost it; such a slot may not
 *     be nacked;</li>
 * <li>{@code prepareInhabited, prepareChecksums} a readable prepare with this checksum is on disk, whatever
 *     the header says.</li>
 * </ul>
 *
 * <p>Invariants: faulty implies dirty. A clean slot with a header is inhabited by its prepare and
 * headersRedundant equals it. A header's op belongs to its slot. At most one write is in flight per slot.
 * Source: replication spec §5.2 to §5.4, §12.1.
 */
public final class Journal {
    /** What is in flight at a header's slot: nothing, some other entry, or this very one. */
    public enum WriteState {
        NONE, SLOT, EXACT
    }

    /** What {@link #judgeRead} makes of a prepare that was read. */
    public enum ReadVerdict {
        /** The wanted entry, whole. */
        INTACT,
        /** The slot was rewritten meanwhile; whatever was read means nothing. Not a fault. */
        SLOT_REUSED,
        /** Damaged, and the working header says that it is ours: call {@link #markFaulty}. */
        DAMAGED_OURS,
        /** Damaged, but the working header is another's by now. */
        DAMAGED
    }

    private enum WriteStage {
        PREPARE, HEADER
    }

    private final Word128 cluster;
    private final WalGeometry geometry;
    private final EntryHeader root;
    private final EntryHeader[] reserved;

    private final EntryHeader[] headers;
    /** Null = invalid: written as zeros. */
    private final EntryHeader[] headersRedundant;
    private final BitSet dirty;
    private final BitSet faulty;
    /** Null = not inhabited. */
    private final Word128[] prepareChecksums;

    private final EntryHeader[] writing;
    private final WriteStage[] writeStages;

    /** An empty table: every slot reserved and clean, nothing inhabited, not even the root. */
    Journal(Word128 cluster, WalGeometry geometry) {
        int slotCount = geometry.slotCount();
        this.cluster = cluster;
        this.geometry = geometry;
        this.root = EntryHeader.root(cluster);
        this.reserved = new EntryHeader[slotCount];
        for (int slot = 0; slot < slotCount; slot++) {
            reserved[slot] = EntryHeader.reserved(cluster, slot);
        }
        this.headers = reserved.clone();
        this.headersRedundant = reserved.clone();
        this.dirty = new BitSet(slotCount);
        this.faulty = new BitSet(slotCount);
        this.prepareChecksums = new Word128[slotCount];
        this.writing = new EntryHeader[slotCount];
        this.writeStages = new WriteStage[slotCount];
    }

    /** The table of a WAL just formatted: the root in slot 0, nothing else. */
    public static Journal formatted(Word128 cluster, WalGeometry geometry) {
        return formatted(cluster, geometry, EntryHeader.root(cluster));
    }

    /** The same with another first entry, which has no body. */
    static Journal formatted(Word128 cluster, WalGeometry geometry, EntryHeader head) {
        InvariantViolation.check(head.bodySize() == 0, "a log begins with %s, which has a body", head);
        Journal journal = new Journal(cluster, geometry);
        journal.load(geometry.slotOf(head.op()), head, head, false, false, head.checksum());
        return journal;
    }

    public Word128 cluster() {
        return cluster;
    }

    public WalGeometry geometry() {
        return geometry;
    }

    public int slotCount() {
        return headers.length;
    }

    public int slotOf(long op) {
        return geometry.slotOf(op);
    }

    /** Header of exactly this op, or null. */
    public EntryHeader header(long op) {
        EntryHeader header = headers[slotOf(op)];
        return !header.isReserved() && header.op() == op ? header : null;
    }

    /** Header of this op if it also has this checksum, or null. */
    public EntryHeader headerWithChecksum(long op, Word128 checksum) {
        EntryHeader header = header(op);
        return header != null && header.checksum().equals(checksum) ? header : null;
    }

    /** Whatever header the slot holds, of any lap; null if reserved. */
    public EntryHeader headerInSlot(int slot) {
        return headers[slot].isReserved() ? null : headers[slot];
    }

    /** Whether this exact header is in its slot, clean or not. */
    public boolean has(EntryHeader header) {
        return headers[slotOf(header.op())].equals(header);
    }

    /** Whether this exact entry is durable here in both rings: it may be acknowledged. */
    public boolean hasClean(EntryHeader header) {
        return has(header) && !dirty.get(slotOf(header.op()));
    }

    public boolean hasDirty(EntryHeader header) {
        return has(header) && dirty.get(slotOf(header.op()));
    }

    public boolean isDirty(int slot) {
        return dirty.get(slot);
    }

    public boolean isFaulty(int slot) {
        return faulty.get(slot);
    }

    public int dirtyCount() {
        return dirty.cardinality();
    }

    public int faultyCount() {
        return faulty.cardinality();
    }

    /** The first dirty slot at or after {@code slot}, or -1. */
    public int nextDirty(int slot) {
        return dirty.nextSetBit(slot);
    }

    /** The highest op of all headers, clean or not, or -1 if there is none. */
    public long opMax() {
        long opMax = -1;
        for (EntryHeader header : headers) {
            if (!header.isReserved()) {
                opMax = Math.max(opMax, header.op());
            }
        }
        return opMax;
    }

    /**
     * Puts a header into its slot before its prepare is written. The same header may be set again while it
     * is dirty. A faulty slot without a header stays faulty: this very entry may be what was lost
     * (replication spec §5.3, §13 item 47).
     */
    public void setHeaderAsDirty(EntryHeader header) {
        check(!header.isReserved() && !header.isBlank(), "not an entry: %s", header);
        int slot = slotOf(header.op());
        EntryHeader old = headers[slot];
        if (old.equals(header)) {
            check(dirty.get(slot), "already clean: %s", header);
            return;
        }
        if (!old.isReserved()) {
            check(old.op() <= header.op(), "slot %d: %s would replace the newer %s", slot, header, old);
            faulty.clear(slot);                 // another entry was here: we certainly did not hold this one
            headersRedundant[slot] = reserved[slot];
        }
        headers[slot] = header;
        dirty.set(slot);
    }

    /**
     * Empties a slot in memory, clean and fault included. The disk is not touched, so what is readable
     * there stays known.
     */
    public void removeEntry(int slot) {
        headers[slot] = reserved[slot];
        headersRedundant[slot] = reserved[slot];
        dirty.clear(slot);
        faulty.clear(slot);
    }

    /**
     * Removes all ops from {@code op} on, with the faults of slots that never held a header beyond it in
     * the first lap. Only with the authority of a new view's log.
     */
    public void removeEntriesFrom(long op) {
        check(op > 0, "the root cannot be removed");
        for (int slot = 0; slot < headers.length; slot++) {
            if (headers[slot].op() >= op) {     // a reserved header's op is its slot
                removeEntry(slot);
            }
        }
    }

    /**
     * Removes what this replica never executed and a checkpoint has made final: ops from {@code opMin} to {@code
     * opMax}, both included. They may be of a log that lost.
     */
    public void removeEntriesBetween(long opMin, long opMax) {
        for (int slot = 0; slot < headers.length; slot++) {
            if (!headers[slot].isReserved() && opMin <= headers[slot].op() && headers[slot].op() <= opMax) {
                removeEntry(slot);
            }
        }
    }

    /**
     * Gives up what is missing outside of {@code opMin..opMax}, the ops that are still needed: older entries that
     * a checkpoint contains, and faults right of a head that is known to be right. Slots being written are left for
     * the next time.
     */
    public void removeDirtyOutside(long opMin, long opMax) {
        for (int slot = dirty.nextSetBit(0); slot >= 0; slot = dirty.nextSetBit(slot + 1)) {
            EntryHeader header = headers[slot];
            long op = header.isReserved() ? lastOpIn(slot, opMax) : header.op();
            if ((op < opMin || op > opMax) && writing[slot] == null) {
                removeEntry(slot);
            }
        }
    }

    /** The highest op up to {@code opMax} whose place is {@code slot}; negative if there is none. */
    private long lastOpIn(int slot, long opMax) {
        return opMax - Math.floorMod(opMax - slot, headers.length);
    }

    /**
     * The prepare of this entry turned out unreadable. Does nothing if the slot holds another entry by now. A header
     * of it that is on the disk stays there: with whatever prepare is found under it after a crash, it shows that one
     * is lost. Else the header becomes invalid, so that the fault becomes durable with the neighbours' next write.
     */
    public void markFaulty(long op, Word128 checksum) {
        EntryHeader header = headerWithChecksum(op, checksum);
        if (header == null) {
            return;
        }
        int slot = slotOf(op);
        dirty.set(slot);
        faulty.set(slot);
        if (writing[slot] != null || !header.equals(headersRedundant[slot])) {
            headersRedundant[slot] = null;      // also, the end of a write must not make it clean
        }
    }

    public WriteState writing(EntryHeader header) {
        EntryHeader inFlight = writing[slotOf(header.op())];
        if (inFlight == null) {
            return WriteState.NONE;
        }
        return inFlight.equals(header) ? WriteState.EXACT : WriteState.SLOT;
    }

    /** Step 0 of a write: from now until the prepare is written, nobody may read the slot. */
    public void startWrite(EntryHeader header) {
        int slot = slotOf(header.op());
        check(hasDirty(header), "slot %d does not hold %s as dirty", slot, header);
        check(writing[slot] == null, "slot %d is being written already: %s", slot, writing[slot]);
        writing[slot] = header;
        writeStages[slot] = WriteStage.PREPARE;
        prepareChecksums[slot] = null;
    }

    /**
     * Step 1: the prepare is durable. True: now write {@code headerSector(sectorOf(slot))}. False: the slot
     * changed hands meanwhile and this write is over.
     */
    public boolean prepareWritten(EntryHeader header) {
        int slot = checkWriting(header, WriteStage.PREPARE);
        prepareChecksums[slot] = header.checksum();
        if (!headers[slot].equals(header)) {
            dirty.set(slot);                    // the disk no longer holds what it held for the new header
            endWrite(slot);
            return false;
        }
        headersRedundant[slot] = header;
        writeStages[slot] = WriteStage.HEADER;
        return true;
    }

    /**
     * Content of one sector of the header ring as it may be written now, 4096 bytes, a copy. Holds only
     * headers whose prepares are or were on disk; a slot that lost something unknown is zeros, so that it is still
     * seen as faulty after a crash (replication spec §13 items 40, 41). Departure from §5.2, by which every slot that
     * lost something is zeros: zeros over the intact prepare of an older entry read as a write that a crash cut short
     * (row F), and what was acknowledged after it would be denied (seed 6205).
     */
    public byte[] headerSector(int sector) {
        byte[] bytes = new byte[WalGeometry.SECTOR_SIZE];
        int first = geometry.firstSlotOf(sector);
        for (int i = 0; i < WalGeometry.HEADERS_PER_SECTOR; i++) {
            EntryHeader header = headersRedundant[first + i];
            if (header != null) {
                header.writeTo(bytes, i * EntryHeader.SIZE);
            }
        }
        return bytes;
    }

    /** Steps 2 and 3: the header sector is durable. True: the entry is clean now and may be acknowledged. */
    public boolean headerWritten(EntryHeader header) {
        int slot = checkWriting(header, WriteStage.HEADER);
        endWrite(slot);
        if (!headers[slot].equals(header) || !header.equals(headersRedundant[slot])
                || !header.checksum().equals(prepareChecksums[slot])) {
            return false;                       // removed and put back while the sector was written (§13 item 42)
        }
        dirty.clear(slot);
        faulty.clear(slot);
        return true;
    }

    /**
     * Gives a write up before its prepare was handed to the disk. The slot counts as unreadable until it is
     * written again.
     */
    public void abortWrite(EntryHeader header) {
        endWrite(checkWriting(header, WriteStage.PREPARE));
    }

    /** Whether any write is in flight. */
    public boolean isWriting() {
        for (EntryHeader inFlight : writing) {
            if (inFlight != null) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether this prepare should be readable on disk, even if the slot is dirty or faulty, or its header
     * is gone. So peers get what is intact (replication spec §5.4, §13 item 49).
     */
    public boolean canServe(long op, Word128 checksum) {
        return checksum.equals(prepareChecksums[slotOf(op)]);
    }

    /** Verdict on a read of a slot that has completed. Changes nothing. */
    public ReadVerdict judgeRead(long op, Word128 checksum, StoredPrepare read) {
        int slot = slotOf(op);
        if (!checksum.equals(prepareChecksums[slot])) {
            return ReadVerdict.SLOT_REUSED;
        }
        if (read.isIntact() && read.header().op() == op && read.header().checksum().equals(checksum)) {
            return ReadVerdict.INTACT;
        }
        return headerWithChecksum(op, checksum) != null ? ReadVerdict.DAMAGED_OURS : ReadVerdict.DAMAGED;
    }

    /**
     * The latest break of the chain in opMin..opMax: ops whose header is missing or does not lead to the
     * one after it, extended downwards as far as it may go (asking for too much costs little, §13 item 56);
     * null if the chain is whole. Never contains opMax, whose header must be there and right: it explains
     * all others. May contain opMin (replication spec §8.1).
     *
     * @throws InvariantViolation if two neighbours of one view do not chain (§2.5)
     */
    public OpRange findLatestBreak(long opMin, long opMax) {
        check(header(opMax) != null, "no header of op %d, the head", opMax);
        long breakMax = -1;                             // top of the open break, if any
        EntryHeader right = header(opMax);
        for (long op = opMax - 1; op >= opMin; op--) {
            EntryHeader left = header(op);
            if (left != null && right == null) {
                return new OpRange(op + 1, breakMax);   // nothing to compare it with: the gap ends here
            }
            boolean chained = left != null && isParent(left, right);
            if (left != null && !chained && left.view() > right.view()) {
                // Newer to the left: which of the two is wrong the head's own chain will say. Ask for both.
                return breakMax >= 0 ? new OpRange(op + 1, breakMax) : new OpRange(op, Math.min(op + 1, opMax - 1));
            }
            if (!chained && breakMax < 0) {
                breakMax = op;                          // chained below an open break: as doubtful as its neighbour
            }
            right = left;
        }
        return breakMax < 0 ? null : new OpRange(opMin, breakMax);
    }

    /** Whether all headers of from..to are here and each is the parent of the next. */
    public boolean chainIsComplete(long from, long to) {
        EntryHeader right = null;
        for (long op = to; op >= from; op--) {
            EntryHeader left = header(op);
            if (left == null || right != null && !isParent(left, right)) {
                return false;
            }
            right = left;
        }
        return true;
    }

    /** @throws InvariantViolation if the table contradicts itself. Cheap enough for every event. */
    public void checkInvariants() {
        for (int slot = 0; slot < headers.length; slot++) {
            String contradiction = contradiction(slot);
            if (contradiction != null) {
                throw new InvariantViolation("slot " + slot + " " + contradiction + ": " + headers[slot]);
            }
        }
    }

    private String contradiction(int slot) {
        EntryHeader header = headers[slot];
        if (faulty.get(slot) && !dirty.get(slot)) {
            return "is faulty but not dirty";
        }
        if ((writing[slot] == null) != (writeStages[slot] == null)) {
            return "has half a write";
        }
        if (header == reserved[slot]) {
            return null;
        }
        if (header.isReserved() || slotOf(header.op()) != slot) {
            return "holds another slot's header";
        }
        if (dirty.get(slot)) {
            return null;
        }
        if (!header.checksum().equals(prepareChecksums[slot])) {
            return "is clean without its prepare";
        }
        if (!header.equals(headersRedundant[slot])) {
            return "is clean without its redundant header";
        }
        return writing[slot] == null ? null : "is clean but being written";
    }

    /** Fills one slot at recovery; {@code redundant} null = invalid, {@code prepareChecksum} null = not inhabited. */
    void load(int slot, EntryHeader header, EntryHeader redundant, boolean isDirty, boolean isFaulty,
            Word128 prepareChecksum) {
        headers[slot] = header == null || header.isReserved() ? reserved[slot] : header;
        headersRedundant[slot] = redundant;
        dirty.set(slot, isDirty);
        faulty.set(slot, isFaulty);
        prepareChecksums[slot] = prepareChecksum;
    }

    EntryHeader reserved(int slot) {
        return reserved[slot];
    }

    EntryHeader root() {
        return root;
    }

    private static boolean isParent(EntryHeader left, EntryHeader right) {
        boolean chained = right.parent().equals(left.checksum());
        check(chained || left.view() != right.view(), "one view, two logs: %s does not lead to %s", left, right);
        check(!chained || left.view() <= right.view(), "views decrease along a chain: %s, %s", left, right);
        return chained;
    }

    private int checkWriting(EntryHeader header, WriteStage stage) {
        int slot = slotOf(header.op());
        check(header.equals(writing[slot]) && writeStages[slot] == stage,
                "slot %d: completion of %s at %s, but %s is at %s",
                slot, header, stage, writing[slot], writeStages[slot]);
        return slot;
    }

    private void endWrite(int slot) {
        writing[slot] = null;
        writeStages[slot] = null;
    }

    @Override
    public String toString() {
        long count = Arrays.stream(headers).filter(header -> !header.isReserved()).count();
        return "Journal[headers=" + count + " opMax=" + opMax() + " dirty=" + dirty + " faulty=" + faulty + "]";
    }
}
