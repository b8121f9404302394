package dev.viewstamp.actors.replica;

import dev.viewstamp.actors.message.ReplicaMessage;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.Journal;
import dev.viewstamp.journal.LogEntry;
import java.util.ArrayList;
import java.util.List;

/**
 * The end of the log as view changes show it: in a DoViewChange with its bits (replication spec §4.4), and in a
 * StartView (§4.8).
 */
final class ViewLog {
    private ViewLog() {
    }

    /**
     * The headers of a DoViewChange: from the head downwards, one per op, until one at or below commitMax. What
     * the journal does not have (a crash may have taken it before it was written) is taken from the log that was
     * adopted with logView: whoever names a logView must name every header that survived into it, or older
     * entries that were acknowledged would count as truncated. What is still unknown is blank; such gaps are
     * prepares of one view's chain that were missed, never breaks.
     */
    static List<EntryHeader> doViewChangeHeaders(ReplicaState state, ReplicatedLog log) {
        List<EntryHeader> headers = new ArrayList<>();
        List<EntryHeader> adopted = state.viewHeaders();
        for (long op = Math.max(state.op(), adopted.get(0).op()); op >= 0; op--) {
            EntryHeader header = log.header(op);
            headers.add(header != null ? header : adoptedOrBlank(adopted, op));
            if (op <= state.commitMax()) {
                break;
            }
        }
        Invariant.check(!headers.get(0).isBlank(), "head %d is unknown", state.op());
        return headers;
    }

    /**
     * What the last DoViewChange stated, for the next view: the same, but that a blank is filled in if the entry came
     * from a peer meanwhile. The header above it names it, so it is of the same log, and a new view is a new statement.
     */
    static List<EntryHeader> restated(ReplicaState state, ReplicatedLog log) {
        List<EntryHeader> headers = new ArrayList<>(state.viewHeaders());
        for (int i = 1; i < headers.size(); i++) {
            EntryHeader above = headers.get(i - 1);
            if (headers.get(i).isBlank() && !above.isBlank()) {
                LogEntry entry = log.findInMemory(above.op() - 1, above.parent());
                headers.set(i, entry == null ? headers.get(i) : entry.header());
            }
        }
        return headers;
    }

    private static EntryHeader adoptedOrBlank(List<EntryHeader> adopted, long op) {
        for (EntryHeader header : adopted) {
            if (header.op() == op && !header.isReserved()) {
                return header;
            }
        }
        return EntryHeader.blank(op);
    }

    /** The DoViewChange of the current view, its bits as of now. */
    static ReplicaMessage.DoViewChange doViewChange(ReplicaState state, ReplicatedLog log) {
        List<EntryHeader> headers = state.viewHeaders();
        long present = 0;
        long nack = 0;
        for (int i = 0; i < headers.size(); i++) {
            PresentNackBits bits = bits(log, headers.get(i));
            present |= bits.present() ? 1L << i : 0;
            // An entry beyond opPrepareMax that a restart has cut (§12.5, S70) is denied like any other: our disk held
            // it, but it lay beyond opPrepareOkMax as well, so it was never acknowledged (§6.5).
            nack |= bits.nack() ? 1L << i : 0;
        }
        long op = headers.get(0).op();
        // What we executed beyond the head stated here, we executed after stating it; the statement stays what it was.
        return new ReplicaMessage.DoViewChange(state.logView(), op, Math.min(state.commitMin(), op),
        state.checkpointOp(),
                present, nack, headers);
    }

    /** The end of the log: pipelineMax + 1 headers from the head downwards, as far as they chain. */
    static List<EntryHeader> startViewHeaders(ReplicaState state, ReplicatedLog log) {
        List<EntryHeader> headers = new ArrayList<>();
        long last = Math.max(log.chain().low(), state.op() - state.pipelineMax());
        for (long op = state.op(); op >= last; op--) {
            headers.add(log.header(op));
        }
        return headers;
    }

    /** The StartView of the current view, of which we are the primary. */
    static ReplicaMessage.StartView startView(ReplicaState state, ReplicatedLog log, long nonce) {
        List<EntryHeader> headers = startViewHeaders(state, log);
        addHooks(state, log, headers);
        return new ReplicaMessage.StartView(state.op(), Math.min(state.commitMax(), state.op()), nonce,
                state.checkpoint(), headers);
    }

    /**
     * What a backup whose checkpoint is one or two behind ours may take for its head: the highest op that its log can
     * hold (replication spec §4.8).
     */
    private static void addHooks(ReplicaState state, ReplicatedLog log, List<EntryHeader> headers) {
        long lowest = headers.get(headers.size() - 1).op();
        for (int behind = 1; behind <= 2; behind++) {
            long hook = state.opPrepareMax() - (long) behind * state.constants().cadence().interval();
            if (log.chain().low() <= hook && hook < lowest) {
                headers.add(log.header(hook));
                lowest = hook;
            }
        }
    }

    private static PresentNackBits bits(ReplicatedLog log, EntryHeader listed) {
        Journal journal = log.journal();
        int slot = journal.slotOf(listed.op());
        boolean blank = listed.isReserved();
        EntryHeader held = journal.header(listed.op());
        PresentNackBits.InMemory inMemory = held == null ? PresentNackBits.InMemory.NONE
                : held.equals(listed) ? PresentNackBits.InMemory.SAME : PresentNackBits.InMemory.OTHER;
        boolean readable = !blank && (journal.canServe(listed.op(), listed.checksum()) || log.writer().isWriting(listed)
                || log.findInMemory(listed.op(), listed.checksum()) != null);
        return PresentNackBits.of(blank, inMemory, journal.isDirty(slot), journal.isFaulty(slot), readable);
    }
}
