package dev.viewstamp.actors.replica;

import static dev.viewstamp.actors.replica.Invariant.check;

import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.Journal;
import dev.viewstamp.journal.LogEntry;
import dev.viewstamp.journal.SuperBlock;
import dev.viewstamp.journal.WalGeometry;
import dev.viewstamp.journal.Word128;

/**
 * Reads what lies in the fixed zones of the disk, one piece at a time, over and over, so that damage is found while
 * there is a good copy (replication spec §9.6). One pass: every slot of the prepare ring, every sector of redundant
 * headers, every client's last reply, the superblock. Files of checkpoints are read elsewhere, at the same pace.
 *
 * <ul>
 * <li>An entry is judged if it is executed here and still of use to somebody. A damaged one is written again from
 *     memory, or marked faulty, and repair fetches it from a peer. Alone, with no copy in memory, nothing can be done
 *     but say so: the slot stays as it is, and the next checkpoint makes it superfluous.</li>
 * <li>Of a header sector all are judged but those of slots that are being mended: the table in memory knows what must
 *     be there. A wrong one is mended by writing the sector as the table has it.</li>
 * <li>Replies are in memory: a damaged one is written again.</li>
 * <li>Superblock copies that differ from what is durable are written again one after another.</li>
 * </ul>
 *
 * What changes while it is read is not judged; its turn comes again. Only a normal replica reads: in the others more
 * urgent things are read.
 *
 * <p>Invariant: at most one piece is being read.
 */
final class ZoneScrub {
    /** Stands for "no entry" in a write of a header sector that only mends it. */
    static final int NO_SLOT = -1;

    private final Rooms rooms;
    private final ReplicaState state;
    private final ReplicatedLog log;
    private final Journal journal;
    private final int sectorCount;
    private final int pieceCount;
    private int next;                                           // piece of this pass
    private boolean isReading;
    private EntryHeader[] expected;                             // of the sector being read; null: not to be judged
    private long tokenLast;
    private long passes;
    private long found;
    private long foundInPass;
    private long readInPass;

    ZoneScrub(Rooms rooms) {
        this.rooms = rooms;
        this.state = rooms.state;
        this.log = rooms.log;
        this.journal = rooms.log.journal();
        this.sectorCount = journal.geometry().sectorCount();
        this.pieceCount = pieceCount(journal.slotCount(), sectorCount, rooms.clients.clientsMax());
    }

    /** Pieces of one pass. */
    static int pieceCount(int slotCount, int sectorCount, int clientsMax) {
        return slotCount + sectorCount + clientsMax + 1;
    }

    /** Passes ended so far. */
    long passes() {
        return passes;
    }

    /** Damaged pieces found so far. */
    long found() {
        return found;
    }

    /** Starts on the next piece that there is something to read of, unless one is being read. */
    void advance() {
        for (int i = 0; i < pieceCount && !isReading; i++) {
            isReading = start(next);
            readInPass += isReading ? 1 : 0;
            next++;
            if (next == pieceCount) {
                endPass();
            }
        }
    }

    private void endPass() {
        next = 0;
        passes++;
        rooms.outbox.emit(new Effect.ScrubPassed(readInPass, foundInPass));
        readInPass = 0;
        foundInPass = 0;
    }

    /** True if a read was started. */
    private boolean start(int piece) {
        int sector = piece - journal.slotCount();
        int reply = sector - sectorCount;
        if (sector < 0) {
            return startPrepare(piece);
        }
        if (reply < 0) {
            return startSector(sector);
        }
        return reply < rooms.clients.clientsMax() ? rooms.replyZone.startScrub(reply) : startSuperBlock();
    }

    // Entries.

    private boolean startPrepare(int slot) {
        EntryHeader header = journal.headerInSlot(slot);
        if (header == null || !isOfUse(header) || !log.reads().hasRoomForPeer()) {
            return false;
        }
        log.read(new PrepareReads.Read(PrepareReads.Purpose.SCRUB, header.op(), header.checksum(), state.replica()));
        return true;
    }

