package dev.viewstamp.testkit.sim;

import static dev.viewstamp.journal.WalGeometry.SECTOR_SIZE;

import dev.viewstamp.journal.CheckpointFile;
import dev.viewstamp.journal.CheckpointFiles;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The immutable files on one simulated disk: what a perfect disk would hold, and over it, sector by sector, what is
 * wrong. As {@link CheckpointFiles} it acts at once, and spoils what it writes as its conditions say and the atlas
 * allows; {@link SimFileWorker} puts time between an operation's beginning and its end.
 */
public final class SimFiles implements CheckpointFiles {
    private static final int BLOCK_SIZE = 1 << 16;

    /** Told of what becomes of files. */
    @FunctionalInterface
    interface Watcher {
        /**
         * A file is complete.
         *
         * @param bytes as they would be if the disk had always done what it said
         */
        void published(int replica, CheckpointFile file, Origin origin, byte[] bytes);

        /** A block was written over, because the disk had damaged it. */
        default void patched(int replica, CheckpointFile file) {
        }
    }

    private record Draft(CheckpointFile file, Origin origin) implements Comparable<Draft> {
        @Override
        public int compareTo(Draft other) {
            int byFile = file.compareTo(other.file);
            return byFile != 0 ? byFile : origin.compareTo(other.origin);
        }
    }

    private static final class Content {
        private byte[] bytes = new byte[0];
        private final TreeMap<Integer, byte[]> damage = new TreeMap<>();  // by sector: what is read instead

        void store(int offset, byte[] from) {
            if (offset + from.length > bytes.length) {
                bytes = Arrays.copyOf(bytes, offset + from.length);
            }
            System.arraycopy(from, 0, bytes, offset, from.length);
            damage.subMap(offset / SECTOR_SIZE, (offset + from.length + SECTOR_SIZE - 1) / SECTOR_SIZE).clear();
        }

        /** What is read; not to be written to. */
        byte[] visible() {
            if (damage.isEmpty()) {
                return bytes;
            }
            byte[] seen = bytes.clone();
            damage.forEach((sector, instead) -> {
                int at = sector * SECTOR_SIZE;
                if (at < seen.length) {
                    System.arraycopy(instead, 0, seen, at, Math.min(SECTOR_SIZE, seen.length - at));
                }
            });
            return seen;
        }

        int sectors() {
            return (bytes.length + SECTOR_SIZE - 1) / SECTOR_SIZE;
        }
    }

    private final int replica;
    private final SimDisk disk;
    private final SimRandom random;
    private final FaultAtlas atlas;
    private final Watcher watcher;
    private final TreeMap<CheckpointFile, Content> complete = new TreeMap<>();
    private final TreeMap<Draft, Content> drafts = new TreeMap<>();
    private long usableSpace = Long.MAX_VALUE;

    SimFiles(int replica, SimDisk disk, SimRandom random, FaultAtlas atlas, Watcher watcher) {
        this.replica = replica;
        this.disk = disk;
        this.random = random;
        this.atlas = atlas;
        this.watcher = watcher;
    }

    /** Lets the disk be full, or not. */
    void usableSpace(long bytes) {
        usableSpace = bytes;
    }

    @Override
    public List<CheckpointFile> list() {
        return List.copyOf(complete.keySet());
    }

    @Override
    public long size(CheckpointFile file) {
        Content content = complete.get(file);
        return content == null ? -1 : content.bytes.length;
    }

    @Override
    public int read(CheckpointFile file, long offset, ByteBuffer into) {
        Content content = complete.get(file);
        if (content == null) {
            return -1;
        }
        byte[] seen = content.visible();
        int length = (int) Math.max(0, Math.min(into.remaining(), seen.length - offset));
        into.put(seen, (int) Math.min(offset, seen.length), length);
        return length;
    }

    @Override
    public void write(CheckpointFile file, Origin origin, long offset, ByteBuffer from) throws NoSpaceException {
        if (usableSpace <= 0) {
            throw new NoSpaceException("the disk is full", null);
        }
        byte[] bytes = new byte[from.remaining()];
        from.get(bytes);
        Content draft = drafts.computeIfAbsent(new Draft(file, origin), begun -> new Content());
        draft.store((int) offset, bytes);
        spoil(file, draft, (int) offset, bytes.length);
    }

    /** What the disk does wrong while it writes, block by block. */
    private void spoil(CheckpointFile file, Content content, int offset, int length) {
        DiskConditions conditions = disk.conditions();
        for (int at = offset; at < offset + length; at += BLOCK_SIZE) {
            if (!mayFail(file, at)) {
                continue;
            }
            int sectors = (Math.min(BLOCK_SIZE, offset + length - at) + SECTOR_SIZE - 1) / SECTOR_SIZE;
            boolean misdirected = random.chance(conditions.misdirectedWrite());
            if (misdirected || random.chance(conditions.lostWrite())) {
                for (int sector = 0; sector < sectors; sector++) {
                    content.damage.put(at / SECTOR_SIZE + sector, new byte[SECTOR_SIZE]);
                }
                disk.struck(misdirected ? FaultKind.MISDIRECTED_WRITE : FaultKind.LOST_WRITE, file, at);
                if (misdirected) {
                    land(file, content, at, sectors);
                }
            } else if (random.chance(conditions.rot())) {
                rot(file, content, at / SECTOR_SIZE + random.between(0, sectors - 1));
            } else if (random.chance(conditions.unreadable())) {
                lose(file, content, at / SECTOR_SIZE + random.between(0, sectors - 1));
            }
        }
    }

