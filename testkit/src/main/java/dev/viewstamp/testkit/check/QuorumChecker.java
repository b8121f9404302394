package dev.viewstamp.testkit.check;

import dev.viewstamp.actors.message.ReplicaMessage.DoViewChange;
import dev.viewstamp.actors.message.ReplicaMessage.PrepareOk;
import dev.viewstamp.actors.message.ReplicaMessage.StartView;
import dev.viewstamp.actors.replica.Quorums;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.Journal;
import dev.viewstamp.journal.LogEntry;
import dev.viewstamp.journal.OpenedLog;
import dev.viewstamp.journal.RecoveryDecision;
import dev.viewstamp.journal.Word128;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Knows what is <em>settled</em>: an entry that in one view a replication quorum had durably, the backups by their
 * word and the primary of the view by its disk, all of whose ancestors are settled. That is what committed means,
 * whoever has heard of it by now (replication spec §1.3, §3.7). So
 *
 * <ul>
 * <li>nothing else is ever executed, nor taken for committed by a primary that counts acknowledgements;
 * <li>the log of every later view holds it (§4.5, §12.1 invariants 15, 20);
 * <li>and no replica may say of what it acknowledged in the view of its log that it never had it (§4.4).
 * </ul>
 */
public final class QuorumChecker {
    /** @param view in which it and its ancestors had their quorums at the latest */
    private record Settled(EntryHeader header, int view) {
    }

    private record Acknowledged(int view, Word128 checksum) {
    }

    private final Quorums quorums;
    private final List<LogDiskChecker> disks;
    private final CommitHistory history;
    private final Map<Word128, TreeMap<Integer, Long>> holders = new HashMap<>();   // by view: bit per replica
    private final TreeMap<Long, List<Settled>> quorate = new TreeMap<>();   // above the settled: entries with a quorum
    private final List<Settled> settled = new ArrayList<>();                // op 1 first
    private final List<TreeMap<Long, Acknowledged>> latest = new ArrayList<>();     // by replica and op
    private final int[] adopted;                                 // by replica: the newest logView it ever had in memory
    private final int[] views;                                   // by replica: the view it is in

    /**
     * @param disks by replica; may still be filled
     * @param history knows every entry written anywhere
     */
    public QuorumChecker(Quorums quorums, List<LogDiskChecker> disks, CommitHistory history) {
        this.quorums = quorums;
        this.disks = disks;
        this.history = history;
        this.adopted = new int[quorums.replicaCount()];
        this.views = new int[quorums.replicaCount()];
        for (int replica = 0; replica < quorums.replicaCount(); replica++) {
            latest.add(new TreeMap<>());
        }
    }

    /** The highest op that is committed, known to anybody or not. */
    public long settledOp() {
        return settled.size();
    }

    /**
     * A replica is in this view. When it takes over the log of one, be it only in memory, it may overwrite what it
     * acknowledged before; if it crashes then, it falls back to an older logView and has lost it lawfully.
     */
    public void onView(int replica, int view, int logView) {
        views[replica] = view;
        adopted[replica] = Math.max(adopted[replica], logView);
    }

    /** A replica says in {@code view} that it has the entry. */
    public void onPrepareOk(int replica, int view, PrepareOk ok) {
        latest.get(replica).put(ok.op(), new Acknowledged(view, ok.prepareChecksum()));
        if (ok.op() <= settledOp()) {
            return;
        }
        add(replica, view, ok.op(), ok.prepareChecksum());
        int primary = quorums.primary(view);
        if (views[primary] == view && disks.get(primary).holds(ok.op(), ok.prepareChecksum())) {
            add(primary, view, ok.op(), ok.prepareChecksum());
        }
    }

    /**
     * The entry is in both rings of the replica's disk now. That counts in the view that the replica leads; a write
     * that ends later may be of an entry that it has denied meanwhile, truly when it did.
     */
    public void onDurable(int replica, EntryHeader header) {
        if (header.op() > settledOp() && quorums.primary(views[replica]) == replica) {
            add(replica, views[replica], header.op(), header.checksum());
        }
    }

    private void add(int replica, int view, long op, Word128 checksum) {
        long bits = holders.computeIfAbsent(checksum, entry -> new TreeMap<>()).merge(view, 1L << replica,
                (a, b) -> a | b);
        if (op > settledOp() && Long.bitCount(bits) >= quorums.replication()) {
            List<Settled> rivals = quorate.computeIfAbsent(op, none -> new ArrayList<>());
            if (rivals.stream().noneMatch(known -> known.header.checksum().equals(checksum))) {
                rivals.add(new Settled(history.written(checksum).header(), view));
                settle();
            }
        }
    }

    private void settle() {
        for (boolean found = true; found;) {
            long op = settledOp() + 1;
            Word128 parent = op == 1 ? history.checksum(0) : settled.get((int) op - 2).header.checksum();
            int viewBefore = op == 1 ? 0 : settled.get((int) op - 2).view;
            found = false;
            for (Settled entry : quorate.getOrDefault(op, List.of())) {
                if (entry.header.parent().equals(parent)) {
                    if (found) {
                        throw new Violation("quorum", "op " + op + ": one quorum holds " + entry.header
                                + ", another one " + settled.get(settled.size() - 1).header);
                    }
                    found = true;
                    settled.add(new Settled(entry.header, Math.max(entry.view, viewBefore)));
                    holders.remove(entry.header.checksum());
                }
            }
            quorate.remove(op);
        }
    }

    /** A replica's disk is gone; it may forget what it promised, and must be kept from voting as if it knew. */
    public void onDiskLost(int replica) {
        latest.get(replica).clear();
    }