    private boolean isOfUse(EntryHeader header) {
        return state.opRepairMin() <= header.op() && header.op() <= state.commitMin() && journal.hasClean(header);
    }

    /** @param entry null if it could not be read */
    void onRead(PrepareReads.Read read, LogEntry entry) {
        isReading = false;
        EntryHeader header = journal.headerWithChecksum(read.op(), read.checksum());
        if (entry != null || header == null || !isOfUse(header)) {
            return;
        }
        String piece = "log entry " + header.op() + " in slot " + journal.slotOf(header.op());
        LogEntry copy = log.findInMemory(header);
        if (copy != null && !log.writer().hasRoom()) {
            return;                                              // its turn comes again
        }
        if (copy != null) {
            journal.markFaulty(header.op(), header.checksum());
            log.writer().write(copy);
            found(piece, "written again");
        } else if (!state.isSolo()) {
            journal.markFaulty(header.op(), header.checksum());
            found(piece, "it will be fetched from another replica");
        } else {
            // Not marked: that would spoil the redundant header, too, and mend nothing.
            found(piece, "there is no other copy; until the next checkpoint a restart would fail: do not stop this"
                    + " replica before");
        }
    }

    // Redundant headers.

    private boolean startSector(int sector) {
        expected = new EntryHeader[WalGeometry.HEADERS_PER_SECTOR];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = settledHeader(sector, i);
        }
        tokenLast++;
        rooms.outbox.emit(new Effect.ReadHeaderSector(tokenLast, sector));
        return true;
    }

    /** The header of a durable entry at this place of a sector, or null. */
    private EntryHeader settledHeader(int sector, int index) {
        EntryHeader header = journal.headerInSlot(journal.geometry().firstSlotOf(sector) + index);
        return header != null && journal.hasClean(header) ? header : null;
    }

    /** Where the table knows of no entry an older one may stand, but nothing damaged. */
    private boolean isDamaged(int sector, int index, EntryHeader onDisk) {
        if (journal.isDirty(journal.geometry().firstSlotOf(sector) + index)) {
            return false;
        }
        EntryHeader header = settledHeader(sector, index);
        boolean isSame = header == null ? expected[index] == null : header.equals(expected[index]);
        return isSame && (!onDisk.isValid() || header != null && !header.equals(onDisk));
    }

    void onHeadersRead(Completion.HeaderSectorRead read) {
        check(isReading && expected != null && read.token() == tokenLast, "header sector %d: read %d was not asked for",
                read.sector(), read.token());
        isReading = false;
        boolean isDamaged = false;
        for (int i = 0; i < expected.length; i++) {
            isDamaged |= isDamaged(read.sector(), i, EntryHeader.read(read.content(), i * EntryHeader.SIZE));
        }
        expected = null;
        if (isDamaged) {
            rooms.outbox.emit(new Effect.WriteHeaderSector(read.sector(), journal.headerSector(read.sector()), NO_SLOT,
                    Word128.ZERO));
            found("sector " + read.sector() + " of redundant headers", "written again");
        }
    }

    // Replies, superblock.

    /** @param isDamaged whether the reply could not be read, and was written again */
    void onReplyRead(int slot, boolean isDamaged) {
        isReading = false;
        if (isDamaged) {
            found("reply in slot " + slot, "written again");
        }
    }

    private boolean startSuperBlock() {
        SuperBlock durable = rooms.durability.settled();
        if (durable != null) {
            rooms.outbox.emit(new Effect.CheckSuperBlock(durable));
        }
        return durable != null;
    }

    void onSuperBlockChecked(Completion.SuperBlockChecked checked) {
        isReading = false;
        if (checked.mended() > 0) {
            found(checked.mended() + " of " + SuperBlock.COPY_COUNT + " superblock copies", "written again");
        }
    }

    private void found(String piece, String outcome) {
        found++;
        foundInPass++;
        rooms.outbox.emit(new Effect.FoundDamage(piece, outcome));
    }
}
