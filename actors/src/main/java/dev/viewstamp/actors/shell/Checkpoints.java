package dev.viewstamp.actors.shell;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.viewstamp.actors.message.BackupInbox;
import dev.viewstamp.actors.replica.Completion;
import dev.viewstamp.journal.CheckpointFile;
import dev.viewstamp.journal.CheckpointFiles.Origin;
import dev.viewstamp.journal.CheckpointState;
import dev.viewstamp.journal.Checksums;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.ledger.FrozenLedger;
import dev.viewstamp.ledger.Manifest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Knows which immutable files there are and which of them make up which checkpoint: brings manifest and session table
 * of the one to open, sees to it that a frozen state becomes durable, fetches another replica's checkpoint, deletes
 * what no checkpoint needs any more, and watches how much space the disk has left. Blocks and tasks it leaves to
 * {@link Shipping}, {@link TaskRunner} and {@link Scrubber}.
 */
final class Checkpoints extends AbstractBehavior<Checkpoints.Command> {
    private static final Duration TICK = Duration.ofMillis(500);

    /** What this actor is told. */
    interface Command {
    }

    /** Whom it works with; the first message it gets. */
    record Wired(ActorRef<Shipping.Command> shipping, ActorRef<TaskRunner.Command> tasks,
                 ActorRef<Scrubber.Command> scrubber) implements Command {
    }

    /** From the ledger, which is to be brought to this checkpoint. Answer: {@link LedgerActor.HeadsRead}. */
    record ReadHeads(CheckpointState checkpoint, ActorRef<LedgerActor.Command> ledger) implements Command {
    }

    /** From the ledger: write this. Answered to the replica with {@link Completion.CheckpointWritten}. */
    record WriteCheckpoint(EntryHeader header, FrozenLedger frozen, byte[] sessions,
                           ActorRef<LedgerActor.Command> ledger) implements Command {
    }

    /** From {@link TaskRunner}: a data file is complete and durable. */
    record Published(CheckpointFile file, long size) implements Command {
    }

    /** See {@link dev.viewstamp.actors.replica.Effect.ReleaseBefore}. */
    record ReleaseBefore(long op) implements Command {
    }

    /** See {@link dev.viewstamp.actors.replica.Effect.FetchCheckpoint}. */
    record FetchCheckpoint(CheckpointState target) implements Command {
    }

    /** See {@link dev.viewstamp.actors.replica.Effect.CancelFetch}. */
    enum CancelFetch implements Command { INSTANCE }

    /** From {@link Scrubber}: this file of the current checkpoint is not there, or too short. */
    record Missing(Manifest.File file) implements Command {
    }

    /**
     * From {@link Scrubber}: read the manifest and the session table of the newest checkpoint, and write what is
     * damaged again. Answer: {@link Scrubber.HeadsScrubbed}.
     */
    record ScrubHeads(ActorRef<Scrubber.Command> scrubber) implements Command {
    }

    /**
     * From {@link BackupDoor}: keep the files of this checkpoint, which somebody copies. One at a time. Answer: {@link
     * BackupDoor.Held}, or {@link BackupDoor.Released} if they are gone, which also comes when the disk runs full.
     */
    record Hold(long op, ActorRef<BackupInbox> door) implements Command {
    }

    /** From {@link BackupDoor}: nobody copies it any more. */
    record EndHold(long op) implements Command {
    }

    private record TaskDone(TaskRunner.Done done) implements Command {
    }

    private record FileAnswered(FileWorker.Answer answer) implements Command {
    }

    private enum Tick implements Command { INSTANCE }

