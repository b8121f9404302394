package dev.viewstamp.actors.replica;

import dev.viewstamp.actors.message.Envelope;
import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.journal.CheckpointState;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.LogEntry;
import dev.viewstamp.journal.StoredReply;
import dev.viewstamp.journal.SuperBlock;
import dev.viewstamp.journal.Word128;

/**
 * What the core wants done by the world. The shell carries effects out in the order in which the core emitted
 * them, after the event that caused them; each storage or ledger effect is answered by exactly one {@link
 * Completion}.
 */
public sealed interface Effect {

    /** Send to a peer; never to itself (the core loops back by itself). May be lost. */
    record Send(int replica, Envelope envelope) implements Effect {
    }

    /** Send to a client through the door by which it came; dropped if this node has no route to it. */
    record SendClient(ClientMessage message) implements Effect {
    }

    /** Write the entry into its slot of the prepare ring. Answer: {@link Completion.PrepareWritten}. */
    record WritePrepare(int slot, LogEntry entry) implements Effect {
    }

    /**
     * Write one 4096-byte sector of the header ring, as built from headersRedundant, on behalf of one entry. A
     * queued write of the same sector may be replaced by a newer one; both are then answered. Answer: {@link
     * Completion.HeaderSectorWritten}.
     *
     * @param slot of that entry; {@link ZoneScrub#NO_SLOT} if the sector is only mended
     */
    record WriteHeaderSector(int sector, byte[] content, int slot, Word128 checksum) implements Effect {
    }

    /** Read the entry of this checksum from its slot. Answer: {@link Completion.PrepareRead}, same token. */
    record ReadPrepare(long token, int slot, long op, Word128 checksum) implements Effect {
    }

    /**
     * Write all copies, read them back, verify. At most one is under way. Answer: {@link
     * Completion.SuperBlockWritten}.
     */
    record WriteSuperBlock(SuperBlock superBlock) implements Effect {
    }

    /**
     * Execute a committed entry; each once per start of the process, in order of op from the checkpoint on. At
     * most one is under way. The protocol's own entries (register) come too, so that the state machine sees every
     * op and timestamp; their reply body is made by the core, whatever the answer says. Answer: {@link
     * Completion.Executed}, unless an {@link OpenCheckpoint} comes first.
     */
    record Execute(LogEntry entry) implements Effect {
    }

    /**
     * Bring the state machine to exactly this checkpoint: at start, and after a state sync installed another. A
     * newer one replaces one that is not answered yet. Nothing is executed before the answer: {@link
     * Completion.CheckpointOpened}.
     */
    record OpenCheckpoint(CheckpointState checkpoint) implements Effect {
    }

    /**
     * Keep the state as it is now, right after {@code header} was executed, and write it to files while later
     * entries are executed. At most one is under way. Answer, once all its files are durable, unless an {@link
     * OpenCheckpoint} comes first: {@link Completion.CheckpointWritten}.
     *
     * @param sessions the session table at that point ({@link ClientTable#dump}), to be kept in a file of its own
     */
    record Freeze(EntryHeader header, byte[] sessions) implements Effect {
    }

    /**
     * Files that only checkpoints before {@code op} reference may be deleted: the checkpoint at {@code op} is
     * durable here and on a replication quorum. No answer.
     */
    record ReleaseBefore(long op) implements Effect {
    }

    /**
     * Fetch every file of another replica's checkpoint that is not here yet, from whoever has it. Asked again with
     * the same target it goes on; a newer target replaces it, and what is finished is kept. Answer, once all are
     * durable and verified: {@link Completion.CheckpointFetched}.
     */
    record FetchCheckpoint(CheckpointState target) implements Effect {
    }

    /** The last {@link FetchCheckpoint} is no longer wanted. No answer. */
    record CancelFetch() implements Effect {
    }

    /** Write a client's last reply into its slot, one at a time. Answer: {@link Completion.ReplyWritten}. */
    record WriteReply(int slot, StoredReply reply) implements Effect {
    }

    /** Read the reply with this checksum of its header. Answer: {@link Completion.ReplyRead}, same token. */
    record ReadReply(long token, int slot, Word128 checksum) implements Effect {
    }

    /** To be judged: read one sector of the header ring. Answer: {@link Completion.HeaderSectorRead}, same token. */
    record ReadHeaderSector(long token, int sector) implements Effect {
    }

    /**
     * For the scrubber: read all copies, and write those again, one after another, that are not as this superblock,
     * which is durable. If a write is under way nothing is done. Answer: {@link Completion.SuperBlockChecked}.
     */
    record CheckSuperBlock(SuperBlock superBlock) implements Effect {
    }

    /** Tell the operator: this piece of the disk was found damaged, and this becomes of it. No answer. */
    record FoundDamage(String piece, String outcome) implements Effect {
    }

    /** Tell the operator: log, replies and superblock were read once; so many pieces, so many damaged. No answer. */
    record ScrubPassed(long read, long damaged) implements Effect {
    }

    /**
     * A clock sample for the Clock actor: own time at ping, peer's wall time, own time at pong (replication spec
     * §10).
     */
    record LearnClock(int replica, long pingMonotonicNanos, long peerWallNanos, long pongMonotonicNanos)
            implements Effect {
    }
}
