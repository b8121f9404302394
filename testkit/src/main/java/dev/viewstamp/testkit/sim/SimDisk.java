package dev.viewstamp.testkit.sim;

import static dev.viewstamp.journal.WalGeometry.SECTOR_SIZE;

import dev.viewstamp.journal.CheckpointFile;
import dev.viewstamp.journal.ClusterConstants;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.Storage;
import dev.viewstamp.journal.SuperBlock;
import dev.viewstamp.journal.WalGeometry;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * The disk of one simulated replica: what a perfect disk would hold, and over it, sector by sector, what is wrong.
 * It outlives the process. An operation begins in one turn and ends in another; a crash between the two leaves each
 * sector of a write old, new or, where the atlas allows, garbage. A sector of 4096 bytes is written whole or not at
 * all unless it turns to garbage.
 *
 * <p>As a {@link Storage} it is the disk seen by {@code format}: immediate and honest.
 */
public final class SimDisk implements Storage {
    /** By weight: where decay hurts most it comes most often. */
    private static final Zone[] DECAYING = {Zone.WAL_PREPARES, Zone.WAL_PREPARES, Zone.WAL_PREPARES, Zone.WAL_HEADERS,
        Zone.WAL_HEADERS, Zone.REPLIES, Zone.REPLIES, Zone.SUPERBLOCK};
    private static final int RECENT_MAX = 24;

    private final int replica;
    private final SimSystem system;
    private final SimRandom random;
    private final FaultAtlas atlas;
    private final FaultTally faults;
    private final Trace trace;
    private final String name;
    private final WalGeometry geometry;
    private final Sectors sectors;
    private final List<PendingWrite> writing = new ArrayList<>();
    private final List<PendingWrite> recent = new ArrayList<>();
    private final List<Runnable> pendingOnFiles = new ArrayList<>();
    private final SimFiles files;
    private DiskConditions conditions;
    private double slowness = 1;
    private final Map<Zone, Double> slowWrites = new EnumMap<>(Zone.class);
    private final Map<Place, Long> astray = new HashMap<>();     // the next write to a place; negative: goes nowhere
    private Tear tear = Tear.BY_CHANCE;
    private long boots;
    private Runnable onWriteBegun = () -> { };
    private Runnable onRewritten = () -> { };
    private final HeldOperations held = new HeldOperations();
    private final TreeSet<Integer> dropping = new TreeSet<>();   // slots of the log that drop every prepare
    private Observer observer = Observer.NONE;

    /** Told of writes before and after; the disk as {@link #intact} shows what has ended. */
    interface Observer {
        Observer NONE = new Observer() {
            @Override
            public void begun(Zone zone, long offset, byte[] bytes) {
            }

            @Override
            public void ended(Zone zone, long offset, byte[] bytes) {
            }
        };

        void begun(Zone zone, long offset, byte[] bytes);

        /** Or as much of it as a crash left. */
        void ended(Zone zone, long offset, byte[] bytes);
    }

    private record Place(Zone zone, long offset) {
    }

    /** A disk of zeros, as large as a data directory of these constants. */
    SimDisk(int replica, ClusterConstants constants, SimSystem system, SimRandom random, FaultAtlas atlas,
            DiskConditions conditions, Trace trace, FaultTally faults, SimFiles.Watcher watcher) {
        this.replica = replica;
        this.system = system;
        this.random = random;
        this.atlas = atlas;
        this.conditions = conditions;
        this.trace = trace;
        this.faults = faults;
        this.name = "R" + replica;
        this.geometry = constants.walGeometry();
        sectors = new Sectors(Map.of(
                Zone.SUPERBLOCK, SuperBlock.COPY_COUNT * SuperBlock.COPY_SIZE,
                Zone.WAL_HEADERS, (int) geometry.headerRingSize(),
                Zone.WAL_PREPARES, (int) geometry.prepareRingSize(),
                Zone.REPLIES, constants.clientsMax() * ClusterConstants.REPLY_SIZE_MAX));
        files = new SimFiles(replica, this, random.fork("files"), atlas, watcher);
    }

    /** This disk is gone, an empty one is in its place. The process must be down. */
    void wipe() {
        sectors.wipe();
        recent.clear();
        dropping.clear();
        files.wipe();
    }

    /** The folder of immutable files on this disk. */
    public SimFiles files() {
        return files;
    }

    DiskConditions conditions() {
        return conditions;
    }

    void conditions(DiskConditions next) {
        conditions = next;
    }

    void observer(Observer next) {
        observer = next;
    }

    /** Multiplies every latency from now on; 1 is normal. */
    public void slowness(double factor) {
        slowness = factor;
    }

