package dev.viewstamp.actors.message;

/** Whatever the replica actor accepts: an {@link Envelope} from a peer, or a message of its own node. */
public interface ReplicaInbox {
}
