package dev.viewstamp.testkit.sim;

/** Everything that a simulation does to a cluster. */
public enum FaultKind {
    /** A message vanished. */
    LOSS,
    /** A message took more than four times as long as most. */
    DELAY,
    /** A message overtook one that was sent before it over the same link; it comes of delays, which all have. */
    REORDER,
    /** A message was delivered once more, later. */
    DUPLICATION,
    /** Bits of a message were flipped under way. */
    CORRUPTION,
    /** A link was full and a message vanished. */
    OVERFLOW,
    /** Replicas were split into two sides that do not hear each other. */
    PARTITION,
    /** One direction of some links was cut. */
    ONE_WAY_PARTITION,
    /** One link held everything back for a while. */
    CLOG,
    /** Large messages (entries, headers, logs of views) vanished on all links for a while, small ones did not. */
    BULK_LOSS,
    /** One direction of one link became many times slower for a while. */
    SLOW_LINK,
    /** A replica's process died; with it what its disk had not finished. */
    CRASH,
    /** A crash aimed into a disk write. */
    CRASH_IN_WRITE,
    /** All replicas died at once. */
    POWER_LOSS,
    /**
     * The replicas that had just gone ahead of the others died; one came back with a damaged log and met those that
     * had been cut off. Or a primary that had been cut off and overtaken came back when its successor died.
     */
    AMBUSH,
    /** The views went round until a primary led again that had been short of acknowledgements when it led before. */
    FULL_CIRCLE,
    /** As an ambush: the survivor had lost a committed entry in the midst of its log. */
    HOLE,
    /** A backup without room for its next checkpoint died with entries that its old one does not reach. */
    RUN_AHEAD,
    /** A crash between the two writes of an entry that replaces another one of its op. */
    CRASH_IN_REWRITE,
    /** A process stood still for a while, as in a long garbage collection. */
    PAUSE,
    /** Of a write under way in a crash, some sectors became durable and some did not, or hold garbage. */
    TORN_WRITE,
    /** The disk reported a write that it never made. */
    LOST_WRITE,
    /** A write went to another place of the same zone. */
    MISDIRECTED_WRITE,
    /** Bits on the disk changed. */
    BIT_ROT,
    /** A sector cannot be read any more. */
    LATENT_SECTOR_ERROR,
    /** A disk became many times slower for a while. */
    SLOW_DISK,
    /** A disk was lost whole; an empty one took its place, prepared as the verb recover does it. */
    LOST_DISK,
    /** A disk had no room for new files for a while; what has its fixed place could still be written. */
    DISK_FULL,
    /** A wall clock is off from the beginning. */
    CLOCK_SKEW,
    /** A wall clock runs too fast or too slow. */
    CLOCK_DRIFT,
    /** A wall clock jumped. */
    CLOCK_JUMP,
    /** A client died with its request in flight; another one took its place. */
    CLIENT_CRASH,
    /** A message between replicas of some time ago, perhaps of another life, arrived once more. */
    LATE_MESSAGE,
    /** A client's request of some time ago, perhaps of a client that has died since, arrived once more somewhere. */
    LATE_REQUEST;

    /** As it stands in JSON and on the command line: {@code torn-write}. */
    public String text() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    /** @throws IllegalArgumentException if no fault is called so */
    public static FaultKind ofText(String text) {
        for (FaultKind kind : values()) {
            if (kind.text().equals(text)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("no fault is called " + text);
    }
}
