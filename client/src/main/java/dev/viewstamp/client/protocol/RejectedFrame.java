package dev.viewstamp.client.protocol;

import java.io.NotSerializableException;

/**
 * Bytes that arrived as a client message and are none. Artery logs one line and drops the frame; the sender repeats
 * itself if it cares. Carries no stack trace.
 */
public final class RejectedFrame extends NotSerializableException {
    private static final long serialVersionUID = 1;

    /** What was wrong, in the order of the checks. */
    public enum Reason {
        /** A manifest of a later version, or of somebody else. */
        UNKNOWN_MANIFEST,
        /** Fewer bytes than the frame says, or than any frame needs. */
        TRUNCATED,
        /** A body or a sender's path above its bound, or bytes behind the frame. */
        OVERSIZED,
        /** The fields' checksum does not hold. */
        BAD_CHECKSUM,
        /** The body's checksum does not hold. */
        BAD_BODY_CHECKSUM,
        /** The checksums hold and a field has a value that no sender of this version writes. */
        MALFORMED
    }

    private final Reason reason;

    RejectedFrame(Reason reason, String detail) {
        super("client message rejected: " + reason + ", " + detail);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
