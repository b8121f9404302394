package dev.viewstamp.actors.shell;

/** What the door dropped, by reason. Owned by one actor. */
final class DoorCounters {
    long foreignCluster;
    long dishonest;
    long misdirected;
    long damaged;
}
