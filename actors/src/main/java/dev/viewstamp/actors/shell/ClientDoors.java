package dev.viewstamp.actors.shell;

import dev.viewstamp.client.protocol.ClientMessage;

/** The node's doors as the replica sees them. Must not block or throw. */
public interface ClientDoors {
    /** For a client; whichever door has a way to it delivers it, the others drop it. */
    void toClient(ClientMessage message);

    /** A newer view is established here: its log is adopted, and it will survive a crash. */
    void established(int view);
}
