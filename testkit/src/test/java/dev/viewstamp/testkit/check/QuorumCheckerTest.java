package dev.viewstamp.testkit.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.viewstamp.actors.message.ReplicaMessage.DoViewChange;
import dev.viewstamp.actors.message.ReplicaMessage.PrepareOk;
import dev.viewstamp.actors.message.ReplicaMessage.StartView;
import dev.viewstamp.actors.replica.ClientTable;
import dev.viewstamp.actors.replica.Quorums;
import dev.viewstamp.journal.CheckpointState;
import dev.viewstamp.journal.ClusterConstants;
import dev.viewstamp.journal.EntryCodec;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.LogEntry;
import dev.viewstamp.journal.Storage;
import dev.viewstamp.journal.WalGeometry;
import dev.viewstamp.journal.Word128;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a quorum holds, what votes may say of it, what may be written, and who has a session. */
class QuorumCheckerTest {
    private static final Word128 CLUSTER = Word128.of(7);
    private static final ClusterConstants CONSTANTS = ClusterConstants.smallTest(3);
    private static final WalGeometry GEOMETRY = CONSTANTS.walGeometry();

    private final CommitHistory history = new CommitHistory(CLUSTER);
    private final List<LogDiskChecker> disks = new ArrayList<>();
    private final QuorumChecker quorums = new QuorumChecker(Quorums.of(3), disks, history);
    private final LogEntry first = entry(1, EntryHeader.root(CLUSTER).checksum());

    QuorumCheckerTest() {
        for (int replica = 0; replica < 3; replica++) {
            disks.add(new LogDiskChecker(replica, new MemoryDisk(), CLUSTER, GEOMETRY));
        }
        history.onWritten(first);
    }

    /** A disk of zeros. */
    private static final class MemoryDisk implements Storage {
        private final Map<Zone, byte[]> zones = new EnumMap<>(Zone.class);

        private byte[] zone(Zone zone) {
            return zones.computeIfAbsent(zone, unused -> new byte[(int) GEOMETRY.prepareRingSize()]);
        }

        @Override
        public void read(Zone zone, long offset, ByteBuffer into) {
            into.put(zone(zone), (int) offset, into.remaining());
        }

        @Override
        public void write(Zone zone, long offset, ByteBuffer from) {
            from.get(zone(zone), (int) offset, from.remaining());
        }

        @Override
        public void close() {
        }
    }

    private static LogEntry entry(long op, Word128 parent) {
        return new LogEntry(EntryHeader.builder().cluster(CLUSTER).op(op).parent(parent).timestamp(op)
                .operation(EntryHeader.OPERATION_NOOP).body(new byte[0]).build(), new byte[0]);
    }

    private static PrepareOk ok(LogEntry entry) {
        EntryHeader header = entry.header();
        return new PrepareOk(header.op(), header.checksum(), header.requestChecksum(), header.client(), 0,
                header.timestamp(), header.operation(), 0, header.op());
    }

    private static void assertBroken(String rule, Runnable deed) {
        assertEquals(rule, assertThrows(Violation.class, deed::run).rule());
    }

    @Test
    void nothingIsExecutedThatNoQuorumHolds() {
        assertBroken("quorum", () -> quorums.onCommit(first));
        quorums.onPrepareOk(1, 0, ok(first));
        assertBroken("quorum", () -> quorums.onCommit(first));
        quorums.onPrepareOk(2, 1, ok(first));                    // in another view: not the same quorum
        assertBroken("quorum", () -> quorums.onCommit(first));
        quorums.onPrepareOk(2, 0, ok(first));
        quorums.onCommit(first);
        assertEquals(1, quorums.settledOp());
    }

    /** As a primary would that counts acknowledgements of the view before. */
    @Test
    void nothingIsTakenForCommittedThatNoQuorumOfOneViewHolds() {
        quorums.onCommitMax(2, 0);
        quorums.onPrepareOk(0, 1, ok(first));
        quorums.onPrepareOk(1, 2, ok(first));
        assertBroken("quorum", () -> quorums.onCommitMax(2, 1));
        quorums.onPrepareOk(0, 2, ok(first));
        quorums.onCommitMax(2, 1);
    }

    @Test
    void anEntryIsSettledOnlyAfterItsAncestors() {
        LogEntry second = entry(2, first.checksum());
        history.onWritten(second);
        quorums.onPrepareOk(1, 0, ok(second));
        quorums.onPrepareOk(2, 0, ok(second));
        assertEquals(0, quorums.settledOp());
        quorums.onPrepareOk(1, 0, ok(first));
        quorums.onPrepareOk(2, 0, ok(first));
        assertEquals(2, quorums.settledOp());
    }

    @Test
    void aNewViewKeepsWhatIsSettled() {
        quorums.onPrepareOk(1, 0, ok(first));
        quorums.onPrepareOk(2, 0, ok(first));
        EntryHeader root = EntryHeader.root(CLUSTER);
        assertBroken("quorum", () -> quorums.onStartView(1, 1,
                new StartView(0, 0, 0, CheckpointState.root(CLUSTER), List.of(root))));
        quorums.onStartView(1, 1, new StartView(1, 0, 0, CheckpointState.root(CLUSTER), List.of(first.header(), root)));
    }

