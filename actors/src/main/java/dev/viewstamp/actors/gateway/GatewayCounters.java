package dev.viewstamp.actors.gateway;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What went on at the door since the node started. Thread-safe; readings are of slightly different moments. */
public final class GatewayCounters {
    /** What is counted besides {@link Fault}s. */
    public enum Count {
        ACCEPTED,
        REQUESTS,
        PINGS,
        /** Intact messages that broke a rule for their fields. */
        IGNORED,
        /** Requests and pings repeated too fast to be passed on. */
        TOO_FAST,
        REPLIES,
        EVICTIONS,
        PONGS,
        /** Answers dropped because the client reads too slowly. */
        DROPPED,
        /** Frames held back because they would have harmed the client: a bug, and the log says which. */
        WITHHELD
    }

    private final Map<Count, LongAdder> counts = new EnumMap<>(Count.class);
    private final Map<Fault, LongAdder> faults = new EnumMap<>(Fault.class);

    public GatewayCounters() {
        for (Count count : Count.values()) {
            counts.put(count, new LongAdder());
        }
        for (Fault fault : Fault.values()) {
            faults.put(fault, new LongAdder());
        }
    }

    public long get(Count count) {
        return counts.get(count).sum();
    }

    /** Connections closed, or not let in, for this reason. */
    public long get(Fault fault) {
        return faults.get(fault).sum();
    }

    void add(Count count) {
        counts.get(count).increment();
    }

    /** @return how many there were, this one included */
    long add(Fault fault) {
        faults.get(fault).increment();
        return faults.get(fault).sum();
    }

    @Override
    public String toString() {
        return counts + " " + faults;
    }
}
