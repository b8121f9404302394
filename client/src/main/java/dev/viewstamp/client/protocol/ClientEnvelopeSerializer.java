package dev.viewstamp.client.protocol;

import akka.actor.ExtendedActorSystem;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Adapter;
import akka.serialization.ByteBufferSerializer;
import akka.serialization.SerializationExtension;
import akka.serialization.SerializerWithStringManifest;
import dev.viewstamp.client.protocol.RejectedFrame.Reason;
import java.io.NotSerializableException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Client messages as bytes between ActorSystems. The bytes are {@link ClientFrame}'s; here are Akka's side of it, the
 * sender's address and the count of what was rejected. Thread-safe.
 *
 * <p>Nothing of a frame is believed before its checksums were verified. A frame that fails is a
 * {@link RejectedFrame}: Artery logs it and drops the message, the connection stays. Further ones within a second
 * become {@link DamagedFrame}s, which are only counted.
 */
public final class ClientEnvelopeSerializer extends SerializerWithStringManifest implements ByteBufferSerializer {
    /** Part of the wire format: both ends must agree, and no other serializer may use it. */
    public static final int IDENTIFIER = 85_001;

    private static final long QUIET_NANOS = 1_000_000_000L;

    private final ActorRefResolver resolver;
    private final AtomicLong loudAgainAt = new AtomicLong(System.nanoTime());
    private final AtomicLongArray rejected = new AtomicLongArray(Reason.values().length);

    /** Called by Akka, once per ActorSystem. */
    public ClientEnvelopeSerializer(ExtendedActorSystem system) {
        this.resolver = ActorRefResolver.get(Adapter.toTyped(system));
    }

    /** The instance that this system's remoting uses; for its counters. */
    public static ClientEnvelopeSerializer of(ActorSystem<?> system) {
        try {
            return (ClientEnvelopeSerializer) SerializationExtension.get(Adapter.toClassic(system))
                    .serializerFor(ClientEnvelope.class);
        } catch (NotSerializableException e) {
            throw new IllegalStateException("client messages have no serializer: the ActorSystem's configuration lacks "
                    + "viewstamp-client's reference.conf", e);
        }
    }

    /** Frames rejected for this reason since the system started. */
    public long rejected(Reason reason) {
        return rejected.get(reason.ordinal());
    }

    /** Frames rejected since the system started. */
    public long rejected() {
        long sum = 0;
        for (Reason reason : Reason.values()) {
            sum += rejected(reason);
        }
        return sum;
    }

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public String manifest(Object envelope) {
        return ClientFrame.manifest(((ClientEnvelope) envelope).message());
    }

    @Override
    public byte[] toBinary(Object envelope) {
        ClientEnvelope sent = (ClientEnvelope) envelope;
        byte[] fields = fields(sent);
        byte[] body = ClientFrame.body(sent.message());
        ByteBuffer frame = ByteBuffer.allocate(fields.length + body.length);
        frame.put(fields).put(body);
        return frame.array();
    }

    @Override
    public void toBinary(Object envelope, ByteBuffer target) {
        ClientEnvelope sent = (ClientEnvelope) envelope;
        target.put(fields(sent)).put(ClientFrame.body(sent.message()));
    }

    @Override
    public Object fromBinary(byte[] frame, String manifest) throws NotSerializableException {
        return fromBinary(ByteBuffer.wrap(frame), manifest);
    }

    @Override
    public Object fromBinary(ByteBuffer source, String manifest) throws NotSerializableException {
        try {
            ClientFrame frame = ClientFrame.read(source, manifest);
            ActorRef<ClientInbox> sender = resolver.resolveActorRef(frame.sender());
            return new ClientEnvelope(frame.cluster(), sender, frame.message());
        } catch (RejectedFrame e) {
            rejected.incrementAndGet(e.reason().ordinal());
            long now = System.nanoTime();
            long due = loudAgainAt.get();
            if (now - due >= 0 && loudAgainAt.compareAndSet(due, now + QUIET_NANOS)) {
                throw e;
            }
            return new DamagedFrame(e.reason());
        }
    }

    private byte[] fields(ClientEnvelope envelope) {
        String sender = resolver.toSerializationFormat(envelope.sender());
        return ClientFrame.fields(envelope.cluster(), sender.getBytes(StandardCharsets.UTF_8), envelope.message());
    }
}
