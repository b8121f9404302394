package dev.viewstamp.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A backup's journal with its disk, driven at random: the least of a replica that the write protocol needs.
 * What the cluster's log holds is given ({@code log}); the backup gets it onto its disk, and is checked
 * after each crash.
 */
final class CrashedBackup {
    private static final int WRITES_MAX = 2;

    /**
     * @param tornSectors a crash may tear a header sector, one at a time
     * @param rot         an entry on disk may rot between stop and start, one at a time
     * @param views       new views truncate and rewrite the log's end
     */
    record Faults(boolean tornSectors, boolean rot, boolean views) {
        static Faults of(long seed) {
            return new Faults((seed & 1) == 1, (seed & 2) == 2, (seed & 4) == 4);
        }
    }

    /** One write in flight; {@code entry} is whose step this is. */
    private record Io(Storage.Zone zone, long offset, byte[] bytes, LogEntry entry) {
    }

    private final String name;
    private final Faults faults;
    private final SplittableRandom random;
    private final Wal wal;
    private final CheckpointCadence cadence;
    private Journal journal;
    private OpenedLog opened;

    private final TreeMap<Long, LogEntry> log = new TreeMap<>();
    private final TreeMap<Long, LogEntry> acked = new TreeMap<>();
    private final List<Io> inFlight = new ArrayList<>();
    private final List<LogEntry> waitingForSector = new ArrayList<>();
    private VsrState pendingState;
    private int view;
    private long ackedCount;

    CrashedBackup(long seed, Faults faults) throws Exception {
        this.name = "seed " + seed;
        this.faults = faults;
        this.random = new SplittableRandom(seed);
        this.wal = Wal.ofThree();
        this.cadence = wal.constants.cadence();
        this.journal = wal.open().journal();
        log.put(0L, new LogEntry(Wal.root(), new byte[0]));
    }

    long ackedCount() {
        return ackedCount;
    }

    long head() {
        return log.lastKey();
    }

    OpenedLog lastOpened() {
        return opened;
    }

    /**
     * Up to {@code stepsMax} steps; often only a few, so that what a crash has done is not mended before
     * the next one.
     */
    void run(int stepsMax) throws Exception {
        int steps = random.nextInt(random.nextBoolean() ? 12 : stepsMax);
        for (int i = 0; i < steps; i++) {
            switch (random.nextInt(faults.views ? 12 : 11)) {
                case 0, 1, 2 -> append();
                case 3 -> repair();
                case 4 -> persistState();
                case 5 -> checkpoint();
                case 11 -> newView();
                default -> completeOne();
            }
            journal.checkInvariants();
        }
    }

    /** Power loss, perhaps rot, restart, all checks; then the cluster tells the log again. */
    WalRecovery crash() throws Exception {
        loseWritesInFlight();
        LogEntry rotten = faults.rot && random.nextBoolean() ? rot() : null;
        Journal before = journal;
        opened = wal.open();
        journal = opened.journal();
        checkNothingIsMissing(before, rotten);
        checkCleanIsOnDisk();
        WalRecovery recovery = opened.recovery();
        adopt();
        return recovery;
    }

    private void append() {
        long op = head() + 1;
        if (op > cadence.prepareMax(wal.superBlock.vsrState().checkpointOp())) {
            return;
        }
        LogEntry entry = Wal.entry(op, view, log.get(op - 1).checksum(), body(op));
        log.put(op, entry);
        if (random.nextInt(4) > 0) {                    // else the prepare got lost on its way: repaired later
            prepare(entry);
        }
    }

    private byte[] body(long op) {
        byte[] body = new byte[random.nextInt(6000)];
        Arrays.fill(body, (byte) op);
        return body;
    }

    private void repair() {
        long from = wal.superBlock.vsrState().checkpointOp() + 1;
        for (LogEntry entry : log.tailMap(from).values()) {
            if (!journal.hasClean(entry.header()) && random.nextBoolean()) {
                prepare(entry);
            }
        }
    }

    private void prepare(LogEntry entry) {
        if (!journal.has(entry.header())) {
            journal.setHeaderAsDirty(entry.header());
        }
        boolean full = inFlight.stream().filter(io -> io.zone == Storage.Zone.WAL_PREPARES).count() >= WRITES_MAX;
        if (journal.writing(entry.header()) != Journal.WriteState.NONE || full) {
            return;
        }
        journal.startWrite(entry.header());
        long offset = wal.geometry.prepareOffset(journal.slotOf(entry.op()));
        inFlight.add(new Io(Storage.Zone.WAL_PREPARES, offset, Wal.encoded(entry), entry));
    }

    private void completeOne() {
        if (inFlight.isEmpty()) {
            return;
        }
        Io io = inFlight.remove(random.nextInt(inFlight.size()));
        wal.storage.write(io.zone, io.offset, io.bytes);
        EntryHeader header = io.entry.header();
        if (io.zone == Storage.Zone.WAL_PREPARES) {
            if (journal.prepareWritten(header)) {
                waitingForSector.add(io.entry);
            }
        } else if (journal.headerWritten(header) && isViewDurable()) {
            ack(io.entry);
        }
        startSectors();
    }

    private void ack(LogEntry entry) {
        if (entry.op() > wal.superBlock.vsrState().checkpointOp() && acked.put(entry.op(), entry) == null) {
            ackedCount++;
        }
    }

    /** At most one write per header sector; content is taken when it starts. */
    private void startSectors() {
        for (LogEntry entry : List.copyOf(waitingForSector)) {
            int sector = wal.geometry.sectorOf(journal.slotOf(entry.op()));
            long offset = wal.geometry.sectorOffset(sector);
            if (inFlight.stream().noneMatch(io -> io.zone == Storage.Zone.WAL_HEADERS && io.offset == offset)) {
                waitingForSector.remove(entry);
                inFlight.add(new Io(Storage.Zone.WAL_HEADERS, offset, journal.headerSector(sector), entry));
            }
        }
    }

