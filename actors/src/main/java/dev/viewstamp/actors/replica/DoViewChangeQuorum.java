package dev.viewstamp.actors.replica;

import static dev.viewstamp.actors.replica.Invariant.check;

import dev.viewstamp.journal.EntryHeader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The DoViewChanges of one view at its primary, and the log that follows from them (replication spec §4.5). The
 * choice is a pure function of the votes held: it keeps whatever may have been committed, drops what surely was
 * not, and waits when it cannot tell or when nobody held so far could supply an entry.
 *
 * <p>Invariants: a replica's votes for one view state the same log; two logs of one log view agree wherever
 * both know a header.
 */
public final class DoViewChangeQuorum {
    /** What a vote changed. */
    public enum Added { NEW, REPLACED, IGNORED }

    private final Quorums quorums;
    private final int self;
    private final int pipelineMax;
    private final DoViewChangeVote[] votes;                     // by replica; null: not heard
    private int count;
    private boolean isOtherAbstaining;

    /**
     * @param self        the primary whose quorum this is; without its own vote there is no choice
     * @param pipelineMax most ops that are uncommitted at once: whatever lies further below a head is committed
     */
    public DoViewChangeQuorum(Quorums quorums, int self, int pipelineMax) {
        check(0 <= self && self < quorums.replicaCount(), "replica %d of %d", self, quorums.replicaCount());
        this.quorums = quorums;
        this.self = self;
        this.pipelineMax = pipelineMax;
        this.votes = new DoViewChangeVote[quorums.replicaCount()];
    }

    /**
     * Takes a vote; of two by one replica the more advanced stays.
     *
     * @throws BrokenInvariant if a replica states two different logs for one view
     */
    public Added add(DoViewChangeVote vote) {
        int replica = vote.replica();
        check(0 <= replica && replica < votes.length, "vote of replica %d of %d", replica, votes.length);
        DoViewChangeVote held = votes[replica];
        if (held == null) {
            votes[replica] = vote;
            count++;
            return Added.NEW;
        }
        check(held.agreesWith(vote), "two logs for one view: %s and %s", held, vote);
        if (!vote.isAsRecentAs(held)) {
            return Added.IGNORED;
        }
        votes[replica] = vote;
        return Added.REPLACED;
    }

    /**
     * Of two, the other does not know its own head and so cannot vote. All that was ever committed is durable on both,
     * so the log of the one that can vote is enough.
     */
    public void abstain() {
        check(quorums.replicaCount() == 2, "an abstention among %d", quorums.replicaCount());
        isOtherAbstaining = true;
    }

    public void clear() {
        Arrays.fill(votes, null);
        count = 0;
        isOtherAbstaining = false;
    }

    public int count() {
        return count;
    }

    public boolean contains(int replica) {
        return votes[replica] != null;
    }

    /** The vote of a replica, or null. */
    DoViewChangeVote vote(int replica) {
        return votes[replica];
    }

    /** The votes held, by replica. */
    public List<DoViewChangeVote> votes() {
        List<DoViewChangeVote> held = new ArrayList<>(count);
        for (DoViewChangeVote vote : votes) {
            if (vote != null) {
                held.add(vote);
            }
        }
        return held;
    }

    /** The highest checkpoint among the votes; at least one is held. */
    public long checkpointOpMax() {
        check(count > 0, "no votes");
        long max = 0;
        for (DoViewChangeVote vote : votes()) {
            max = Math.max(max, vote.checkpointOp());
        }
        return max;
    }

    /** Decides by the votes held now. Changes nothing. */
    public LogChoice choose() {
        if (heard() < quorums.viewChange() || votes[self] == null) {
            return new LogChoice.AwaitingQuorum();
        }
        List<DoViewChangeVote> held = votes();
        int logView = logViewMax(held);
        long opMin = committedMax(held);
        long opMax = headMax(held, logView);
        check(opMin <= opMax, "op %d is committed, but the newest logs end at %d", opMin, opMax);

        long checkpointed = checkpointOpMax();
        long head = opMax;
        for (long op = opMin; op <= opMax; op++) {
            EntryHeader header = canonical(held, logView, op);
            int nacks = nacks(held, op, header);
            if (nacks >= quorums.nack()) {
                check(op > opMin, "%d nacks against op %d, and all up to %d are committed", nacks, op, opMin);
                head = op - 1;
                break;
            }
            // What is in a checkpoint need not be in anybody's log: who lacks it takes the checkpoint.
            if (op > checkpointed && (header == null || !isSupplied(held, header))) {
                return undecided(op);
            }
        }
        EntryHeader headHeader = canonical(held, logView, head);
        return headHeader == null ? undecided(head) : chosen(held, logView, headHeader, opMin);
    }

