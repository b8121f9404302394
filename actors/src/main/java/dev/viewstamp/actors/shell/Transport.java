package dev.viewstamp.actors.shell;

import dev.viewstamp.actors.message.Envelope;

/**
 * Carries messages to the other replicas: at most once, in any order, perhaps never. Must not block or throw.
 * Thread-safe.
 */
public interface Transport {
    void send(int replica, Envelope envelope);
}
