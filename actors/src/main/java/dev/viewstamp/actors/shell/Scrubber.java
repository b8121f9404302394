package dev.viewstamp.actors.shell;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.viewstamp.actors.shell.BlockRequests.Piece;
import dev.viewstamp.journal.CheckpointFile;
import dev.viewstamp.ledger.BlockId;
import dev.viewstamp.ledger.BlockTable;
import dev.viewstamp.ledger.Manifest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads every file of the current checkpoint, slowly, over and over, so that damage is found while another replica
 * still has a good copy (replication spec §9.6). A bad block is fetched from a peer and written over. Manifest and
 * session table come last in a pass; {@link Checkpoints} has them in memory. Log, replies and superblock are read by
 * the replica's own {@code ZoneScrub}.
 */
public final class Scrubber extends AbstractBehavior<Scrubber.Command> {
    private static final Duration TICK = Duration.ofMillis(200);

    /** What this actor is told. */
    public interface Command {
    }

    /** From {@link Checkpoints}: these files are what matters now. */
    record Live(long op, Manifest manifest) implements Command {
    }

    /** From {@link Checkpoints}: so many of a checkpoint's manifest and session table were damaged, and are mended. */
    record HeadsScrubbed(int bad) implements Command {
    }

    /** Make one pass from the start as fast as the disk allows; answered when nothing bad is left. */
    public record ScrubAll(ActorRef<Scrubbed> replyTo) implements Command {
    }

    /**
     * A pass is over.
     *
     * @param blocks read
     * @param bad of these, found damaged and repaired
     */
    public record Scrubbed(long blocks, long bad) {
    }

    private record FileAnswered(FileWorker.Answer answer) implements Command {
    }

    private enum Tick implements Command { INSTANCE }

    private final Duration cycle;
    private final boolean solo;                                  // nobody has another copy
    private final ActorRef<Shipping.Command> shipping;
    private final ActorRef<Checkpoints.Command> checkpoints;
    private final ActorRef<FileWorker.Answer> answers;
    private final FileLane lane;
    private final BlockReader reader;
    private final Map<Piece, BlockTable> bad = new LinkedHashMap<>();    // waiting for a good copy
    private final List<ActorRef<Scrubbed>> hurried = new ArrayList<>();
    private Manifest manifest;                                   // null: nothing to read yet
    private long op;
    private int fileIndex;
    private int block;                                           // next of the file; its table comes first
    private BlockTable.Reading reading;                          // null: the file is not begun
    private BlockTable table;                                    // null: not read
    private boolean waits;                                       // for the disk or a peer
    private boolean headsRead;                                   // in this pass, manifest and session table
    private double budget;                                       // blocks that may be read by now
    private long read;
    private long found;

    private Scrubber(ActorContext<Command> context, TimerScheduler<Command> timers, World world, Duration cycle,
                     boolean solo, ActorRef<Shipping.Command> shipping, ActorRef<Checkpoints.Command> checkpoints) {
        super(context);
        context.setLoggerName(Scrubber.class);
        this.cycle = cycle;
        this.solo = solo;
        this.shipping = shipping;
        this.checkpoints = checkpoints;
        this.answers = context.messageAdapter(FileWorker.Answer.class, FileAnswered::new);
        this.lane = FileLane.spawn(context, 1, "scrub-worker", world.fileWorker(), 0);
        this.reader = new BlockReader(lane, answers);
        timers.startTimerWithFixedDelay(Tick.INSTANCE, TICK);
    }

