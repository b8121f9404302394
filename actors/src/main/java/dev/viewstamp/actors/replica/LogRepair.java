package dev.viewstamp.actors.replica;

import dev.viewstamp.actors.message.ReplicaMessage;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.LogEntry;

/**
 * Finds what the log lacks and asks for it (replication spec §8). One pass:
 *
 * <ol>
 * <li>headers: everything below what the head explains, from any other replica;</li>
 * <li>entries: not durable here, first those to be executed next, oldest first. From memory if possible, else
 * from a peer. Then what others may need, below;</li>
 * <li>last replies of clients.</li>
 * </ol>
 */
final class LogRepair {
    private final Rooms rooms;
    private final ReplicaState state;
    private final ReplicatedLog log;
    private final RepairBudget budget;

    LogRepair(Rooms rooms) {
        this.rooms = rooms;
        this.state = rooms.state;
        this.log = rooms.log;
        this.budget = new RepairBudget(rooms.state.replicaCount(), rooms.state.replica(), rooms.random);
    }

    /** Nothing asked before counts any more. */
    void restart() {
        budget.refill();
    }

    /** Gives up on what was not answered in time. */
    void expire() {
        budget.expire(state.now().tick());
    }

    /** Some message came from a peer, so it is worth asking. */
    void heardFrom(int replica) {
        budget.heardFrom(replica);
    }

    /** A peer is probably dead: nobody asks it before it is heard. */
    void doubt(int replica) {
        budget.doubt(replica);
    }

    /** An entry came from a peer, asked for or not. */
    void answered(int replica, long op) {
        budget.answered(replica, op, state.now().tick());
    }

    /**
     * Second step: entries.
     *
     * @param opMax entries above are probably still on their way, so they are not asked for
     * @param askEverybody for uncommitted entries, which only one replica may have
     */
    void entries(long opMax, boolean askEverybody) {
        repairEntries(state.commitMin() + 1, Math.min(opMax, state.op()), askEverybody);
        repairEntries(state.opRepairMin(), Math.min(state.commitMin(), state.op()), askEverybody);
    }

    /** Third step: the replies of clients. */
    void replies() {
        rooms.replyZone.repair();
    }

    /** First step: headers. */
    void headers() {
        log.giveUpOutdated();
        long low = log.chain().low();
        if (low <= state.opRepairMin() || state.isSolo()) {
            return;
        }
        int others = state.replicaCount() - 1;
        int peer = (state.replica() + 1 + rooms.random.nextInt(others)) % state.replicaCount();
        rooms.outbox.send(peer, new ReplicaMessage.GetHeaders(state.opRepairMin(), low - 1));
    }

    private void repairEntries(long opMin, long opMax, boolean askEverybody) {
        long op = log.nextDirty(opMin, opMax);
        while (op >= 0 && log.writer().freeSlots() > 0) {
            EntryHeader header = log.header(op);
            if (header != null && !log.writer().isWriting(header)) {
                LogEntry entry = log.findInMemory(header);
                if (entry != null) {
                    log.writer().write(entry);
                } else if (!state.isSolo() && log.hasPlaceFor(header)
                        && !ask(header, askEverybody && op > state.commitMax())) {
                    return;
                }
            }
            op = log.nextDirty(op + 1, opMax);
        }
    }

    /** False if nobody can be asked any more for now. */
    private boolean ask(EntryHeader header, boolean everybody) {
        long op = header.op();
        var message = new ReplicaMessage.GetPrepare(op, false, header.checksum());
        long tick = state.now().tick();
        if (everybody) {
            int asked = budget.askAll(op, tick);
            for (int replica = 0; replica < state.replicaCount(); replica++) {
                if ((asked >> replica & 1) != 0) {
                    rooms.outbox.send(replica, message);
                }
            }
            return !budget.isExhausted();
        }
        int replica = budget.ask(op, tick);
        if (replica >= 0) {
            rooms.outbox.send(replica, message);
        }
        return !budget.isExhausted();
    }
}
