package dev.viewstamp.actors.shell;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.viewstamp.actors.message.BackupEnvelope;
import dev.viewstamp.actors.message.BackupInbox;
import dev.viewstamp.actors.message.BackupMessage;
import dev.viewstamp.actors.message.BackupMessage.EndHold;
import dev.viewstamp.actors.message.BackupMessage.GetPieces;
import dev.viewstamp.actors.message.BackupMessage.GetStanding;
import dev.viewstamp.actors.message.BackupMessage.Pieces;
import dev.viewstamp.actors.message.BackupMessage.Standing;
import dev.viewstamp.journal.CheckpointState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Where the command line asks this node how it stands, and copies the files of a checkpoint from. Whoever copies has
 * the checkpoint held meanwhile: its files are not deleted before he is done or silent for half a minute, or the disk
 * runs full. Several may copy at once; they share what is held. Verifies nothing: who asks for pieces knows what they
 * must be.
 */
final class BackupDoor extends AbstractBehavior<BackupInbox> {
    private static final Duration TICK = Duration.ofSeconds(5);
    private static final int SILENT_TICKS_MAX = 6;
    private static final int READS_MAX = 16;

    /** From the replica: an answer to {@link ReplicaActor.GetStanding}. */
    record Stands(int view, long commitMin, long commitMax, CheckpointState checkpoint, GetStanding question,
                  ActorRef<BackupInbox> sender) implements BackupInbox {
    }

    /** From {@link Checkpoints}: the files of this checkpoint stay until it is told otherwise. */
    record Held(long op) implements BackupInbox {
    }

    /** From {@link Checkpoints}: they do not, or no longer. */
    record Released(long op) implements BackupInbox {
    }

    private record FileAnswered(FileWorker.Answer answer) implements BackupInbox {
    }

    private enum Tick implements BackupInbox { INSTANCE }

    private final NodeOptions options;
    private final ActorRef<? super ReplicaActor.GetStanding> replica;
    private final ActorRef<Checkpoints.Command> checkpoints;
    private final ActorRef<FileWorker.Answer> answers;
    private final FileLane lane;
    private final List<Stands> waiting = new ArrayList<>();      // for the hold
    private final Set<ActorRef<BackupInbox>> holders = new LinkedHashSet<>();
    private CheckpointState held;                                // null: nothing is held
    private int silentTicks;
    private int reads;

    private BackupDoor(ActorContext<BackupInbox> context, TimerScheduler<BackupInbox> timers, NodeOptions options,
                       World world, ActorRef<? super ReplicaActor.GetStanding> replica,
                       ActorRef<Checkpoints.Command> checkpoints) {
        super(context);
        this.options = options;
        this.replica = replica;
        this.checkpoints = checkpoints;
        this.answers = context.messageAdapter(FileWorker.Answer.class, FileAnswered::new);
        this.lane = FileLane.spawn(context, 1, "backup-worker", world.fileWorker(), 0);
        timers.startTimerWithFixedDelay(Tick.INSTANCE, TICK);
    }

    static Behavior<BackupInbox> create(NodeOptions options, World world,
                                        ActorRef<? super ReplicaActor.GetStanding> replica,
                                        ActorRef<Checkpoints.Command> checkpoints) {
        return Behaviors.withTimers(timers -> Behaviors.setup(
                context -> new BackupDoor(context, timers, options, world, replica, checkpoints)));
    }

    @Override
    public Receive<BackupInbox> createReceive() {
        return newReceiveBuilder()
                .onMessage(BackupEnvelope.class, this::onEnvelope)
                .onMessage(Stands.class, this::onStands)
                .onMessage(Held.class, this::onHeld)
                .onMessage(Released.class, this::onReleased)
                .onMessage(FileAnswered.class, this::onFileAnswered)
                .onMessage(Tick.class, this::onTick)
                .onAnyMessage(damaged -> this)
                .build();
    }

    private Behavior<BackupInbox> onEnvelope(BackupEnvelope envelope) {
        BackupMessage message = envelope.message();
        if (!envelope.cluster().equals(options.cluster())) {
            return this;
        }
        if (message instanceof GetStanding question) {
            silentTicks = 0;
            replica.tell(new ReplicaActor.GetStanding(question, envelope.sender(), getContext().getSelf()));
        } else if (message instanceof GetPieces question) {
            silentTicks = 0;
            read(question, envelope.sender());
        } else if (message instanceof EndHold && holders.remove(envelope.sender()) && holders.isEmpty()) {
            endHold();
        }
        return this;
    }

    private Behavior<BackupInbox> onStands(Stands stands) {
        if (!stands.question().hold() || stands.checkpoint().op() == 0) {
            answer(stands, stands.checkpoint());
        } else if (held != null) {
            holders.add(stands.sender());
            answer(stands, held);
        } else {
            waiting.add(stands);
            checkpoints.tell(new Checkpoints.Hold(stands.checkpoint().op(), getContext().getSelf()));
        }
        return this;
    }

    private void answer(Stands stands, CheckpointState checkpoint) {
        tell(stands.sender(), new Standing(options.replicaIndex(), stands.view(), stands.commitMin(),
                stands.commitMax(), options.constants(), checkpoint));
    }

    private Behavior<BackupInbox> onHeld(Held now) {
        for (Stands stands : List.copyOf(waiting)) {
            if (stands.checkpoint().op() == now.op()) {
                held = stands.checkpoint();
                holders.add(stands.sender());
                waiting.remove(stands);
                answer(stands, held);
            }
        }
        return this;
    }

    /** Whoever waits for it asks again. */
    private Behavior<BackupInbox> onReleased(Released released) {
        waiting.removeIf(stands -> stands.checkpoint().op() == released.op());
        if (held != null && held.op() == released.op()) {
            getContext().getLog().warn("Checkpoint {} is no longer held for a backup", held.op());
            held = null;
            holders.clear();
        }
        return this;
    }

    private void endHold() {
        holders.clear();
        if (held != null) {
            checkpoints.tell(new Checkpoints.EndHold(held.op()));
            held = null;
        }
    }

    private Behavior<BackupInbox> onTick(Tick tick) {
        if (++silentTicks > SILENT_TICKS_MAX) {
            endHold();
        }
        return this;
    }

    /** Whatever this disk has there. What comes on top of a few questions is dropped, and asked again. */
    private void read(GetPieces get, ActorRef<BackupInbox> sender) {
        if (get.count() < 1 || get.count() > Pieces.COUNT_MAX || get.first() < 0 || reads == READS_MAX) {
            return;
        }
        reads++;
        lane.ask(token -> new FileWorker.Read(token, get.file(), (long) get.first() * Pieces.SIZE,
                get.count() * Pieces.SIZE, answers), FileWorker.BytesRead.class, read -> {
                    reads--;
                    tell(sender, new Pieces(options.replicaIndex(), get.file(), get.first(), cut(read.bytes())));
                });
    }

    private static List<byte[]> cut(byte[] bytes) {
        List<byte[]> pieces = new ArrayList<>();
        for (int at = 0; bytes != null && at < bytes.length; at += Pieces.SIZE) {
            pieces.add(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + Pieces.SIZE)));
        }
        return pieces;
    }

    private void tell(ActorRef<BackupInbox> whom, BackupMessage message) {
        whom.tell(new BackupEnvelope(options.cluster(), getContext().getSelf(), message));
    }

    private Behavior<BackupInbox> onFileAnswered(FileAnswered answered) {
        lane.answered(answered.answer());
        return this;
    }
}
