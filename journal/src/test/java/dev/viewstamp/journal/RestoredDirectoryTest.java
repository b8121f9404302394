package dev.viewstamp.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A data directory that begins with another cluster's checkpoint instead of nothing. */
class RestoredDirectoryTest {
    private static final Word128 NEW_CLUSTER = Word128.of(77);
    private static final byte[] MANIFEST = {1, 2, 3};

    @TempDir
    Path folder;

    private static CheckpointState backup(long op) {
        EntryHeader header = EntryHeader.builder().cluster(Wal.CLUSTER).view(9).op(op).commit(op - 3).timestamp(1234)
                .operation(147).client(Word128.of(5)).request(8).parent(Word128.of(6)).body(new byte[] {1}).build();
        return new CheckpointState(header, Word128.of(1), Word128.of(2), Checksums.of(MANIFEST), MANIFEST.length,
                Word128.of(3), 300, 0);
    }

    private FormatOptions options(CheckpointState first, int replica) {
        return new FormatOptions(NEW_CLUSTER, Wal.constants(3), VsrState.restored(first, replica),
                FileStorage.IoMode.AUTO);
    }

    /** Slot 0 as well: there the root would lie. */
    @ParameterizedTest
    @ValueSource(longs = {19, 32, 3 * 32 + 7})
    void theLogBeginsAtTheCheckpointAndIsWhole(long op) throws Exception {
        CheckpointState first = backup(op).reborn(NEW_CLUSTER, Word128.of(4), 16);
        for (int replica = 0; replica < 3; replica++) {
            Path path = folder.resolve("data-" + replica);
            DataDirectory.format(path, options(first, replica), (done, total) -> { }, MANIFEST.length, files -> {
                ByteBuffer buffer = Storage.allocate(4096);
                files.write(CheckpointFile.manifest(op), CheckpointFiles.Origin.OWN, 0, buffer.put(MANIFEST).flip());
                files.publish(CheckpointFile.manifest(op), CheckpointFiles.Origin.OWN, MANIFEST.length);
            });
            try (DataDirectory directory = DataDirectory.open(path,
                    ExpectedIdentity.anything().withCluster(NEW_CLUSTER), FileStorage.IoMode.AUTO)) {
                OpenedLog log = directory.openLog(2);
                assertEquals(first.header(), log.head());
                assertEquals(op, log.commitMax());
                assertTrue(log.isHeadCertain());
                assertEquals(0, log.journal().dirtyCount() + log.journal().faultyCount());
                assertTrue(log.journal().canServe(op, first.header().checksum()), "a peer may ask for it");
                assertEquals(replica == 0 ? OpenedLog.Status.NEXT_VIEW_CHANGE : OpenedLog.Status.NORMAL_BACKUP,
                        log.status());
                assertEquals(List.of(CheckpointFile.manifest(op)), directory.checkpointFiles().list());
            }
        }
    }

    @Test
    void theNewClustersFirstEntryIsNoneOfTheOldOnes() {
        CheckpointState first = backup(19).reborn(NEW_CLUSTER, Word128.of(4), 16);
        assertTrue(first.header().isValid());
        assertEquals(19, first.op());
        assertEquals(1234, first.header().timestamp(), "later entries must come later");
        assertEquals(NEW_CLUSTER, first.header().cluster());
        assertEquals(0, first.header().bodySize());
        assertEquals(backup(19).manifestChecksum(), first.manifestChecksum());
        assertNotEquals(backup(19).id(), first.id());
        assertEquals(first.id(), backup(19).reborn(NEW_CLUSTER, Word128.of(4), 16).id(), "equal on all replicas");
    }

    @Test
    void whatCannotBeCopiedLeavesNothing() {
        Path path = folder.resolve("data");
        CheckpointState first = backup(19).reborn(NEW_CLUSTER, Word128.of(4), 16);
        assertThrows(IllegalStateException.class, () ->
                DataDirectory.format(path, options(first, 0), (done, total) -> { }, 3, files -> {
            files.write(CheckpointFile.manifest(19), CheckpointFiles.Origin.OWN, 0, Storage.allocate(4096));
            throw new IllegalStateException("damaged");
        }));
        assertFalse(Files.exists(path));
        assertThrows(DataDirectoryException.class, () ->
                DataDirectory.format(path, options(first, 0), (done, total) -> { }, Long.MAX_VALUE / 2, files -> {
            throw new IOException("not reached");
        }));
        assertFalse(Files.exists(path));
    }
}
