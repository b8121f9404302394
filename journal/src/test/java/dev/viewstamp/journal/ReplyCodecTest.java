package dev.viewstamp.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyCodecTest {
    private static final int PLACE = 16_384;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3839, 3840, 3841, 8192})
    void whatWasWrittenIsRead(int bodySize) {
        StoredReply reply = reply(bodySize);
        byte[] bytes = encoded(reply);
        assertEquals(ReplyCodec.encodedSize(reply.header()), bytes.length);
        assertEquals(bytes.length, ReplyCodec.sizeToRead(bytes, PLACE));
        StoredReply read = ReplyCodec.read(bytes, reply.header().checksum());
        assertEquals(reply, read);
        assertArrayEquals(reply.body(), read.body());
    }

    @Test
    void anyDamageIsNoticed() {
        StoredReply reply = reply(5000);
        Random random = new Random(1);
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = encoded(reply);
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            assertNull(ReplyCodec.read(bytes, reply.header().checksum()));
        }
    }

    /** A slot has one reply after another, and keeps what a longer one left behind it. */
    @Test
    void onlyTheReplyAskedForCounts() {
        StoredReply reply = reply(10);
        assertNull(ReplyCodec.read(encoded(reply), Word128.of(5)));
        assertNull(ReplyCodec.read(new byte[4096], reply.header().checksum()), "never written");
        assertNull(ReplyCodec.read(java.util.Arrays.copyOf(encoded(reply(5000)), 4096),
                reply(5000).header().checksum()), "half of it");
        assertEquals(4096, ReplyCodec.sizeToRead(new byte[4096], PLACE));
    }

    private static byte[] encoded(StoredReply reply) {
        ByteBuffer target = ByteBuffer.allocate(PLACE);
        ReplyCodec.encode(reply, target);
        byte[] bytes = new byte[target.remaining()];
        target.get(bytes);
        return bytes;
    }

    private static StoredReply reply(int bodySize) {
        byte[] body = new byte[bodySize];
        new Random(bodySize).nextBytes(body);
        EntryHeader entry = EntryHeader.builder().cluster(Word128.of(7)).view(3).op(8).commit(5).timestamp(99)
                .operation(140).client(new Word128(1, 2)).request(4).body(new byte[0]).build();
        return StoredReply.of(entry, body);
    }
}
