package dev.viewstamp.actors.message;

import akka.actor.ExtendedActorSystem;
import akka.serialization.ByteBufferSerializer;
import akka.serialization.SerializerWithStringManifest;
import dev.viewstamp.journal.Checksums;
import dev.viewstamp.journal.Word128;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Puts an {@link Envelope} on the wire and takes it off, under a checksum that is verified before any field is
 * believed.
 *
 * <pre>
 *  0 checksum 16     XXH3-128 of everything behind it but a request's or entry's body, which its own checksum covers
 * 16 cluster 16     32 protocol u16     34 replica u8     35 kind u8     36 view u32
 * 40 payload        by kind: CBOR of the small messages, {@link BulkCodec} for those that carry entries or headers
 * </pre>
 *
 * <p>Damaged bytes become {@link Damaged}, never an exception. Thread-safe, stateless.
 */
public final class EnvelopeSerializer extends SerializerWithStringManifest implements ByteBufferSerializer {
    /** Frame before the payload, bytes. */
    static final int FRAME = 40;
    private static final int IDENTIFIER = 7_407_101;
    private static final String MANIFEST = "E1";

    private final GuardedCborSerializer cbor;

    public EnvelopeSerializer(ExtendedActorSystem system) {
        this.cbor = new GuardedCborSerializer(system, "jackson-cbor");
    }

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public String manifest(Object message) {
        return MANIFEST;
    }

    @Override
    public byte[] toBinary(Object message) {
        Envelope envelope = (Envelope) message;
        byte[] head = head(envelope);
        byte[] body = BulkCodec.body(envelope.message());
        if (body.length == 0) {
            return head;
        }
        byte[] all = new byte[head.length + body.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        return all;
    }

    @Override
    public void toBinary(Object message, ByteBuffer target) {
        Envelope envelope = (Envelope) message;
        target.put(head(envelope));
        target.put(BulkCodec.body(envelope.message()));
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) {
        return fromBinary(ByteBuffer.wrap(bytes), manifest);
    }

    @Override
    public Object fromBinary(ByteBuffer source, String manifest) {
        return new EnvelopeReader(source.order(ByteOrder.LITTLE_ENDIAN), cbor).read();
    }

    /** Everything but the body, checksum in place. */
    private byte[] head(Envelope envelope) {
        ReplicaMessage message = envelope.message();
        Kind kind = Kind.of(message);
        byte[] payload = kind.isCbor() ? cbor.toBinary(message) : BulkCodec.write(message);
        byte[] head = new byte[FRAME + payload.length];
        ByteBuffer frame = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
        frame.position(16);
        frame.putLong(envelope.cluster().lo()).putLong(envelope.cluster().hi());
        frame.putShort((short) envelope.protocol());
        frame.put((byte) envelope.replica()).put((byte) kind.code()).putInt(envelope.view());
        frame.put(payload);
        Word128 checksum = Checksums.of(head, 16, head.length - 16);
        frame.putLong(0, checksum.lo()).putLong(8, checksum.hi());
        return head;
    }
}