    /**
     * A replica believes that all is committed up to here, in view of the acknowledgements it has or by the word of
     * others. Acknowledgements of an earlier view count for nothing in the next (§4.7, §13 item 1).
     */
    public void onCommitMax(int replica, long commitMax) {
        if (commitMax > settledOp() && quorums.replicaCount() > 1) {
            throw new Violation("quorum", "R" + replica + " takes op " + commitMax
                    + " for committed, and in no view did " + quorums.replication() + " replicas have all of that;"
                    + " all up to op " + settledOp() + " they had");
        }
    }

    /** An entry was executed for the first time. */
    public void onCommit(LogEntry entry) {
        if (quorums.replicaCount() == 1 && entry.op() > settledOp()
                && disks.get(0).holds(entry.op(), entry.checksum())) {
            add(0, entry.header().view(), entry.op(), entry.checksum());
        }
        if (entry.op() > settledOp()) {
            throw new Violation("quorum", entry.header() + " is executed, and in no view did " + quorums.replication()
                    + " replicas have it on disk; acknowledged by view: " + holders.get(entry.checksum()));
        }
        EntryHeader committed = settled.get((int) entry.op() - 1).header;
        if (!committed.equals(entry.header())) {
            throw new Violation("quorum", entry.header() + " is executed, but " + committed + " is committed");
        }
    }

    /**
     * A replica has opened its log. What it acknowledged in the view of this log it still has, or it knows that
     * something is lost there; and it is sure of its head only if nothing is lost above (§5.5, §7.3).
     *
     * @param checkpointNext the op of its next checkpoint
     */
    public void onOpened(int replica, int logView, long checkpointNext, OpenedLog log) {
        forgetOverwritten(replica, Math.min(settledOp(), checkpointNext - 1), log);
        Journal journal = log.journal();
        latest.get(replica).forEach((op, own) -> {
            if (own.view != logView || adopted[replica] > logView || op <= log.commitMax()) {
                return;
            }
            int slot = journal.slotOf(op);
            boolean isKnown = journal.headerWithChecksum(op, own.checksum) != null || journal.isFaulty(slot);
            if (op > log.op() ? log.isHeadCertain() : !isKnown) {
                throw new Violation("honest-recovery", "R" + replica + " opens its log with head " + log.op()
                        + (log.isHeadCertain() ? ", certain" : ", uncertain") + "; it acknowledged op " + op + ", "
                        + own + ", found in row " + log.recovery().findings().get(slot));
            }
        });
    }

    /**
     * A log that runs ahead of its checkpoint writes over what the replica has executed and a quorum has in the next
     * checkpoint (§6.6, rows H to J of §5.5). The restart cuts that off, and nothing is left in its place: the replica
     * may deny the old entry then, which everybody knows to be committed.
     */
    private void forgetOverwritten(int replica, long opMax, OpenedLog log) {
        log.recovery().findings().stream().filter(found -> found.decision() == RecoveryDecision.CUT).forEach(found -> {
            latest.get(replica).keySet().removeIf(op -> op <= opMax && log.journal().slotOf(op) == found.slot());
            disks.get(replica).forgetSlot(found.slot(), opMax);
        });
    }

    /** A primary announces the log of its view. */
    public void onStartView(int replica, int view, StartView start) {
        if (start.op() < settledOp() && settled.get((int) start.op()).view < view) {
            throw new Violation("quorum", "R" + replica + " starts view " + view + " with a log that ends at op "
                    + start.op() + "; committed before: " + settled.get((int) start.op()));
        }
        for (EntryHeader header : start.headers()) {
            Settled other = header.op() == 0 || header.op() > settledOp() ? null
                    : settled.get((int) header.op() - 1);
            if (other != null && other.view < view && !other.header.equals(header)) {
                throw new Violation("quorum", "R" + replica + " starts view " + view + " with " + header
                        + ", committed before: " + other);
            }
        }
    }

    /** A replica says what log it brings into {@code view}. */
    public void onVote(int replica, int view, DoViewChange vote) {
        if (adopted[replica] > vote.logView()) {
            return;
        }
        for (Map.Entry<Long, Acknowledged> lost : latest.get(replica).tailMap(vote.op(), false).entrySet()) {
            if (lost.getValue().view == vote.logView()) {
                throw dishonest(replica, view, vote, "ends before op " + lost.getKey(), lost.getValue());
            }
        }
        for (int i = 0; i < vote.headers().size(); i++) {
            EntryHeader header = vote.headers().get(i);
            boolean nacked = (vote.nackBits() >>> i & 1) != 0;
            Acknowledged own = latest.get(replica).get(vote.op() - i);
            boolean isOfLog = own != null && own.view == vote.logView();
            if (isOfLog && nacked) {
                throw dishonest(replica, view, vote, "denies op " + (vote.op() - i), own);
            }
            if (isOfLog && !header.isReserved() && !header.checksum().equals(own.checksum)) {
                throw dishonest(replica, view, vote, "has another entry at op " + header.op(), own);
            }
            if (nacked && !header.isReserved() && header.view() == vote.logView()
                    && disks.get(replica).wasDurable(header.checksum())) {
                throw dishonest(replica, view, vote, "denies op " + header.op() + ", which its disk held",
                        new Acknowledged(header.view(), header.checksum()));
            }
        }
    }

    private static Violation dishonest(int replica, int view, DoViewChange vote, String what, Acknowledged own) {
        return new Violation("honest-vote", "R" + replica + "'s DoViewChange for view " + view
                + " with the log of view " + vote.logView() + " " + what + "; it holds " + own);
    }
}
