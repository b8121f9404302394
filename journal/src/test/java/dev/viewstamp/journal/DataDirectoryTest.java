package dev.viewstamp.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.journal.DataDirectoryException.Reason;
import dev.viewstamp.journal.FileStorage.IoMode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** On real files: format, open, every refusal, and both kinds of I/O. */
class DataDirectoryTest {
    private static final ClusterConstants CONSTANTS = Wal.constants(3);

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(value = IoMode.class, names = {"AUTO", "BUFFERED"})
    void formatWriteReopen(IoMode mode) throws Exception {
        Path path = folder.resolve("deep/data");
        List<Long> progress = new ArrayList<>();
        DataDirectory.format(path, options().withIoMode(mode), (bytes, total) -> progress.add(bytes * 100 / total));
        assertEquals(100, progress.get(progress.size() - 1));
        assertEquals(progress.stream().sorted().toList(), progress);

        LogEntry[] chain = Wal.chain(1, 40, 0, Wal.root().checksum());
        try (DataDirectory directory = DataDirectory.open(path, expected(), mode)) {
            OpenedLog log = directory.openLog(2);
            assertEquals(0, log.op());
            assertTrue(log.isHeadCertain());
            assertEquals(mode == IoMode.AUTO && FileStorage.canDirect(folder), directory.storage().isDirect());
            for (LogEntry entry : List.of(chain).subList(0, 20)) {
                append(directory.storage(), log.journal(), entry);
            }
            SuperBlock next = directory.superBlock().successor(
                    directory.superBlock().vsrState().withView(4, 4, 9, List.of(chain[19].header())));
            new SuperBlockZone(directory.storage()).write(next);
        }
        try (DataDirectory directory = DataDirectory.open(path, ExpectedIdentity.anything(), IoMode.BUFFERED)) {
            assertEquals(4, directory.superBlock().vsrState().view());
            OpenedLog log = directory.openLog(2);
            assertEquals(chain[19].header(), log.head());
            assertEquals(0, log.journal().dirtyCount());
            WalReader reader = new WalReader(directory.storage(), Wal.CLUSTER, CONSTANTS.walGeometry());
            assertArrayEquals(chain[6].body(), reader.readPrepare(7, true).entry().body());
            assertEquals(chain[6], reader.readPrepare(7, true).entry());
        }
        try (DataDirectory directory = DataDirectory.inspect(path)) {
            assertEquals(2, directory.superBlock().sequence());
        }
    }

    private static void append(Storage storage, Journal journal, LogEntry entry) throws IOException {
        ByteBuffer buffer = Storage.allocate(CONSTANTS.prepareSizeMax());
        journal.setHeaderAsDirty(entry.header());
        journal.startWrite(entry.header());
        EntryCodec.encode(entry, buffer);
        int slot = journal.slotOf(entry.op());
        storage.write(Storage.Zone.WAL_PREPARES, journal.geometry().prepareOffset(slot), buffer);
        assertTrue(journal.prepareWritten(entry.header()));
        int sector = journal.geometry().sectorOf(slot);
        buffer.clear().put(journal.headerSector(sector)).flip();
        storage.write(Storage.Zone.WAL_HEADERS, journal.geometry().sectorOffset(sector), buffer);
        assertTrue(journal.headerWritten(entry.header()));
    }

    /** No byte of the WAL is left to be allocated later, and none lies outside the layout. */
    @Test
    void filesAreFullLengthAndNotSparse() throws Exception {
        Path path = formatted();
        DataDirectoryLayout layout = DataDirectoryLayout.of(CONSTANTS);
        assertEquals(32 * 256 + 32 * 8192, Files.size(path.resolve("wal")));
        assertEquals(7 << 20, Files.size(path.resolve("replies")));
        assertEquals(4 * 8192, Files.size(path.resolve("superblock")));
        assertEquals(layout.totalSize(), 32 * 256 + 32 * 8192 + (7 << 20) + 4 * 8192);
        assertTrue(Files.isDirectory(path.resolve("files")));
        long blocks = blocksOf(path.resolve("wal"));
        assertTrue(blocks < 0 || blocks * 512 >= layout.fileSize("wal"), "512-byte blocks: " + blocks);
    }

