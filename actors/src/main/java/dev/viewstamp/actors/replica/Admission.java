package dev.viewstamp.actors.replica;

import dev.viewstamp.actors.message.Envelope;
import dev.viewstamp.actors.message.ReplicaMessage;
import dev.viewstamp.journal.CheckpointState;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.Word128;
import java.util.List;

/**
 * Whether a message from a peer is one of this protocol at all: right cluster, version, sender and fields
 * (replication spec §1.6, §2.3). Checksums were verified where the message came in. Looks at nothing that
 * changes, but at the message.
 */
final class Admission {
    private final ReplicaState state;

    Admission(ReplicaState state) {
        this.state = state;
    }

    /** The reason to ignore it, or null. */
    Ignored judge(Envelope envelope) {
        if (!envelope.cluster().equals(state.cluster())) {
            return Ignored.WRONG_CLUSTER;
        }
        if (envelope.protocol() != Envelope.PROTOCOL) {
            return Ignored.WRONG_PROTOCOL;
        }
        if (envelope.replica() < 0 || envelope.replica() >= state.replicaCount()
                || envelope.replica() == state.replica()) {
            return Ignored.WRONG_SENDER;
        }
        return envelope.view() >= 0 && hasValidFields(envelope) ? null : Ignored.INVALID_FIELDS;
    }

    private boolean hasValidFields(Envelope envelope) {
        ReplicaMessage message = envelope.message();
        if (message instanceof ReplicaMessage.Prepare prepare) {
            return isValidEntry(prepare.entry().header());
        }
        if (message instanceof ReplicaMessage.PrepareOk ok) {
            return ok.op() > 0 && ok.commitMin() >= 0 && ok.timestamp() > 0;
        }
        if (message instanceof ReplicaMessage.Commit commit) {
            return commit.commit() >= 0 && isFromPrimary(envelope);
        }
        if (message instanceof ReplicaMessage.DoViewChange vote) {
            return isValid(vote, envelope.view());
        }
        if (message instanceof ReplicaMessage.StartView start) {
            return isFromPrimary(envelope) && isValid(start, envelope.view());
        }
        if (message instanceof ReplicaMessage.GetHeaders get) {
            return 0 <= get.opMin() && get.opMin() <= get.opMax();
        }
        if (message instanceof ReplicaMessage.Headers headers) {
            return isDescending(headers.headers(), envelope.view());
        }
        if (message instanceof ReplicaMessage.GetPrepare get) {
            return get.op() >= 0;
        }
        if (message instanceof ReplicaMessage.GetReply get) {
            return get.op() > 0 && !get.client().isZero();
        }
        if (message instanceof ReplicaMessage.ReplyCopy copy) {
            return copy.reply().header().cluster().equals(state.cluster());
        }
        if (message instanceof ReplicaMessage.RecoveryResponse response) {
            return response.op() >= 0 && response.commitMax() >= 0;
        }
        return true;
    }

    private boolean isFromPrimary(Envelope envelope) {
        return state.quorums().primary(envelope.view()) == envelope.replica();
    }

    /** An entry that some primary of this cluster may have made. */
    private boolean isValidEntry(EntryHeader header) {
        if (!header.isValid() || !header.cluster().equals(state.cluster()) || header.isReserved()
                || header.size() > state.constants().prepareSizeMax()) {
            return false;
        }
        if (header.op() == 0) {
            return header.operation() == EntryHeader.OPERATION_ROOT;
        }
        boolean isInternal = header.client().equals(Word128.ZERO);
        boolean isFirst = isInternal || header.operation() == EntryHeader.OPERATION_REGISTER;
        return header.op() > header.commit() && header.timestamp() > 0 && header.view() >= 0
                && header.replica() == state.quorums().primary(header.view()) && isFirst == (header.request() == 0);
    }

    private boolean isValid(ReplicaMessage.DoViewChange vote, int view) {
        List<EntryHeader> headers = vote.headers();
        if (headers.size() > state.pipelineMax() + 1 || !LogSuffix.isWellFormed(headers)) {
            return false;
        }
        for (EntryHeader header : headers) {
            if (!header.isReserved() && (!isValidEntry(header) || header.view() > vote.logView())) {
                return false;
            }
        }
        long beyond = -1L << headers.size();
        return vote.logView() >= 0 && vote.logView() < view && headers.get(0).op() == vote.op()
                && vote.op() >= vote.commitMin() && vote.commitMin() >= vote.checkpointOp() && vote.checkpointOp() >= 0
                && ((vote.presentBits() | vote.nackBits()) & beyond) == 0;
    }

    private boolean isValid(ReplicaMessage.StartView start, int view) {
        return isDescending(start.headers(), view) && start.headers().get(0).op() == start.op()
                && start.op() >= start.commitMax() && start.commitMax() >= start.checkpoint().op()
                && isValid(start.checkpoint()) && start.op() - start.commitMax() <= state.pipelineMax();
    }

    private boolean isValid(CheckpointState checkpoint) {
        return isValidEntry(checkpoint.header()) && state.constants().cadence().isCheckpoint(checkpoint.op())
                && checkpoint.manifestSize() >= 0 && checkpoint.sessionsSize() >= 0;
    }

    private boolean isDescending(List<EntryHeader> headers, int view) {
        for (int i = 0; i < headers.size(); i++) {
            EntryHeader header = headers.get(i);
            if (!isValidEntry(header) || header.view() > view || i > 0 && header.op() >= headers.get(i - 1).op()) {
                return false;
            }
        }
        return !headers.isEmpty();
    }
}
