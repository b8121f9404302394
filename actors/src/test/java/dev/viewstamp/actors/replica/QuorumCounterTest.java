package dev.viewstamp.actors.replica;

import static dev.viewstamp.actors.replica.QuorumCounter.Count.DUPLICATE;
import static dev.viewstamp.actors.replica.QuorumCounter.Count.PENDING;
import static dev.viewstamp.actors.replica.QuorumCounter.Count.REACHED;
import static dev.viewstamp.actors.replica.QuorumCounter.Count.SURPLUS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class QuorumCounterTest {
    @Test
    void theQuorumIsCrossedOnce() {
        QuorumCounter counter = new QuorumCounter(2, 4);
        assertEquals(PENDING, counter.add(3));
        assertEquals(DUPLICATE, counter.add(3));
        assertFalse(counter.isReached());
        assertEquals(REACHED, counter.add(0));
        assertEquals(SURPLUS, counter.add(1));
        assertEquals(DUPLICATE, counter.add(0));
        assertTrue(counter.isReached());
        assertEquals(0b0100, counter.missing());
        counter.checkInvariants();
    }

    @Test
    void aSingleReplicaIsAQuorumOfOne() {
        assertEquals(REACHED, new QuorumCounter(1, 1).add(0));
    }

    /** The vote to leave a view: others' votes expire, a heartbeat takes our own back. */
    @Test
    void votesCanBeTakenBack() {
        QuorumCounter counter = new QuorumCounter(3, 5);
        counter.add(0);
        counter.add(4);
        counter.keepOnly(4);
        assertTrue(counter.contains(4));
        assertEquals(1, counter.count());
        counter.remove(4);
        assertEquals(0, counter.count());
        assertEquals(PENDING, counter.add(4));
        counter.clear();
        assertEquals(0b11111, counter.missing());
    }

    @Test
    void strangersStopTheProcess() {
        QuorumCounter counter = new QuorumCounter(2, 3);
        assertThrows(BrokenInvariant.class, () -> counter.add(3));
        assertThrows(BrokenInvariant.class, () -> counter.add(-1));
        assertThrows(BrokenInvariant.class, () -> new QuorumCounter(4, 3));
    }

    @Test
    void aBrokenInvariantSaysWhatBroke() {
        BrokenInvariant broken = assertThrows(BrokenInvariant.class, () -> Invariant.check(1 > 2, "%d > %d", 1, 2));
        assertEquals("1 > 2", broken.getMessage());
        broken = assertThrows(BrokenInvariant.class, () -> Invariant.check(false, "op %s in %d", "x", 2));
        assertEquals("op x in 2", broken.getMessage());
    }
}
