package dev.viewstamp.client.protocol;

import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hasher128;
import com.dynatrace.hash4j.hashing.Hashing;
import dev.viewstamp.ledger.Uint128;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * How the Akka door names a request: XXH3-128 over its fields and its body's checksum. Stateless, thread-safe.
 * The cluster treats the name as opaque; two requests with one name are one request.
 */
public final class RequestIdentity {
    private static final Hasher128 XXH3 = Hashing.xxh3_128();

    private RequestIdentity() {
    }

    /** XXH3-128, seed 0. */
    public static Uint128 checksum(byte[] bytes) {
        return checksum(bytes, 0, bytes.length);
    }

    /** XXH3-128, seed 0, of {@code length} bytes from {@code offset} on. */
    public static Uint128 checksum(byte[] bytes, int offset, int length) {
        HashValue128 hash = XXH3.hashBytesTo128Bits(bytes, offset, length);
        return new Uint128(hash.getMostSignificantBits(), hash.getLeastSignificantBits());
    }

    /** Builds a request of the Akka door: hashes the body once and names the request. */
    public static ClientMessage.Request request(Uint128 client, long session, int request, Uint128 parent,
                                                int operation, int view, int release, byte[] body) {
        Uint128 bodyChecksum = checksum(body);
        Uint128 name = of(client, session, request, parent, operation, view, release, bodyChecksum, body.length);
        return new ClientMessage.Request(client, session, request, parent, operation, view, release,
                ClientMessage.DOOR_AKKA, name, bodyChecksum, body);
    }

    /** The name of a request with these fields. */
    public static Uint128 of(Uint128 client, long session, int request, Uint128 parent, int operation, int view,
                             int release, Uint128 bodyChecksum, int bodySize) {
        ByteBuffer fields = ByteBuffer.allocate(80).order(ByteOrder.LITTLE_ENDIAN);
        fields.putLong(client.lo()).putLong(client.hi()).putLong(parent.lo()).putLong(parent.hi());
        fields.putLong(bodyChecksum.lo()).putLong(bodyChecksum.hi()).putLong(session);
        fields.putInt(request).putInt(operation).putInt(view).putInt(release).putInt(bodySize);
        return checksum(fields.array());
    }
}
