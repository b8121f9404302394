package dev.viewstamp.actors.replica;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.journal.EntryHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What rots on the disk of an idle replica is found and mended while it runs (replication spec §9.6). */
class ZoneScrubTest {
    /** Two passes: 32 slots, two sectors, the sessions and the superblock, one each half second. */
    private static final long PASSES = 2 * 60 * 50;

    private static CoreCluster idle(int replicaCount) {
        CoreCluster cluster = CoreClusterTest.loaded(replicaCount, 9, 3, 5);
        cluster.runUntil("alike", 1_000, cluster::isConverged);
        return cluster;
    }

    private static void pass(CoreCluster cluster, CoreNode node, long foundExpected) {
        cluster.run(PASSES);
        assertTrue(node.snapshot().scrubPasses() >= 1, "" + node.snapshot());
        assertEquals(foundExpected, node.snapshot().damageFound());
        assertEquals(0, node.snapshot().dirty());
    }

    private static boolean isHeld(CoreCluster cluster, CoreNode node, long op) {
        EntryHeader header = cluster.checker().committed(op);
        return node.disk().readPrepare(cluster.constants().walGeometry().slotOf(op), op, header.checksum()) != null;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void nothingIsFoundWhereNothingIsDamaged(int replicaCount) {
        CoreCluster cluster = idle(replicaCount);
        cluster.run(PASSES);
        cluster.nodes().forEach(node -> assertEquals(0, node.snapshot().damageFound()));
    }

    /** Damage appears while others write and checkpoints are made: whatever is read meanwhile is not misjudged. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void nothingIsFoundUnderLoad(int replicaCount) {
        CoreCluster cluster = idle(replicaCount);
        for (int i = 0; i < 60; i++) {
            cluster.clients().forEach(client -> client.want(2));
            cluster.run(100);
        }
        cluster.nodes().forEach(node -> {
            assertEquals(0, node.snapshot().damageFound());
            assertTrue(node.snapshot().scrubPasses() >= 1);
        });
    }

    /** An old entry comes from a peer, a new one from memory; the primary's own log is read as well (S13). */
    @ParameterizedTest
    @ValueSource(longs = {2, 5, 18})
    void anEntryIsMended(long op) {
        for (boolean ofPrimary : new boolean[] {false, true}) {
            CoreCluster cluster = idle(3);
            CoreNode node = ofPrimary ? cluster.primary() : cluster.backup();
            node.disk().corruptPrepare(op);
            assertTrue(!isHeld(cluster, node, op));
            pass(cluster, node, 1);
            assertTrue(isHeld(cluster, node, op));
            cluster.crashAll();
            cluster.startAll();
            cluster.runUntil("alike", 3_000, cluster::isConverged);
            assertEquals(0, node.snapshot().faulty());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aHeaderIsMended(int replicaCount) {
        CoreCluster cluster = idle(replicaCount);
        CoreNode node = cluster.primary();
        byte[] before = node.disk().readHeaderSector(0);
        node.disk().corruptHeader(4);
        node.disk().corruptHeader(9);
        pass(cluster, node, 1);
        assertArrayEquals(before, node.disk().readHeaderSector(0));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aReplyIsMended(int replicaCount) {
        CoreCluster cluster = idle(replicaCount);
        CoreNode node = cluster.primary();
        node.disk().corruptReply(1);
        var checksum = node.replica().clientTable().replyHeader(1).checksum();
        assertNull(node.disk().readReply(1, checksum));
        pass(cluster, node, 1);
        assertNotNull(node.disk().readReply(1, checksum));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aSuperBlockCopyIsMended(int replicaCount) {
        CoreCluster cluster = idle(replicaCount);
        CoreNode node = cluster.primary();
        node.disk().corruptSuperBlock(0);
        node.disk().corruptSuperBlock(3);
        pass(cluster, node, 1);
        cluster.crashAll();
        node.disk().corruptSuperBlock(1);
        node.disk().corruptSuperBlock(2);
        cluster.startAll();
        cluster.runUntil("alike", 3_000, cluster::isConverged);
    }

    /**
     * Alone there is nobody to fetch an old entry from. It is reported, again with every pass, and nothing is made
     * worse: the replica goes on, and once a checkpoint contains the entry it does no harm any more.
     */
    @Test
    void aloneAnOldEntryIsReportedUntilACheckpointContainsIt() {
        CoreCluster cluster = idle(1);
        CoreNode node = cluster.node(0);
        node.disk().corruptPrepare(2);
        cluster.run(PASSES);
        assertTrue(node.snapshot().damageFound() >= 2, "" + node.snapshot());
        assertEquals(0, node.snapshot().dirty());
        cluster.commitUntil(node.snapshot().checkpointOp() + 2L * cluster.constants().slotCount());
        long found = node.snapshot().damageFound();
        cluster.run(PASSES);
        assertEquals(found, node.snapshot().damageFound());
        cluster.crashAll();
        cluster.startAll();
        cluster.runUntil("alike", 3_000, cluster::isConverged);
    }

    /** Alone, an entry that is still in memory is written again. */
    @Test
    void aloneANewEntryIsMended() {
        CoreCluster cluster = idle(1);
        CoreNode node = cluster.node(0);
        long op = node.snapshot().commitMin();
        node.disk().corruptPrepare(op);
        pass(cluster, node, 1);
        assertTrue(isHeld(cluster, node, op));
    }
}