    @Test
    void nobodyDeniesWhatHeAcknowledged() {
        EntryHeader root = EntryHeader.root(CLUSTER);
        DoViewChange denial = new DoViewChange(0, 1, 0, 0, 0b10, 0b01, List.of(first.header(), root));
        quorums.onVote(1, 1, denial);
        quorums.onPrepareOk(1, 0, ok(first));
        assertBroken("honest-vote", () -> quorums.onVote(1, 1, denial));
        assertBroken("honest-vote", () -> quorums.onVote(1, 1, new DoViewChange(0, 0, 0, 0, 1, 0, List.of(root))));
        quorums.onView(1, 1, 1);                                 // overwritten with the authority of view 1
        quorums.onVote(1, 2, denial);
    }

    /**
     * A restart cuts what lies beyond prepareMax, and what is of a view that was not durable; that was never
     * acknowledged and may be denied from then on (seed 784).
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatADiskHeldIsDeniedOnlyIfARestartHasCutIt(boolean isBeyond) {
        EntryHeader root = EntryHeader.root(CLUSTER);
        DoViewChange denial = new DoViewChange(0, 1, 0, 0, 0b10, 0b01, List.of(first.header(), root));
        MemoryDisk disk = new MemoryDisk();
        disks.set(1, new LogDiskChecker(1, disk, CLUSTER, GEOMETRY));
        ByteBuffer bytes = ByteBuffer.allocate(GEOMETRY.prepareSizeMax());
        EntryCodec.encode(first, bytes);
        disk.write(Storage.Zone.WAL_PREPARES, GEOMETRY.prepareOffset(1), bytes);
        disks.get(1).onEnded(Storage.Zone.WAL_PREPARES, GEOMETRY.prepareOffset(1), new byte[0]);
        byte[] sector = new byte[WalGeometry.SECTOR_SIZE];
        first.header().writeTo(sector, EntryHeader.SIZE);
        disk.write(Storage.Zone.WAL_HEADERS, 0, ByteBuffer.wrap(sector));
        disks.get(1).onEnded(Storage.Zone.WAL_HEADERS, 0, sector);
        disks.get(1).forgetBeyond(1);                            // within prepareMax: it stays
        assertBroken("honest-vote", () -> quorums.onVote(1, 1, denial));
        disks.get(1).forgetViewsAfter(first.header().view());
        assertBroken("honest-vote", () -> quorums.onVote(1, 1, denial));
        if (isBeyond) {
            disks.get(1).forgetBeyond(0);
        } else {
            disks.get(1).forgetViewsAfter(first.header().view() - 1);
        }
        quorums.onVote(1, 1, denial);
    }

    @Test
    void aHeaderFollowsItsPrepare() {
        byte[] sector = new byte[WalGeometry.SECTOR_SIZE];
        first.header().writeTo(sector, EntryHeader.SIZE);
        assertBroken("header-after-prepare", () -> disks.get(1).onBegun(Storage.Zone.WAL_HEADERS, 0, sector));
    }

    @Test
    void sessionsEndAsTheHistorySays() {
        SessionChecker sessions = new SessionChecker(2, op -> op == 4);
        Word128[] clients = commitSessions(sessions, new ClientTable(2), -1);
        sessions.onEviction(0, 4, clients[1]);
        assertBroken("sessions", () -> sessions.onEviction(0, 3, clients[1]));
        assertBroken("sessions", () -> sessions.onEviction(0, 4, clients[0]));
    }

    /** One slot and one last reply per live client; each step that a replica's table leaves out is seen. */
    @Test
    void sessionTablesAreAsTheHistorySays() {
        SessionChecker sessions = new SessionChecker(2, op -> op == 4);
        ClientTable table = new ClientTable(2);
        commitSessions(sessions, table, -1);
        sessions.onTable(0, 4, table.dump());
        assertBroken("sessions", () -> sessions.onTable(0, 3, table.dump()));
        for (int skipped = 2; skipped < 4; skipped++) {
            ClientTable other = new ClientTable(2);
            commitSessions(new SessionChecker(2, op -> false), other, skipped);
            assertBroken("sessions", () -> sessions.onTable(0, 4, other.dump()));
        }
    }

    /** Clients 0 and 1 register, 0 asks, 2 takes the place of 1. */
    private static Word128[] commitSessions(SessionChecker sessions, ClientTable table, int skipped) {
        Word128[] clients = {Word128.of(1), Word128.of(2), Word128.of(3)};
        int[] order = {0, 1, 0, 2};
        for (int i = 0; i < order.length; i++) {
            EntryHeader header = EntryHeader.builder().cluster(CLUSTER).op(i + 1).timestamp(i + 1)
                    .client(clients[order[i]])
                    .request(i == 2 ? 1 : 0).operation(i == 2 ? 146 : EntryHeader.OPERATION_REGISTER)
                    .body(new byte[0]).build();
            sessions.onCommit(new LogEntry(header, new byte[0]));
            if (i != skipped) {
                table.commit(header, new byte[0]);
            }
        }
        return clients;
    }
}
