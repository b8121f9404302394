package dev.viewstamp.actors.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.actors.replica.LogHistoryNode.Slot;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.Word128;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * A cluster boiled down to what a view change is about: logs, durable copies, acknowledgements, damage. It
 * knows the truth that replicas can only infer: which entry was acknowledged by whom, in which view, and so
 * which may have been committed by a primary that others have left behind. Every choice of a log is held
 * against that truth.
 */
final class LogHistory {
    static final int PIPELINE = 3;

    /** One replica's acknowledgement counts towards one view's primary only. */
    private record Ballot(int view, Word128 checksum) {
    }

    private static final class Acks {
        final EntryHeader header;
        int replicas;

        Acks(EntryHeader header) {
            this.header = header;
        }
    }

    private record Sent(int view, EntryHeader header) {
    }

    final SplittableRandom random;
    final Quorums quorums;
    final LogHistoryNode[] nodes;
    private final int faultPermille;
    private final Map<Ballot, Acks> acks = new LinkedHashMap<>();
    private final Map<Long, EntryHeader> committed = new TreeMap<>();
    private final Map<Integer, Long> commitMaxAtStart = new TreeMap<>();
    private final List<Sent> sent = new ArrayList<>();
    private int viewMax;
    private int salt;

    int faults;
    int chosen;
    int truncated;
    int undecided;
    int unavailable;

    LogHistory(int replicaCount, long seed, int faultPermille) {
        random = new SplittableRandom(seed);
        quorums = Quorums.of(replicaCount);
        this.faultPermille = faultPermille;
        nodes = new LogHistoryNode[replicaCount];
        EntryHeader root = Entries.header(0, 0, 0, Word128.ZERO, 0);
        for (int i = 0; i < replicaCount; i++) {
            nodes[i] = new LogHistoryNode(i, root);
        }
        committed.put(0L, root);
    }

    int committedCount() {
        return committed.size() - 1;
    }

    void step() {
        int draw = random.nextInt(1_000);
        if (draw < 120) {
            prepare();
        } else if (draw < 320) {
            deliver();
        } else if (draw < 580) {
            write();
        } else if (draw < 630) {
            acknowledgeAgain();
        } else if (draw < 730) {
            commit();
        } else if (draw < 790) {
            heartbeat();
        } else if (draw < 860) {
            repair();
        } else if (draw < 960) {
            startView();
        } else if (draw < 970) {
            start();
        } else if (draw < 982) {
            changeView();
        } else if (draw < 990) {
            crash();
        } else if (draw < 990 + faultPermille) {
            damage();
        }
    }

    // -- normal operation

    private void prepare() {
        LogHistoryNode primary = leader();
        if (!isNormalPrimary(primary) || primary.head - primary.commitMax >= PIPELINE) {
            return;
        }
        EntryHeader header = Entries.header(primary.head + 1, primary.view, primary.commitMax,
                primary.slots.get(primary.head).header.checksum(), salt++);
        primary.append(header);
        sent.add(new Sent(primary.view, header));
    }

    /** Any backup may get any message late, twice or never. */
    private void deliver() {
        if (sent.isEmpty()) {
            return;
        }
        Sent message = sent.get(Math.max(0, sent.size() - 1 - random.nextInt(6)));
        LogHistoryNode backup = any();
        if (!backup.normal || backup.view != message.view || isPrimary(backup)) {
            return;
        }
        if (message.header.op() > backup.head) {
            backup.append(message.header);
        } else if (backup.holds(message.header)) {
            backup.slots.get(message.header.op()).inMemory = true;
        }
        backup.commitMax = Math.max(backup.commitMax, message.header.commit());
    }

    private void write() {
        LogHistoryNode node = any();
        List<Slot> pending = new ArrayList<>();
        for (Slot slot : node.slots.values()) {
            if (!slot.clean && slot.inMemory) {
                pending.add(slot);
            }
        }
        if (!pending.isEmpty()) {
            Slot slot = pending.get(random.nextInt(pending.size()));
            slot.clean = true;
            slot.faulty = false;
            acknowledge(node, slot);
        }
    }

    private void acknowledgeAgain() {
        LogHistoryNode node = any();
        for (Slot slot : node.slots.tailMap(node.head - PIPELINE).values()) {
            acknowledge(node, slot);
        }
    }