    private int heard() {
        return isOtherAbstaining ? quorums.replicaCount() : count;
    }

    private LogChoice undecided(long op) {
        return heard() < quorums.replicaCount() ? new LogChoice.AwaitingRepair(op) : new LogChoice.Unavailable(op);
    }

    private LogChoice chosen(List<DoViewChangeVote> held, int logView, EntryHeader head, long commitMax) {
        long timestampMax = 0;
        long lastOp = head.op();
        for (DoViewChangeVote vote : held) {
            lastOp = Math.min(lastOp, vote.log().lastOp());
            for (EntryHeader header : vote.log().headers()) {
                timestampMax = Math.max(timestampMax, header.timestamp());
            }
        }
        List<EntryHeader> canonical = new ArrayList<>();
        List<EntryHeader> trusted = new ArrayList<>();
        List<EntryHeader> candidates = new ArrayList<>();
        for (long op = head.op(); op >= lastOp; op--) {
            EntryHeader header = canonical(held, logView, op);
            EntryHeader executed = executed(held, op);
            if (header != null) {
                check(executed == null || executed.equals(header), "executed %s, but chosen %s", executed, header);
                canonical.add(header);
            } else if (executed != null) {
                trusted.add(executed);
            } else {
                addOlder(held, op, candidates);
            }
        }
        checkChained(canonical);
        return new LogChoice.Chosen(head, List.copyOf(canonical), commitMax, timestampMax, List.copyOf(trusted),
                List.copyOf(candidates));
    }

    private static int logViewMax(List<DoViewChangeVote> held) {
        int max = 0;
        for (DoViewChangeVote vote : held) {
            max = Math.max(max, vote.logView());
        }
        return max;
    }

    private long committedMax(List<DoViewChangeVote> held) {
        long max = 0;
        for (DoViewChangeVote vote : held) {
            max = Math.max(max, vote.committed(pipelineMax));
        }
        return max;
    }

    /** Log view first, head second: a longer log of an older view may consist of ops that a later view dropped. */
    private static long headMax(List<DoViewChangeVote> held, int logView) {
        long max = 0;
        for (DoViewChangeVote vote : held) {
            if (vote.logView() == logView) {
                max = Math.max(max, vote.log().headOp());
            }
        }
        return max;
    }

    /** The header that the newest logs have for an op, or null if none of them knows. */
    private static EntryHeader canonical(List<DoViewChangeVote> held, int logView, long op) {
        EntryHeader found = null;
        for (DoViewChangeVote vote : held) {
            EntryHeader header = vote.logView() == logView ? vote.log().find(op) : null;
            if (header != null) {
                check(found == null || found.equals(header), "one log view, two headers: %s and %s", found, header);
                found = header;
            }
        }
        return found;
    }

    private static int nacks(List<DoViewChangeVote> held, long op, EntryHeader header) {
        int nacks = 0;
        for (DoViewChangeVote vote : held) {
            nacks += vote.nacks(op, header) ? 1 : 0;
        }
        return nacks;
    }

    private static boolean isSupplied(List<DoViewChangeVote> held, EntryHeader header) {
        for (DoViewChangeVote vote : held) {
            if (vote.supplies(header)) {
                return true;
            }
        }
        return false;
    }

    /** A header that its sender has executed, or null. All senders that have executed the op agree. */
    private static EntryHeader executed(List<DoViewChangeVote> held, long op) {
        EntryHeader found = null;
        for (DoViewChangeVote vote : held) {
            EntryHeader header = op <= vote.commitMin() ? vote.log().find(op) : null;
            if (header != null) {
                check(found == null || found.equals(header), "executed twice: %s and %s", found, header);
                found = header;
            }
        }
        return found;
    }

    private static void addOlder(List<DoViewChangeVote> held, long op, List<EntryHeader> candidates) {
        for (DoViewChangeVote vote : held) {
            EntryHeader header = vote.log().find(op);
            if (header != null && !candidates.contains(header)) {
                candidates.add(header);
            }
        }
    }

    /** Neighbours of one view that do not chain are no break to be repaired, but two histories of one view. */
    private static void checkChained(List<EntryHeader> descending) {
        for (int i = 1; i < descending.size(); i++) {
            EntryHeader above = descending.get(i - 1);
            EntryHeader below = descending.get(i);
            if (above.op() == below.op() + 1 && above.view() == below.view()) {
                check(above.parent().equals(below.checksum()), "%s does not follow %s", above, below);
            }
        }
    }

    public void checkInvariants() {
        check(votes().size() == count, "%d votes, counted %d", votes().size(), count);
    }
}
