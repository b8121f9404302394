package dev.viewstamp.actors.replica;

import dev.viewstamp.actors.message.Envelope;
import dev.viewstamp.actors.message.ReplicaMessage;

/** What a message betrays about the view it was sent in (replication spec §4.3). */
enum ViewHint {
    /** That view is in normal operation. */
    RUNNING,
    /** That view is being left or entered. */
    CHANGING,
    NONE;

    static ViewHint of(ReplicaMessage message) {
        if (message instanceof ReplicaMessage.Prepare || message instanceof ReplicaMessage.Commit) {
            return RUNNING;
        }
        boolean isChanging = message instanceof ReplicaMessage.DoViewChange
                || message instanceof ReplicaMessage.StartViewChange || message instanceof ReplicaMessage.Ping
                || message instanceof ReplicaMessage.Pong;
        return isChanging ? CHANGING : NONE;
    }

    /** An entry speaks for the view it was made in, whoever passes it on and when. */
    static int view(Envelope envelope) {
        return envelope.message() instanceof ReplicaMessage.Prepare prepare ? prepare.entry().header().view()
                : envelope.view();
    }
}
