package dev.viewstamp.actors.replica;

/** Why a message, request or completion was not acted on. All of it is expected trouble. */
public enum Ignored {
    /** Of another cluster. */
    WRONG_CLUSTER,
    /** Of another protocol version. */
    WRONG_PROTOCOL,
    /** From ourselves, or from an index that does not exist. */
    WRONG_SENDER,
    /** A field contradicts the rules of replication spec §2.3. */
    INVALID_FIELDS,
    /** This status takes no part in that. */
    WRONG_STATUS,
    OLDER_VIEW,
    NEWER_VIEW,
    /** For the primary; we are a backup, or the other way about. */
    WRONG_ROLE,
    /** Not in the pipeline: late or repeated. */
    NOT_IN_PIPELINE,
    /** Known already. */
    DUPLICATE,
    /** A heartbeat older than the newest. */
    STALE_HEARTBEAT,
    /** Beyond what the log may hold. */
    BEYOND_LOG,
    /** A repair for an op above our head. */
    ABOVE_HEAD,
    /** A header that does not chain to our head. */
    DOES_NOT_CONNECT,
    /** A StartView that may predate our crash. */
    WRONG_NONCE,
    /** A StartView that would take our head back. */
    OLDER_HEAD,
    /** Asked for something that is not here, or not intact. */
    NOT_HELD,
    /** Too many reads in flight. */
    NO_READ_SLOT,
    /** Too many writes in flight or waiting. */
    NO_WRITE_SLOT,
    /** Not addressed to the view we are primary of. */
    NOT_PRIMARY_OF_VIEW,
    /** The client knows a newer view than we do. */
    CLIENT_VIEW_NEWER,
    /** The state is not there yet, nor the session table: just started, or took over a checkpoint. */
    CHECKPOINT_NOT_OPEN,
    /** The session table says that the client errs, or moved on. */
    REQUEST_OUT_OF_ORDER,
    /** The client has an entry in flight. */
    CLIENT_IN_PIPELINE,
    /** A backup does not know this client. */
    UNKNOWN_CLIENT,
    /** A completion of something given up meanwhile. */
    STALE_COMPLETION
}
