package dev.viewstamp.actors.shell;

import akka.actor.typed.ActorRef;
import dev.viewstamp.ledger.BlockTask;
import dev.viewstamp.ledger.Ledger;
import dev.viewstamp.ledger.LedgerFiles;
import dev.viewstamp.ledger.LedgerOpening;
import dev.viewstamp.ledger.LedgerOptions;
import org.slf4j.Logger;

/** A ledger coming up from a checkpoint, step by step on its own thread; says every two seconds how far it is. */
final class LedgerStart {
    private static final long SAY_NANOS = 2_000_000_000L;

    private final LedgerActor.HeadsRead heads;
    private final LedgerOpening task;                            // null: there is nothing to read
    private final TaskReads reads;
    private final Ledger empty;
    private final TimeSource time;
    private final Logger log;
    private final long begunNanos;
    private long saidNanos;

    /** @param goOn runs when a step may be possible again after {@link #step} said no */
    LedgerStart(LedgerOptions options, LedgerFiles files, LedgerActor.HeadsRead heads, BlockReader reader,
                ActorRef<Shipping.Command> shipping, ActorRef<? super Shipping.Offered> owner, TimeSource time,
                Logger log, Runnable goOn) {
        this.heads = heads;
        this.time = time;
        this.log = log;
        this.begunNanos = time.monotonicNanos();
        this.saidNanos = begunNanos;
        boolean isRoot = heads.manifest().length == 0;
        empty = isRoot ? new Ledger(options, files) : null;
        task = isRoot ? null : new LedgerOpening(options, files, heads.manifest());
        reads = isRoot ? null : new TaskReads(task, reader, shipping, owner, goOn);
    }

    /** Takes a step; false if blocks must come first. */
    boolean step() {
        if (isDone()) {
            return true;
        }
        if (!reads.isReady()) {
            return false;
        }
        task.step(null);                                         // it writes nothing
        long now = time.monotonicNanos();
        if (isDone() || now - saidNanos >= SAY_NANOS) {
            saidNanos = now;
            BlockTask.Progress progress = task.progress();
            log.info("Opening checkpoint {}: {} % after {} s", heads.checkpoint().op(),
                    isDone() ? 100 : progress.done() * 100 / Math.max(1, progress.total()),
                    (now - begunNanos) / 100_000_000L / 10.0);
        }
        return true;
    }

    boolean isDone() {
        return task == null || task.isDone();
    }

    void offered(Shipping.Offered offered) {
        if (reads != null) {
            reads.offered(offered);
        }
    }

    /** Overtaken by another checkpoint. */
    void end() {
        if (reads != null) {
            reads.end();
        }
    }

    /** Call once, when it is done. */
    Ledger ledger() {
        return task == null ? empty : task.ledger();
    }

    /** The session table at the checkpoint. */
    byte[] sessions() {
        return heads.sessions();
    }
}
