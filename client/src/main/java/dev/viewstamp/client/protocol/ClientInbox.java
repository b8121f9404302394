package dev.viewstamp.client.protocol;

/** Whatever an actor at either end of the client protocol accepts from the other end: a {@link ClientEnvelope}. */
public interface ClientInbox {
}
