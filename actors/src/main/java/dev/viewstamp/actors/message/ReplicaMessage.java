package dev.viewstamp.actors.message;

import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.journal.CheckpointFile;
import dev.viewstamp.journal.CheckpointState;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.LogEntry;
import dev.viewstamp.journal.StoredReply;
import dev.viewstamp.journal.Word128;
import java.util.List;

/**
 * What replicas say to each other: replication spec §1.5, message by message. The sender's view, index and cluster are
 * in the {@link Envelope}. Immutable.
 *
 * <p>Names are those of the VSR papers; the meaning of StartViewChange and DoViewChange is the spec's: StartViewChange
 * is a vote to leave the <em>current</em> view, DoViewChange carries present and nack bits.
 */
public sealed interface ReplicaMessage {

    /** Whether it may be large and so travels to the bulk inbox over the large-message channel. */
    default boolean isBulk() {
        return false;
    }

    /** Hands the message to the method made for it; a new message fails to compile until every receiver answers. */
    <R> R deliverTo(Receiver<R> receiver, Envelope envelope);

    /** One method per message. */
    interface Receiver<R> {
        R onPing(Ping ping, Envelope envelope);

        R onPong(Pong pong, Envelope envelope);

        R onForwarded(Forwarded forwarded, Envelope envelope);

        R onPrepare(Prepare prepare, Envelope envelope);

        R onPrepareOk(PrepareOk ok, Envelope envelope);

        R onCommit(Commit commit, Envelope envelope);

        R onStartViewChange(StartViewChange vote, Envelope envelope);

        R onDoViewChange(DoViewChange vote, Envelope envelope);

        R onStartView(StartView start, Envelope envelope);

        R onGetStartView(GetStartView get, Envelope envelope);

        R onRecovery(Recovery recovery, Envelope envelope);

        R onRecoveryResponse(RecoveryResponse response, Envelope envelope);

        R onGetHeaders(GetHeaders get, Envelope envelope);

        R onHeaders(Headers headers, Envelope envelope);

        R onGetPrepare(GetPrepare get, Envelope envelope);

        /** Between the checkpoints actors of two nodes; the replicas of both never see it. */
        default R onGetBlocks(GetBlocks get, Envelope envelope) {
            throw new IllegalStateException(get + " was not routed to the checkpoints actor");
        }

        /** As {@link #onGetBlocks}. */
        default R onBlocks(Blocks blocks, Envelope envelope) {
            throw new IllegalStateException(blocks + " was not routed to the checkpoints actor");
        }

        R onGetReply(GetReply get, Envelope envelope);

        R onReplyCopy(ReplyCopy copy, Envelope envelope);
    }

    /** Sent by every open replica to all others once a second. The envelope's view is the durable one. */
    record Ping(long monotonicNanos, long checkpointOp, Word128 checkpointId) implements ReplicaMessage {
        @Override
        public <R> R deliverTo(Receiver<R> receiver, Envelope envelope) {
            return receiver.onPing(this, envelope);
        }
    }

    /** Answer to a ping: its time echoed, and the answering replica's wall clock. */
    record Pong(long pingMonotonicNanos, long wallNanos) implements ReplicaMessage {
        @Override
        public <R> R deliverTo(Receiver<R> receiver, Envelope envelope) {
            return receiver.onPong(this, envelope);
        }
    }

    /** A client's request, unchanged, passed on by a backup. */
    record Forwarded(ClientMessage.Request request) implements ReplicaMessage {
        @Override
        public boolean isBulk() {
            return true;
        }

        @Override
        public <R> R deliverTo(Receiver<R> receiver, Envelope envelope) {
            return receiver.onForwarded(this, envelope);
        }
    }

    /** A log entry: replication by the primary, or an answer to {@link GetPrepare}. */
    record Prepare(LogEntry entry) implements ReplicaMessage {
        @Override
        public boolean isBulk() {
            return true;
        }

        @Override
        public <R> R deliverTo(Receiver<R> receiver, Envelope envelope) {
            return receiver.onPrepare(this, envelope);
        }
    }

    /** The entry of this checksum is durable here. */
    record PrepareOk(long op, Word128 prepareChecksum, Word128 requestChecksum, Word128 client, int request,
                     long timestamp, int operation, long commitMin, long head) implements ReplicaMessage {
        @Override
        public <R> R deliverTo(Receiver<R> receiver, Envelope envelope) {
            return receiver.onPrepareOk(this, envelope);
        }
    }

    /** The primary's heartbeat. {@code monotonicNanos} tells a fresh one from a replayed one. */
    record Commit(long commit, Word128 commitChecksum, long checkpointOp, Word128 checkpointId, long monotonicNanos)
            implements ReplicaMessage {
        @Override
        public <R> R deliverTo(Receiver<R> receiver, Envelope envelope) {
            return receiver.onCommit(this, envelope);
        }
    }

    /** A vote to leave the envelope's view. */
    record StartViewChange() implements ReplicaMessage {
        @Override
        public <R> R deliverTo(Receiver<R> receiver, Envelope envelope) {
            return receiver.onStartViewChange(this, envelope);
        }
    }

