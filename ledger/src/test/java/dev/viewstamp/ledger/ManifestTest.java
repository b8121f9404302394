package dev.viewstamp.ledger;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ManifestTest {
    private static Manifest.File file(long number, FileKind kind, int blocks) {
        boolean pages = kind == FileKind.PAGES;
        return new Manifest.File(number, kind, blocks, pages ? 0 : number * 64, pages ? 0 : number * 64 + 64,
                new Uint128(number, ~number));
    }

    private static Manifest manifest() {
        Manifest.Counters counters =
                new Manifest.Counters(64, 1 << 20, 77, 12, 3, 300, 5, 6, 256, 0, 0, 2, 100, 65_536);
        List<Manifest.File> files = List.of(file(2, FileKind.SEGMENT, 4), file(3, FileKind.TRANSFER_RUN, 9),
                file(7, FileKind.PAGES, 3), file(9, FileKind.EXPIRIES, 2_731));
        List<Manifest.UnderWay> underWay = List.of(new Manifest.UnderWay(10, FileKind.SEGMENT, 256, 320, 448));
        List<List<Manifest.Page>> pages = new ArrayList<>();
        for (int i = 0; i < PageKind.COUNT; i++) pages.add(List.of());
        pages.set(0, List.of(new Manifest.Page(7, 2, 0)));
        pages.set(1, List.of(Manifest.Page.absent(0), new Manifest.Page(7, 0, 1 << 18)));
        return new Manifest(counters, files, underWay, pages);
    }

    @Test
    void isReadAsItWasWritten() {
        byte[] bytes = manifest().encode();
        Manifest read = Manifest.read(bytes);
        assertEquals(manifest().files(), read.files());
        assertEquals(manifest().underWay(), read.underWay());
        assertEquals(manifest().counters(), read.counters());
        for (PageKind kind : PageKind.values()) assertEquals(manifest().pages(kind), read.pages(kind));
        assertArrayEquals(bytes, read.encode());
        assertEquals(300, read.transfers());
        assertEquals(3, read.accounts());
        assertEquals(77, read.commitTimestamp());
    }

    @Test
    void tellsWhatItConsistsOf() {
        Manifest manifest = manifest();
        assertEquals(FileKind.PAGES, manifest.file(7).kind());
        assertNull(manifest.file(8));
        // 4 blocks and a table of 4 entries; the length of the last block does not matter, the table begins behind it.
        assertEquals(4 * 65_536 + 4 * 24, manifest.file(2).length());
        // 2731 blocks, a leaf that is full, a leaf of one, a root of two.
        assertEquals(2_734, manifest.file(9).blocksInAll());
        assertEquals(2_733 * 65_536L + 2 * 24, manifest.file(9).length());
        assertEquals(manifest.files().stream().mapToLong(Manifest.File::length).sum(), manifest.diskBytes());
        assertEquals(manifest.file(9).length(), manifest.diskBytes(FileKind.EXPIRIES));
    }

    @Test
    void tellsWhichFilesNobodyNeedsAnyMore() {
        Manifest manifest = manifest();
        assertFalse(manifest.isObsolete(2), "a file of it");
        assertTrue(manifest.isObsolete(4), "a file of the past");
        assertFalse(manifest.isObsolete(10), "a file that a job is writing");
        assertTrue(manifest.isObsolete(11), "numbered, and given up");
        assertFalse(manifest.isObsolete(12), "a file of the future");
        List<Manifest.File> fewer = manifest.files().subList(0, 2);
        Manifest older = new Manifest(manifest.counters(), fewer, List.of(), manifest().pages());
        assertEquals(List.of(7L, 9L), manifest.filesSince(older).stream().map(Manifest.File::number).toList());
    }

    /** Whatever is changed, reading ends with an answer or with one error that says what is wrong. */
    @Test
    void damagedBytesAreRefusedInOneLine() {
        byte[] bytes = manifest().encode();
        SplittableRandom random = new SplittableRandom(1);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            boolean cut = random.nextInt(4) == 0;
            byte[] damaged = cut ? Arrays.copyOf(bytes, random.nextInt(bytes.length + 60)) : bytes.clone();
            for (int flips = 1 + random.nextInt(3); flips > 0 && damaged.length > 0; flips--) {
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                Manifest.read(damaged).encode();
            } catch (Manifest.Malformed e) {
                refused++;
                assertTrue(e.getMessage().startsWith("not a manifest: "), e.getMessage());
            }
        }
        assertTrue(refused > 5_000, "refused: " + refused);
        assertTrue(refusal(new byte[0]).contains("0 bytes"));
        bytes[7] = 2;
        assertTrue(refusal(bytes).contains("version 2"));
    }

    private static String refusal(byte[] bytes) {
        return assertThrows(Manifest.Malformed.class, () -> Manifest.read(bytes)).getMessage();
    }
}
