package dev.viewstamp.actors.message;

import dev.viewstamp.journal.Word128;

/**
 * A replica's message under way: from whom, in which view, for which cluster. On the wire our serializers add a
 * checksum over all of it; what fails it is dropped and counted.
 *
 * @param protocol version of these messages, {@link #PROTOCOL} from this code
 * @param view the sender's view when the message was made (Ping and Pong: its durable view)
 * @param replica index of the sender; for a repair answer the sender, not the entry's author
 */
public record Envelope(Word128 cluster, int protocol, int view, int replica, ReplicaMessage message)
        implements ReplicaInbox {
    public static final int PROTOCOL = 1;
}
