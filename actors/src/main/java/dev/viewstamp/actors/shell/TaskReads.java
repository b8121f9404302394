package dev.viewstamp.actors.shell;

import akka.actor.typed.ActorRef;
import dev.viewstamp.journal.CheckpointFile;
import dev.viewstamp.ledger.BlockId;
import dev.viewstamp.ledger.BlockTask;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Brings one task of the ledger the blocks that it needs: from the disk, and what is damaged there from a peer. Its
 * owner reads, repairs and steps; this room knows what is under way.
 */
final class TaskReads {
    private final BlockTask task;
    private final BlockReader reader;
    private final ActorRef<Shipping.Command> shipping;
    private final ActorRef<? super Shipping.Offered> owner;
    private final Runnable goOn;
    private final Set<BlockId> underWay = new HashSet<>();       // never iterated
    private boolean ended;

    /**
     * @param owner gets {@link Shipping.Offered} and hands it to {@link #offered}
     * @param goOn runs when a block has come, so that the task may be able to go on
     */
    TaskReads(BlockTask task, BlockReader reader, ActorRef<Shipping.Command> shipping,
              ActorRef<? super Shipping.Offered> owner, Runnable goOn) {
        this.task = task;
        this.reader = reader;
        this.shipping = shipping;
        this.owner = owner;
        this.goOn = goOn;
    }

    /** Whether a step can be taken; if not, what it needs is on its way. */
    boolean isReady() {
        if (task.isDone()) {
            return true;
        }
        List<BlockId> needed = task.needed();
        if (needed.isEmpty()) {
            return true;
        }
        List<BlockId> asks = new ArrayList<>();
        for (BlockId id : needed) {
            if (underWay.add(id)) {
                asks.add(id);
            }
        }
        reader.read(asks, (id, block) -> supply(id, block, false));
        return false;
    }

    /** A peer's copy of a block that this task, or another one of the same owner, found damaged. */
    void offered(Shipping.Offered offered) {
        BlockId id = new BlockId(offered.file().number(), offered.block());
        if (offered.file().kind() == CheckpointFile.Kind.DATA && underWay.contains(id)) {
            supply(id, offered.bytes(), true);
        }
    }

    /** Nothing that is still read matters any more. */
    void end() {
        ended = true;
    }

    private void supply(BlockId id, byte[] block, boolean fromPeer) {
        if (ended) {
            return;
        }
        CheckpointFile file = CheckpointFile.data(id.file());
        if (!task.supply(id, block)) {
            shipping.tell(new Shipping.Want(file, id.block(), true, fromPeer, owner));
            return;
        }
        if (fromPeer) {
            shipping.tell(new Shipping.Accept(file, id.block(), block, true));
        }
        underWay.remove(id);
        goOn.run();
    }
}
