package dev.viewstamp.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What all replicas agree on, and the arithmetic of checkpoints that follows from it. */
class ClusterConstantsTest {
    @ParameterizedTest
    @CsvSource({
        "replicaCount,   7, 1024, 1048576, 1000, 8, 64, 128",
        "replicaCount,   0, 1024, 1048576, 1000, 8, 64, 128",
        "slotCount,      3, 1000, 1048576, 1000, 8, 64, 128",
        "slotCount,      3,   16, 1048576, 1000, 4, 64,   4",
        "prepareSizeMax, 3, 1024,    5000, 1000, 8, 64, 128",
        "prepareSizeMax, 3, 1024, 2097152, 1000, 8, 64, 128",
        "bodyLimit,      3, 1024,    4096, 3841, 8, 64, 128",
        "bodyLimit,      3, 1024,    4096,    0, 8, 64, 128",
        "pipelineMax,    3, 1024,    4096, 1000, 26, 64, 128",
        "pipelineMax,    3,   32,    4096, 1000, 17, 64,   4",
        "clientsMax,     3, 1024,    4096, 1000, 8,  6, 128",
        "bar,            3,   32,    4096, 1000, 8, 64,  16",
    })
    void outOfRangeIsNamed(String field, int replicas, int slots, int size, int body, int pipeline, int clients,
            int bar) {
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class,
                () -> new ClusterConstants(replicas, slots, size, body, pipeline, clients, bar));
        assertTrue(refusal.getMessage().contains(field), refusal.getMessage());
    }

    @Test
    void fingerprintAndDifference() {
        ClusterConstants three = ClusterConstants.production(3);
        assertEquals(three.fingerprint(), ClusterConstants.production(3).fingerprint());
        assertNotEquals(three.fingerprint(), ClusterConstants.production(5).fingerprint());
        assertEquals(Optional.empty(), three.differenceFrom(ClusterConstants.production(3)));
        assertEquals(Optional.of("replicaCount is 3, not 5"), three.differenceFrom(ClusterConstants.production(5)));
        assertEquals(Optional.of("bodyLimit is 1048320, not 9"), three.differenceFrom(three.withBodyLimit(9)));
    }

    /** The fingerprint is on disk for ever. */
    @Test
    void fingerprintIsFixed() {
        assertEquals("6b36a06894466314e7a2cb92e4f73143", ClusterConstants.production(3).fingerprint().toString());
    }

    @Test
    void cadenceOfProduction() {
        CheckpointCadence cadence = ClusterConstants.production(3).cadence();
        assertEquals(880, cadence.interval());
        assertEquals(879, cadence.next(0));
        assertEquals(1759, cadence.next(879));
        assertEquals(879 + 128, cadence.trigger(879));
        assertEquals(1023, cadence.prepareMax(0));
    }

    /** The small test configuration, op by op as replication spec §6.5 gives it. */
    @Test
    void cadenceOfTests() {
        CheckpointCadence cadence = ClusterConstants.smallTest(3).cadence();
        assertEquals(20, cadence.interval());
        assertEquals(19, cadence.next(0));
        assertEquals(23, cadence.trigger(19));
        assertEquals(27, cadence.prepareOkMax(0));
        assertEquals(31, cadence.prepareMax(0));
        assertFalse(cadence.isDurable(19, 27));
        assertTrue(cadence.isDurable(19, 28));
        assertTrue(cadence.isCheckpoint(0) && cadence.isCheckpoint(19) && cadence.isCheckpoint(39));
        assertFalse(cadence.isCheckpoint(20));
        for (long c = 19; c < 2000; c = cadence.next(c)) {
            assertEquals(c + 32, cadence.prepareMax(c), "the log holds exactly one lap above a checkpoint");
        }
    }

    /** The smallest WALs that format offers must have a sensible interval. */
    @ParameterizedTest
    @CsvSource({"32, 20", "48, 34", "64, 40", "128, 96", "256, 208", "1024, 880", "4096, 3952"})
    void cadenceByWalSize(int slots, int interval) {
        assertEquals(interval, ClusterConstants.of(3, slots, 1 << 20).cadence().interval());
    }
}