    /** A misdirected block lands in another block's place in the same file, if the atlas lets it. */
    private void land(CheckpointFile file, Content content, int from, int sectors) {
        int target = random.between(0, (content.bytes.length - 1) / BLOCK_SIZE) * BLOCK_SIZE;
        if (target == from / BLOCK_SIZE * BLOCK_SIZE || !mayFail(file, target)) {
            return;
        }
        for (int sector = 0; sector < sectors && target + sector * SECTOR_SIZE < content.bytes.length; sector++) {
            content.damage.put(target / SECTOR_SIZE + sector, Arrays.copyOfRange(content.bytes,
                    from + sector * SECTOR_SIZE, from + (sector + 1) * SECTOR_SIZE));
        }
    }

    private boolean mayFail(CheckpointFile file, int offset) {
        return atlas.mayFail(replica, file, offset / BLOCK_SIZE);
    }

    private void rot(CheckpointFile file, Content content, int sector) {
        byte[] instead = Arrays.copyOfRange(content.bytes, sector * SECTOR_SIZE, (sector + 1) * SECTOR_SIZE);
        int used = Math.min(SECTOR_SIZE, content.bytes.length - sector * SECTOR_SIZE);
        instead[random.between(0, used - 1)] ^= (byte) random.between(1, 255);
        content.damage.put(sector, instead);
        disk.struck(FaultKind.BIT_ROT, file, sector * SECTOR_SIZE);
    }

    private void lose(CheckpointFile file, Content content, int sector) {
        content.damage.put(sector, new byte[SECTOR_SIZE]);
        disk.struck(FaultKind.LATENT_SECTOR_ERROR, file, sector * SECTOR_SIZE);
    }

    @Override
    public void publish(CheckpointFile file, Origin origin, long size) throws NoSpaceException {
        Content draft = drafts.remove(new Draft(file, origin));
        if (draft == null || draft.bytes.length < size) {
            throw new IllegalStateException("R" + replica + " publishes " + file + " with " + size
                    + " bytes, of which it wrote " + (draft == null ? 0 : draft.bytes.length));
        }
        draft.bytes = Arrays.copyOf(draft.bytes, (int) size);
        complete.put(file, draft);
        watcher.published(replica, file, origin, draft.bytes);
    }

    @Override
    public void patch(CheckpointFile file, long offset, ByteBuffer from) {
        Content content = complete.get(file);
        int length = from.remaining();
        if (content == null) {
            return;
        }
        if (offset + length != content.bytes.length
                && (offset + length > content.bytes.length || length % SECTOR_SIZE != 0)) {
            throw new IllegalStateException("R" + replica + " patches " + length + " bytes at " + offset + " of "
                    + file + ", which has " + content.bytes.length);
        }
        byte[] bytes = new byte[length];
        from.get(bytes);
        content.store((int) offset, bytes);
        watcher.patched(replica, file);
    }

    @Override
    public void delete(CheckpointFile file) {
        complete.remove(file);
    }

    @Override
    public void discardDrafts() {
        drafts.clear();
    }

    @Override
    public long usableSpace() {
        return usableSpace;
    }

    /** Damages a sector of some file, if there is one and the atlas allows it; false if not. */
    boolean decay(SimRandom dice) {
        if (complete.isEmpty()) {
            return false;
        }
        List<CheckpointFile> files = new ArrayList<>(complete.keySet());
        CheckpointFile file = files.get(dice.between(0, files.size() - 1));
        Content content = complete.get(file);
        int sector = dice.between(0, Math.max(0, content.sectors() - 1));
        if (content.bytes.length == 0 || !mayFail(file, sector * SECTOR_SIZE)) {
            return false;
        }
        if (dice.chance(0.5)) {
            rot(file, content, sector);
        } else {
            lose(file, content, sector);
        }
        return true;
    }

    /** Removes a file whole, as an operator's mistake would, if the atlas allows every block of it to fail. */
    boolean lose(CheckpointFile file) {
        Content content = complete.get(file);
        for (int at = 0; content != null && at < content.bytes.length; at += BLOCK_SIZE) {
            if (!mayFail(file, at)) {
                return false;
            }
        }
        return complete.remove(file) != null;
    }

    /** Spoils one byte of a complete file for certain, whatever the atlas says: for a story that needs it. */
    public void spoil(CheckpointFile file, long offset) {
        Content content = complete.get(file);
        int sector = (int) (offset / SECTOR_SIZE);
        byte[] instead = Arrays.copyOfRange(content.visible(), sector * SECTOR_SIZE, (sector + 1) * SECTOR_SIZE);
        instead[(int) (offset % SECTOR_SIZE)] ^= 1;
        content.damage.put(sector, instead);
        disk.struck(FaultKind.BIT_ROT, file, offset);
    }

    /** The disk is gone, a new one is in its place. */
    void wipe() {
        complete.clear();
        drafts.clear();
    }

    /**
     * Undoes all damage: for a look at the whole state at the end. A scrub has repaired what a checkpoint lists by
     * then; files that none lists yet are verified when an entry needs them, and a dump does not wait for repairs.
     */
    void mend() {
        complete.values().forEach(content -> content.damage.clear());
    }

    /** Whether a complete file yields what was written. */
    public boolean isIntact(CheckpointFile file) {
        Content content = complete.get(file);
        return content != null && content.damage.isEmpty();
    }

    /** Sectors that now yield something else than was written. */
    int damagedSectors() {
        return complete.values().stream().mapToInt(content -> content.damage.size()).sum();
    }

    /** Files by name, each as if the disk had always done what it said. */
    Map<CheckpointFile, byte[]> intact() {
        TreeMap<CheckpointFile, byte[]> files = new TreeMap<>();
        complete.forEach((file, content) -> files.put(file, content.bytes));
        return files;
    }
}