    /** Multiplies the latency of every write to this zone that begins from now on; 1 is normal. */
    public void slowWrites(Zone zone, double factor) {
        slowWrites.put(zone, factor);
    }

    /**
     * The next write that ends at this place is reported as durable, whatever the atlas says, and was none.
     *
     * @param target where the bytes are found instead; negative: nowhere
     */
    public void misdirectNext(Zone zone, long offset, long target) {
        astray.put(new Place(zone, offset), target);
    }

    /** What the next crash makes of the writes under way; the one after that is left to chance again. */
    public void tear(Tear how) {
        tear = how;
    }

    /** Writes to this zone that have begun and not ended. */
    public List<Long> writing(Zone zone) {
        return writing.stream().filter(write -> write.zone == zone).map(write -> write.offset).toList();
    }

    /** Runs whenever a write begins. */
    void onWriteBegun(Runnable task) {
        onWriteBegun = task;
    }

    /** Runs whenever a prepare is written over another one of its op, before its header is. */
    void onRewritten(Runnable task) {
        onRewritten = task;
    }

    private boolean isRewritten(PendingWrite write) {
        EntryHeader now = EntryHeader.read(write.bytes, 0);
        EntryHeader before = headerOnDisk((int) (write.offset / geometry.prepareSizeMax()));
        return before.isValid() && !before.isReserved() && before.op() == now.op() && !before.equals(now);
    }

    private EntryHeader headerOnDisk(int slot) {
        long sector = geometry.sectorOffset(geometry.sectorOf(slot));
        return EntryHeader.read(visible(Zone.WAL_HEADERS, sector, SECTOR_SIZE),
                slot % WalGeometry.HEADERS_PER_SECTOR * EntryHeader.SIZE);
    }

    /** The op of the redundant header of a slot; 0 if there is none, or it is damaged. */
    long headerOp(int slot) {
        EntryHeader header = headerOnDisk(slot);
        return header.isValid() && !header.isReserved() ? header.op() : 0;
    }

    /** From now on no prepare reaches this place, and every one is reported as durable; false if the atlas forbids. */
    boolean dropWrites(int slot) {
        return mayLosePrepare(slot) && dropping.add(slot);
    }

    void dropNoWrites() {
        dropping.clear();
    }

    boolean mayLosePrepare(int slot) {
        return mayDamage(Zone.WAL_PREPARES, geometry.prepareOffset(slot));
    }

    /** Spoils the prepare of a slot, if the atlas allows it. */
    void losePrepare(int slot, SimRandom dice) {
        long offset = geometry.prepareOffset(slot);
        if (dice.chance(0.5)) {
            rot(Zone.WAL_PREPARES, offset);
        } else {
            loseSector(Zone.WAL_PREPARES, offset);
        }
    }

    int writesUnderWay() {
        return writing.size();
    }

    /** Begins a write; {@code done} runs when it is over, unless the machine crashes before. */
    void beginWrite(Zone zone, long offset, byte[] bytes, Runnable done) {
        checkAligned(offset, bytes.length);
        for (PendingWrite other : writing) {
            if (other.overlaps(zone, offset, bytes.length)) {
                throw new IllegalStateException(name + " writes " + zone + " at " + offset + ", " + bytes.length
                        + " bytes, while it still writes " + other);
            }
        }
        PendingWrite write = new PendingWrite(zone, offset, bytes.clone(), visible(zone, offset, bytes.length));
        observer.begun(zone, offset, write.bytes);
        writing.add(write);
        recent.add(write);
        if (recent.size() > RECENT_MAX) {
            recent.remove(0);
        }
        long boot = boots;
        long latency = (long) (slowWrites.getOrDefault(zone, 1.0) * latency(conditions.writeMeanNanos()));
        system.after(latency, () -> {
            if (boot == boots) {
                writing.remove(write);
                finish(write);
                observer.ended(zone, offset, write.bytes);
                if (zone == Zone.WAL_PREPARES && isRewritten(write)) {
                    onRewritten.run();
                }
                done.run();
            }
        });
        onWriteBegun.run();
    }

    /** Begins a read of sectors; {@code done} gets them as they are when it ends. */
    void beginRead(Zone zone, long offset, int length, Consumer<byte[]> done) {
        checkAligned(offset, length);
        long boot = boots;
        Runnable end = () -> {
            if (boot == boots) {
                done.accept(visible(zone, offset, length));
            }
        };
        if (!held.takesRead(zone, offset, end)) {
            system.after(latency(conditions.readMeanNanos()), end);
        }
    }

