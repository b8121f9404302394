package dev.viewstamp.actors.message;

import akka.actor.ExtendedActorSystem;
import akka.serialization.jackson.JacksonObjectMapperProvider;
import akka.serialization.jackson.JacksonSerializer;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.util.Optional;

/**
 * Jackson's CBOR for our small control messages and for nothing else. Akka 2.8.5's own serializer decompresses
 * whatever starts with a gzip or LZ4 magic, without bound and even with compression off, and initialises a class
 * that a manifest ending in {@code $} names before it looks at its allow-list. This one refuses both first. It
 * stands under the names of Akka's own two Jackson serializers, so those cannot be reached from the network either.
 *
 * <p>Thread-safe.
 */
public final class GuardedCborSerializer extends JacksonSerializer {
    private static final String PACKAGE = "dev.viewstamp.actors.message.";

    /** Called by Akka with the serializer's name in the configuration. */
    public GuardedCborSerializer(ExtendedActorSystem system, String bindingName) {
        super(system, bindingName, JacksonObjectMapperProvider.get(system)
                .getOrCreate("jackson-cbor", Optional.of(new CBORFactory())));
    }

    /** @throws IllegalArgumentException for a manifest outside our message package, or compressed bytes */
    @Override
    public Object fromBinary(byte[] bytes, String manifest) {
        if (!manifest.startsWith(PACKAGE) || manifest.endsWith("$")) {
            throw new IllegalArgumentException("refused a message that claims to be a '" + manifest + "'");
        }
        if (looksCompressed(bytes)) {
            throw new IllegalArgumentException("refused a compressed message");
        }
        return super.fromBinary(bytes, manifest);
    }

    private static boolean looksCompressed(byte[] bytes) {
        if (bytes.length < 4) {
            return false;
        }
        int first = (bytes[0] & 0xFF) << 24 | (bytes[1] & 0xFF) << 16 | (bytes[2] & 0xFF) << 8 | bytes[3] & 0xFF;
        return first >>> 16 == 0x1F8B || first == 0x87D96DF6 || Integer.reverseBytes(first) == 0x87D96DF6;
    }
}