    private void acknowledge(LogHistoryNode node, Slot slot) {
        if (node.normal && slot.clean) {
            Ballot ballot = new Ballot(node.view, slot.header.checksum());
            Acks of = acks.computeIfAbsent(ballot, first -> new Acks(slot.header));
            of.replicas |= 1 << node.index;
        }
    }

    /** The primary may long have been left behind by the others: it does not know. */
    private void commit() {
        LogHistoryNode primary = leader();
        while (isNormalPrimary(primary) && primary.commitMax < primary.head) {
            EntryHeader next = primary.slots.get(primary.commitMax + 1).header;
            Acks of = acks.get(new Ballot(primary.view, next.checksum()));
            if (of == null || Integer.bitCount(of.replicas) < quorums.replication()) {
                return;
            }
            assertEquals(next, committed.getOrDefault(next.op(), next), "two entries committed at one op");
            committed.put(next.op(), next);
            primary.commitMin = ++primary.commitMax;
        }
    }

    private void heartbeat() {
        LogHistoryNode backup = any();
        LogHistoryNode primary = primaryOf(backup.view);
        if (backup.normal && primary.normal && primary.view == backup.view) {
            backup.commitMax = Math.max(backup.commitMax, primary.commitMax);
            execute(backup);
        }
    }

    private void execute(LogHistoryNode node) {
        while (node.commitMin < node.commitMax && node.commitMax <= node.head && node.isChained(node.commitMin)
                && node.slots.get(node.commitMin + 1).clean) {
            node.commitMin++;
            EntryHeader executed = node.slots.get(node.commitMin).header;
            assertEquals(committed.get(node.commitMin), executed, "executed what is not committed");
        }
    }

    private void repair() {
        LogHistoryNode node = any();
        if (node.normal || isProspectivePrimary(node)) {
            node.repairHeaders(nodes);
            node.repairEntries(nodes);
            execute(node);
        }
    }

    // -- trouble

    private void damage() {
        LogHistoryNode node = any();
        long op = node.head - random.nextInt(PIPELINE + 1);
        Slot slot = node.slots.get(op);
        if (op <= 0 || slot == null || !slot.clean) {
            return;
        }
        faults++;
        if (random.nextBoolean() && node.normal && !isPrimary(node) && op < node.head) {
            node.slots.remove(op);
            node.lost.add(op);
        } else {
            slot.clean = false;
            slot.faulty = true;
            slot.inMemory = false;
        }
    }

    private void crash() {
        LogHistoryNode node = any();
        boolean led = node.normal && isPrimary(node) || isProspectivePrimary(node);
        node.crash();
        if (led && !node.uncertain) {
            node.enterViewChange(node.view + 1);
            viewMax = Math.max(viewMax, node.view);
        }
    }

    // -- view change

    private void changeView() {
        int view = viewMax + 1 + random.nextInt(2);
        LogHistoryNode primary = primaryOf(view);
        if (primary.uncertain) {
            return;
        }
        viewMax = view;
        DoViewChangeQuorum quorum = new DoViewChangeQuorum(quorums, primary.index, PIPELINE);
        LogChoice choice = quorum.choose();
        for (LogHistoryNode node : shuffled()) {
            if (!node.uncertain && (node == primary || random.nextInt(10) < 7)) {
                node.enterViewChange(view);
                quorum.add(node.vote());
                choice = quorum.choose();
                judge(quorum, primary, choice);
                if (choice instanceof LogChoice.Chosen && random.nextBoolean()) {
                    break;                                      // first come, first served
                }
            }
        }
        if (choice instanceof LogChoice.Chosen log && random.nextInt(10) < 9) {
            primary.install(log);
            commitMaxAtStart.put(view, primary.commitMax);
            start();
        }
    }

    /** Holds a choice against the truth. */
    private void judge(DoViewChangeQuorum quorum, LogHistoryNode primary, LogChoice choice) {
        boolean quorate = quorum.count() >= quorums.viewChange() && quorum.contains(primary.index);
        assertEquals(!quorate, choice instanceof LogChoice.AwaitingQuorum);
        if (choice instanceof LogChoice.Chosen log) {
            chosen++;
            judge(quorum, log);
        } else if (quorate) {
            undecided++;
            boolean all = quorum.count() == nodes.length;
            assertEquals(all, choice instanceof LogChoice.Unavailable);
            unavailable += all ? 1 : 0;
            assertTrue(!all || faults > 0, "without damage, all together know what to do");
        }
    }