    /** Operations that take as long as a story wants. */
    public HeldOperations held() {
        return held;
    }

    /**
     * Begins an operation on files; {@code done} runs when it is over, unless the machine crashes before.
     *
     * @param atomic whether it may have happened all the same if the machine crashes before
     * @param deed what has happened then
     */
    void beginOnFiles(boolean isRead, boolean atomic, Runnable done, Runnable deed) {
        long boot = boots;
        if (atomic) {
            pendingOnFiles.add(deed);
        }
        Runnable end = () -> {
            if (boot == boots) {
                pendingOnFiles.remove(deed);
                done.run();
            }
        };
        if (!held.takesOnFiles(isRead, end)) {
            system.after(latency(isRead ? conditions.readMeanNanos() : conditions.writeMeanNanos()), end);
        }
        if (!isRead) {
            onWriteBegun.run();
        }
    }

    /** The process is gone: of each write under way some sectors are durable. Nothing begun before is ever answered. */
    void crash() {
        boots++;
        for (Runnable deed : pendingOnFiles) {
            if (random.chance(0.5)) {
                deed.run();
            }
        }
        pendingOnFiles.clear();
        for (PendingWrite write : writing) {
            tear(write);
            observer.ended(write.zone, write.offset, write.bytes);
        }
        writing.clear();
        tear = Tear.BY_CHANCE;
    }

    private void tear(PendingWrite write) {
        if (tear != Tear.BY_CHANCE) {
            tearAsTold(write);
            return;
        }
        boolean torn = false;
        int survivors = Math.min(random.between(0, 3), conditions.tears() ? 3 : 1);  // 0: none, 1: all, else some
        for (int at = 0; at < write.bytes.length; at += SECTOR_SIZE) {
            boolean garbage = random.chance(conditions.tornGarbage())
                    && atlas.mayFail(replica, write.zone, write.offset + at, SECTOR_SIZE);
            boolean written = survivors == 1 || survivors > 1 && random.chance(0.5);
            if (written || garbage) {                            // garbage is the new content, spoilt
                sectors.store(write.zone, write.offset + at, Arrays.copyOfRange(write.bytes, at, at + SECTOR_SIZE));
            }
            if (garbage) {
                sectors.damage(write.zone, write.offset + at, garbled(write.bytes, at));
            }
            torn |= garbage || !written;
        }
        if (torn && conditions.tears()) {
            if (write.zone == Zone.SUPERBLOCK && isAnotherCopyDamaged(write.offset)) {
                faults.tornBesideDamage();
            }
            struck(FaultKind.TORN_WRITE, write.zone, write.offset);
        }
    }

    /** Of a superblock, which must survive one copy that the disk damaged and another one that a crash tore. */
    private boolean isAnotherCopyDamaged(long offset) {
        for (long copy = 0; copy < sectors.size(Zone.SUPERBLOCK); copy += SuperBlock.COPY_SIZE) {
            if (copy != offset && sectors.isDamaged(Zone.SUPERBLOCK, copy, SuperBlock.COPY_SIZE)) {
                return true;
            }
        }
        return false;
    }

    private void tearAsTold(PendingWrite write) {
        if (tear != Tear.NOTHING_WRITTEN) {
            sectors.store(write.zone, write.offset, write.bytes);
        }
        if (tear == Tear.GARBLED) {
            for (int at = 0; at < write.bytes.length; at += SECTOR_SIZE) {
                sectors.damage(write.zone, write.offset + at, garbled(write.bytes, at));
            }
        }
        if (tear != Tear.ALL_WRITTEN) {
            struck(FaultKind.TORN_WRITE, write.zone, write.offset);
        }
    }

    private void finish(PendingWrite write) {
        Long strayTo = astray.remove(new Place(write.zone, write.offset));
        if (strayTo != null) {
            sectors.hide(write.zone, write.offset, write.bytes);
            if (strayTo >= 0) {
                sectors.damage(write.zone, strayTo, write.bytes);
            }
            struck(strayTo < 0 ? FaultKind.LOST_WRITE : FaultKind.MISDIRECTED_WRITE, write.zone, write.offset);
            return;
        }
        boolean mayFail = atlas.mayFail(replica, write.zone, write.offset, write.bytes.length);
        boolean mayGoAstray = mayFail && !hidesAnEntry(write.zone, write.offset, write.bytes.length);
        boolean dropped = write.zone == Zone.WAL_PREPARES
                && dropping.contains((int) (write.offset / geometry.prepareSizeMax()));
        boolean lost = (random.chance(conditions.lostWrite()) || dropped) && mayGoAstray;
        boolean misdirected = random.chance(conditions.misdirectedWrite()) && mayGoAstray;
        if (lost || misdirected) {
            sectors.hide(write.zone, write.offset, write.bytes);
            struck(lost ? FaultKind.LOST_WRITE : FaultKind.MISDIRECTED_WRITE, write.zone, write.offset);
            if (!lost) {
                land(write);
            }
            return;
        }
        sectors.store(write.zone, write.offset, write.bytes);
        if (random.chance(conditions.rot()) && mayFail) {
            rot(write.zone, write.offset + randomSector(write.bytes.length));
        }
        if (random.chance(conditions.unreadable()) && mayFail) {
            loseSector(write.zone, write.offset + randomSector(write.bytes.length));
        }
    }

