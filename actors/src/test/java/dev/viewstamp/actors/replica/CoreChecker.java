package dev.viewstamp.actors.replica;

import dev.viewstamp.actors.message.Envelope;
import dev.viewstamp.actors.message.ReplicaMessage;
import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.journal.CheckpointCadence;
import dev.viewstamp.journal.CheckpointState;
import dev.viewstamp.journal.Checksums;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.LogEntry;
import dev.viewstamp.journal.Word128;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Remembers across crashes what no replica may ever contradict: replication spec §12.1, 1, 10 to 12, 15 to 17,
 * 19, 20. Fed by the cluster with everything that leaves a replica; throws at the first contradiction.
 */
final class CoreChecker {
    private record ViewOf(int replica, int view) {
    }

    private final Map<Long, EntryHeader> committed = new HashMap<>();
    private final Map<Long, byte[]> replies = new HashMap<>();
    private final Map<Long, Word128> sessionDigests = new HashMap<>();
    private final Map<ViewOf, List<EntryHeader>> doViewChanges = new HashMap<>();
    private final Map<ViewOf, Long> acknowledged = new HashMap<>();
    private final Map<Integer, Long> leaders = new HashMap<>();
    private final Map<Word128, Long> requests = new HashMap<>();
    private final Map<Long, List<Word128>> checkpoints = new HashMap<>();
    private final Map<Long, Word128> checkpointIds = new HashMap<>();
    private final CheckpointCadence cadence;
    private final boolean[] isDivergent;
    private final long[] checkpointMax;
    private final int replicationQuorum;
    private final long[] viewMax;
    private long opCommittedMax;
    private long opAcknowledgedMax;

    CoreChecker(int replicaCount, CheckpointCadence cadence) {
        this.cadence = cadence;
        isDivergent = new boolean[replicaCount];
        viewMax = new long[replicaCount];
        checkpointMax = new long[replicaCount];
        replicationQuorum = Quorums.of(replicaCount).replication();
    }

    /** This replica's state is about to be another; it is for the others to notice. */
    void diverges(int replica) {
        isDivergent[replica] = true;
    }

    /** The state that a replica has frozen: the same bytes everywhere. */
    void checkpoint(int replica, long op, byte[] manifest, byte[] sessionTable) {
        if (isDivergent[replica]) {
            return;
        }
        List<Word128> files = List.of(Checksums.of(manifest), Checksums.of(sessionTable));
        List<Word128> known = checkpoints.putIfAbsent(op, files);
        require(known == null || known.equals(files), "R%d: another checkpoint at op %d", replica, op);
    }

    /** What a replica's superblock names. */
    void durable(int replica, CheckpointState checkpoint) {
        if (isDivergent[replica]) {
            return;
        }
        Word128 known = checkpointIds.putIfAbsent(checkpoint.op(), checkpoint.id());
        require(known == null || known.equals(checkpoint.id()), "R%d: another id of checkpoint %d", replica,
                checkpoint.op());
        require(checkpoint.op() >= checkpointMax[replica], "R%d went back to checkpoint %d", replica, checkpoint.op());
        checkpointMax[replica] = checkpoint.op();
    }

    /** A disk was lost, and everything that this replica may not contradict with it. */
    void reformatted(int replica) {
        checkpointMax[replica] = 0;
        viewMax[replica] = 0;
    }

    int checkpointCount() {
        return checkpoints.size();
    }

    long checkpointMax(int replica) {
        return checkpointMax[replica];
    }

    /** A log slot is written over: a replication quorum must hold a checkpoint that contains it (§12.1, 14). */
    void overwriting(int replica, long op) {
        long holders = Arrays.stream(checkpointMax).filter(checkpoint -> checkpoint >= op).count();
        require(op <= 0 || holders >= replicationQuorum || isDivergent[replica],
                "R%d writes over op %d, which %d checkpoints hold", replica, op, holders);
    }

    long opCommittedMax() {
        return opCommittedMax;
    }

    /** The highest op that a client was told of. */
    long opAcknowledgedMax() {
        return opAcknowledgedMax;
    }

    EntryHeader committed(long op) {
        return committed.get(op);
    }

