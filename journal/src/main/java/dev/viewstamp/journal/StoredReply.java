package dev.viewstamp.journal;

/**
 * A reply as it is kept for a client that asks again: header and body. The body array is never written to after
 * construction.
 *
 * @param body {@code header.bodySize()} bytes, opaque here
 */
public record StoredReply(ReplyHeader header, byte[] body) {
    public StoredReply {
        if (body.length != header.bodySize()) {
            throw new IllegalArgumentException("body of " + body.length + " bytes under " + header);
        }
    }

    /** The reply to {@code entry}. */
    public static StoredReply of(EntryHeader entry, byte[] body) {
        return new StoredReply(ReplyHeader.of(entry, body), body);
    }

    /** This reply as it may be sent when {@code view} is durable: never in an older view than it was made in. */
    public StoredReply inView(int view) {
        return view > header.view() ? new StoredReply(header.withView(view), body) : this;
    }

    /** Replies are what their header's checksum says. */
    @Override
    public boolean equals(Object other) {
        return other instanceof StoredReply reply && reply.header.equals(header);
    }

    @Override
    public int hashCode() {
        return header.hashCode();
    }

    @Override
    public String toString() {
        return "StoredReply[" + header + " body=" + body.length + "]";
    }
}