    /** A misdirected write lands where the same kind of write could have gone, if the atlas lets it. */
    private void land(PendingWrite write) {
        long places = sectors.size(write.zone) / write.bytes.length;
        long target = random.between(0L, places - 1) * write.bytes.length;
        if (target == write.offset || !atlas.mayFail(replica, write.zone, target, write.bytes.length)
                || hidesAnEntry(write.zone, target, write.bytes.length)
                || writing.stream().anyMatch(other -> other.overlaps(write.zone, target, write.bytes.length))) {
            return;
        }
        sectors.damage(write.zone, target, write.bytes);
    }

    /** Flips bits of one sector, if the atlas allows it; false if not, or if the sector is being written. */
    boolean rot(Zone zone, long offset) {
        if (!mayDamage(zone, offset)) {
            return false;
        }
        byte[] bytes = visible(zone, offset, SECTOR_SIZE);
        sectors.damage(zone, offset, garbled(bytes, 0));
        struck(FaultKind.BIT_ROT, zone, offset);
        return true;
    }

    /** Makes one sector unreadable, if the atlas allows it; false if not, or if the sector is being written. */
    boolean loseSector(Zone zone, long offset) {
        if (!mayDamage(zone, offset)) {
            return false;
        }
        sectors.damage(zone, offset, new byte[SECTOR_SIZE]);
        struck(FaultKind.LATENT_SECTOR_ERROR, zone, offset);
        return true;
    }

    /** Damages one log entry written lately, if the atlas allows it for one of them; false if not. */
    boolean decayLog(SimRandom dice) {
        List<PendingWrite> candidates = recent.stream()
                .filter(write -> write.zone == Zone.WAL_PREPARES && mayDamage(write.zone, write.offset)
                        && Arrays.equals(write.bytes, 0, SECTOR_SIZE,
                        sectors.meant(write.zone, write.offset, SECTOR_SIZE), 0, SECTOR_SIZE)).toList();
        if (candidates.isEmpty()) {
            return false;
        }
        PendingWrite write = candidates.get(dice.between(Math.max(0, candidates.size() - 4), candidates.size() - 1));
        return switch (dice.between(0, 2)) {
            case 0 -> rot(write.zone, write.offset);
            case 1 -> loseSector(write.zone, write.offset);
            default -> undo(write);
        };
    }

    /** The disk had reported a write that it never made. */
    private boolean undo(PendingWrite write) {
        sectors.damage(write.zone, write.offset, write.before);
        struck(FaultKind.LOST_WRITE, write.zone, write.offset);
        return true;
    }

    /** Spoils one sector for certain, whatever the atlas says: for a story that needs it. */
    public void spoil(Zone zone, long offset) {
        sectors.damage(zone, offset, garbled(visible(zone, offset, SECTOR_SIZE), 0));
        struck(FaultKind.BIT_ROT, zone, offset);
    }

    /** The same for one byte: from now on another one is read there. */
    public void spoilByte(Zone zone, long at) {
        long offset = at - at % SECTOR_SIZE;
        byte[] bytes = visible(zone, offset, SECTOR_SIZE);
        bytes[(int) (at - offset)]++;
        sectors.damage(zone, offset, bytes);
        struck(FaultKind.BIT_ROT, zone, offset);
    }

    private boolean mayDamage(Zone zone, long offset) {
        return atlas.mayFail(replica, zone, offset, SECTOR_SIZE)
                && !(zone == Zone.WAL_PREPARES && hidesAnEntry(zone, offset, SECTOR_SIZE))
                && writing.stream().noneMatch(write -> write.overlaps(zone, offset, SECTOR_SIZE));
    }

