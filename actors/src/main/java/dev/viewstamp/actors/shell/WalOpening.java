package dev.viewstamp.actors.shell;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import dev.viewstamp.journal.EntryCodec;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.OpenedLog;
import dev.viewstamp.journal.Storage;
import dev.viewstamp.journal.StoredPrepare;
import dev.viewstamp.journal.SuperBlock;
import dev.viewstamp.journal.SuperBlockQuorum;
import dev.viewstamp.journal.WalGeometry;
import dev.viewstamp.journal.WalImage;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The journal's first phase: reads superblock and both rings, repairs what only this replica can repair, and hands the opened log to the
 * replica. Next: {@link JournalWriter}, which is this same actor from then on.
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
    private final ActorRef<? super dev.viewstamp.actors.message.ReplicaInbox> replica;
    private final ActorRef<DiskWorker.Answer> disk;
    private final DiskLane lane;
    private final DiskLane superBlockDisk;
    private final StoredPrepare[] prepares;
    private SuperBlock superBlock;
    private byte[] headerRing;
    private int pending;
    private OpenedLog opened;

    private WalOpening(ActorContext<JournalWriter.Command> context, NodeOptions options, Function<String, Behavior<DiskWorker.Command>> worker,
                       ActorRef<? super dev.viewstamp.actors.message.ReplicaInbox> replica) {
        super(context);
        this.options = options;
        this.geometry = options.constants().walGeometry();
        this.replica = replica;
        this.disk = context.messageAdapter(DiskWorker.Answer.class, JournalWriter.DiskAnswered::new);
        this.lane = new DiskLane(1, JournalWriter.spawnWorkers(context, options.journalWorkers(), "disk-worker", worker));
        this.superBlockDisk = new DiskLane(Long.MIN_VALUE, JournalWriter.spawnWorkers(context, 1, "superblock-worker", worker));
        this.prepares = new StoredPrepare[geometry.slotCount()];
    }

    /** @param worker makes a disk worker, given its name */
    public static Behavior<JournalWriter.Command> create(NodeOptions options, Function<String, Behavior<DiskWorker.Command>> worker,
                                                         ActorRef<? super dev.viewstamp.actors.message.ReplicaInbox> replica) {
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
        replica.tell(new ReplicaActor.Opened(opened));
        return new JournalWriter(getContext(), geometry, lane, superBlockDisk, disk, replica);
    }
}
