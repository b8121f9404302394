package dev.viewstamp.testkit.sim;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The faults of one seed in order of time. Meaning of a fault's {@code detail}:
 *
 * <pre>
 * PARTITION, ONE_WAY_PARTITION   bit r: replica r is on the target's side; clients stay with both sides
 * CRASH, POWER_LOSS              seed for what decays on the disks meanwhile; 0: nothing
 * AMBUSH                         seed for who is cut off and what decays
 * FULL_CIRCLE, HOLE, RUN_AHEAD, CRASH_IN_REWRITE   seed for who and how
 * CRASH_IN_WRITE                 writes of the target's disk to let begin before the one that is struck
 * SLOW_DISK                      factor
 * DISK_FULL                      0: no file can be written; else there is hardly any room left
 * CLOCK_JUMP                     nanoseconds
 * BIT_ROT, LATENT_SECTOR_ERROR   seed for the place
 * CLOG                           the other end of the link
 * SLOW_LINK                      seed for the other end and the factor
 * LATE_REQUEST, LATE_MESSAGE     seed for which ones
 * </pre>
 */
public final class FaultPlan {
    private static final long MILLISECOND = 1_000_000;
    private static final long SECOND = 1_000 * MILLISECOND;
    private static final int EVENTS_MAX = 400;

    /** Replicas and time without which leadership cannot come back by itself to where acknowledgements are. */
    static final int CIRCLE_REPLICAS_MIN = 5;
    static final long CIRCLE_NANOS = 40 * SECOND;

    private final List<FaultEvent> events;

    private FaultPlan(List<FaultEvent> events) {
        this.events = List.copyOf(events);
    }

    /**
     * Draws a plan: each kind of fault is left out half of the time, else it comes at a drawn rate. Or it has one long
     * story to tell.
     */
    static FaultPlan draw(SimRandom random, int replicaCount, int clientCount, long endNanos) {
        List<FaultEvent> events = new ArrayList<>();
        double pace = random.chance(0.3) ? 0.15 : random.chance(0.3) ? 4 : 1;
        Drawing drawing = new Drawing(random, replicaCount, endNanos, pace, events);
        if (!drawing.addFullCircle() && !drawing.addOneSnare()) {
            drawing.addAll();
        }
        drawing.addClientCrashes(clientCount);
        events.sort(Comparator.comparingLong(FaultEvent::atNanos));
        List<FaultEvent> numbered = new ArrayList<>();
        for (FaultEvent event : events.subList(0, Math.min(events.size(), EVENTS_MAX))) {
            numbered.add(new FaultEvent(numbered.size(), event.atNanos(), event.kind(), event.target(),
                    event.durationNanos(), event.detail()));
        }
        return new FaultPlan(numbered);
    }

    private record Drawing(SimRandom random, int replicaCount, long endNanos, double pace, List<FaultEvent> events) {

        void addAll() {
            add(FaultKind.CRASH, 0.7, 2 * SECOND, 5 * SECOND, Long.MAX_VALUE);
            add(FaultKind.CRASH_IN_WRITE, 0.5, 2 * SECOND, 2 * SECOND, 20);
            add(FaultKind.POWER_LOSS, 0.4, 5 * SECOND, SECOND, Long.MAX_VALUE);
            add(FaultKind.AMBUSH, 0.6, SECOND, 5 * SECOND, Long.MAX_VALUE);
            add(FaultKind.PARTITION, 0.5, 2 * SECOND, 6 * SECOND, 1L << replicaCount);
            add(FaultKind.ONE_WAY_PARTITION, 0.4, 2 * SECOND, 6 * SECOND, 1L << replicaCount);
            add(FaultKind.CLOG, 0.4, SECOND, 3 * SECOND, replicaCount);
            add(FaultKind.SLOW_LINK, 0.3, 2 * SECOND, 5 * SECOND, Long.MAX_VALUE);
            add(FaultKind.LATE_REQUEST, 0.5, SECOND, 0, Long.MAX_VALUE);
            add(FaultKind.LATE_MESSAGE, 0.4, SECOND, 0, Long.MAX_VALUE);
            add(FaultKind.BULK_LOSS, 0.3, 4 * SECOND, 4 * SECOND, 0);
            add(FaultKind.PAUSE, 0.4, 2 * SECOND, 3 * SECOND, 0);
            add(FaultKind.SLOW_DISK, 0.4, 3 * SECOND, 5 * SECOND, 200);
            add(FaultKind.LOST_DISK, 1, 3 * SECOND, 2 * SECOND, 0);
            add(FaultKind.DISK_FULL, 0.3, 3 * SECOND, 4 * SECOND, 2);
            add(FaultKind.CLOCK_JUMP, 0.3, 3 * SECOND, 0, 0);
            add(FaultKind.BIT_ROT, 0.5, SECOND, 0, Long.MAX_VALUE);
            add(FaultKind.LATENT_SECTOR_ERROR, 0.4, SECOND, 0, Long.MAX_VALUE);
            add(FaultKind.HOLE, 0.3, 3 * SECOND, SECOND, Long.MAX_VALUE);
            add(FaultKind.RUN_AHEAD, 0.3, 3 * SECOND, 20 * SECOND, Long.MAX_VALUE);
            add(FaultKind.CRASH_IN_REWRITE, 0.4, SECOND, 2 * SECOND, Long.MAX_VALUE);
            SimRandom dice = random.fork("first lap");
            if (dice.chance(0.15)) {
                addFirstLap(dice);
            }
        }