    private boolean isViewDurable() {
        return pendingState == null;
    }

    /** The next view's log ends somewhere near ours; what it leaves out is gone with authority. */
    private void newView() throws Exception {
        persistState();
        view++;
        long checkpointOp = wal.superBlock.vsrState().checkpointOp();
        long newHead = Math.max(checkpointOp, head() - random.nextInt(4));
        log.tailMap(newHead, false).clear();
        acked.tailMap(newHead, false).clear();
        journal.removeEntriesFrom(newHead + 1);
        setState();
    }

    private void setState() {
        EntryHeader[] headers = log.descendingMap().values().stream().limit(5).map(LogEntry::header)
                .toArray(EntryHeader[]::new);
        pendingState = wal.superBlock.vsrState().withView(view, view, 0, List.of(headers));
        journal.removeEntriesFrom(head() + 1);
        if (!journal.has(headers[0])) {
            journal.setHeaderAsDirty(headers[0]);
        }
    }

    private void persistState() throws Exception {
        if (pendingState != null) {
            wal.state(pendingState);
            pendingState = null;
            log.values().stream().filter(entry -> journal.hasClean(entry.header())).forEach(this::ack);
        }
    }

    private void checkpoint() throws Exception {
        long next = cadence.next(wal.superBlock.vsrState().checkpointOp());
        boolean ready = head() >= cadence.trigger(next) && pendingState == null
                && log.headMap(next, true).tailMap(next - cadence.interval() + 1).values().stream()
                        .allMatch(entry -> journal.hasClean(entry.header()));
        if (ready) {
            VsrState old = wal.superBlock.vsrState();
            CheckpointState state = new CheckpointState(log.get(next).header(), old.checkpoint().id(), Word128.ZERO,
                    Word128.of(next), 1, Word128.ZERO, 0, 0);
            List<EntryHeader> headers = log.descendingMap().values().stream().limit(5).map(LogEntry::header).toList();
            wal.state(old.withCheckpoint(state, cadence.trigger(next), 0, 0, headers));
            acked.headMap(next, true).clear();          // from here on the checkpoint has them
        }
    }

    private void loseWritesInFlight() throws Exception {
        if (pendingState != null && random.nextBoolean()) {
            wal.state(pendingState);
        }
        pendingState = null;
        boolean mayTearSector = faults.tornSectors;
        for (Io io : inFlight) {
            boolean isSector = io.zone == Storage.Zone.WAL_HEADERS;
            int fate = random.nextInt(isSector && !mayTearSector ? 2 : 3);
            if (fate == 1) {
                wal.storage.write(io.zone, io.offset, io.bytes);
            } else if (fate == 2) {
                wal.storage.writeTorn(io.zone, io.offset, io.bytes, random);
                mayTearSector &= !isSector;
            }
        }
        inFlight.clear();
        waitingForSector.clear();
    }

    /** One ring's copy of one acknowledged entry. */
    private LogEntry rot() {
        if (acked.isEmpty()) {
            return null;
        }
        int fromTop = random.nextBoolean() ? 0 : random.nextInt(acked.size());      // the newest is the one to miss
        LogEntry victim = acked.descendingMap().values().stream().skip(fromTop).findFirst().orElseThrow();
        int slot = wal.geometry.slotOf(victim.op());
        if (random.nextBoolean()) {
            wal.damageHeader(slot);
        } else {
            wal.storage.damage(Storage.Zone.WAL_PREPARES, wal.geometry.prepareOffset(slot) + random.nextInt(256));
        }
        return victim;
    }

    /** What was acknowledged and not truncated since is here, or its slot is known to have lost something. */
    private void checkNothingIsMissing(Journal before, LogEntry rotten) {
        for (LogEntry entry : acked.values()) {
            int slot = journal.slotOf(entry.op());
            boolean clean = journal.hasClean(entry.header());
            assertTrue(clean || journal.isFaulty(slot), () -> name + ": lost " + entry + " in " + journal
                    + ", found " + opened.recovery().findings().get(slot));
            boolean damaged = entry.equals(rotten) || !before.hasClean(entry.header());
            assertTrue(damaged || clean || journal.canServe(entry.op(), entry.checksum()), () -> name
                    + ": intact but not served: " + entry);
        }
        if (opened.isHeadCertain() && !acked.isEmpty()) {
            assertTrue(opened.op() >= acked.lastKey(), () -> name + ": certain of " + opened.op() + ", acked "
                    + acked.lastKey());
        }
    }

    private void checkCleanIsOnDisk() {
        for (int slot = 0; slot < journal.slotCount(); slot++) {
            EntryHeader header = journal.headerInSlot(slot);
            assertTrue(header == null || header.view() <= wal.superBlock.vsrState().logView(), name + ": " + header);
            if (header != null && !journal.isDirty(slot)) {
                assertEquals(header, wal.headerOnDisk(slot), name);
                Stream.of(log.get(header.op())).filter(entry -> entry != null && entry.header().equals(header))
                        .forEach(entry -> assertArrayEquals(Wal.encoded(entry), wal.storage.bytes(
                                Storage.Zone.WAL_PREPARES, wal.geometry.prepareOffset(journal.slotOf(entry.op())),
                                EntryCodec.encodedSize(entry.header())), name));
            }
        }
    }

    /** As after a StartView: the cluster's log counts, what this replica lost comes back by repair. */
    private void adopt() throws Exception {
        view = Math.max(view, wal.superBlock.vsrState().view());
        setState();
        if (random.nextBoolean()) {
            persistState();
        }
    }
}
