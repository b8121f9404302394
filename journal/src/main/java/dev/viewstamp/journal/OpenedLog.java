package dev.viewstamp.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A replica's log just after open: the table, its head, and how far the head can be trusted.
 *
 * @param journal       every entry up to the head that survived; the head's own header is always there, perhaps dirty
 * @param head          header of the highest op that this replica's log is known to have
 * @param isHeadCertain false: something newer may have been acknowledged and lost
 * @param commitMax     lower bound of what the cluster has committed
 * @param status        what the replica should become
 * @param refusal       if status is {@link Status#REFUSED}: one line saying why and what to do; else null
 * @param recovery      what was found slot by slot
 */
public record OpenedLog(Journal journal, EntryHeader head, boolean isHeadCertain, long commitMax, Status status,
        String refusal, WalRecovery recovery) {

    /**
     * How many prepares a replica may have had in flight when it stopped, whatever its settings were then: the most
     * that any setting allows. What looks like more torn appends than that is something else.
     */
    public static final int WAL_WRITES_MAX = 15;

    /** Where the replica goes from here (replication spec §7.3 step 5). */
    public enum Status {
        /** A solo replica whose log is damaged, or a WAL with nothing left in it: do not start. */
        REFUSED,
        /** Alone: persist view + 1 and logView + 1, replay up to the head, then normal. */
        SOLO,
        /** Stopped in a view change: back into it, with the superblock's headers as the DoViewChange. */
        VIEW_CHANGE,
        /** Was the primary: its acknowledgements are forgotten, so it never resumes its view. Enter view + 1. */
        NEXT_VIEW_CHANGE,
        /** A backup of the running view. */
        NORMAL_BACKUP,
        /** Learn view and head from the others first (§7.4). */
        RECOVERING_HEAD
    }

    public long op() {
        return head.op();
    }

    /**
     * Reads the WAL, concludes, and writes what the conclusion asks for. Blocking. A crash in between
     * changes nothing: the next open concludes the same.
     *
     * @param walWritesMax how many prepares this replica may have had in flight when it stopped
     */
    public static OpenedLog open(Storage storage, SuperBlock superBlock, int walWritesMax) throws IOException {
        OpenedLog log = inspect(storage, superBlock, walWritesMax);
        if (log.status != Status.REFUSED) {
            rewrite(storage, log.recovery);
        }
        return log;
    }

    /**
     * The conclusion alone, for whoever reads and writes the WAL by other means (the journal actor). What
     * is to be written before the log is used is in {@link #recovery}: the root prepare if {@code
     * rewriteRoot}, then the named header sectors.
     */
    public static OpenedLog conclude(SuperBlock superBlock, WalImage image, int walWritesMax) {
        return HeadDecision.decide(superBlock, WalRecovery.recover(superBlock, image, walWritesMax));
    }

    /** As {@link #open}, but leaves the disk as it is: for looking at a stopped replica. */
    public static OpenedLog inspect(Storage storage, SuperBlock superBlock, int walWritesMax) throws IOException {
        WalReader reader = new WalReader(storage, superBlock.cluster(), superBlock.constants().walGeometry());
        return conclude(superBlock, reader.readAll(), walWritesMax);
    }

    private static void rewrite(Storage storage, WalRecovery recovery) throws IOException {
        Journal journal = recovery.journal();
        ByteBuffer sector = Storage.allocate(WalGeometry.SECTOR_SIZE);
        if (recovery.rewriteRoot()) {
            EntryCodec.encode(new LogEntry(journal.root(), new byte[0]), sector);
            storage.write(Storage.Zone.WAL_PREPARES, journal.geometry().prepareOffset(0), sector);
        }
        for (int index : recovery.headerSectors()) {
            sector.clear().put(journal.headerSector(index)).flip();
            storage.write(Storage.Zone.WAL_HEADERS, journal.geometry().sectorOffset(index), sector);
        }
    }
}