    void executing(int replica, LogEntry entry) {
        EntryHeader header = entry.header();
        EntryHeader known = committed.putIfAbsent(header.op(), header);
        opCommittedMax = Math.max(opCommittedMax, header.op());
        require(known == null || known.equals(header), "R%d executes %s, committed is %s", replica, header, known);
        if (known == null && header.op() > 1) {
            EntryHeader parent = committed.get(header.op() - 1);
            require(parent != null && header.parent().equals(parent.checksum()) && parent.view() <= header.view()
                    && parent.timestamp() < header.timestamp(), "R%d: %s does not follow %s", replica, header, parent);
        }
        // A late copy of a register may open another session for a client that was evicted; nothing else happens twice.
        if (known == null && !header.client().isZero() && header.operation() != EntryHeader.OPERATION_REGISTER) {
            Long before = requests.putIfAbsent(header.requestChecksum(), header.op());
            require(before == null, "request of op %d was committed at %d before", header.op(), before);
        }
    }

    void executed(int replica, Completion.Executed executed) {
        if (isDivergent[replica]) {
            return;
        }
        byte[] known = replies.putIfAbsent(executed.op(), executed.reply());
        require(known == null || Arrays.equals(known, executed.reply()), "R%d: another reply to op %d", replica,
                executed.op());
    }

    void sessions(int replica, long op, Word128 digest) {
        if (isDivergent[replica]) {
            return;
        }
        Word128 known = sessionDigests.putIfAbsent(op, digest);
        require(known == null || known.equals(digest), "R%d: other sessions at op %d", replica, op);
    }

    void sent(int replica, Envelope envelope, ReplicaSnapshot now) {
        if (isDivergent[replica]) {
            return;
        }
        ReplicaMessage message = envelope.message();
        if (message instanceof ReplicaMessage.DoViewChange vote) {
            List<EntryHeader> known = doViewChanges.putIfAbsent(new ViewOf(replica, envelope.view()), vote.headers());
            require(known == null || known.equals(vote.headers()), "R%d says two things of view %d: %s and %s", replica,
                    envelope.view(), known, vote.headers());
        } else if (message instanceof ReplicaMessage.PrepareOk ok) {
            acknowledged.merge(new ViewOf(replica, envelope.view()), ok.op(), Math::max);
            require(ok.op() <= cadence.prepareOkMax(checkpointMax[replica]), "R%d acknowledges op %d on checkpoint %d",
                    replica, ok.op(), checkpointMax[replica]);
            require(now.viewDurable() >= envelope.view(), "R%d acknowledges in view %d, which is not durable", replica,
                    envelope.view());
        }
    }

    void replied(int replica, ClientMessage.Reply reply) {
        if (isDivergent[replica]) {
            return;
        }
        EntryHeader header = committed.get(reply.op());
        require(header != null && header.requestChecksum().equals(Words.of(reply.requestChecksum())),
                "reply of op %d, where %s is committed", reply.op(), header);
        if (reply.operation() != EntryHeader.OPERATION_REGISTER) {
            require(Arrays.equals(reply.body(), replies.get(reply.op())), "reply of op %d is not its result",
                    reply.op());
        }
        opAcknowledgedMax = Math.max(opAcknowledgedMax, reply.op());
    }

    void after(ReplicaSnapshot now, long incarnation) {
        int replica = now.replica();
        require(now.viewDurable() >= viewMax[replica], "R%d went back to view %d", replica, now.viewDurable());
        viewMax[replica] = now.viewDurable();
        // Before its log view is durable a primary has told nobody, and may begin anew after a crash.
        if (now.isPrimary() && now.logViewDurable() == now.view()) {
            Long leader = leaders.putIfAbsent(now.view(), incarnation);
            require(leader == null || leader == incarnation, "R%d leads view %d a second time", replica, now.view());
        }
        if (now.status() == StatusName.NORMAL_BACKUP || now.isPrimary()) {
            Long acked = acknowledged.get(new ViewOf(replica, now.view()));
            require(acked == null || acked <= now.op(), "R%d acknowledged op %d in view %d, and has head %d",
                    replica, acked,
                    now.view(), now.op());
        }
    }

    private static void require(boolean holds, String format, Object... arguments) {
        if (!holds) {
            throw new AssertionError(String.format(format, arguments));
        }
    }
}
