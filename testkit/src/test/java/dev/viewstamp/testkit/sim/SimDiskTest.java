package dev.viewstamp.testkit.sim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.viewstamp.actors.replica.Quorums;
import dev.viewstamp.journal.ClusterConstants;
import dev.viewstamp.journal.Storage.Zone;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a disk may do with a write, and what it may not. */
class SimDiskTest {
    private static final ClusterConstants CONSTANTS = new ClusterConstants(3, 32, 8192, 4096, 4, 7, 4);

    private final SimSystem system = new SimSystem(new SimRandom(1), ConfigFactory.empty(), () -> { });
    private final FaultTally faults = new FaultTally();

    @AfterEach
    void end() {
        system.close();
    }

    private SimDisk disk(int seed, DiskConditions conditions) {
        SimRandom random = new SimRandom(seed);
        FaultAtlas atlas = new FaultAtlas(random, Quorums.of(3), CONSTANTS.walGeometry(), 8192, false);
        return new SimDisk(seed % 3, CONSTANTS, system, random.fork("disk"), atlas, conditions,
                new Trace(system::nowNanos, null), faults, (replica, file, origin, bytes) -> { });
    }

    private static byte[] filled(int size, int with) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) with);
        return bytes;
    }

    private static byte[] read(SimDisk disk, Zone zone, long offset, int size) {
        ByteBuffer into = ByteBuffer.allocate(size);
        disk.read(zone, offset, into);
        return into.array();
    }

    @Test
    void aFinishedWriteIsDurableAndALaterReadSeesIt() {
        SimDisk disk = disk(1, DiskConditions.good());
        byte[][] found = new byte[1][];
        disk.beginWrite(Zone.WAL_PREPARES, 8192, filled(8192, 7),
                () -> disk.beginRead(Zone.WAL_PREPARES, 8192, 8192, bytes -> found[0] = bytes));
        while (system.step()) {
            assertTrue(system.nowNanos() < 1_000_000_000L);
        }
        disk.crash();
        assertArrayEquals(filled(8192, 7), found[0]);
        assertArrayEquals(filled(8192, 7), read(disk, Zone.WAL_PREPARES, 8192, 8192));
    }

    @Test
    void aCrashLeavesEachSectorOldOrNewAndNothingIsAnswered() {
        int[] outcomes = new int[4];
        boolean[] answered = new boolean[1];
        for (int seed = 0; seed < 200; seed++) {
            SimDisk disk = disk(seed, DiskConditions.good());
            disk.write(Zone.WAL_PREPARES, 0, ByteBuffer.wrap(filled(8192, 1)));
            disk.beginWrite(Zone.WAL_PREPARES, 0, filled(8192, 2), () -> answered[0] = true);
            disk.crash();
            byte[] now = read(disk, Zone.WAL_PREPARES, 0, 8192);
            for (int sector = 0; sector < 2; sector++) {
                byte[] part = Arrays.copyOfRange(now, 4096 * sector, 4096 * sector + 4096);
                assertArrayEquals(filled(4096, part[0]), part);
            }
            outcomes[2 * (now[0] - 1) + now[4096] - 1]++;
        }
        while (system.step()) {
            assertFalse(answered[0]);
        }
        for (int outcome : outcomes) {
            assertTrue(outcome > 10, Arrays.toString(outcomes));
        }
    }

    @Test
    void lostMisdirectedAndRottenWritesStrikeOnlyWhereTheAtlasAllows() {
        DiskConditions bad = new DiskConditions(1, 1, 1, 0.2, 0.2, 0.2, 0.2, 0, true);
        int damaged = 0;
        for (int seed = 0; seed < 30; seed++) {
            SimDisk disk = disk(seed, bad);
            FaultAtlas atlas = new FaultAtlas(new SimRandom(seed), Quorums.of(3), CONSTANTS.walGeometry(), 8192, false);
            for (int slot = 0; slot < 32; slot++) {
                disk.beginWrite(Zone.WAL_PREPARES, 8192L * slot, filled(8192, slot + 1), () -> { });
            }
            system.at(system.nowNanos() + 1_000_000_000L, () -> { });
            while (system.step()) {
                assertTrue(system.nowNanos() < 60_000_000_000L);
            }
            for (int slot = 0; slot < 32; slot++) {
                boolean good = Arrays.equals(filled(8192, slot + 1), read(disk, Zone.WAL_PREPARES, 8192L * slot, 8192));
                assertTrue(good || atlas.mayFail(seed % 3, Zone.WAL_PREPARES, 8192L * slot, 8192), "slot " + slot);
                damaged += good ? 0 : 1;
            }
        }
        assertTrue(damaged > 20, damaged + " damaged");
        assertTrue(faults.count(FaultKind.LOST_WRITE) > 0 && faults.count(FaultKind.MISDIRECTED_WRITE) > 0
                && faults.count(FaultKind.BIT_ROT) > 0 && faults.count(FaultKind.LATENT_SECTOR_ERROR) > 0);
    }

    @Test
    void twoWritesOfOneRangeAtOnceAreACallersMistake() {
        SimDisk disk = disk(1, DiskConditions.good());
        disk.beginWrite(Zone.WAL_HEADERS, 0, filled(4096, 1), () -> { });
        assertThrows(IllegalStateException.class,
                () -> disk.beginWrite(Zone.WAL_HEADERS, 0, filled(4096, 2), () -> { }));
    }
}
