package dev.viewstamp.testkit.sim;

/**
 * One planned fault: what, when, to whom, for how long. A simulation's faults are planned before it starts, so that
 * a failing plan can be cut down to what it needs.
 *
 * @param id place in the plan of its seed, from 0; what {@code --events} lists
 * @param atNanos virtual time
 * @param target a replica, {@link #PRIMARY}, or a client
 * @param durationNanos how long until it is undone; for a crash, until the restart
 * @param detail a number whose meaning depends on the kind, see {@link FaultPlan}
 */
public record FaultEvent(int id, long atNanos, FaultKind kind, int target, long durationNanos, long detail) {
    /** Whoever leads when the fault strikes; replica 0 if nobody does. */
    public static final int PRIMARY = -1;

    /** One line for people. */
    @Override
    public String toString() {
        String who = kind == FaultKind.CLIENT_CRASH ? "C" + target : target == PRIMARY ? "primary" : "R" + target;
        return String.format(java.util.Locale.ROOT, "#%d at %.3f ms: %s of %s for %.3f ms (detail %d)", id,
                atNanos / 1e6, kind.text(), who, durationNanos / 1e6, detail);
    }
}