    private void judge(DoViewChangeQuorum quorum, LogChoice.Chosen log) {
        Map<Long, EntryHeader> canonical = new TreeMap<>();
        log.canonical().forEach(header -> canonical.put(header.op(), header));
        Map<Long, EntryHeader> possible = possiblyCommitted();
        for (EntryHeader header : possible.values()) {
            assertTrue(header.op() <= log.head().op(),
                    () -> "cut " + header + ", which may be committed: " + quorum.votes());
            assertEquals(header, canonical.getOrDefault(header.op(), header), "replaced what may be committed");
        }
        for (EntryHeader header : log.trusted()) {
            assertEquals(possible.get(header.op()), header, "trusted what was never committed");
        }
        assertTrue(possible.containsKey(log.commitMax()), () -> "op " + log.commitMax() + " is called committed");
        assertTrue(log.head().op() - log.commitMax() <= PIPELINE);
        for (long op = log.commitMax(); op <= log.head().op(); op++) {
            EntryHeader header = canonical.get(op);
            assertTrue(op == 0 || isSuppliedBySomebody(header),
                    () -> "keeps " + header + ", which nobody has: " + quorum.votes());
        }
        for (DoViewChangeVote vote : quorum.votes()) {
            if (vote.log().headOp() > log.head().op()) {
                truncated++;
                return;
            }
        }
    }

    /**
     * What is committed, or will be as soon as the primary of some view, current or deposed, counts the
     * acknowledgements it was sent.
     */
    private Map<Long, EntryHeader> possiblyCommitted() {
        Map<Long, EntryHeader> possible = new TreeMap<>(committed);
        acks.forEach((ballot, of) -> {
            if (mayCommit(ballot.view, of)) {
                EntryHeader rival = possible.put(of.header.op(), of.header);
                assertTrue(rival == null || rival.equals(of.header), "two entries may be committed at one op");
            }
        });
        return possible;
    }

    /** A primary commits in order, from what it knew to be committed when it came to lead. */
    private boolean mayCommit(int view, Acks of) {
        if (of == null || Integer.bitCount(of.replicas) < quorums.replication()) {
            return false;
        }
        return of.header.op() - 1 <= commitMaxAtStart.getOrDefault(view, 0L)
                || mayCommit(view, acks.get(new Ballot(view, of.header.parent())));
    }

    private boolean isSuppliedBySomebody(EntryHeader header) {
        for (LogHistoryNode node : nodes) {
            if (node.supplies(header)) {
                return true;
            }
        }
        return false;
    }

    /** A prospective primary that has all it needs opens its view. */
    private void start() {
        for (LogHistoryNode node : nodes) {
            if (isProspectivePrimary(node)) {
                node.repairHeaders(nodes);
                node.repairEntries(nodes);
                execute(node);
                node.normal = node.commitMin == node.commitMax && node.isChained(node.commitMin)
                        && node.hasAll(node.commitMin);
            }
        }
    }

    private void startView() {
        LogHistoryNode primary = leader();
        LogHistoryNode backup = any();
        boolean leads = isNormalPrimary(primary) || isProspectivePrimary(primary);
        if (!leads || backup == primary || backup.view > primary.view
                || !primary.isChained(Math.max(0, primary.head - PIPELINE - 1))) {
            return;
        }
        boolean newer = backup.logView < primary.view || backup.uncertain;
        if (newer || backup.head <= primary.head) {
            assertTrue(primary.head >= backup.commitMax, "a StartView cuts what is committed");
            backup.adopt(primary);
        }
    }

    private boolean isPrimary(LogHistoryNode node) {
        return quorums.primary(node.view) == node.index;
    }

    private boolean isNormalPrimary(LogHistoryNode node) {
        return node.normal && isPrimary(node);
    }

    private boolean isProspectivePrimary(LogHistoryNode node) {
        return !node.normal && !node.uncertain && node.logView == node.view && isPrimary(node);
    }

    private LogHistoryNode primaryOf(int view) {
        return nodes[quorums.primary(view)];
    }

    /** The newest view's primary more often than not: others may still think that they lead. */
    private LogHistoryNode leader() {
        return random.nextInt(3) > 0 ? primaryOf(viewMax) : any();
    }

    private LogHistoryNode any() {
        return nodes[random.nextInt(nodes.length)];
    }

    private LogHistoryNode[] shuffled() {
        LogHistoryNode[] order = nodes.clone();
        for (int i = order.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            LogHistoryNode swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
        return order;
    }
}
