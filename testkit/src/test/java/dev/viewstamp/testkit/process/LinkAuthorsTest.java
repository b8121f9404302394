package dev.viewstamp.testkit.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinkAuthorsTest {
    private final LinkAuthors authors = new LinkAuthors(List.of("127.0.1.1", "127.0.1.2", "127.0.1.3"));

    @Test
    void aHandshakeNamesItsAuthorAndWhomItIsFor() {
        assertEquals(2, authors.of(frame(77, "viewstamp 127.0.1.3 to viewstamp 127.0.1.1"), 0));
        assertEquals(0, authors.of(frame(88, "viewstamp 127.0.1.1 to viewstamp 127.0.1.2"), 1));
        assertEquals(LinkAuthors.CLIENT, authors.of(frame(99, "viewstamp-cli 127.0.0.1 to viewstamp 127.0.1.2"), 1));
    }

    /** Else a cut would spare every connection but the first. */
    @Test
    void whoConnectsAgainIsKnownByItsNumber() {
        authors.of(frame(77, "viewstamp 127.0.1.3 to viewstamp 127.0.1.1"), 0);
        authors.of(frame(99, "viewstamp-cli 127.0.0.1 to viewstamp 127.0.1.2"), 1);
        assertEquals(2, authors.of(frame(77, "a message with compressed addresses"), 1));
        assertEquals(LinkAuthors.CLIENT, authors.of(frame(99, "of what 127.0.1.1 said, to 127.0.1.2"), 1));
    }

    @Test
    void whatIsTooShortToBeAFrameIsNobodysLink() {
        assertEquals(LinkAuthors.CLIENT, authors.of("127.0.1.1".getBytes(StandardCharsets.ISO_8859_1), 1));
    }

    private static byte[] frame(long system, String text) {
        byte[] body = text.getBytes(StandardCharsets.ISO_8859_1);
        return ByteBuffer.allocate(12 + body.length).order(ByteOrder.LITTLE_ENDIAN).putInt(0).putLong(system).put(body)
                .array();
    }
}