        /** That all views have their turn takes time, and a quiet world: hardly anything else happens meanwhile. */
        boolean addFullCircle() {
            SimRandom dice = random.fork(FaultKind.FULL_CIRCLE.text());
            if (replicaCount < CIRCLE_REPLICAS_MIN || endNanos < CIRCLE_NANOS || dice.chance(0.3)) {
                return false;
            }
            events.add(new FaultEvent(0, dice.between(SECOND, 5 * SECOND), FaultKind.FULL_CIRCLE, FaultEvent.PRIMARY, 0,
                    dice.nextLong() >>> 1));
            add(FaultKind.LATE_REQUEST, 0.3, SECOND, 0, Long.MAX_VALUE);
            add(FaultKind.LATE_MESSAGE, 0.3, SECOND, 0, Long.MAX_VALUE);
            add(FaultKind.CLOCK_JUMP, 0.3, 3 * SECOND, 0, 0);
            add(FaultKind.BIT_ROT, 0.3, SECOND, 0, Long.MAX_VALUE);
            return true;
        }

        /** What happens seldom among other faults, which are in its way, is let happen alone. */
        boolean addOneSnare() {
            SimRandom dice = random.fork("one snare");
            if (replicaCount < 3 || !dice.chance(0.15)) {
                return false;
            }
            switch (dice.between(0, 3)) {
                case 0 -> add(FaultKind.HOLE, 1, SECOND, SECOND, Long.MAX_VALUE);
                case 1 -> {
                    add(FaultKind.AMBUSH, 1, SECOND, SECOND, Long.MAX_VALUE);
                    add(FaultKind.CRASH_IN_REWRITE, 1, SECOND / 2, 2 * SECOND, Long.MAX_VALUE);
                }
                case 2 -> addFirstLap(dice);
                default -> {
                    add(FaultKind.CRASH, 1, SECOND / 2, SECOND / 2, Long.MAX_VALUE);
                    add(FaultKind.LATE_MESSAGE, 1, SECOND / 4, 0, Long.MAX_VALUE);
                    return true;
                }
            }
            add(FaultKind.CRASH, 0.3, 4 * SECOND, 2 * SECOND, Long.MAX_VALUE);
            add(FaultKind.LATE_MESSAGE, 0.3, SECOND, 0, Long.MAX_VALUE);
            return true;
        }

        void add(FaultKind kind, double probability, long meanIntervalNanos, long meanDurationNanos, long detailBound) {
            SimRandom dice = random.fork(kind.text());
            if (!dice.chance(probability)) {
                return;
            }
            long interval = (long) (pace * meanIntervalNanos * (0.5 + 4 * dice.nextDouble()));
            for (long at = 100 * MILLISECOND + dice.exponential(interval); at < endNanos;
                    at += 10 * MILLISECOND + dice.exponential(interval)) {
                int target = dice.chance(0.35) ? FaultEvent.PRIMARY : dice.between(0, replicaCount - 1);
                long duration = meanDurationNanos == 0 ? 0 : 20 * MILLISECOND
                        + dice.exponential(dice.chance(0.1) ? 4 * meanDurationNanos : meanDurationNanos / 2);
                boolean decays = kind != FaultKind.CRASH && kind != FaultKind.POWER_LOSS || dice.chance(0.4);
                long detail = !decays ? 0 : kind == FaultKind.CLOCK_JUMP ? dice.between(-20 * SECOND, 20 * SECOND)
                        : detailBound == 0 ? 0 : dice.between(0L, detailBound - 1);
                events.add(new FaultEvent(0, at, kind, target, duration, detail));
            }
        }

        /** Before anything is in the log: what is dropped then leaves places that look never used. */
        void addFirstLap(SimRandom dice) {
            events.add(new FaultEvent(0, MILLISECOND, FaultKind.RUN_AHEAD, dice.between(0, replicaCount - 1), endNanos,
                    dice.nextLong() >>> 1));
        }

        void addClientCrashes(int clientCount) {
            SimRandom dice = random.fork(FaultKind.CLIENT_CRASH.text());
            if (dice.chance(0.5)) {
                for (long at = dice.exponential(4 * SECOND); at < endNanos; at += dice.exponential(4 * SECOND)) {
                    events.add(new FaultEvent(0, at, FaultKind.CLIENT_CRASH, dice.between(0, clientCount - 1), 0, 0));
                }
            }
        }
    }

    public List<FaultEvent> events() {
        return events;
    }

    /** Only the events with these numbers, and of those no kind in {@code left out}. */
    FaultPlan only(Set<Integer> ids, Set<FaultKind> leftOut) {
        return new FaultPlan(events.stream()
                .filter(event -> ids == null || ids.contains(event.id()))
                .filter(event -> !leftOut.contains(event.kind()))
                .collect(Collectors.toList()));
    }
}
