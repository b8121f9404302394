package dev.viewstamp.testkit.check;

import dev.viewstamp.actors.message.Envelope;
import dev.viewstamp.actors.message.ReplicaMessage;
import dev.viewstamp.actors.message.ReplicaMessage.DoViewChange;
import dev.viewstamp.actors.message.ReplicaMessage.PrepareOk;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.Storage;
import dev.viewstamp.journal.SuperBlockException;
import dev.viewstamp.journal.SuperBlockZone;
import dev.viewstamp.journal.VsrState;
import dev.viewstamp.journal.WalGeometry;
import dev.viewstamp.journal.Word128;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Persist, then speak: looks at a replica's disk whenever it sends something, and finds there what the message
 * vouches for (replication spec §5.2, §6.3). The disk is asked as it would be without damage: what it lost by
 * itself is not the replica's fault.
 */
public final class PersistenceChecker {
    private final int replica;
    private final Storage disk;
    private final WalGeometry geometry;
    private int viewDurable;
    private int logViewDurable;

    public PersistenceChecker(int replica, Storage disk, WalGeometry geometry) {
        this.replica = replica;
        this.disk = disk;
        this.geometry = geometry;
    }

    /** The replica hands this to its transport. */
    public void onSend(Envelope envelope) {
        ReplicaMessage message = envelope.message();
        if (message instanceof ReplicaMessage.GetStartView || message instanceof ReplicaMessage.Forwarded) {
            return;
        }
        require(envelope, envelope.view(), 0);
        if (message instanceof DoViewChange vote) {
            require(envelope, envelope.view(), vote.logView());
        } else if (message instanceof PrepareOk ok) {
            require(envelope, envelope.view(), envelope.view());
            requireEntry(ok);
        } else if (message instanceof ReplicaMessage.StartView || message instanceof ReplicaMessage.Commit) {
            require(envelope, envelope.view(), envelope.view());
        }
    }

    private void require(Envelope envelope, int view, int logView) {
        if (viewDurable < view || logViewDurable < logView) {
            VsrState durable = durable();
            viewDurable = durable.view();
            logViewDurable = durable.logView();
        }
        if (viewDurable < view || logViewDurable < logView) {
            throw new Violation("persist-then-speak", "R" + replica + " sends "
                    + envelope.message().getClass().getSimpleName()
                    + " in view " + envelope.view() + ", its disk holds view " + viewDurable + " and logView "
                    + logViewDurable);
        }
    }

    private VsrState durable() {
        try {
            return new SuperBlockZone(disk).inspect().vsrState();
        } catch (IOException | SuperBlockException e) {
            throw new Violation("persist-then-speak", "R" + replica + " has no superblock: " + e.getMessage(), e);
        }
    }

    private void requireEntry(PrepareOk ok) {
        int slot = geometry.slotOf(ok.op());
        long inRing = (long) slot * EntryHeader.SIZE;
        long sector = inRing / WalGeometry.SECTOR_SIZE * WalGeometry.SECTOR_SIZE;
        Word128 header = checksum(Storage.Zone.WAL_HEADERS, sector, (int) (inRing - sector));
        Word128 prepare = checksum(Storage.Zone.WAL_PREPARES, geometry.prepareOffset(slot), 0);
        if (!header.equals(ok.prepareChecksum()) || !prepare.equals(ok.prepareChecksum())) {
            throw new Violation("persist-then-speak", "R" + replica + " acknowledges op " + ok.op() + " "
                    + ok.prepareChecksum() + ", its disk holds header " + header + " and prepare " + prepare);
        }
    }

    private Word128 checksum(Storage.Zone zone, long offset, int at) {
        ByteBuffer sector = ByteBuffer.allocate(WalGeometry.SECTOR_SIZE);
        try {
            disk.read(zone, offset, sector);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return EntryHeader.read(sector.array(), at).checksum();
    }
}
