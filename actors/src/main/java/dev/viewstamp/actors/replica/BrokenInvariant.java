package dev.viewstamp.actors.replica;

/**
 * Something the protocol proves impossible has happened: a bug here, or memory that lies. Nobody catches this
 * to go on; the node's guardian ends the process (replication spec §0.8). Bad input is never reported this way.
 */
public final class BrokenInvariant extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    public BrokenInvariant(String message) {
        super(message);
    }
}
