package dev.viewstamp.journal;

/**
 * One entry of the replicated log: a header and the request's body. The body array is never written to
 * after construction; everybody who holds the entry shares it.
 *
 * @param body {@code header.bodySize()} bytes, opaque here
 */
public record LogEntry(EntryHeader header, byte[] body) {
    public LogEntry {
        if (body.length != header.bodySize()) {
            throw new IllegalArgumentException("body of " + body.length + " bytes under " + header);
        }
    }

    public long op() {
        return header.op();
    }

    public Word128 checksum() {
        return header.checksum();
    }

    /** Entries are what their header's checksum says. */
    @Override
    public boolean equals(Object other) {
        return other instanceof LogEntry entry && entry.header.equals(header);
    }

    @Override
    public int hashCode() {
        return header.hashCode();
    }

    @Override
    public String toString() {
        return "LogEntry[" + header + " body=" + body.length + "]";
    }
}