    /**
     * What this replica brings into the envelope's view. Bit i of the bit sets belongs to {@code headers.get(i)}.
     *
     * @param headers from {@code op} downwards by one; an op whose header is unknown stands as a reserved header
     *     with that op
     */
    record DoViewChange(int logView, long op, long commitMin, long checkpointOp, long presentBits, long nackBits,
                        List<EntryHeader> headers) implements ReplicaMessage {
        public DoViewChange {
            headers = List.copyOf(headers);
        }

        @Override
        public <R> R deliverTo(Receiver<R> receiver, Envelope envelope) {
            return receiver.onDoViewChange(this, envelope);
        }
    }

    /**
     * The log of the envelope's view, as its primary holds it.
     *
     * @param nonce      echoed from the request that it answers, or 0
     * @param checkpoint the primary's, durable there: whoever is too far behind for the log takes this instead
     * @param headers    from {@code op} downwards, at least one; may skip (hook headers)
     */
    record StartView(long op, long commitMax, long nonce, CheckpointState checkpoint, List<EntryHeader> headers)
            implements ReplicaMessage {
        public StartView {
            headers = List.copyOf(headers);
        }

        @Override
        public boolean isBulk() {
            return true;
        }

        @Override
        public <R> R deliverTo(Receiver<R> receiver, Envelope envelope) {
            return receiver.onStartView(this, envelope);
        }
    }

    /** Asks the primary of the envelope's view for its StartView. */
    record GetStartView(long nonce) implements ReplicaMessage {
        @Override
        public <R> R deliverTo(Receiver<R> receiver, Envelope envelope) {
            return receiver.onGetStartView(this, envelope);
        }
    }

    /** The seed's nonce exchange, used only while the local head is uncertain (replication spec §7.4). */
    record Recovery(long nonce) implements ReplicaMessage {
        @Override
        public <R> R deliverTo(Receiver<R> receiver, Envelope envelope) {
            return receiver.onRecovery(this, envelope);
        }
    }

    /** Which view the answering replica is in (durable), and how far it has come. */
    record RecoveryResponse(long nonce, boolean normal, long op, long commitMax) implements ReplicaMessage {
        @Override
        public <R> R deliverTo(Receiver<R> receiver, Envelope envelope) {
            return receiver.onRecoveryResponse(this, envelope);
        }
    }

    /** Asks for headers in {@code opMin … opMax}, both included. */
    record GetHeaders(long opMin, long opMax) implements ReplicaMessage {
        @Override
        public <R> R deliverTo(Receiver<R> receiver, Envelope envelope) {
            return receiver.onGetHeaders(this, envelope);
        }
    }

    /** Answer: at most 64 headers, newest first. */
    record Headers(List<EntryHeader> headers) implements ReplicaMessage {
        public Headers {
            headers = List.copyOf(headers);
        }

        @Override
        public boolean isBulk() {
            return true;
        }

        @Override
        public <R> R deliverTo(Receiver<R> receiver, Envelope envelope) {
            return receiver.onHeaders(this, envelope);
        }
    }

    /**
     * Asks for the entry of this checksum, or, if {@code anyChecksum}, for the answering replica's entry at {@code
     * op}.
     */
    record GetPrepare(long op, boolean anyChecksum, Word128 checksum) implements ReplicaMessage {
        @Override
        public <R> R deliverTo(Receiver<R> receiver, Envelope envelope) {
            return receiver.onGetPrepare(this, envelope);
        }
    }

    /** Asks for a client's last reply, damaged here; {@code checksum} is its header's. */
    record GetReply(Word128 client, long op, Word128 checksum) implements ReplicaMessage {
        @Override
        public <R> R deliverTo(Receiver<R> receiver, Envelope envelope) {
            return receiver.onGetReply(this, envelope);
        }
    }

    /** Answer: the reply as stored, in the view of its entry. */
    record ReplyCopy(StoredReply reply) implements ReplicaMessage {
        @Override
        public boolean isBulk() {
            return true;
        }

        @Override
        public <R> R deliverTo(Receiver<R> receiver, Envelope envelope) {
            return receiver.onReplyCopy(this, envelope);
        }
    }

    /**
     * Asks for pieces of an immutable file, of 64 KiB each: number {@code first} and those behind it. In a data file
     * these are its blocks and those of its table.
     *
     * @param number of the data file, or op of the checkpoint
     * @param count 1 … {@link Blocks#COUNT_MAX}
     */
    record GetBlocks(CheckpointFile.Kind kind, long number, int first, int count) implements ReplicaMessage {
        @Override
        public <R> R deliverTo(Receiver<R> receiver, Envelope envelope) {
            return receiver.onGetBlocks(this, envelope);
        }
    }

    /**
     * Answer: as many of the pieces as the answering replica has, none if it does not have the first. The receiver
     * verifies them against what it knows from elsewhere.
     */
    record Blocks(CheckpointFile.Kind kind, long number, int first, List<byte[]> blocks) implements ReplicaMessage {
        /** Pieces in one message: 512 KiB. */
        public static final int COUNT_MAX = 8;
        /** Bytes of a piece; the last one of a file may have fewer. */
        public static final int BLOCK_SIZE = 1 << 16;

        public Blocks {
            blocks = List.copyOf(blocks);
        }

        @Override
        public boolean isBulk() {
            return true;
        }

        @Override
        public <R> R deliverTo(Receiver<R> receiver, Envelope envelope) {
            return receiver.onBlocks(this, envelope);
        }

        @Override
        public String toString() {
            return "Blocks[" + kind + " " + number + ", " + blocks.size() + " from " + first + "]";
        }
    }
}
