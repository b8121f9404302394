package dev.viewstamp.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ReplyHeaderTest {
    private static final byte[] BODY = {1, 2, 3};
    private static final EntryHeader ENTRY = EntryHeader.builder().cluster(new Word128(7, 8)).body(new byte[64]).view(5)
            .release(0x0011_0009).replica(2).requestChecksum(new Word128(11, 12)).client(new Word128(13, 14)).op(77)
            .commit(70).timestamp(1_000_000).request(9).operation(140).door(EntryHeader.DOOR_WIRE).build();

    @Test
    void theFieldsLieWhereOfficialClientsLookForThem() {
        ByteBuffer bytes = ByteBuffer.wrap(ReplyHeader.of(ENTRY, BODY).toBytes()).order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(8, bytes.getLong(80));
        assertEquals(7, bytes.getLong(88));
        assertEquals(259, bytes.getInt(96));
        assertEquals(5, bytes.getInt(104));
        assertEquals(0x0011_0009, bytes.getInt(108));
        assertEquals(8, bytes.get(114));
        assertEquals(2, bytes.get(115));
        assertEquals(12, bytes.getLong(128));
        assertEquals(11, bytes.getLong(136));
        assertEquals(14, bytes.getLong(192));
        assertEquals(13, bytes.getLong(200));
        assertEquals(77, bytes.getLong(208));
        assertEquals(77, bytes.getLong(216));
        assertEquals(1_000_000, bytes.getLong(224));
        assertEquals(9, bytes.getInt(232));
        assertEquals(140, bytes.get(236) & 0xFF);
    }

    @Test
    void theContextIsTheChecksumWithoutItself() {
        ReplyHeader header = ReplyHeader.of(ENTRY, BODY);
        byte[] bytes = header.toBytes();
        Arrays.fill(bytes, 160, 176, (byte) 0);
        assertEquals(Checksums.of(bytes, 16, 240), header.context());
        assertTrue(header.isValid());
        assertTrue(header.isValidBody(BODY));
        assertFalse(header.isValidBody(new byte[] {1, 2, 4}));
    }

    @Test
    void aNewerViewKeepsTheContextAndAnOlderViewIsNeverShown() {
        StoredReply reply = StoredReply.of(ENTRY, BODY);
        StoredReply newer = reply.inView(6);
        assertEquals(6, newer.header().view());
        assertTrue(newer.header().isValid());
        assertEquals(reply.header().context(), newer.header().context());
        assertNotEquals(reply.header().checksum(), newer.header().checksum());
        assertSame(reply, reply.inView(4));
        assertEquals(reply.header(), newer.header().withView(5));
    }

    @Test
    void everyFlippedBitIsNoticed() {
        byte[] bytes = ReplyHeader.of(ENTRY, BODY).toBytes();
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
            assertFalse(ReplyHeader.read(bytes, 0).isValid(), "bit " + bit);
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
        }
        assertEquals(ReplyHeader.of(ENTRY, BODY), ReplyHeader.read(bytes, 0));
    }

    @Test
    void headerAndBodyBelongTogether() {
        assertThrows(IllegalArgumentException.class, () -> new StoredReply(ReplyHeader.of(ENTRY, BODY), new byte[4]));
    }
}
