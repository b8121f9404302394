package dev.viewstamp.actors.message;

import dev.viewstamp.actors.message.ReplicaMessage.Blocks;
import dev.viewstamp.actors.message.ReplicaMessage.DoViewChange;
import dev.viewstamp.actors.message.ReplicaMessage.Forwarded;
import dev.viewstamp.actors.message.ReplicaMessage.Headers;
import dev.viewstamp.actors.message.ReplicaMessage.Prepare;
import dev.viewstamp.actors.message.ReplicaMessage.ReplyCopy;
import dev.viewstamp.actors.message.ReplicaMessage.StartView;
import dev.viewstamp.client.protocol.ClientMessage.Request;
import dev.viewstamp.journal.CheckpointState;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.ledger.Uint128;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Payloads that carry an entry, a request or headers, little-endian.
 *
 * <pre>
 * Prepare       header 256                                                    | body
 * Forwarded     client 16, parent 16, requestChecksum 16, bodyChecksum 16, session u64, request u32, view u32,
 *               release u32, operation u8, door u8, zero u16, body size u32    | body
 * DoViewChange  logView u32, count u32, op, commitMin, checkpointOp, present, nack u64 each, headers 256 each
 * StartView     count u32, zero u32, op, commitMax, nonce u64 each, checkpoint 384, headers 256 each
 * Headers       count u32, zero u32, headers 256 each
 * Blocks        kind u32, count u32, number u64, first u32, lengths u32 each, the blocks' bytes one after another
 * ReplyCopy     reply header 256                                              | body
 * </pre>
 *
 * What stands behind the bar is not under the frame's checksum but under the one in the header or the request.
 */
final class BulkCodec {
    /** Forwarded without its body, bytes. */
    static final int FORWARDED_SIZE = 96;
    /** Most headers that any message carries. */
    static final int HEADERS_MAX = 64;
    private static final byte[] NO_BODY = new byte[0];

    private BulkCodec() {
    }

    /** What is sent behind the frame and its payload; empty for most messages. Not a copy. */
    static byte[] body(ReplicaMessage message) {
        if (message instanceof Prepare prepare) {
            return prepare.entry().body();
        }
        if (message instanceof ReplyCopy copy) {
            return copy.reply().body();
        }
        return message instanceof Forwarded forwarded ? forwarded.request().body() : NO_BODY;
    }

    static byte[] write(ReplicaMessage message) {
        if (message instanceof Prepare prepare) {
            return prepare.entry().header().toBytes();
        }
        if (message instanceof Forwarded forwarded) {
            return write(forwarded.request());
        }
        if (message instanceof DoViewChange vote) {
            ByteBuffer to = buffer(48, vote.headers());
            to.putInt(vote.logView()).putInt(vote.headers().size()).putLong(vote.op()).putLong(vote.commitMin());
            to.putLong(vote.checkpointOp()).putLong(vote.presentBits()).putLong(vote.nackBits());
            return write(to, vote.headers());
        }
        if (message instanceof StartView start) {
            ByteBuffer to = buffer(32 + CheckpointState.SIZE, start.headers());
            to.putInt(start.headers().size()).putInt(0).putLong(start.op()).putLong(start.commitMax());
            to.putLong(start.nonce());
            start.checkpoint().writeTo(to);
            return write(to, start.headers());
        }
        if (message instanceof Headers headers) {
            ByteBuffer to = buffer(8, headers.headers());
            to.putInt(headers.headers().size()).putInt(0);
            return write(to, headers.headers());
        }
        if (message instanceof Blocks blocks) {
            return write(blocks);
        }
        if (message instanceof ReplyCopy copy) {
            return copy.reply().header().toBytes();
        }
        throw new IllegalArgumentException("no bulk layout for " + message.getClass());
    }

    private static byte[] write(Blocks blocks) {
        int size = 20 + blocks.blocks().stream().mapToInt(block -> Integer.BYTES + block.length).sum();
        ByteBuffer to = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        to.putInt(blocks.kind().ordinal()).putInt(blocks.blocks().size()).putLong(blocks.number());
        to.putInt(blocks.first());
        blocks.blocks().forEach(block -> to.putInt(block.length));
        blocks.blocks().forEach(to::put);
        return to.array();
    }

    private static ByteBuffer buffer(int fields, List<EntryHeader> headers) {
        return ByteBuffer.allocate(fields + headers.size() * EntryHeader.SIZE).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] write(ByteBuffer to, List<EntryHeader> headers) {
        for (EntryHeader header : headers) {
            header.writeTo(to);
        }
        return to.array();
    }

    private static byte[] write(Request request) {
        ByteBuffer to = ByteBuffer.allocate(FORWARDED_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        put(to, request.client());
        put(to, request.parent());
        put(to, request.requestChecksum());
        put(to, request.bodyChecksum());
        to.putLong(request.session()).putInt(request.request()).putInt(request.view()).putInt(request.release());
        to.put((byte) request.operation()).put((byte) request.door()).putShort((short) 0);
        to.putInt(request.body().length);
        return to.array();
    }

    private static void put(ByteBuffer to, Uint128 value) {
        to.putLong(value.lo()).putLong(value.hi());
    }
}
