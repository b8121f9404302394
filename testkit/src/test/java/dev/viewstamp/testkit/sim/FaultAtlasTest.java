package dev.viewstamp.testkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.actors.replica.Quorums;
import dev.viewstamp.journal.Storage.Zone;
import dev.viewstamp.journal.SuperBlock;
import dev.viewstamp.journal.WalGeometry;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No object is damaged on so many replicas that a committed entry could be lost. */
class FaultAtlasTest {
    private static final WalGeometry GEOMETRY = new WalGeometry(64, 8192);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void everySlotKeepsEnoughGoodCopies(int replicaCount) {
        Quorums quorums = Quorums.of(replicaCount);
        for (int seed = 0; seed < 200; seed++) {
            boolean confined = seed % 2 == 0;
            FaultAtlas atlas = new FaultAtlas(new SimRandom(seed), quorums, GEOMETRY, 8192, confined);
            int worn = 0;
            for (int replica = 0; replica < replicaCount; replica++) {
                int sectors = 0;
                for (int sector = 0; sector < GEOMETRY.sectorCount(); sector++) {
                    sectors += atlas.mayFail(replica, Zone.WAL_HEADERS, GEOMETRY.sectorOffset(sector), 4096) ? 1 : 0;
                }
                assertTrue(sectors < GEOMETRY.sectorCount(), "replica " + replica + " may lose all headers");
                worn += sectors > 0 ? 1 : 0;
            }
            assertTrue(!confined || worn <= replicaCount - quorums.viewChange(), worn + " worn logs");
            for (int slot = 0; slot < GEOMETRY.slotCount(); slot++) {
                int faulty = 0;
                for (int replica = 0; replica < replicaCount; replica++) {
                    long header = GEOMETRY.sectorOffset(GEOMETRY.sectorOf(slot));
                    boolean headers = atlas.mayFail(replica, Zone.WAL_HEADERS, header, 4096);
                    boolean prepares = atlas.mayFail(replica, Zone.WAL_PREPARES, GEOMETRY.prepareOffset(slot), 8192);
                    assertEquals(headers, prepares);
                    faulty += headers ? 1 : 0;
                }
                assertTrue(faulty < quorums.replication(), "slot " + slot + " may be lost on " + faulty);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void oneSuperblockCopyOfEachReplica(int replicaCount) {
        FaultAtlas atlas = new FaultAtlas(new SimRandom(1), Quorums.of(replicaCount), GEOMETRY, 8192, false);
        for (int replica = 0; replica < replicaCount; replica++) {
            int copies = 0;
            for (int copy = 0; copy < SuperBlock.COPY_COUNT; copy++) {
                copies += atlas.mayFail(replica, Zone.SUPERBLOCK, (long) copy * SuperBlock.COPY_SIZE, 4096) ? 1 : 0;
            }
            assertEquals(1, copies);
        }
    }
}
