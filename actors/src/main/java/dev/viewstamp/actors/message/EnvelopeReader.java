package dev.viewstamp.actors.message;

import dev.viewstamp.actors.message.Damaged.Reason;
import dev.viewstamp.actors.message.ReplicaMessage.Blocks;
import dev.viewstamp.actors.message.ReplicaMessage.DoViewChange;
import dev.viewstamp.actors.message.ReplicaMessage.Forwarded;
import dev.viewstamp.actors.message.ReplicaMessage.Headers;
import dev.viewstamp.actors.message.ReplicaMessage.Prepare;
import dev.viewstamp.actors.message.ReplicaMessage.ReplyCopy;
import dev.viewstamp.actors.message.ReplicaMessage.StartView;
import dev.viewstamp.client.protocol.ClientMessage.Request;
import dev.viewstamp.client.protocol.RequestIdentity;
import dev.viewstamp.journal.CheckpointFile;
import dev.viewstamp.journal.CheckpointState;
import dev.viewstamp.journal.Checksums;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.LogEntry;
import dev.viewstamp.journal.ReplyHeader;
import dev.viewstamp.journal.StoredReply;
import dev.viewstamp.journal.Word128;
import dev.viewstamp.ledger.Uint128;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads one frame of {@link EnvelopeSerializer}. The order of the checks is the order in which bytes become
 * trustworthy: length, kind, checksum, payload, body.
 */
final class EnvelopeReader {
    /** A header, a 1 MiB body and some room: what Artery would refuse anyway. */
    private static final int FRAME_MAX = 1_572_864;

    private final ByteBuffer source;
    private final GuardedCborSerializer cbor;

    EnvelopeReader(ByteBuffer source, GuardedCborSerializer cbor) {
        this.source = source;
        this.cbor = cbor;
    }

    ReplicaInbox read() {
        int size = source.remaining();
        if (size < EnvelopeSerializer.FRAME) {
            return new Damaged(Reason.TOO_SHORT);
        }
        if (size > FRAME_MAX) {
            return new Damaged(Reason.TOO_LONG);
        }
        Kind kind = Kind.of(source.get(source.position() + 35) & 0xFF);
        if (kind == null) {
            return new Damaged(Reason.UNKNOWN_KIND);
        }
        int covered = switch (kind) {
            case PREPARE -> EnvelopeSerializer.FRAME + EntryHeader.SIZE;
            case FORWARDED -> EnvelopeSerializer.FRAME + BulkCodec.FORWARDED_SIZE;
            case REPLY_COPY -> EnvelopeSerializer.FRAME + ReplyHeader.SIZE;
            default -> size;
        };
        if (size < covered) {
            return new Damaged(Reason.TOO_SHORT);
        }
        byte[] head = new byte[covered];
        source.get(head);
        ByteBuffer frame = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
        Word128 checksum = word(frame);
        if (!checksum.equals(Checksums.of(head, 16, covered - 16))) {
            return new Damaged(Reason.BAD_CHECKSUM);
        }
        Word128 cluster = word(frame);
        int protocol = frame.getShort() & 0xFFFF;
        int replica = frame.get() & 0xFF;
        frame.get();
        int view = frame.getInt();
        try {
            ReplicaMessage message = kind.isCbor() ? control(frame, kind) : bulk(frame, kind);
            return message == null
                    ? new Damaged(Reason.BAD_BODY)
                    : new Envelope(cluster, protocol, view, replica, message);
        } catch (RuntimeException e) {                          // a sender that computes checksums over nonsense
            return new Damaged(Reason.BAD_PAYLOAD);
        }
    }

    private ReplicaMessage control(ByteBuffer frame, Kind kind) {
        byte[] payload = new byte[frame.remaining()];
        frame.get(payload);
        return kind.type().cast(cbor.fromBinary(payload, kind.type().getName()));
    }

