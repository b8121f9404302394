package dev.viewstamp.testkit.check;

import dev.viewstamp.journal.EntryCodec;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.Storage;
import dev.viewstamp.journal.StoredPrepare;
import dev.viewstamp.journal.SuperBlockException;
import dev.viewstamp.journal.SuperBlockZone;
import dev.viewstamp.journal.WalGeometry;
import dev.viewstamp.journal.Word128;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Watches what one replica writes into its log: a header goes to disk only when its prepare is there completely
 * (replication spec §5.2, §12.1 invariant 6), and an entry is made only in a view that is durable (§6.3). The disk
 * is looked at as it would be without damage.
 */
public final class LogDiskChecker {
    private final int replica;
    private final Storage disk;
    private final Word128 cluster;
    private final WalGeometry geometry;
    private final Set<Word128> prepared = new HashSet<>();       // prepares that were completely on the disk, ever
    private final Map<Word128, EntryHeader> durable = new HashMap<>();   // and their headers, too
    private int logViewDurable;

    public LogDiskChecker(int replica, Storage disk, Word128 cluster, WalGeometry geometry) {
        this.replica = replica;
        this.disk = disk;
        this.cluster = cluster;
        this.geometry = geometry;
    }

    /** The disk is gone, an empty one is in its place: what was made on the old one may come back by repair. */
    public void onDiskLost() {
        prepared.clear();
        durable.clear();
    }

    /** A write begins. */
    public void onBegun(Storage.Zone zone, long offset, byte[] bytes) {
        if (zone == Storage.Zone.WAL_PREPARES) {
            requireDurableView(EntryHeader.read(bytes, 0));
        } else if (zone == Storage.Zone.WAL_HEADERS) {
            for (int at = 0; at < bytes.length; at += EntryHeader.SIZE) {
                requirePrepare(EntryHeader.read(bytes, at), (int) ((offset + at) / EntryHeader.SIZE));
            }
        }
    }

    private void requireDurableView(EntryHeader header) {
        if (header.isReserved() || header.op() == 0 || header.replica() != replica || header.view() <= logViewDurable) {
            return;
        }
        try {
            logViewDurable = new SuperBlockZone(disk).inspect().vsrState().logView();
        } catch (IOException | SuperBlockException e) {
            throw new Violation("persist-then-speak", "R" + replica + " has no superblock: " + e.getMessage(), e);
        }
        if (header.view() > logViewDurable) {
            throw new Violation("persist-then-speak", "R" + replica + " makes " + header + ", its disk holds logView "
                    + logViewDurable);
        }
    }

    private void requirePrepare(EntryHeader header, int slot) {
        boolean isEntry = !header.checksum().isZero() && !header.isReserved() && header.op() > 0;
        if (isEntry && !prepared.contains(header.checksum()) && !holdsPrepare(slot, header.checksum())) {
            throw new Violation("header-after-prepare", "R" + replica + " writes the redundant header of " + header
                    + " into slot " + slot + ", its prepare was never completely on the disk");
        }
    }

    /** A write has ended, or what a crash left of it. Answers the headers that both rings hold thereby. */
    public List<EntryHeader> onEnded(Storage.Zone zone, long offset, byte[] bytes) {
        List<EntryHeader> headers = new ArrayList<>();
        if (zone == Storage.Zone.WAL_PREPARES) {
            StoredPrepare prepare = prepare((int) (offset / geometry.prepareSizeMax()));
            if (prepare.isIntact() && !prepare.header().isReserved()) {   // a torn write may have left the slot unused
                prepared.add(prepare.header().checksum());
            }
        } else if (zone == Storage.Zone.WAL_HEADERS) {
            byte[] now = read(zone, offset, bytes.length).array();
            for (int at = 0; at < now.length; at += EntryHeader.SIZE) {
                EntryHeader header = EntryHeader.read(now, at);
                if (prepared.contains(header.checksum())) {
                    durable.put(header.checksum(), header);
                    headers.add(header);
                }
            }
        }
        return headers;
    }

    /**
     * The replica opens its log, or says in a vote what it holds, with this checkpoint. What lies beyond prepareMax of
     * it, a restart cuts off, lawfully: that is beyond prepareOkMax as well, so it was never acknowledged (replication
     * spec §6.5, §12.5 S70).
     */
    public void forgetBeyond(long prepareMax) {
        durable.values().removeIf(header -> header.op() > prepareMax);
    }

    /**
     * The replica opens its log with this durable logView. What is of a newer view, it drops, lawfully: no
     * acknowledgement of it was sent (replication spec §5.6, §6.3, §12.5 S15).
     */
    public void forgetViewsAfter(int logViewDurable) {
        durable.values().removeIf(header -> header.view() > logViewDurable);
    }

    /** What this slot held up to {@code opMax} was written over, lawfully. */
    void forgetSlot(int slot, long opMax) {
        durable.values().removeIf(header -> header.op() <= opMax && geometry.slotOf(header.op()) == slot);
    }

    /** Whether this entry was ever in both rings, and no restart has cut it off since. */
    boolean wasDurable(Word128 checksum) {
        return durable.containsKey(checksum);
    }

    /** Whether both rings hold this entry. */
    public boolean holds(EntryHeader header) {
        return holds(header.op(), header.checksum());
    }

    /** Whether both rings hold this entry. */
    boolean holds(long op, Word128 checksum) {
        int slot = geometry.slotOf(op);
        ByteBuffer sector = read(Storage.Zone.WAL_HEADERS, geometry.sectorOffset(geometry.sectorOf(slot)),
                WalGeometry.SECTOR_SIZE);
        int at = slot % WalGeometry.HEADERS_PER_SECTOR * EntryHeader.SIZE;
        return EntryHeader.read(sector.array(), at).checksum().equals(checksum) && holdsPrepare(slot, checksum);
    }

    private boolean holdsPrepare(int slot, Word128 checksum) {
        StoredPrepare prepare = prepare(slot);
        return prepare.isIntact() && prepare.header().checksum().equals(checksum);
    }

    private StoredPrepare prepare(int slot) {
        ByteBuffer bytes = read(Storage.Zone.WAL_PREPARES, geometry.prepareOffset(slot), geometry.prepareSizeMax());
        return EntryCodec.judge(bytes, cluster, geometry, slot, false);
    }

    private ByteBuffer read(Storage.Zone zone, long offset, int size) {
        ByteBuffer bytes = ByteBuffer.allocate(size);
        try {
            disk.read(zone, offset, bytes);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return bytes.flip();
    }
}