    private final NodeOptions options;
    private final ActorRef<? super ReplicaActor.Completed> replica;
    private final ActorRef<TaskRunner.Done> taskDone;
    private final FolderDesk desk;
    private final Map<Long, Manifest> manifests = new TreeMap<>();   // by op: written, opened or fetched here
    private Wired others;
    private FileFetches fetches;
    private CheckpointFetch fetch;                               // null: none is wanted
    private WriteCheckpoint writing;                             // null: no frozen state is being written
    private HeadFile openingManifest;                            // null: none is being opened
    private HeadFile openingSessions;
    private Heads heads;                                         // of the newest checkpoint; null: none yet
    private boolean isOpen;                                      // the folder was looked at
    private final List<Runnable> whenOpen = new ArrayList<>();
    private boolean low;
    private Hold hold;                                           // null: nothing is held
    private Manifest held;
    private long releasedBefore;

    private Checkpoints(ActorContext<Command> context, TimerScheduler<Command> timers, NodeOptions options,
                        World world, ActorRef<? super ReplicaActor.Completed> replica) {
        super(context);
        context.setLoggerName(Checkpoints.class);
        this.options = options;
        this.replica = replica;
        this.taskDone = context.messageAdapter(TaskRunner.Done.class, TaskDone::new);
        this.desk = new FolderDesk(FileLane.spawn(context, 2, "checkpoint-worker", world.fileWorker(), 0),
                context.messageAdapter(FileWorker.Answer.class, FileAnswered::new));
        timers.startTimerWithFixedDelay(Tick.INSTANCE, TICK);
    }

