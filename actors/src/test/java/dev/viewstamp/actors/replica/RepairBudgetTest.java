package dev.viewstamp.actors.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Replication spec §8.3, scenario S80 at this room. */
class RepairBudgetTest {
    private final RepairBudget budget = new RepairBudget(3, 1, new SplittableRandom(80));

    @Test
    void twoRequestsPerRemoteAndNoneToOneself() {
        int[] asked = new int[3];
        for (long op = 10; op < 14; op++) {
            asked[budget.ask(op, 0)]++;
        }
        assertEquals(2, asked[0]);
        assertEquals(0, asked[1]);
        assertEquals(2, asked[2]);
        assertTrue(budget.isExhausted());
        assertEquals(-1, budget.ask(14, 0));
        assertEquals(0, budget.askAll(14, 0));
        assertEquals(4, budget.inFlight());
        budget.checkInvariants();
    }

    @Test
    void anOpIsNotAskedForTwice() {
        int replica = budget.ask(10, 0);
        assertTrue(budget.isInFlight(10));
        assertEquals(-1, budget.ask(10, 1));
        assertEquals(1 << 2 - replica, budget.askAll(10, 1), "the other one only");
        assertTrue(budget.answered(replica, 10, 2));
        assertFalse(budget.isInFlight(10), "one answer is enough");
        assertFalse(budget.answered(2 - replica, 10, 3));
        assertNotEquals(-1, budget.ask(10, 3));
    }

    @Test
    void requestsExpireAndTheReplicaPays() {
        int replica = budget.ask(10, 100);
        assertEquals(0, budget.expire(119));
        assertEquals(1, budget.expire(120));
        assertEquals(0, budget.inFlight());
        assertEquals(18, budget.latencyTicks(replica));
        for (int i = 1; i < 40; i++) {
            budget.askAll(10 + i, 1_000L * i);
            budget.expire(1_000L * i + RepairBudget.EXPIRY_MAX);
            assertEquals(0, budget.inFlight(), "no request outlives the longest expiry");
            budget.checkInvariants();
        }
    }

    @Test
    void theFasterReplicaIsAskedMoreButTheOtherKeepsItsChance() {
        int[] asked = new int[3];
        for (long op = 0; op < 2_000; op++) {
            long tick = op * 100;
            int replica = budget.ask(op, tick);
            asked[replica]++;
            budget.answered(replica, op, tick + (replica == 0 ? 2 : 8));
        }
        assertTrue(asked[0] > 1_800, "fast " + asked[0]);
        assertTrue(asked[2] > 40, "slow " + asked[2]);
        assertEquals(2, budget.latencyTicks(0));
        assertEquals(8, budget.latencyTicks(2));
    }

    @Test
    void budgetComesBackWhenTheOpIsForgottenOrAllIsRefilled() {
        budget.askAll(10, 0);
        budget.forget(10);
        assertEquals(0, budget.inFlight());
        budget.askAll(11, 0);
        budget.askAll(12, 0);
        assertTrue(budget.isExhausted());
        budget.refill();
        assertFalse(budget.isExhausted());
        assertFalse(budget.answered(7, 11, 0), "a stranger's index is harmless");
    }

    /** What is needed next must not wait for the dead, again and again. */
    @Test
    void whoDidNotAnswerIsNotAskedUntilItIsHeard() {
        budget.heardFrom(0);
        budget.heardFrom(2);
        budget.doubt(2);
        for (long op = 20; op < 220; op++) {
            assertEquals(0, budget.ask(op, op));
            budget.answered(0, op, op);
        }
        assertEquals(0, budget.ask(300, 300));
        assertEquals(0, budget.ask(301, 300));
        assertEquals(-1, budget.ask(302, 300), "rather nobody for now");
        assertTrue(budget.isExhausted());
        budget.heardFrom(2);
        assertEquals(2, budget.ask(302, 301));
    }

    @Test
    void whereNobodyAnswersEverybodyIsAskedAgain() {
        budget.askAll(10, 0);
        assertEquals(2, budget.expire(RepairBudget.EXPIRY_MAX));
        assertEquals(0b101, budget.askAll(10, 60));
    }

    @Test
    void aloneThereIsNobodyToAsk() {
        RepairBudget solo = new RepairBudget(1, 0, new SplittableRandom(1));
        assertTrue(solo.isExhausted());
        assertEquals(-1, solo.ask(1, 0));
    }
}