    /** Null if the body is not the one that the header or request names. */
    private ReplicaMessage bulk(ByteBuffer frame, Kind kind) {
        return switch (kind) {
            case PREPARE -> prepare(EntryHeader.read(frame));
            case FORWARDED -> forwarded(frame);
            case REPLY_COPY -> replyCopy(frame);
            case DO_VIEW_CHANGE -> {
                int logView = frame.getInt();
                int count = frame.getInt();
                long op = frame.getLong();
                long commitMin = frame.getLong();
                long checkpointOp = frame.getLong();
                long present = frame.getLong();
                long nack = frame.getLong();
                yield new DoViewChange(logView, op, commitMin, checkpointOp, present, nack,
                        headers(frame, count, true));
            }
            case START_VIEW -> {
                int count = frame.getInt();
                requireZero(frame.getInt());
                long op = frame.getLong();
                long commitMax = frame.getLong();
                long nonce = frame.getLong();
                CheckpointState checkpoint = CheckpointState.read(frame);
                yield new StartView(op, commitMax, nonce, checkpoint, headers(frame, count, false));
            }
            case HEADERS -> {
                int count = frame.getInt();
                requireZero(frame.getInt());
                yield new Headers(headers(frame, count, false));
            }
            case BLOCKS -> blocks(frame);
            default -> throw new IllegalStateException(kind + " is no bulk message");
        };
    }

    private static Blocks blocks(ByteBuffer frame) {
        CheckpointFile.Kind kind = CheckpointFile.Kind.values()[frame.getInt()];
        int count = frame.getInt();
        long number = frame.getLong();
        int first = frame.getInt();
        if (count < 0 || count > Blocks.COUNT_MAX || number < 0 || first < 0) {
            throw new IllegalArgumentException(count + " blocks of " + kind + " " + number + " from " + first);
        }
        int[] lengths = new int[count];
        for (int i = 0; i < count; i++) {
            lengths[i] = frame.getInt();
        }
        List<byte[]> blocks = new ArrayList<>();
        for (int length : lengths) {
            if (length < 0 || length > Blocks.BLOCK_SIZE) {
                throw new IllegalArgumentException("a block of " + length + " bytes");
            }
            byte[] block = new byte[length];
            frame.get(block);
            blocks.add(block);
        }
        if (frame.hasRemaining()) {
            throw new IllegalArgumentException(frame.remaining() + " bytes behind the last block");
        }
        return new Blocks(kind, number, first, blocks);
    }

    private ReplicaMessage prepare(EntryHeader header) {
        byte[] body = body();
        return header.isValid() && header.isValidBody(body) ? new Prepare(new LogEntry(header, body)) : null;
    }

    private ReplicaMessage replyCopy(ByteBuffer frame) {
        ReplyHeader header = ReplyHeader.read(frame.array(), frame.position());
        byte[] body = body();
        return header.isValid() && header.isValidBody(body) ? new ReplyCopy(new StoredReply(header, body)) : null;
    }

    private ReplicaMessage forwarded(ByteBuffer frame) {
        Uint128 client = number(frame);
        Uint128 parent = number(frame);
        Uint128 requestChecksum = number(frame);
        Uint128 bodyChecksum = number(frame);
        long session = frame.getLong();
        int request = frame.getInt();
        int view = frame.getInt();
        int release = frame.getInt();
        int operation = frame.get() & 0xFF;
        int door = frame.get() & 0xFF;
        requireZero(frame.getShort());
        int size = frame.getInt();
        byte[] body = body();
        if (body.length != size || !RequestIdentity.checksum(body).equals(bodyChecksum)) {
            return null;
        }
        return new Forwarded(new Request(client, session, request, parent, operation, view, release, door,
                requestChecksum, bodyChecksum, body));
    }

    private byte[] body() {
        byte[] body = new byte[source.remaining()];
        source.get(body);
        return body;
    }

    /** @param blanks whether a place may be {@linkplain EntryHeader#isBlank() blank}: only a DoViewChange has such */
    private static List<EntryHeader> headers(ByteBuffer frame, int count, boolean blanks) {
        if (count < 0 || count > BulkCodec.HEADERS_MAX || frame.remaining() != count * EntryHeader.SIZE) {
            throw new IllegalArgumentException(count + " headers in " + frame.remaining() + " bytes");
        }
        List<EntryHeader> headers = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            EntryHeader header = EntryHeader.read(frame);
            if (!header.isValid() && !(blanks && header.isBlank())) {
                throw new IllegalArgumentException("header " + i + " is damaged");
            }
            headers.add(header);
        }
        return headers;
    }

    /** What is reserved is zero, or the sender speaks another version than it says. */
    private static void requireZero(int reserved) {
        if (reserved != 0) {
            throw new IllegalArgumentException("a reserved field is " + reserved);
        }
    }

    private static Word128 word(ByteBuffer frame) {
        long lo = frame.getLong();
        return new Word128(frame.getLong(), lo);
    }

    private static Uint128 number(ByteBuffer frame) {
        long lo = frame.getLong();
        return new Uint128(frame.getLong(), lo);
    }
}