    private static long blocksOf(Path file) throws IOException, InterruptedException {
        try {
            Process stat = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
            String text = new String(stat.getInputStream().readAllBytes()).trim();
            return stat.waitFor() == 0 ? Long.parseLong(text) : -1;
        } catch (IOException noStat) {
            return -1;
        }
    }

    @Test
    void formatRefusesWhatIsThere() throws Exception {
        Path path = formatted();
        byte[] before = Files.readAllBytes(path.resolve("superblock"));
        assertEquals(Reason.NOT_EMPTY, refusal(() -> DataDirectory.format(path, options(), (b, t) -> { })).reason());
        assertArrayEquals(before, Files.readAllBytes(path.resolve("superblock")));
        Path file = Files.createFile(folder.resolve("file"));
        assertEquals(Reason.NOT_EMPTY, refusal(() -> DataDirectory.format(file, options(), (b, t) -> { })).reason());
        Path empty = Files.createDirectory(folder.resolve("empty"));
        DataDirectory.format(empty, options(), (b, t) -> { });
        DataDirectory.open(empty, expected(), IoMode.AUTO).close();
    }

    @Test
    void formatThatDoesNotFitSaysSoAndLeavesNothing() throws Exception {
        Path path = folder.resolve("huge");
        long free = Files.getFileStore(folder).getUsableSpace();
        int slots = (int) Math.min(Integer.MAX_VALUE / 2, free / (1 << 20) + 1024) / 16 * 16;
        FormatOptions huge = FormatOptions.fresh(Wal.CLUSTER, 1, ClusterConstants.of(3, slots, 1 << 20));
        DataDirectoryException refusal = refusal(() -> DataDirectory.format(path, huge, (b, t) -> { }));
        assertEquals(Reason.NO_SPACE, refusal.reason());
        assertFalse(Files.exists(path));
    }

    /**
     * The process dies while formatting; here the exception comes from the progress callback, which nobody
     * catches.
     */
    @Test
    void interruptedFormatIsRefusedAtOpen() {
        Path path = folder.resolve("data");
        assertThrows(IllegalStateException.class, () -> DataDirectory.format(path, options(), (bytes, total) -> {
            if (bytes > total / 2) {
                throw new IllegalStateException("the power goes");
            }
        }));
        assertEquals(Reason.UNFINISHED, openRefusal(path, expected()).reason());
        assertEquals(Reason.NOT_EMPTY, refusal(() -> DataDirectory.format(path, options(), (b, t) -> { })).reason());
    }

    @Test
    void openRefusals() throws Exception {
        assertEquals(Reason.MISSING, openRefusal(folder.resolve("nowhere"), expected()).reason());
        assertEquals(Reason.FOREIGN, openRefusal(Files.createDirectory(folder.resolve("empty")),
                expected()).reason());
        assertEquals(Reason.FOREIGN, openRefusal(Files.createFile(folder.resolve("file")), expected()).reason());
        Path path = formatted();
        assertEquals(Reason.OTHER_CLUSTER, openRefusal(path, expected().withCluster(Word128.of(8))).reason());
        assertEquals(Reason.OTHER_REPLICA, openRefusal(path, expected().withReplica(2)).reason());
        assertEquals(Reason.OTHER_CONSTANTS, openRefusal(path, expected().withReplicaCount(5)).reason());
        DataDirectoryException constants = openRefusal(path, expected().withConstants(CONSTANTS.withBodyLimit(100)));
        assertEquals(Reason.OTHER_CONSTANTS, constants.reason());
        assertTrue(constants.getMessage().contains("bodyLimit is 7936, not 100"), constants.getMessage());
        DataDirectory.open(path, expected(), IoMode.AUTO).close();
    }

