package dev.viewstamp.actors.replica;

import dev.viewstamp.journal.CheckpointState;
import dev.viewstamp.journal.Checksums;
import dev.viewstamp.journal.LogEntry;
import dev.viewstamp.journal.OpenedLog;
import dev.viewstamp.journal.SuperBlock;
import dev.viewstamp.journal.SuperBlockException;
import dev.viewstamp.journal.SuperBlockZone;
import dev.viewstamp.journal.VsrState;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * One replica of the test cluster with its disk, ledger and clock: carries out effects, in virtual time. Crashes
 * lose all but the disk.
 */
final class CoreNode {
    private static final int WRITES_MAX = 4;
    private static final long HOLD_NANOS = 1_000_000;

    private final CoreCluster cluster;
    private final int index;
    private final MemoryDisk disk;
    private final RandomGenerator random;
    private long incarnation;
    private Replica replica;
    private StubLedger ledger;
    private ClusterClock clock;
    private long startedAtTick;
    private long skewNanos;

    private final CheckpointShelf shelf = new CheckpointShelf();
    private CheckpointState fetchTarget;
    private final List<Effect.WriteReply> replyWrites = new ArrayList<>();
    private final List<Effect.WritePrepare> prepareWrites = new ArrayList<>();
    private final Map<Integer, ArrayDeque<Effect.WriteHeaderSector>> sectorWrites = new HashMap<>();
    private SuperBlock superBlockWrite;
    private int superBlockCopy;
    private Predicate<Effect> held = effect -> false;
    private boolean isHandling;
    private StatusName statusBefore = StatusName.RECOVERING;

    CoreNode(CoreCluster cluster, int index, MemoryDisk disk, RandomGenerator random) {
        this.cluster = cluster;
        this.index = index;
        this.disk = disk;
        this.random = random;
    }

    boolean isUp() {
        return replica != null;
    }

    Replica replica() {
        return replica;
    }

    /** The files of checkpoints are written no further, until told otherwise. */
    void holdCheckpoints(boolean isHolding) {
        hold(effect -> isHolding && effect instanceof Effect.Freeze);
    }

    /** What disk, ledger and files are asked for of this kind does not end, until something else is held. */
    void hold(Predicate<Effect> which) {
        held = which;
    }

    /** Another disk takes the place of a lost one, as {@code recover} makes it. */
    void reformat(int view, long commitMax) throws IOException {
        Invariant.check(replica == null, "R%d is up", index);
        shelf.clear();
        cluster.checker().reformatted(index);
        disk.format(SuperBlock.first(CoreCluster.CLUSTER, cluster.constants(),
                VsrState.reformatted(CoreCluster.CLUSTER, index, view, commitMax)));
    }

    CheckpointShelf shelf() {
        return shelf;
    }

    StubLedger ledger() {
        return ledger;
    }

    MemoryDisk disk() {
        return disk;
    }

    long incarnation() {
        return incarnation;
    }

    ReplicaSnapshot snapshot() {
        return replica.snapshot();
    }

    void skew(long nanos) {
        skewNanos = nanos;
    }

    /** Opens the disk and starts; what was found may refuse. */
    OpenedLog.Status start() {
        incarnation++;
        startedAtTick = cluster.tick();
        try {
            SuperBlock superBlock = new SuperBlockZone(disk).open();
            OpenedLog opened = OpenedLog.open(disk, superBlock, WRITES_MAX);
            if (opened.status() == OpenedLog.Status.REFUSED) {
                return opened.status();
            }
            cluster.checker().durable(index, superBlock.vsrState().checkpoint());
            cluster.trace(() -> "R" + index + " opens " + opened.status() + " " + opened.op() + " "
                    + opened.journal() + " "
                    + superBlock + " " + superBlock.vsrState().viewHeaders());
            ledger = null;
            int replicaCount = cluster.replicaCount();
            clock = new ClusterClock(replicaCount, index, Quorums.of(replicaCount).replication(),
                    now().monotonicNanos(),
                    now().wallNanos());
            replica = new Replica(new ReplicaOptions(TimeoutSettings.defaults(), 3, WRITES_MAX,
                    cluster.requestQueueMax()),
                    superBlock, opened, StubLedger.RULES, new SplittableRandom(random.nextLong()));
            handle(() -> replica.onStart(now()));
            return opened.status();
        } catch (IOException | SuperBlockException broken) {
            throw new AssertionError("R" + index + " cannot open its disk", broken);
        }
    }

    /**
     * Power fails: every write under way may be anywhere between begun and done; one header sector is written
     * whole or not at all.
     */
    void crash() {
        cluster.trace(() -> "R" + index + " crashes");
        replica = null;
        incarnation++;
        for (Effect.WritePrepare write : prepareWrites) {
            disk.tearPrepare(write.slot(), write.entry(), random);
        }
        prepareWrites.clear();
        for (ArrayDeque<Effect.WriteHeaderSector> queue : sectorWrites.values()) {
            if (!queue.isEmpty() && random.nextBoolean()) {
                disk.writeHeaderSector(queue.peek().sector(), queue.peek().content());
            }
        }
        sectorWrites.clear();
        for (Effect.WriteReply write : replyWrites) {
            disk.tearReply(write.slot(), write.reply(), random);
        }
        replyWrites.clear();
        fetchTarget = null;
        if (superBlockWrite != null) {
            disk.tearSuperBlockCopy(superBlockCopy, superBlockWrite, random);
            superBlockWrite = null;
        }
    }

