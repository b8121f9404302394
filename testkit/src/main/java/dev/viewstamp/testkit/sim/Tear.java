package dev.viewstamp.testkit.sim;

/** What a crash makes of the writes that are under way. */
public enum Tear {
    /** Chance decides for each sector. */
    BY_CHANCE,
    /** None of them has touched the disk. */
    NOTHING_WRITTEN,
    /** All of them are on the disk, though nobody was told. */
    ALL_WRITTEN,
    /** Each is on the disk in part, and what is there is nothing whole. */
    GARBLED
}