    @Test
    void damagedDirectoriesAreRefused() throws Exception {
        Path path = formatted();
        try (RandomAccessFile wal = new RandomAccessFile(path.resolve("wal").toFile(), "rw")) {
            wal.setLength(wal.length() - 4096);
        }
        DataDirectoryException cut = openRefusal(path, expected());
        assertEquals(Reason.SIZE_MISMATCH, cut.reason());
        assertTrue(cut.getMessage().contains("wal"), cut.getMessage());
        try (RandomAccessFile wal = new RandomAccessFile(path.resolve("wal").toFile(), "rw")) {
            wal.setLength(wal.length() + 4096);
        }
        writeSuperBlock(path, 3, new byte[8192]);
        writeSuperBlock(path, 2, new byte[8192]);
        try (DataDirectory directory = DataDirectory.inspect(path)) {
            assertEquals(1, directory.superBlock().sequence());
        }
        DataDirectory.open(path, expected(), IoMode.AUTO).close();
        writeSuperBlock(path, 0, new byte[8192]);
        writeSuperBlock(path, 1, new byte[8192]);
        DataDirectory.open(path, expected(), IoMode.AUTO).close();     // copies 2 and 3 were written anew
        for (int copy = 0; copy < 4; copy++) {
            writeSuperBlock(path, copy, new byte[8192]);
        }
        assertEquals(Reason.SUPERBLOCK, openRefusal(path, expected()).reason());
        byte[] other = SuperBlock.first(Wal.CLUSTER, CONSTANTS, VsrState.root(Wal.CLUSTER, 1)).toBytes(0);
        other[40] = 2;
        writeSuperBlock(path, 0, other);
        assertEquals(Reason.OTHER_VERSION, openRefusal(path, expected()).reason());
    }

    /** A replica must start on a full disk: its clients are told then, and what it has is served. */
    @ParameterizedTest
    @EnumSource(IoMode.class)
    void openingCreatesNoFile(IoMode mode) throws Exception {
        Path path = folder.resolve("data");
        DataDirectory.format(path, options().withIoMode(mode), (bytes, total) -> { });
        DataDirectory.open(path, expected(), mode).close();      // the lock file is there from now on
        FileTime longAgo = FileTime.fromMillis(1_000);
        Files.setLastModifiedTime(path, longAgo);
        DataDirectory.open(path, expected(), mode).close();
        assertEquals(longAgo, Files.getLastModifiedTime(path));
    }

    @Test
    void onlyOneProcessMayHaveItOpen() throws Exception {
        Path path = formatted();
        try (DataDirectory directory = DataDirectory.open(path, expected(), IoMode.AUTO)) {
            assertEquals(Reason.LOCKED, openRefusal(path, expected()).reason());
            assertEquals(Reason.LOCKED, refusal(() -> DataDirectory.inspect(path)).reason());
            assertEquals("1", otherProcess(path), "another process sees the lock too, after the refusals above");
            assertEquals(1, directory.superBlock().sequence());
        }
        assertEquals("0", otherProcess(path));
        DataDirectory.open(path, expected(), IoMode.AUTO).close();
    }

    /** Exit code of a JVM that tries to open the directory. */
    private static String otherProcess(Path path) throws Exception {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", System.getProperty("java.class.path"), OpenInOtherProcess.class.getName(), path.toString())
                .redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        int code = process.waitFor();
        assertEquals("", output);
        return String.valueOf(code);
    }

    /** Several workers write and read slots of their own at once. */
    @Test
    void workersShareAStorage() throws Exception {
        Path path = formatted();
        LogEntry[] chain = Wal.chain(1, 31, 0, Wal.root().checksum());
        try (DataDirectory directory = DataDirectory.open(path, expected(), IoMode.AUTO)) {
            ExecutorService workers = Executors.newFixedThreadPool(4);
            List<Future<Boolean>> results = new ArrayList<>();
            for (int worker = 0; worker < 4; worker++) {
                int first = worker;
                results.add(workers.submit(() -> {
                    ByteBuffer buffer = Storage.allocate(CONSTANTS.prepareSizeMax());
                    WalReader reader = new WalReader(directory.storage(), Wal.CLUSTER, CONSTANTS.walGeometry());
                    boolean same = true;
                    for (int i = first; i < chain.length; i += 4) {
                        EntryCodec.encode(chain[i], buffer);
                        int slot = CONSTANTS.walGeometry().slotOf(chain[i].op());
                        directory.storage().write(Storage.Zone.WAL_PREPARES,
                                CONSTANTS.walGeometry().prepareOffset(slot), buffer);
                        same &= reader.readPrepare(slot, true).entry().equals(chain[i]);
                    }
                    return same;
                }));
            }
            for (Future<Boolean> result : results) {
                assertTrue(result.get());
            }
            workers.shutdown();
        }
    }

