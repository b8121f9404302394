package dev.viewstamp.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Latent sector errors cost the sector, not the read (replication spec §0.10). */
class SectorReaderTest {
    private static final int SECTOR = WalGeometry.SECTOR_SIZE;

    private final SectorReader reader = new SectorReader();

    @Test
    void unreadableSectorsAreZeros() throws IOException {
        for (int sectors : new int[] {1, 2, 3, 7, 16}) {
            for (int bad = 0; bad < sectors; bad++) {
                ByteBuffer into = ByteBuffer.allocate((sectors + 1) * SECTOR).position(SECTOR);
                long before = reader.unreadableSectors();
                reader.read(disk(Set.of(bad + 4L)), 4 * SECTOR, into);
                assertEquals(0, into.remaining());
                assertEquals(before + 1, reader.unreadableSectors());
                for (int sector = 0; sector < sectors; sector++) {
                    int expected = sector == bad ? 0 : sector + 4;
                    assertEquals(expected, into.get((sector + 1) * SECTOR), sectors + " sectors, bad " + bad);
                    assertEquals(expected, into.get((sector + 2) * SECTOR - 1));
                }
            }
        }
    }

    @Test
    void allBad() throws IOException {
        ByteBuffer into = ByteBuffer.allocate(3 * SECTOR);
        reader.read(disk(Set.of(0L, 1L, 2L)), 0, into);
        assertEquals(3, reader.unreadableSectors());
        assertEquals(0, into.remaining());
    }

    @Test
    void shortFilesAndClosedChannelsAreNotTheDisksFault() {
        ByteBuffer into = ByteBuffer.allocate(2 * SECTOR);
        assertThrows(EOFException.class, () -> reader.read((buffer, position) -> -1, 0, into));
        assertThrows(ClosedChannelException.class, () -> reader.read((buffer, position) -> {
            throw new ClosedChannelException();
        }, 0, into));
        assertEquals(0, reader.unreadableSectors());
    }

    /** Every byte of sector n is n; reads that touch a bad sector fail, sometimes after having returned a part. */
    private static SectorReader.Source disk(Set<Long> bad) {
        return (into, position) -> {
            long first = position / SECTOR;
            int count = into.remaining() / SECTOR;
            for (int i = 0; i < count; i++) {
                if (bad.contains(first + i)) {
                    if (i > 1) {
                        count = i;
                        break;
                    }
                    throw new IOException("Input/output error");
                }
            }
            for (int i = 0; i < count * SECTOR; i++) {
                into.put((byte) (first + i / SECTOR));
            }
            return count * SECTOR;
        };
    }
}
