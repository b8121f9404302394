package dev.viewstamp.actors.replica;

/** What a replica takes part in (replication spec §1.4). */
public enum StatusName {
    /** Solo, executing its own log after a start; or not started at all. */
    RECOVERING,
    /** The newest entry of the local log may be lost: waits for a primary's word. */
    RECOVERING_HEAD,
    NORMAL_PRIMARY,
    NORMAL_BACKUP,
    /** Between views, without the new view's log. */
    VIEW_CHANGE,
    /** Primary-to-be: the log is chosen; it is being repaired. */
    PROSPECTIVE_PRIMARY,
    /** Another replica's checkpoint is taking the place of the state here. */
    SYNCING
}
