package dev.viewstamp.actors.cli.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.actors.cli.ProgressBar;
import dev.viewstamp.actors.cli.VerbFailure;
import dev.viewstamp.journal.CheckpointFile;
import dev.viewstamp.journal.FolderFiles;
import dev.viewstamp.ledger.FileKind;
import dev.viewstamp.ledger.Ledger;
import dev.viewstamp.ledger.LedgerOptions;
import dev.viewstamp.ledger.Manifest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real files of a real ledger: whole, and with damage of every kind in every kind of file. */
class StoredCheckpointTest {
    @TempDir
    static Path folder;
    private static FolderFiles files;
    private static WrittenCheckpoint written;

    @BeforeAll
    static void write() {
        files = FolderFiles.of(folder, false);
        written = WrittenCheckpoint.in(files);
    }

    private static StoredCheckpoint open() throws IOException {
        return StoredCheckpoint.open(files, written.state()).orElseThrow();
    }

    @Test
    void whatIsWholeHasNoDamageAndEveryByteIsRead() throws IOException {
        StoredCheckpoint checkpoint = open();
        assertEquals(WrittenCheckpoint.TRANSFERS, checkpoint.manifest().transfers());
        AtomicLong read = new AtomicLong();
        Set<FileKind> kinds = EnumSet.noneOf(FileKind.class);
        for (Manifest.File file : checkpoint.manifest().files()) {
            assertEquals(List.of(), checkpoint.verify(file, read::addAndGet));
            kinds.add(file.kind());
        }
        assertEquals(checkpoint.manifest().diskBytes(), read.get());
        assertEquals(EnumSet.of(FileKind.SEGMENT, FileKind.TRANSFER_RUN, FileKind.PAGES), kinds,
                "the tests below meet these");
    }

    /** Blocks, gaps behind short ones, tables: 40 places in each file. */
    @Test
    void aFlippedByteAnywhereIsNamed() throws IOException {
        Random random = new Random(5);
        StoredCheckpoint checkpoint = open();
        for (Manifest.File file : checkpoint.manifest().files()) {
            CheckpointFile name = CheckpointFile.data(file.number());
            for (int i = 0; i < 40; i++) {
                long offset = i == 0 ? file.length() - 1 : random.nextLong(file.length());
                flip(name, offset);
                List<Damage> damages = checkpoint.verify(file, read -> { });
                assertEquals(1, damages.size(), () -> "byte " + offset + " of " + name + ", " + file);
                assertTrue(damages.get(0).what().startsWith("block " + offset / BlockFolder.BLOCK_SIZE + " of "),
                        damages::toString);
                flip(name, offset);
            }
            assertEquals(List.of(), checkpoint.verify(file, read -> { }));
        }
    }

    @Test
    void aMissingOrShortFileIsNamed() throws IOException {
        StoredCheckpoint checkpoint = open();
        Manifest.File file = checkpoint.manifest().files().get(1);
        Path path = folder.resolve(CheckpointFile.data(file.number()).fileName());
        byte[] whole = Files.readAllBytes(path);
        Files.delete(path);
        assertEquals("is missing", checkpoint.verify(file, read -> { }).get(0).what());
        Files.write(path, java.util.Arrays.copyOf(whole, whole.length - 1));
        assertTrue(checkpoint.verify(file, read -> { }).get(0).what().startsWith("has " + (whole.length - 1)));
        Files.write(path, whole);
    }

    @Test
    void aDamagedManifestOrSessionTableIsNone() throws IOException {
        for (CheckpointFile head : List.of(CheckpointFile.manifest(WrittenCheckpoint.OP),
                CheckpointFile.sessions(WrittenCheckpoint.OP))) {
            flip(head, 10);
            assertEquals(head.kind() == CheckpointFile.Kind.MANIFEST,
                    StoredCheckpoint.open(files, written.state()).isEmpty());
            assertEquals(head.kind() == CheckpointFile.Kind.SESSIONS,
                    StoredCheckpoint.sessions(files, written.state()).isEmpty());
            flip(head, 10);
        }
        assertTrue(StoredCheckpoint.sessions(files, written.state()).isPresent());
    }

    @Test
    void openedItIsTheStateThatWasFrozen() throws IOException {
        try (ScratchFiles scratch = new ScratchFiles(files)) {
            Ledger opened = OpenedState.open(LedgerOptions.defaults(), scratch, open(), ProgressBar.silent(), "-");
            assertEquals(written.digest(), HexFormat.of().formatHex(opened.digest()));
        }
        Manifest.File segment = open().manifest().files().stream()
                .filter(file -> file.kind() == FileKind.SEGMENT).findFirst().orElseThrow();
        CheckpointFile name = CheckpointFile.data(segment.number());
        flip(name, segment.length() - 1);
        try (ScratchFiles scratch = new ScratchFiles(files)) {
            VerbFailure failure = assertThrows(VerbFailure.class, () -> OpenedState.open(LedgerOptions.defaults(),
                    scratch, open(), ProgressBar.silent(), "mend it"));
            assertTrue(failure.getMessage().contains(name + ": block ")
                    && failure.getMessage().endsWith("is missing or damaged; mend it"), failure.getMessage());
        }
        flip(name, segment.length() - 1);
    }

    @Test
    void aCopyIsByteForByteTheSame() throws IOException {
        Path copy = Files.createDirectory(folder.resolve("copy"));
        FolderFiles target = FolderFiles.of(copy, false);
        open().copyTo(target, copied -> { });
        List<CheckpointFile> copied = new ArrayList<>(target.list());
        assertEquals(open().manifest().files().size() + 1, copied.size());
        for (CheckpointFile file : copied) {
            assertEquals(-1, Files.mismatch(folder.resolve(file.fileName()), copy.resolve(file.fileName())));
        }
    }

    private static void flip(CheckpointFile file, long offset) throws IOException {
        try (RandomAccessFile access = new RandomAccessFile(folder.resolve(file.fileName()).toFile(), "rw")) {
            access.seek(offset);
            int old = access.read();
            access.seek(offset);
            access.write(old ^ 0x10);
        }
    }
}
