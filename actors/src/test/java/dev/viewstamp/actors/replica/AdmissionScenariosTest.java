package dev.viewstamp.actors.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.viewstamp.actors.message.Envelope;
import dev.viewstamp.actors.message.ReplicaMessage;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.LogEntry;
import dev.viewstamp.journal.Word128;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is no message of this protocol: replication spec §1.6, §2.3; scenarios S43 and S95. */
class AdmissionScenariosTest {
    private static final long SECOND = 100;

    private CoreCluster cluster;
    private CoreNode node;
    private int self;
    private int other;

    @BeforeEach
    void start() {
        cluster = CoreClusterTest.loaded(3, 95, 1, 5);
        cluster.runUntil("alike", 10 * SECOND, cluster::isConverged);
        node = cluster.backup();
        self = node.snapshot().replica();
        other = cluster.primary().snapshot().replica();
    }

    /** S95: dropped, counted, and without any other consequence. */
    @Test
    void whatMustNotComeIsDroppedWithoutHarm() {
        Envelope good = envelope(new ReplicaMessage.StartViewChange());
        Map<Envelope, Ignored> bad = new LinkedHashMap<>();
        bad.put(new Envelope(Word128.of(8), good.protocol(), good.view(), other, good.message()),
                Ignored.WRONG_CLUSTER);
        bad.put(new Envelope(good.cluster(), 2, good.view(), other, good.message()), Ignored.WRONG_PROTOCOL);
        for (int author : new int[] {-1, self, 3, 255}) {
            bad.put(new Envelope(good.cluster(), good.protocol(), good.view(), author, good.message()),
                    Ignored.WRONG_SENDER);
        }
        bad.put(new Envelope(good.cluster(), good.protocol(), -1, other, good.message()), Ignored.INVALID_FIELDS);
        for (ReplicaMessage message : malformed()) {
            bad.put(envelope(message), Ignored.INVALID_FIELDS);
        }
        ReplicaSnapshot before = node.snapshot();
        bad.forEach((message, reason) -> {
            long counted = node.snapshot().ignored().getOrDefault(reason, 0L);
            node.handle(() -> node.replica().onMessage(message, node.now()));
            assertEquals(counted + 1, node.snapshot().ignored().get(reason), message::toString);
        });
        ReplicaSnapshot after = node.snapshot();
        assertEquals(List.of(before.status(), before.view(), before.op(), before.commitMax()),
                List.of(after.status(), after.view(), after.op(), after.commitMax()));
    }

    private List<ReplicaMessage> malformed() {
        EntryHeader head = head();
        List<ReplicaMessage> messages = new ArrayList<>();
        messages.add(new ReplicaMessage.GetHeaders(5, 4));
        messages.add(new ReplicaMessage.GetHeaders(-1, 4));
        messages.add(new ReplicaMessage.GetPrepare(-1, false, head.checksum()));
        messages.add(new ReplicaMessage.Headers(List.of()));
        messages.add(new ReplicaMessage.Headers(List.of(head, head)));
        messages.add(new ReplicaMessage.Headers(List.of(EntryHeader.blank(3))));
        messages.add(new ReplicaMessage.RecoveryResponse(1, true, -1, 0));
        messages.add(new ReplicaMessage.DoViewChange(0, 9, 9, 0, 0, 0, List.of(head)));
        messages.add(new ReplicaMessage.DoViewChange(0, head.op(), 0, 0, 2, 0, List.of(head)));
        messages.add(new ReplicaMessage.Prepare(new LogEntry(EntryHeader.reserved(CoreCluster.CLUSTER, 5),
                new byte[0])));
        return messages;
    }

    /** S43: whoever hears of a view that it should lead itself, and does not, asks nobody, itself included. */
    @Test
    void nobodyIsAskedForItsOwnStartView() {
        int view = node.snapshot().view() + 1;
        while (view % 3 != self) {
            view++;
        }
        EntryHeader head = head();
        EntryHeader next = EntryHeader.builder().cluster(head.cluster()).view(view).replica(self).op(head.op() + 1)
                .parent(head.checksum()).commit(head.op()).timestamp(head.timestamp() + 1).operation(128)
                .checkpointId(head.checkpointId()).door(head.door()).body(new byte[0]).build();
        ReplicaMessage entry = new ReplicaMessage.Prepare(new LogEntry(next, new byte[0]));
        Map<Ignored, Long> before = new LinkedHashMap<>(node.snapshot().ignored());
        node.replica().onMessage(new Envelope(CoreCluster.CLUSTER, Envelope.PROTOCOL, view, other, entry), node.now());
        assertEquals(List.of(), node.replica().drainEffects());
        before.merge(Ignored.NEWER_VIEW, 1L, Long::sum);         // of the entry; what it says to itself it would refuse
        assertEquals(before, node.snapshot().ignored());
        assertEquals(StatusName.NORMAL_BACKUP, node.snapshot().status());
    }

    private Envelope envelope(ReplicaMessage message) {
        return new Envelope(CoreCluster.CLUSTER, Envelope.PROTOCOL, node.snapshot().view(), other, message);
    }

    private EntryHeader head() {
        return cluster.checker().committed(node.snapshot().op());
    }
}
