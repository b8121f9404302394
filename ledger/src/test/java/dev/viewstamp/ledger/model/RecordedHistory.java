package dev.viewstamp.ledger.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** One of the histories in the test resources {@code vectors}; their README tells the format. */
final class RecordedHistory {
    record Entry(int operation, long timestamp, byte[] body, byte[] reply) {}

    private RecordedHistory() {}

    static List<Entry> read(int number) {
        String name = "/vectors/ledger-" + number + ".bin.gz";
        try (InputStream file = RecordedHistory.class.getResourceAsStream(name);
                InputStream content = new GZIPInputStream(file)) {
            ByteBuffer bytes = Wire.of(content.readAllBytes());
            List<Entry> entries = new ArrayList<>();
            while (bytes.hasRemaining()) {
                entries.add(new Entry(bytes.get() & 0xFF, bytes.getLong(), block(bytes), block(bytes)));
            }
            return entries;
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }

    private static byte[] block(ByteBuffer bytes) {
        byte[] block = new byte[bytes.getInt()];
        bytes.get(block);
        return block;
    }
}