    /**
     * Whether damage here, beside what is wrong already, would leave no sign that the replica ever had an entry: its
     * prepare lost, and in the other ring an older header, which is valid. Then it looks like an append that never
     * ended. Two faults of one object are more than a replica must survive (replication spec §12.3; seed 511096).
     */
    private boolean hidesAnEntry(Zone zone, long offset, int length) {
        if (zone == Zone.WAL_PREPARES) {
            return isHeaderOutdated((int) (offset / geometry.prepareSizeMax()));
        }
        if (zone == Zone.WAL_HEADERS) {
            for (long at = offset; at < offset + length; at += EntryHeader.SIZE) {
                long prepare = geometry.prepareOffset((int) (at / EntryHeader.SIZE));
                if (sectors.isDamaged(Zone.WAL_PREPARES, prepare, geometry.prepareSizeMax())) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isHeaderOutdated(int slot) {
        long sector = geometry.sectorOffset(geometry.sectorOf(slot));
        if (!sectors.isDamaged(Zone.WAL_HEADERS, sector, SECTOR_SIZE)) {
            return false;
        }
        int at = slot % WalGeometry.HEADERS_PER_SECTOR * EntryHeader.SIZE;
        EntryHeader found = headerOnDisk(slot);
        EntryHeader meant = EntryHeader.read(sectors.meant(Zone.WAL_HEADERS, sector, SECTOR_SIZE), at);
        return found.isValid() && !found.equals(meant);
    }

    /**
     * Damages one sector where the dice say: mostly one written lately, because there it matters. Tries some more
     * places if the atlas forbids the first.
     */
    void decay(SimRandom dice) {
        if (dice.chance(0.3) && files.decay(dice)) {
            return;
        }
        for (int attempts = 0; attempts < 6; attempts++) {
            Zone zone = DECAYING[dice.between(0, DECAYING.length - 1)];
            List<PendingWrite> fresh = recent.stream().filter(write -> write.zone == zone).toList();
            long offset = fresh.isEmpty() || dice.chance(0.2)
                    ? dice.between(0L, sectors.size(zone) / SECTOR_SIZE - 1L) * SECTOR_SIZE
                    : fresh.get(dice.between(0, fresh.size() - 1)).offset;
            if (dice.chance(0.5) ? rot(zone, offset) : loseSector(zone, offset)) {
                return;
            }
        }
    }

    /** Sectors of fixed zones and of files that now yield something else than was written. */
    public int damage() {
        return damagedSectors() + files.damagedSectors();
    }

    /** Sectors of fixed zones that now yield something else than was written. */
    int damagedSectors() {
        return sectors.damaged();
    }

    private byte[] visible(Zone zone, long offset, int length) {
        return sectors.visible(zone, offset, length);
    }

    private byte[] garbled(byte[] source, int at) {
        byte[] bytes = Arrays.copyOfRange(source, at, at + SECTOR_SIZE);
        SimRandom noise = new SimRandom(random.nextLong());
        int from = noise.between(0, SECTOR_SIZE - 1);
        int to = noise.chance(0.5) ? from + 1 : noise.between(from + 1, SECTOR_SIZE);
        for (int i = from; i < to; i++) {
            bytes[i] ^= (byte) (noise.between(1, 255));
        }
        return bytes;
    }

    private long randomSector(int length) {
        return random.between(0L, length / SECTOR_SIZE - 1L) * SECTOR_SIZE;
    }

    private long latency(long meanNanos) {
        return (long) (slowness * (conditions.latencyMinNanos() + random.exponential(meanNanos)));
    }

    /** A fault on a file. */
    void struck(FaultKind kind, CheckpointFile file, long offset) {
        faults.struck(kind, file.kind());
        trace.begin(name).append(kind.text()).append(' ').append(file.fileName()).append(" at ").append(offset);
        trace.end();
    }

    private void struck(FaultKind kind, Zone zone, long offset) {
        faults.struck(kind, zone);
        trace.begin(name).append(kind.text()).append(' ').append(zone.name()).append(" at ").append(offset);
        trace.end();
    }

    private static void checkAligned(long offset, int length) {
        if (offset % SECTOR_SIZE != 0 || length % SECTOR_SIZE != 0 || length == 0) {
            throw new IllegalArgumentException("offset " + offset + ", length " + length + ": not whole sectors");
        }
    }

    /** This disk without its damage: what it would hold if it had always done what it said. */
    Storage intact() {
        return sectors.intact();
    }

    @Override
    public void read(Zone zone, long offset, ByteBuffer into) {
        into.put(visible(zone, offset, into.remaining()));
    }

    @Override
    public void write(Zone zone, long offset, ByteBuffer from) {
        byte[] bytes = new byte[from.remaining()];
        from.get(bytes);
        checkAligned(offset, bytes.length);
        sectors.store(zone, offset, bytes);
    }

    @Override
    public void close() {
    }
}