    @Test
    void storageRefusesWhatCouldGrowOrTearAFile() throws Exception {
        Path path = formatted();
        try (DataDirectory directory = DataDirectory.open(path, expected(), IoMode.AUTO)) {
            FileStorage storage = directory.storage();
            ByteBuffer sector = Storage.allocate(4096);
            assertThrows(InvariantViolation.class, () -> storage.write(Storage.Zone.SUPERBLOCK, 4 * 8192, sector));
            assertThrows(InvariantViolation.class, () -> storage.write(Storage.Zone.WAL_HEADERS, 2 * 4096, sector));
            assertThrows(InvariantViolation.class, () -> storage.write(Storage.Zone.WAL_HEADERS, 512, sector));
            assertThrows(InvariantViolation.class, () -> storage.read(Storage.Zone.REPLIES, -4096, sector));
            ByteBuffer crooked = Storage.allocate(8192).position(8).limit(4104);
            assertThrows(InvariantViolation.class, () -> storage.read(Storage.Zone.REPLIES, 0, crooked));
            storage.close();
            assertThrows(IOException.class, () -> storage.write(Storage.Zone.REPLIES, 0, sector));
            assertThrows(IOException.class, () -> storage.read(Storage.Zone.REPLIES, 0, sector));
        }
    }

    /** tmpfs has refused direct I/O for most of its life; where it is mounted, AUTO must fall back or work. */
    @Test
    void autoWorksOnTmpfs() throws Exception {
        Path shm = Path.of("/dev/shm");
        if (!Files.isWritable(shm)) {
            return;
        }
        Path path = Files.createTempDirectory(shm, "viewstamp").resolve("data");
        try {
            DataDirectory.format(path, options(), (b, t) -> { });
            try (DataDirectory directory = DataDirectory.open(path, expected(), IoMode.AUTO)) {
                assertEquals(0, directory.openLog(2).op());
                if (!directory.storage().isDirect()) {
                    DataDirectoryLayout layout = DataDirectoryLayout.of(CONSTANTS);
                    assertThrows(IOException.class, () -> FileStorage.open(path, layout, IoMode.DIRECT));
                }
            }
        } finally {
            deleteTree(path.getParent());
        }
    }

    private static void deleteTree(Path root) throws IOException {
        try (var paths = Files.walk(root)) {
            for (Path path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static void writeSuperBlock(Path path, int copy, byte[] bytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.resolve("superblock").toFile(), "rw")) {
            file.seek(SuperBlockZone.offset(copy));
            file.write(bytes);
        }
    }

    private Path formatted() throws Exception {
        Path path = folder.resolve("formatted");
        DataDirectory.format(path, options(), (bytes, total) -> { });
        return path;
    }

    private static FormatOptions options() {
        return FormatOptions.fresh(Wal.CLUSTER, 1, CONSTANTS);
    }

    private static ExpectedIdentity expected() {
        return ExpectedIdentity.anything().withCluster(Wal.CLUSTER).withReplica(1).withReplicaCount(3)
                .withConstants(CONSTANTS);
    }

    private interface Attempt {
        void run() throws Exception;
    }

    private static DataDirectoryException refusal(Attempt attempt) {
        DataDirectoryException refusal = assertThrows(DataDirectoryException.class, attempt::run);
        assertFalse(refusal.getMessage().contains("\n"));
        return refusal;
    }

    private static DataDirectoryException openRefusal(Path path, ExpectedIdentity expected) {
        return refusal(() -> DataDirectory.open(path, expected, IoMode.AUTO).close());
    }
}
