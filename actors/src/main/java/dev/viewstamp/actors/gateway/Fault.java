package dev.viewstamp.actors.gateway;

/** Why a connection was closed, or not let in. */
public enum Fault {
    /** The header's checksum is wrong: noise, or another protocol. */
    HEADER_CHECKSUM,
    /** A command that no client sends. */
    COMMAND,
    /** A size that no message has. */
    SIZE,
    /** Bodies under way, of all connections together, take all the memory that they may. */
    BODY_MEMORY,
    BODY_CHECKSUM,
    /** Of another cluster. */
    CLUSTER,
    /** A second client id on one connection. */
    OTHER_CLIENT,
    /** Its address is not among the allowed networks. */
    NETWORK,
    /** As many clients are connected as may be. */
    CLIENTS_MAX,
    /** Pushed out, before it said anything, by newer connections that had not either. */
    UNIDENTIFIED_MAX,
    /** The same client came back on a newer connection. */
    REPLACED,
    /** Said nothing since it connected. */
    FIRST_MESSAGE_TIMEOUT,
    /** Said nothing for long. */
    IDLE_TIMEOUT,
    /** Began a message and did not end it. */
    FRAME_TIMEOUT,
    /** Did not read what was sent to it. */
    WRITE_TIMEOUT,
    /** A bug of ours; only this connection pays for it. */
    FAILURE
}
