package dev.viewstamp.client;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What a client knows of the replicas: the newest view, round trips, and who was heard when. Outlives sessions.
 * Times are monotonic nanoseconds. Not thread-safe.
 *
 * <p>Invariants: view never falls; the primary is view mod count.
 */
final class Peers {
    private static final int NOBODY = -1;
    private static final long NEVER = Long.MIN_VALUE;

    private final List<String> addresses;
    private final long[] roundTrip;                 // last measured, 0 before the first
    private final long[] sent;                      // messages
    private final long[] heardAt;
    private final String[] heard;                   // what the last answer was, for people
    private int view;

    /** @param addresses of the replicas in replica order; only their number and their text matter here */
    Peers(List<String> addresses) {
        this.addresses = List.copyOf(addresses);
        int count = addresses.size();
        this.roundTrip = new long[count];
        this.sent = new long[count];
        this.heardAt = new long[count];
        this.heard = new String[count];
        Arrays.fill(heardAt, NEVER);
    }

    int count() {
        return addresses.size();
    }

    /** Highest view learned from a reply or a pong. */
    int view() {
        return view;
    }

    int primary() {
        return view % count();
    }

    /** Whether this view is news. A lower one is never taken. */
    boolean raiseView(int learned) {
        if (learned <= view) {
            return false;
        }
        view = learned;
        return true;
    }

    void measured(int replica, long nanos) {
        roundTrip[replica] = Math.max(1, nanos);
    }

    /** Median of the last measured round trips, or {@code unmeasured} before the first. */
    long roundTrip(long unmeasured) {
        long[] known = Arrays.stream(roundTrip).filter(nanos -> nanos > 0).sorted().toArray();
        return known.length == 0 ? unmeasured : known[known.length / 2];
    }

    void sentTo(int replica) {
        sent[replica]++;
    }

    /** Notes an answer; {@code replica} is -1 when the sender is none of the addresses. */
    void heardFrom(int replica, String what, long now) {
        if (replica != NOBODY) {
            heard[replica] = what;
            heardAt[replica] = now;
        }
    }

    /** One clause per replica, for the message of an error. */
    String report(long now) {
        StringBuilder text = new StringBuilder();
        for (int replica = 0; replica < count(); replica++) {
            text.append(replica == 0 ? "" : "; ").append(addresses.get(replica)).append(": ").append(sent[replica])
                    .append(" sent, ");
            if (heardAt[replica] == NEVER) {
                text.append("nothing heard");
            } else {
                text.append(heard[replica]).append(' ').append(seconds(now - heardAt[replica])).append(" ago");
            }
        }
        return text.toString();
    }

    boolean heardAnybody() {
        return Arrays.stream(heardAt).anyMatch(at -> at != NEVER);
    }

    private static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
    }
}
