package dev.viewstamp.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.journal.CheckpointFiles.Origin;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Immutable files on a real file system, with direct I/O and without. */
class FolderFilesTest {
    private static final int PIECE = 1 << 16;

    @TempDir
    Path folder;

    private FolderFiles files(boolean direct) throws IOException {
        return FolderFiles.of(folder, direct && FileStorage.canDirect(folder));
    }

    @ParameterizedTest
    @CsvSource({"true, 0", "true, 1", "true, 4096", "true, 65536", "true, 200001", "false, 0", "false, 1",
        "false, 200001"})
    void whatIsPublishedIsReadBackToTheByte(boolean direct, int size) throws IOException {
        FolderFiles files = files(direct);
        CheckpointFile file = CheckpointFile.data(12);
        byte[] bytes = bytes(size);
        write(files, file, Origin.OWN, bytes);
        assertEquals(-1, files.size(file), "a draft is not seen");
        assertEquals(-1, files.read(file, 0, buffer(PIECE)));
        files.publish(file, Origin.OWN, size);
        assertEquals(size, files.size(file));
        assertEquals(List.of(file), files.list());
        assertArrayEquals(bytes, readAll(files, file));
        assertEquals(0, files.read(file, (size / 4096 + 1) * 4096L, buffer(4096)), "behind the end");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPatchMendsItsPieceAndNothingElse(boolean direct) throws IOException {
        FolderFiles files = files(direct);
        CheckpointFile file = CheckpointFile.data(3);
        byte[] bytes = bytes(150_000);
        write(files, file, Origin.OWN, bytes);
        files.publish(file, Origin.OWN, bytes.length);
        byte[] spoilt = bytes.clone();
        Arrays.fill(spoilt, 70_000, 70_010, (byte) 1);
        Arrays.fill(spoilt, 149_990, 150_000, (byte) 2);
        Files.write(folder.resolve(file.fileName()), spoilt);
        files.patch(file, PIECE, put(Arrays.copyOfRange(bytes, PIECE, 2 * PIECE)));
        files.patch(file, 2 * PIECE, put(Arrays.copyOfRange(bytes, 2 * PIECE, bytes.length)));
        assertEquals(bytes.length, files.size(file));
        assertArrayEquals(bytes, readAll(files, file));
        assertThrows(InvariantViolation.class, () -> files.patch(file, 0, put(new byte[5_000])),
                "would end within a sector");
    }

    /** Files are equal on all replicas, whatever their buffers held before. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theGapBehindAShortBlockIsZeros(boolean direct) throws IOException {
        FolderFiles files = files(direct);
        CheckpointFile file = CheckpointFile.data(4);
        ByteBuffer used = put(bytes(PIECE));
        files.write(file, Origin.OWN, 0, used.clear().limit(5_000));
        files.write(file, Origin.OWN, PIECE, used.clear().limit(4_095));
        files.publish(file, Origin.OWN, PIECE + 4_095);
        byte[] expected = Arrays.copyOf(bytes(PIECE), PIECE + 4_095);
        Arrays.fill(expected, 5_000, PIECE, (byte) 0);
        System.arraycopy(bytes(PIECE), 0, expected, PIECE, 4_095);
        assertArrayEquals(expected, readAll(files, file));
    }

    @Test
    void aDraftOfAPeerAndOneOfOurOwnDoNotMeet() throws IOException {
        FolderFiles files = files(true);
        CheckpointFile file = CheckpointFile.data(1);
        write(files, file, Origin.OWN, bytes(5_000));
        write(files, file, Origin.PEER, bytes(6_000));
        files.publish(file, Origin.PEER, 6_000);
        assertEquals(6_000, files.size(file));
        files.publish(file, Origin.OWN, 5_000);
        assertArrayEquals(bytes(5_000), readAll(files, file));
    }

    @Test
    void aDraftIsCutToItsSize() throws IOException {
        FolderFiles files = files(true);
        CheckpointFile file = CheckpointFile.manifest(19);
        write(files, file, Origin.OWN, bytes(100_000));
        byte[] shorter = bytes(10);
        write(files, file, Origin.OWN, shorter);
        files.publish(file, Origin.OWN, shorter.length);
        assertArrayEquals(shorter, readAll(files, file));
    }

    @Test
    void draftsGoAndFilesStayAndStrangersAreLeftAlone() throws IOException {
        FolderFiles files = files(true);
        for (CheckpointFile file : List.of(CheckpointFile.sessions(39), CheckpointFile.data(2),
                CheckpointFile.data(10), CheckpointFile.manifest(39))) {
            write(files, file, Origin.OWN, bytes(9));
            files.publish(file, Origin.OWN, 9);
        }
        write(files, CheckpointFile.data(11), Origin.OWN, bytes(9));
        write(files, CheckpointFile.data(12), Origin.PEER, bytes(9));
        Files.writeString(folder.resolve("notes.own"), "an operator's");
        files.discardDrafts();
        assertEquals(List.of(CheckpointFile.data(2), CheckpointFile.data(10), CheckpointFile.manifest(39),
                CheckpointFile.sessions(39)), files.list());
        assertTrue(Files.exists(folder.resolve("notes.own")));
        assertFalse(Files.exists(folder.resolve(CheckpointFile.data(11).fileName() + ".own")));
        files.delete(CheckpointFile.data(2));
        files.delete(CheckpointFile.data(2));
        assertEquals(-1, files.size(CheckpointFile.data(2)));
        assertTrue(files.usableSpace() > 0);
    }

    @Test
    void namesAreReadAsTheyAreWritten() {
        for (CheckpointFile file : List.of(CheckpointFile.data(0), CheckpointFile.manifest(9_999_999_999_999_999L),
                CheckpointFile.sessions(879))) {
            assertEquals(file, CheckpointFile.ofName(file.fileName()).orElseThrow());
        }
        for (String other : List.of("data-12", "data-0000000000000012.own", "lock", "page-0000000000000012", "")) {
            assertTrue(CheckpointFile.ofName(other).isEmpty(), other);
        }
        assertThrows(IllegalArgumentException.class, () -> CheckpointFile.data(-1));
    }

    private static void write(FolderFiles files, CheckpointFile file, Origin origin, byte[] bytes)
            throws IOException {
        int offset = 0;
        do {
            int length = Math.min(PIECE, bytes.length - offset);
            files.write(file, origin, offset, put(Arrays.copyOfRange(bytes, offset, offset + length)));
            offset += length;
        } while (offset < bytes.length);
    }

    private static byte[] readAll(FolderFiles files, CheckpointFile file) throws IOException {
        byte[] bytes = new byte[(int) files.size(file)];
        ByteBuffer buffer = buffer(PIECE);
        for (int offset = 0; offset < bytes.length; offset += PIECE) {
            int length = files.read(file, offset, buffer.clear());
            assertEquals(Math.min(PIECE, bytes.length - offset), length);
            buffer.flip().get(bytes, offset, length);
        }
        return bytes;
    }

    private static ByteBuffer buffer(int size) {
        return Storage.allocate(size);
    }

    private static ByteBuffer put(byte[] bytes) {
        return Storage.allocate(PIECE).put(bytes).flip();
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }
}