    /**
     * @param cycle how long reading everything once shall take
     * @param solo  whether the cluster has one replica: then damage is only reported
     */
    static Behavior<Command> create(World world, Duration cycle, boolean solo, ActorRef<Shipping.Command> shipping,
                                    ActorRef<Checkpoints.Command> checkpoints) {
        return Behaviors.withTimers(timers -> Behaviors.setup(
                context -> new Scrubber(context, timers, world, cycle, solo, shipping, checkpoints)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Live.class, this::onLive)
                .onMessage(ScrubAll.class, this::onScrubAll)
                .onMessage(Tick.class, this::onTick)
                .onMessage(HeadsScrubbed.class, this::onHeadsScrubbed)
                .onMessage(FileAnswered.class, this::onFileAnswered)
                .onMessage(Shipping.Offered.class, this::onOffered)
                .build();
    }

    /** Goes on behind the file that it was at. */
    private Behavior<Command> onLive(Live live) {
        if (manifest != null && live.op() < op) {
            fileIndex = 0;                                       // a state that was given up
        } else if (manifest != null && fileIndex < manifest.files().size()) {
            long at = manifest.files().get(fileIndex).number();
            fileIndex = 0;
            while (fileIndex < live.manifest().files().size()
                    && live.manifest().files().get(fileIndex).number() < at) {
                fileIndex++;
            }
        }
        op = live.op();
        manifest = live.manifest();
        leaveFile();
        bad.keySet().removeIf(piece -> {
            boolean released = manifest.file(piece.file().number()) == null;
            if (released) {
                shipping.tell(new Shipping.Forget(piece.file(), getContext().getSelf()));
            }
            return released;
        });
        return go();
    }

    private Behavior<Command> onScrubAll(ScrubAll all) {
        hurried.add(all.replyTo());
        leaveFile();
        beginPass();
        return go();
    }

    private void beginPass() {
        fileIndex = 0;
        headsRead = false;
        read = 0;
        found = 0;
    }

    private Behavior<Command> onHeadsScrubbed(HeadsScrubbed heads) {
        if (manifest != null && fileIndex >= manifest.files().size()) {
            waits = false;
            headsRead = true;
            found += heads.bad();
        }
        return go();
    }

    private Behavior<Command> onTick(Tick tick) {
        if (manifest != null) {
            long blocks = manifest.files().stream().mapToLong(Manifest.File::blocksInAll).sum();
            double perTick = blocks * ((double) TICK.toMillis() / Math.max(1, cycle.toMillis()));
            budget = Math.min(budget + perTick, Math.max(perTick, FileWorker.BLOCKS_MAX));
        }
        return go();
    }

    private void leaveFile() {
        reading = null;
        table = null;
        block = 0;
        waits = false;
    }

    /** Reads the next piece, if it may. */
    private Behavior<Command> go() {
        boolean hurry = !hurried.isEmpty();
        if (manifest == null || waits || !hurry && budget < 1) {
            endPassIfDone();
            return this;
        }
        if (fileIndex >= manifest.files().size()) {
            if (headsRead) {
                endPassIfDone();
                if (hurried.isEmpty()) {
                    beginPass();
                }
            } else {
                waits = true;
                budget--;
                checkpoints.tell(new Checkpoints.ScrubHeads(getContext().getSelf()));
            }
            return this;
        }
        Manifest.File file = manifest.files().get(fileIndex);
        if (reading == null) {
            reading = file.readTable();
        }
        waits = true;
        if (table == null) {
            readTable(file, reading);
        } else {
            readBlocks(file, table);
        }
        return this;
    }

    private void readTable(Manifest.File file, BlockTable.Reading of) {
        List<BlockId> needed = of.needed();
        budget -= needed.size();
        reader.read(needed, (id, bytes) -> {
            if (of != reading) {
                return;                                          // this file was left
            }
            read++;
            if (bytes == null) {
                missing(file);
            } else {
                supplyTable(file, id.block(), bytes, false);
            }
        });
    }

    private void supplyTable(Manifest.File file, int number, byte[] bytes, boolean fromPeer) {
        CheckpointFile name = CheckpointFile.data(file.number());
        if (!reading.supply(number, bytes)) {
            found += fromPeer ? 0 : 1;
            if (solo) {
                report("Block " + number + " of the table of file " + file.number() + " is damaged");
                nextFile();
                return;
            }
            shipping.tell(new Shipping.Want(name, number, false, fromPeer, getContext().getSelf()));
            return;
        }
        if (fromPeer) {
            shipping.tell(new Shipping.Accept(name, number, bytes, true));
        }
        if (reading.isDone()) {
            table = reading.table();
            waits = false;
            go();
        } else if (number == file.blocksInAll() - 1) {           // the root: its leaves come next
            waits = false;
            go();
        }
    }

    private void readBlocks(Manifest.File file, BlockTable of) {
        int count = Math.min(FileWorker.BLOCKS_MAX, file.blocks() - block);
        List<BlockId> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(new BlockId(file.number(), block + i));
        }
        int last = block + count - 1;
        budget -= count;
        reader.read(ids, (id, bytes) -> {
            if (of != table) {
                return;
            }
            read++;
            if (bytes == null) {
                missing(file);
                return;
            }
            if (!of.isIntact(id.block(), bytes)) {
                found++;
                damaged(id, of);
            }
            if (id.block() == last) {
                block = last + 1;
                waits = false;
                if (block == file.blocks()) {
                    nextFile();
                } else {
                    go();
                }
            }
        });
    }

    private void damaged(BlockId id, BlockTable of) {
        if (solo) {
            report("Block " + id.block() + " of file " + id.file() + " is damaged");
            return;
        }
        bad.put(new Piece(CheckpointFile.data(id.file()), id.block()), of);
        shipping.tell(new Shipping.Want(CheckpointFile.data(id.file()), id.block(), false, false,
                getContext().getSelf()));
    }

    private void missing(Manifest.File file) {
        if (solo) {
            report("File " + file.number() + " is missing or too short");
        } else {
            getContext().getLog().warn("File {} is missing or too short", file.number());
            checkpoints.tell(new Checkpoints.Missing(file));
        }
        nextFile();
    }

    private void report(String damage) {
        getContext().getLog().error("{}, and a cluster of one has no other copy: restore a backup before it is needed",
                damage);
    }

    private void nextFile() {
        leaveFile();
        fileIndex++;
        go();
    }

    private Behavior<Command> onOffered(Shipping.Offered offered) {
        Piece piece = new Piece(offered.file(), offered.block());
        BlockTable of = bad.get(piece);
        if (of != null) {
            boolean right = of.isIntact(offered.block(), offered.bytes());
            if (right) {
                bad.remove(piece);
                shipping.tell(new Shipping.Accept(offered.file(), offered.block(), offered.bytes(), true));
                endPassIfDone();
            } else {
                shipping.tell(new Shipping.Want(offered.file(), offered.block(), false, true,
                        getContext().getSelf()));
            }
        } else if (manifest != null && fileIndex < manifest.files().size() && reading != null && table == null
                && manifest.files().get(fileIndex).number() == offered.file().number()) {
            supplyTable(manifest.files().get(fileIndex), offered.block(), offered.bytes(), true);
        }
        return this;
    }

    private void endPassIfDone() {
        boolean allRead = manifest == null || fileIndex >= manifest.files().size() && headsRead;
        if (!hurried.isEmpty() && bad.isEmpty() && allRead) {
            hurried.forEach(replyTo -> replyTo.tell(new Scrubbed(read, found)));
            hurried.clear();
            beginPass();
        }
    }

    private Behavior<Command> onFileAnswered(FileAnswered answered) {
        lane.answered(answered.answer());
        return this;
    }
}