    Now now() {
        long nanos = cluster.nanos();
        return new Now(cluster.tick() - startedAtTick, nanos, CoreCluster.EPOCH_NANOS + nanos + skewNanos);
    }

    void tick() {
        Now now = now();
        clock.tick(now.monotonicNanos(), now.wallNanos()).ifPresent(replica::onClockEpoch);
        handle(() -> replica.onTick(now));
    }

    /** Runs one event, then its effects, then the checks. */
    void handle(Runnable event) {
        Invariant.check(!isHandling, "an event within an event");
        isHandling = true;
        event.run();
        isHandling = false;
        ReplicaSnapshot snapshot = replica.snapshot();
        cluster.traceNode(snapshot);
        if (snapshot.status() == StatusName.NORMAL_BACKUP && statusBefore == StatusName.SYNCING) {
            cluster.synced();
        }
        statusBefore = snapshot.status();
        cluster.checker().after(snapshot, incarnation * 16 + index);
        for (Effect effect : replica.drainEffects()) {
            carryOut(effect, snapshot);
        }
    }

    private void carryOut(Effect effect, ReplicaSnapshot snapshot) {
        if (effect instanceof Effect.Send send) {
            cluster.checker().sent(index, send.envelope(), snapshot);
            cluster.send(index, send.replica(), send.envelope());
        } else if (effect instanceof Effect.SendClient send) {
            cluster.toClient(index, send.message());
        } else if (effect instanceof Effect.WritePrepare write) {
            writePrepare(write);
        } else if (effect instanceof Effect.WriteHeaderSector write) {
            ArrayDeque<Effect.WriteHeaderSector> queue =
                    sectorWrites.computeIfAbsent(write.sector(), sector -> new ArrayDeque<>());
            queue.add(write);
            if (queue.size() == 1) {
                writeHeaderSector(queue);
            }
        } else if (effect instanceof Effect.WriteSuperBlock write) {
            Invariant.check(superBlockWrite == null, "two superblock writes");
            superBlockWrite = write.superBlock();
            superBlockCopy = 0;
            writeSuperBlockCopy(write);
        } else if (effect instanceof Effect.ReadPrepare read) {
            end(read, cluster.readDelay(), () -> complete(new Completion.PrepareRead(read.token(), read.slot(),
                    read.op(), read.checksum(), disk.readPrepare(read.slot(), read.op(), read.checksum()))));
        } else if (effect instanceof Effect.Execute execute) {
            execute(execute);
        } else if (effect instanceof Effect.OpenCheckpoint open) {
            ledger = null;
            later(cluster.readDelay(), () -> openCheckpoint(open.checkpoint()));
        } else if (effect instanceof Effect.Freeze freeze) {
            freeze(freeze);
        } else if (effect instanceof Effect.FetchCheckpoint fetch) {
            fetchTarget = fetch.target();
            cluster.trace(() -> "R" + index + " fetches checkpoint " + fetchTarget.op());
            end(fetch, cluster.fetchDelay(), () -> fetch(fetch.target()));
        } else if (effect instanceof Effect.CancelFetch) {
            fetchTarget = null;
        } else if (effect instanceof Effect.ReleaseBefore release) {
            shelf.releaseBefore(release.op());
        } else if (effect instanceof Effect.WriteReply write) {
            writeReply(write);
        } else if (effect instanceof Effect.ReadReply read) {
            later(cluster.readDelay(), () -> complete(new Completion.ReplyRead(read.token(), read.slot(),
                    disk.readReply(read.slot(), read.checksum()))));
        } else if (effect instanceof Effect.ReadHeaderSector read) {
            later(cluster.readDelay(), () -> complete(new Completion.HeaderSectorRead(read.token(), read.sector(),
                    disk.readHeaderSector(read.sector()))));
        } else if (effect instanceof Effect.CheckSuperBlock check) {
            later(cluster.readDelay(), () -> complete(new Completion.SuperBlockChecked(superBlockWrite != null ? 0
                    : disk.mendSuperBlock(check.superBlock()))));
        } else if (effect instanceof Effect.LearnClock sample) {
            clock.learn(sample.replica(), sample.pingMonotonicNanos(), sample.peerWallNanos(),
                    sample.pongMonotonicNanos());
        }
    }

    private void freeze(Effect.Freeze freeze) {
        byte[] manifest = ledger.freeze();
        long op = freeze.header().op();
        cluster.checker().checkpoint(index, op, manifest, freeze.sessions());
        end(freeze, cluster.checkpointDelay(), () -> {
            shelf.put(op, manifest, freeze.sessions());
            complete(new Completion.CheckpointWritten(op, Checksums.of(manifest), manifest.length,
                    Checksums.of(freeze.sessions()), freeze.sessions().length));
        });
    }