    static Behavior<Command> create(NodeOptions options, World world,
                                    ActorRef<? super ReplicaActor.Completed> replica) {
        return Behaviors.withTimers(timers -> Behaviors.setup(
                context -> new Checkpoints(context, timers, options, world, replica)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Wired.class, this::onWired)
                .onMessage(ReadHeads.class, this::onReadHeads)
                .onMessage(WriteCheckpoint.class, this::onWriteCheckpoint)
                .onMessage(TaskDone.class, this::onTaskDone)
                .onMessage(Published.class, this::onPublished)
                .onMessage(ReleaseBefore.class, this::onReleaseBefore)
                .onMessage(Hold.class, this::onHold)
                .onMessage(EndHold.class, this::onEndHold)
                .onMessage(FetchCheckpoint.class, this::onFetchCheckpoint)
                .onMessage(CancelFetch.class, this::onCancelFetch)
                .onMessage(Missing.class, this::onMissing)
                .onMessage(ScrubHeads.class, this::onScrubHeads)
                .onMessage(Shipping.Offered.class, this::onOffered)
                .onMessage(FileAnswered.class, this::onFileAnswered)
                .onMessage(Tick.class, this::onTick)
                .build();
    }

    private Behavior<Command> onWired(Wired wired) {
        others = wired;
        fetches = new FileFetches(desk, wired.shipping(), getContext().getSelf(), () -> {
            if (fetch != null) {
                fetch.endIfWhole();
            }
        });
        desk.open(() -> {
            isOpen = true;
            whenOpen.forEach(Runnable::run);
        });
        return this;
    }

    private void whenOpen(Runnable deed) {
        if (isOpen) {
            deed.run();
        } else {
            whenOpen.add(deed);
        }
    }

    // Opening.

    private Behavior<Command> onReadHeads(ReadHeads read) {
        writing = null;                                          // its ledger is gone
        endOpening();
        whenOpen(() -> readHeads(read.checkpoint(), read.ledger()));
        return this;
    }

    private void readHeads(CheckpointState checkpoint, ActorRef<LedgerActor.Command> ledger) {
        if (checkpoint.op() == 0) {
            ledger.tell(new LedgerActor.HeadsRead(checkpoint, new byte[0], new byte[0]));
            return;
        }
        byte[][] found = new byte[2][];
        Runnable arrived = () -> {
            if (found[0] != null && found[1] != null) {
                endOpening();
                heads = new Heads(checkpoint.op(), found[0], found[1]);
                opened(checkpoint.op(), Manifest.read(found[0]));
                ledger.tell(new LedgerActor.HeadsRead(checkpoint, found[0], found[1]));
            }
        };
        openingManifest = HeadFile.manifest(checkpoint, desk, others.shipping(), getContext().getSelf(), bytes -> {
            found[0] = bytes;
            arrived.run();
        });
        openingSessions = HeadFile.sessions(checkpoint, desk, others.shipping(), getContext().getSelf(), bytes -> {
            found[1] = bytes;
            arrived.run();
        });
        openingManifest.load();
        if (openingSessions != null) {
            openingSessions.load();
        }
    }

    private void endOpening() {
        if (openingManifest != null) {
            openingManifest.end();
            openingSessions.end();
            openingManifest = null;
            openingSessions = null;
        }
    }

    /** What is missing of it comes from peers, while it is opened already. */
    private void opened(long op, Manifest manifest) {
        manifests.put(op, manifest);
        for (Manifest.File file : manifest.files()) {
            if (!desk.has(CheckpointFile.data(file.number()), file.length())) {
                getContext().getLog().warn("File {} of checkpoint {} is missing: fetching it from a peer",
                        file.number(), op);
                fetches.fetch(file);
            }
        }
        others.scrubber().tell(new Scrubber.Live(op, manifest));
    }

    // Writing.

    private Behavior<Command> onWriteCheckpoint(WriteCheckpoint write) {
        writing = write;
        others.tasks().tell(new TaskRunner.Run(write.frozen(), true, taskDone));
        return this;
    }

    /** All files that the state consists of are durable: those made for it by this task, the others long before. */
    private Behavior<Command> onTaskDone(TaskDone done) {
        if (writing == null || writing.frozen() != done.done().task()) {
            return this;                                         // its ledger is gone
        }
        WriteCheckpoint write = writing;
        writing = null;
        write.ledger().tell(new LedgerActor.Released(write.frozen()));
        byte[] bytes = write.frozen().manifest();
        Manifest manifest = Manifest.read(bytes);
        long op = write.header().op();
        for (Manifest.File file : manifest.files()) {
            if (!desk.has(CheckpointFile.data(file.number()), file.length()) && !fetches.lacks(file)) {
                throw new IllegalStateException("checkpoint " + op + " lists " + file + ", which was never written");
            }
        }
        desk.write(CheckpointFile.sessions(op), Origin.OWN, write.sessions(), () ->
                desk.write(CheckpointFile.manifest(op), Origin.OWN, bytes, () -> {
                    manifests.put(op, manifest);
                    heads = new Heads(op, bytes, write.sessions());
                    others.scrubber().tell(new Scrubber.Live(op, manifest));
                    replica.tell(new ReplicaActor.Completed(new Completion.CheckpointWritten(op,
                            Checksums.of(bytes), bytes.length, Checksums.of(write.sessions()),
                            write.sessions().length)));
                }));
        return this;
    }

    private Behavior<Command> onPublished(Published published) {
        desk.published(published.file(), published.size());
        return this;
    }

    // Releasing.

    private Behavior<Command> onReleaseBefore(ReleaseBefore release) {
        releaseBefore(release.op());
        return this;
    }

    private void releaseBefore(long op) {
        Manifest oldest = manifests.get(op);
        if (oldest == null) {
            return;                                              // the root, or of a state that is gone
        }
        releasedBefore = op;
        manifests.keySet().removeIf(older -> older < op);
        List<CheckpointFile> obsolete = new ArrayList<>();
        for (CheckpointFile file : desk.files()) {
            boolean old = file.kind() == CheckpointFile.Kind.DATA ? oldest.isObsolete(file.number())
                    : file.number() < op;
            if (old && !isHeld(file)) {
                obsolete.add(file);
            }
        }
        fetches.retain(needed());
        desk.delete(obsolete);
    }

    private boolean isHeld(CheckpointFile file) {
        return hold != null && (file.kind() == CheckpointFile.Kind.DATA ? held.file(file.number()) != null
                : file.number() == hold.op());
    }

    private Behavior<Command> onHold(Hold wanted) {
        if (hold != null && hold.op() != wanted.op()) {
            endHold();
        }
        held = manifests.get(wanted.op());
        hold = held == null ? null : wanted;
        wanted.door().tell(held == null ? new BackupDoor.Released(wanted.op()) : new BackupDoor.Held(wanted.op()));
        return this;
    }

    private Behavior<Command> onEndHold(EndHold end) {
        if (hold != null && hold.op() == end.op()) {
            endHold();
        }
        return this;
    }

    private void endHold() {
        hold = null;
        held = null;
        releaseBefore(releasedBefore);
    }

    private List<Manifest> needed() {
        List<Manifest> needed = new ArrayList<>(manifests.values());
        if (fetch != null && fetch.manifest() != null) {
            needed.add(fetch.manifest());
        }
        return needed;
    }

    // Taking over another replica's checkpoint.

    private Behavior<Command> onFetchCheckpoint(FetchCheckpoint wanted) {
        if (fetch != null && fetch.target().equals(wanted.target())) {
            return this;
        }
        if (fetch != null) {
            fetch.end();
        }
        CheckpointState target = wanted.target();
        getContext().getLog().info("Fetching checkpoint {}", target.op());
        fetch = new CheckpointFetch(target, desk, fetches, others.shipping(), getContext().getSelf(), () ->
                fetches.retain(needed()), () -> {
            getContext().getLog().info("Checkpoint {} is here, {} files fetched so far", target.op(),
                    fetches.fetched());
            manifests.put(target.op(), fetch.manifest());
            fetch = null;
            fetches.retain(needed());
            replica.tell(new ReplicaActor.Completed(new Completion.CheckpointFetched(target.id())));
        });
        CheckpointFetch begun = fetch;
        whenOpen(() -> {
            if (begun == fetch) {
                begun.begin();
            }
        });
        return this;
    }

    private Behavior<Command> onCancelFetch(CancelFetch cancel) {
        if (fetch != null) {
            fetch.end();
            fetch = null;
            fetches.retain(needed());
        }
        return this;
    }

    private Behavior<Command> onScrubHeads(ScrubHeads scrub) {
        if (heads == null) {
            scrub.scrubber().tell(new Scrubber.HeadsScrubbed(0));
        } else {
            heads.scrub(desk, getContext().getLog(), bad -> scrub.scrubber().tell(new Scrubber.HeadsScrubbed(bad)));
        }
        return this;
    }

    private Behavior<Command> onMissing(Missing missing) {
        fetches.fetch(missing.file());
        return this;
    }

    private Behavior<Command> onOffered(Shipping.Offered offered) {
        if (offered.file().kind() == CheckpointFile.Kind.DATA) {
            fetches.offered(offered);
        } else {
            if (fetch != null) {
                fetch.offered(offered);
            }
            if (openingManifest != null) {
                HeadFile sessions = openingSessions;
                openingManifest.offered(offered);
                sessions.offered(offered);
            }
        }
        return this;
    }

    private Behavior<Command> onFileAnswered(FileAnswered answered) {
        desk.lane().answered(answered.answer());
        return this;
    }

    // Space.

    private Behavior<Command> onTick(Tick tick) {
        desk.lane().tryAgain();
        desk.measure(usable -> {
            long reserve = options.checkpoints().reserveBytes();
            boolean now = usable < (low ? reserve + reserve / 4 : reserve);
            if (now != low) {
                low = now;
                getContext().getLog().warn(low
                        ? "Only {} MiB are left on the disk, the reserve is {} MiB: new requests are refused until"
                                + " there is more" : "{} MiB are free on the disk again, reserve {} MiB",
                        usable >> 20, reserve >> 20);
                replica.tell(new ReplicaActor.Completed(new Completion.DiskSpace(low)));
                if (low && hold != null) {
                    hold.door().tell(new BackupDoor.Released(hold.op()));
                    endHold();
                }
            }
        });
        return this;
    }
}
