package dev.viewstamp.journal;

import java.nio.ByteBuffer;

/**
 * A stored reply as bytes of its place in zone {@link Storage.Zone#REPLIES} ({@link
 * DataDirectoryLayout#replyOffset}): header, body, zeros up to a whole sector. Stateless.
 */
public final class ReplyCodec {
    private static final byte[] ZEROS = new byte[WalGeometry.SECTOR_SIZE];

    private ReplyCodec() {
    }

    /** Bytes that writing this reply takes, a multiple of 4096. */
    public static int encodedSize(ReplyHeader header) {
        return WalGeometry.sectorCeil(header.size());
    }

    /**
     * Copies the reply to the buffer's start and leaves position 0, limit {@code encodedSize}: ready to be
     * written.
     */
    public static void encode(StoredReply reply, ByteBuffer target) {
        target.clear().limit(encodedSize(reply.header()));
        target.put(reply.header().toBytes()).put(reply.body());
        target.put(ZEROS, 0, target.remaining()).flip();
    }

    /**
     * How many bytes of a place must be read to judge it, given at least its first 256: a multiple of 4096, no more
     * than {@code sizeMax}.
     */
    public static int sizeToRead(byte[] first, int sizeMax) {
        ReplyHeader header = ReplyHeader.read(first, 0);
        return header.isValid() && header.size() <= sizeMax ? encodedSize(header) : WalGeometry.SECTOR_SIZE;
    }

    /**
     * The reply of this checksum if the bytes, read from the start of a place, hold it whole; else null. Padding
     * counts: what is not byte for byte as written is damage.
     */
    public static StoredReply read(byte[] bytes, Word128 checksum) {
        ReplyHeader header = ReplyHeader.read(bytes, 0);
        if (!header.isValid() || !header.checksum().equals(checksum) || encodedSize(header) > bytes.length) {
            return null;
        }
        for (int i = header.size(); i < encodedSize(header); i++) {
            if (bytes[i] != 0) {
                return null;
            }
        }
        byte[] body = new byte[header.bodySize()];
        System.arraycopy(bytes, ReplyHeader.SIZE, body, 0, body.length);
        return header.isValidBody(body) ? new StoredReply(header, body) : null;
    }
}
