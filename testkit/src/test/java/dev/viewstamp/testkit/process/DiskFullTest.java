package dev.viewstamp.testkit.process;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** File systems that really run full. They must be mounted for it: skipped where that is not allowed. */
@Tag("processes")
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class DiskFullTest {
    @BeforeEach
    void mayMount() {
        assumeTrue(SmallDisk.isPossible(), "a tmpfs cannot be mounted here; run the tests as root or in unshare -rm");
    }

    @Test
    void oneReplicaWaitsForRoom() throws Exception {
        assertTrue(new DiskFull(System.out::println).run(1).get("refusal").toString().contains("make room"));
    }

    @Test
    void threeReplicasWaitForRoomAndStayEqual() throws Exception {
        assertTrue(new DiskFull(System.out::println).run(3).get("refusal").toString().contains("make room"));
    }
}