    /** Files that are damaged or gone come from a peer, as in the fetching of a whole checkpoint. */
    private void openCheckpoint(CheckpointState wanted) {
        if (wanted.op() == 0) {
            ledger = new StubLedger();
            complete(new Completion.CheckpointOpened(wanted.id(), new byte[0], 0, Long.MAX_VALUE));
        } else if (shelf.holds(wanted)) {
            ledger = StubLedger.open(shelf.manifest(wanted.op()));
            complete(new Completion.CheckpointOpened(wanted.id(), shelf.sessions(wanted.op()), ledger.timestamp(),
                    ledger.nextExpiry()));
        } else if (replica.snapshot().checkpointId().equals(wanted.id())) {
            cluster.fetchFile(index, shelf, wanted);
            later(cluster.fetchDelay(), () -> openCheckpoint(wanted));
        }
    }

    /** One file at a time, from whichever peer has it and can be reached. */
    private void fetch(CheckpointState wanted) {
        if (!wanted.equals(fetchTarget)) {
            return;
        }
        if (shelf.holds(wanted)) {
            fetchTarget = null;
            complete(new Completion.CheckpointFetched(wanted.id()));
            return;
        }
        cluster.fetchFile(index, shelf, wanted);
        later(cluster.fetchDelay(), () -> fetch(wanted));
    }

    private void writeReply(Effect.WriteReply write) {
        for (Effect.WriteReply other : replyWrites) {
            Invariant.check(other.slot() != write.slot(), "two writes of reply slot %d", write.slot());
        }
        replyWrites.add(write);
        later(cluster.writeDelay(), () -> {
            replyWrites.remove(write);
            disk.writeReply(write.slot(), write.reply());
            complete(new Completion.ReplyWritten(write.slot(), write.reply().header().checksum()));
        });
    }

    private void writePrepare(Effect.WritePrepare write) {
        cluster.checker().overwriting(index, write.entry().op() - cluster.constants().slotCount());
        for (Effect.WritePrepare other : prepareWrites) {
            Invariant.check(other.slot() != write.slot(), "two writes of slot %d", write.slot());
        }
        Invariant.check(prepareWrites.size() < WRITES_MAX, "%d writes", prepareWrites.size());
        prepareWrites.add(write);
        end(write, cluster.writeDelay(), () -> {
            prepareWrites.remove(write);
            disk.writePrepare(write.slot(), write.entry());
            complete(new Completion.PrepareWritten(write.slot(), write.entry().checksum()));
        });
    }

    private void writeHeaderSector(ArrayDeque<Effect.WriteHeaderSector> queue) {
        Effect.WriteHeaderSector write = queue.peek();
        later(cluster.writeDelay(), () -> {
            disk.writeHeaderSector(write.sector(), write.content());
            queue.poll();
            if (!queue.isEmpty()) {
                writeHeaderSector(queue);
            }
            complete(new Completion.HeaderSectorWritten(write.sector(), write.slot(), write.checksum()));
        });
    }

    private void writeSuperBlockCopy(Effect.WriteSuperBlock write) {
        end(write, cluster.writeDelay(), () -> {
            disk.writeSuperBlockCopy(superBlockCopy, superBlockWrite);
            superBlockCopy++;
            if (superBlockCopy < SuperBlock.COPY_COUNT) {
                writeSuperBlockCopy(write);
            } else {
                long sequence = superBlockWrite.sequence();
                cluster.checker().durable(index, superBlockWrite.vsrState().checkpoint());
                superBlockWrite = null;
                complete(new Completion.SuperBlockWritten(sequence));
            }
        });
    }

    private void execute(Effect.Execute execute) {
        LogEntry entry = execute.entry();
        cluster.checker().executing(index, entry);
        Completion.Executed executed = ledger.execute(entry);
        cluster.checker().executed(index, executed);
        end(execute, cluster.executeDelay(), () -> {
            complete(executed);
            if (replica.snapshot().commitMin() == executed.op()) {     // else it was given up for another checkpoint
                cluster.checker().sessions(index, executed.op(), replica.clientTable().digest());
            }
        });
    }

    private void complete(Completion completion) {
        handle(() -> replica.onCompletion(completion, now()));
    }

    /** The end of something begun, as long as it is not {@link #hold held}. */
    private void end(Effect effect, long delayNanos, Runnable action) {
        later(delayNanos, () -> {
            if (held.test(effect)) {
                end(effect, HOLD_NANOS, action);
            } else {
                action.run();
            }
        });
    }

    /** At a later time, unless this process has ended by then. */
    private void later(long delayNanos, Runnable action) {
        long mine = incarnation;
        cluster.schedule(delayNanos, () -> {
            if (incarnation == mine) {
                action.run();
            }
        });
    }
}
