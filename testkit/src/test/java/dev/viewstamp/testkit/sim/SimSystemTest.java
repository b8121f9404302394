package dev.viewstamp.testkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The order of turns and timers is the seed's and nothing else's. */
class SimSystemTest {

    /** Passes numbers on to its neighbours and writes down what it saw, when. */
    private static final class Gossip {
        record Heard(int rumour) {
        }

        static Behavior<Heard> create(int self, List<ActorRef<Heard>> peers, StringBuilder trace, SimSystem[] system) {
            return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
                timers.startTimerAtFixedRate(new Heard(1 + self), Duration.ofMillis(10));
                return Behaviors.receiveMessage(heard -> {
                    trace.append(system[0].nowNanos()).append(' ').append(self).append(' ')
                            .append(heard.rumour()).append('\n');
                    if (heard.rumour() > 0) {
                        for (ActorRef<Heard> peer : peers) {
                            peer.tell(new Heard(heard.rumour() - 1));
                        }
                    }
                    return Behaviors.same();
                });
            }));
        }
    }

    private static String gossip(long seed, String pausedActor) {
        StringBuilder trace = new StringBuilder();
        SimSystem[] holder = new SimSystem[1];
        try (SimSystem system = new SimSystem(new SimRandom(seed), ConfigFactory.empty(), () -> { })) {
            holder[0] = system;
            List<ActorRef<Gossip.Heard>> peers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                peers.add(system.spawn(Gossip.create(i, peers, trace, holder), "gossip-" + i));
            }
            system.settle();
            if (pausedActor != null) {
                system.pause(pausedActor);
                system.at(Duration.ofMillis(55).toNanos(), () -> system.resume(pausedActor));
            }
            while (system.nextNanos() <= Duration.ofMillis(100).toNanos()) {
                system.step();
            }
        }
        return trace.toString();
    }

    @Test
    void sameSeedSameTrace() {
        assertEquals(gossip(7, null), gossip(7, null));
        assertEquals(gossip(7, "gossip-2"), gossip(7, "gossip-2"));
    }

    @Test
    void anotherSeedIsAnotherOrderOfTheSameTurns() {
        String seven = gossip(7, null);
        String eight = gossip(8, null);
        assertNotEquals(seven, eight);
        assertEquals(seven.lines().sorted().toList(), eight.lines().sorted().toList());
    }

    @Test
    void aPausedActorCatchesUpLater() {
        List<String> lines = gossip(7, "gossip-2").lines().toList();
        for (String line : lines) {
            String[] words = line.split(" ");
            assertTrue(!words[1].equals("2") || Long.parseLong(words[0]) >= 55_000_000, line);
        }
        assertEquals(gossip(7, null).lines().count(), lines.size());
    }

    @Test
    void timersDueTogetherKeepTheOrderInWhichTheyWereAskedFor() {
        StringBuilder order = new StringBuilder();
        try (SimSystem system = new SimSystem(new SimRandom(1), ConfigFactory.empty(), () -> { })) {
            for (int i = 0; i < 100; i++) {
                String name = i + " ";
                system.at(1_000, () -> order.append(name));
            }
            system.at(999, () -> order.append("first "));
            while (system.step()) {
                assertTrue(system.nowNanos() <= 1_000);
            }
        }
        StringBuilder expected = new StringBuilder("first ");
        for (int i = 0; i < 100; i++) {
            expected.append(i).append(' ');
        }
        assertEquals(expected.toString(), order.toString());
    }

    @Test
    void timersWithFixedDelayGoOn() {
        int[] ticks = new int[1];
        try (SimSystem system = new SimSystem(new SimRandom(1), ConfigFactory.empty(), () -> { })) {
            system.spawn(Behaviors.<String>withTimers(timers -> {
                timers.startTimerWithFixedDelay("tick", Duration.ofMillis(10));
                return Behaviors.receiveMessage(tick -> {
                    ticks[0]++;
                    return Behaviors.same();
                });
            }), "ticking");
            while (system.nextNanos() <= Duration.ofMillis(100).toNanos()) {
                system.step();
            }
        }
        assertEquals(10, ticks[0]);
    }

    @Test
    void severalSystemsLiveSideBySide() {
        List<SimSystem> systems = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            systems.add(new SimSystem(new SimRandom(i), ConfigFactory.empty(), () -> { }));
        }
        int[] pings = new int[5];
        for (int i = 0; i < 5; i++) {
            int self = i;
            systems.get(i).spawn(Behaviors.<Integer>receiveMessage(n -> {
                pings[self] += n;
                return Behaviors.same();
            }), "counter").tell(i);
            systems.get(i).settle();
        }
        for (int i = 0; i < 5; i++) {
            assertEquals(i, pings[i]);
            systems.get(i).close();
        }
    }

    @Test
    void turnsAreCheapEnoughForThousandsOfSeeds() {
        long bootStart = System.nanoTime();
        for (int i = 0; i < 20; i++) {
            new SimSystem(new SimRandom(i), ConfigFactory.empty(), () -> { }).close();
        }
        System.out.printf("boot and end: %.1f ms%n", (System.nanoTime() - bootStart) / 20e6);
        try (SimSystem system = new SimSystem(new SimRandom(1), ConfigFactory.empty(), () -> { })) {
            List<ActorRef<Integer>> ring = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                int next = (i + 1) % 16;
                ring.add(system.spawn(Behaviors.<Integer>receiveMessage(n -> {
                    if (n > 0) {
                        ring.get(next).tell(n - 1);
                    }
                    return Behaviors.same();
                }), "ring-" + i));
            }
            for (ActorRef<Integer> member : ring) {
                member.tell(100_000);
            }
            long start = System.nanoTime();
            long before = system.turns();
            system.settle();
            double seconds = (System.nanoTime() - start) / 1e9;
            double rate = (system.turns() - before) / seconds;
            System.out.printf("%.0f turns/s%n", rate);
            assertTrue(rate > 50_000, "only " + rate + " turns/s");
        }
    }

    /** A simulation that fails may leave somebody standing still; its timers would fill the memory for ever. */
    @Test
    void aSystemEndsThoughAnActorStandsStill() {
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            StringBuilder trace = new StringBuilder();
            SimSystem[] holder = new SimSystem[1];
            try (SimSystem system = new SimSystem(new SimRandom(1), ConfigFactory.empty(), () -> { })) {
                holder[0] = system;
                system.spawn(Gossip.create(0, List.of(), trace, holder), "gossip-0");
                system.settle();
                system.pause("gossip-0");
            }
        });
    }
}
