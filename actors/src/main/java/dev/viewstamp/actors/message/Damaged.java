package dev.viewstamp.actors.message;

/**
 * What a frame becomes that was cut, flipped or forged on its way: a value to be counted and dropped, so that bad bytes
 * cost neither an exception nor a log line each.
 *
 * @param reason why, in fixed words
 */
public record Damaged(Reason reason) implements ReplicaInbox, BackupInbox {
    /** In order of the checks. */
    public enum Reason { TOO_SHORT, TOO_LONG, UNKNOWN_KIND, BAD_CHECKSUM, BAD_PAYLOAD, BAD_BODY }
}
