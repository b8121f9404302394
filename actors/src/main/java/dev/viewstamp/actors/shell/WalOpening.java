package dev.viewstamp.actors.shell;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import dev.viewstamp.actors.message.ReplicaInbox;
import dev.viewstamp.journal.EntryCodec;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.OpenedLog;
import dev.viewstamp.journal.Storage;
import dev.viewstamp.journal.StoredPrepare;
import dev.viewstamp.journal.SuperBlock;
import dev.viewstamp.journal.SuperBlockException;
import dev.viewstamp.journal.SuperBlockQuorum;
import dev.viewstamp.journal.SuperBlockZone;
import dev.viewstamp.journal.WalGeometry;
import dev.viewstamp.journal.WalImage;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The journal's first phase: reads superblock and both rings, repairs what only this replica can repair, and hands
 * the opened log to the replica. Next: {@link JournalWriter}, which is this same actor from then on.
 *
 * <ol>
 * <li>Read the superblock copies; a quorum decides; rewrite bad copies before anything else (replication spec §6.2).
 * <li>Read the header ring.
 * <li>Read every slot's first sector, and the rest of those that hold more; keep headers only.
 * <li>Decide (replication spec §5.5, §5.6); rewrite the header sectors that the decision mends.
 * <li>Hand over.
 * </ol>
 */
public final class WalOpening extends AbstractBehavior<JournalWriter.Command> {
    private final NodeOptions options;
    private final WalGeometry geometry;
    private final ActorRef<? super ReplicaInbox> replica;
    private final ActorRef<DiskWorker.Answer> disk;
    private final DiskLane lane;
    private final DiskLane superBlockDisk;
    private final StoredPrepare[] prepares;
    private SuperBlock superBlock;
    private byte[] headerRing;
    private int pending;
    private OpenedLog opened;

    private WalOpening(ActorContext<JournalWriter.Command> context, NodeOptions options, Function<String,
            Behavior<DiskWorker.Command>> worker,
                       ActorRef<? super ReplicaInbox> replica) {
        super(context);
        this.options = options;
        this.geometry = options.constants().walGeometry();
        this.replica = replica;
        this.disk = context.messageAdapter(DiskWorker.Answer.class, JournalWriter.DiskAnswered::new);
        this.lane = new DiskLane(1, JournalWriter.spawnWorkers(context, options.journalWorkers(), "disk-worker",
                worker));
        this.superBlockDisk = new DiskLane(Long.MIN_VALUE,
                JournalWriter.spawnWorkers(context, 1, "superblock-worker", worker));
        this.prepares = new StoredPrepare[geometry.slotCount()];
    }

    /** @param worker makes a disk worker, given its name */
    public static Behavior<JournalWriter.Command> create(NodeOptions options,
            Function<String, Behavior<DiskWorker.Command>> worker, ActorRef<? super ReplicaInbox> replica) {
        return Behaviors.setup(context -> new WalOpening(context, options, worker, replica).readSuperBlock());
    }

    @Override
    public Receive<JournalWriter.Command> createReceive() {
        return newReceiveBuilder().onMessage(JournalWriter.DiskAnswered.class, this::onDiskAnswered).build();
    }

    private Behavior<JournalWriter.Command> onDiskAnswered(JournalWriter.DiskAnswered answered) {
        DiskWorker.Answer answer = answered.answer();
        if (answer instanceof DiskWorker.Failed failed) {
            throw new DiskFailure(failed.reason());
        }
        (JournalWriter.isSuperBlockToken(answer.token()) ? superBlockDisk : lane).answered(answer);
        if (opened == null || pending > 0) {
            return this;
        }
        replica.tell(new ReplicaActor.Opened(superBlock, opened));
        return new JournalWriter(getContext(), options, lane, superBlockDisk, disk, replica);
    }

    // 1.
    private Behavior<JournalWriter.Command> readSuperBlock() {
        read(superBlockDisk, Storage.Zone.SUPERBLOCK, 0, SuperBlockZone.SIZE, zone -> {
            try {
                SuperBlockQuorum quorum = SuperBlockQuorum.open(SuperBlockLane.copies(zone));
                superBlock = quorum.superBlock();
                rewriteCopies(quorum.repairs().iterator());
            } catch (SuperBlockException e) {
                throw new DiskFailure(e.getMessage());
            }
        });
        return this;
    }

    /** One after another: each write may tear, and the order spares what is not yet doubled. */
    private void rewriteCopies(Iterator<Integer> repairs) {
        if (!repairs.hasNext()) {
            readHeaderRing();
            return;
        }
        int copy = repairs.next();
        write(superBlockDisk, Storage.Zone.SUPERBLOCK, SuperBlockZone.offset(copy), superBlock.toBytes(copy),
                () -> rewriteCopies(repairs));
    }

    // 2.
    private void readHeaderRing() {
        headerRing = new byte[Math.toIntExact(geometry.headerRingSize())];
        int portion = geometry.prepareSizeMax();
        for (int offset = 0; offset < headerRing.length; offset += portion) {
            int from = offset;
            read(lane, Storage.Zone.WAL_HEADERS, from, Math.min(portion, headerRing.length - from), bytes -> {
                System.arraycopy(bytes, 0, headerRing, from, bytes.length);
                if (pending == 0) {
                    readSlots();
                }
            });
        }
    }

    // 3.
    private void readSlots() {
        for (int slot = 0; slot < prepares.length; slot++) {
            readSlot(slot, WalGeometry.SECTOR_SIZE);
        }
    }

    private void readSlot(int slot, int size) {
        read(lane, Storage.Zone.WAL_PREPARES, geometry.prepareOffset(slot), size, bytes -> {
            EntryHeader header = EntryHeader.read(bytes, 0);
            if (header.isValid() && header.size() > bytes.length && header.size() <= geometry.prepareSizeMax()) {
                readSlot(slot, EntryCodec.encodedSize(header));
                return;
            }
            prepares[slot] = EntryCodec.judge(ByteBuffer.wrap(bytes), options.cluster(), geometry, slot, false);
            if (pending == 0) {
                decide();
            }
        });
    }

    // 4.
    private void decide() {
        OpenedLog log = OpenedLog.conclude(superBlock, new WalImage(headerRing, List.of(prepares)),
                OpenedLog.WAL_WRITES_MAX);
        getContext().getLog().info("Log opened: head {}, {}; {}", log.op(), log.status(), log.recovery().summary());
        if (log.status() == OpenedLog.Status.REFUSED) {
            throw new DiskFailure(log.refusal());
        }
        if (log.recovery().rewriteRoot()) {
            byte[] sector = Arrays.copyOf(EntryHeader.root(options.cluster()).toBytes(), WalGeometry.SECTOR_SIZE);
            write(lane, Storage.Zone.WAL_PREPARES, geometry.prepareOffset(0), sector, () -> { });
        }
        for (int sector : log.recovery().headerSectors()) {
            write(lane, Storage.Zone.WAL_HEADERS, geometry.sectorOffset(sector), log.journal().headerSector(sector),
                    () -> { });
        }
        opened = log;
    }

    private void read(DiskLane on, Storage.Zone zone, long offset, int size, Consumer<byte[]> then) {
        pending++;
        on.submit(token -> new DiskWorker.Read(token, zone, offset, size, disk), answer -> {
            pending--;
            then.accept(((DiskWorker.BytesRead) answer).bytes());
        });
    }

    private void write(DiskLane on, Storage.Zone zone, long offset, byte[] bytes, Runnable then) {
        pending++;
        on.submit(token -> new DiskWorker.Write(token, zone, offset, bytes, disk), answer -> {
            pending--;
            then.run();
        });
    }
}
