package dev.viewstamp.ledger;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What a checkpoint costs, what it waits for, and what it refuses. That it is right: see CheckpointModelTest. */
class CheckpointTest {
    private static final int SEGMENT = 512;
    private static final int BATCH = 128;

    private final DetachedFiles files = new DetachedFiles();
    private final LedgerOptions options = LedgerOptions.defaults().withSegmentRecords(SEGMENT);
    private Ledger ledger = new Ledger(options, files);
    private long nextId = 1;

    private void execute(Operation operation, byte[] batch) {
        byte[] body = MultiBatch.encode(operation.eventSize(), batch);
        long timestamp = ledger.commitTimestamp() + 1 + RequestRules.timestampDelta(operation.code(), body);
        byte[] reply = ledger.execute(operation.code(), timestamp, body);
        for (int at = 0; at < batch.length / 128 * CreateResultLayout.SIZE; at += CreateResultLayout.SIZE) {
            assertEquals(-1, LittleEndian.i32(reply, at + CreateResultLayout.STATUS));
        }
    }

    private void createAccounts(int count) {
        byte[] accounts = new byte[count * AccountLayout.SIZE];
        for (int i = 0; i < count; i++) {
            int at = i * AccountLayout.SIZE;
            LittleEndian.putU64(accounts, at, i + 1);
            LittleEndian.putU32(accounts, at + AccountLayout.LEDGER, 1);
            LittleEndian.putU16(accounts, at + AccountLayout.CODE, 1);
        }
        execute(Operation.CREATE_ACCOUNTS, accounts);
    }

    private void createTransfers(int count, int flags, long debit, long credit) {
        byte[] transfers = new byte[count * TransferLayout.SIZE];
        for (int i = 0; i < count; i++) {
            int at = i * TransferLayout.SIZE;
            LittleEndian.putU64(transfers, at, nextId++);
            LittleEndian.putU64(transfers, at + TransferLayout.DEBIT_ACCOUNT_ID, debit);
            LittleEndian.putU64(transfers, at + TransferLayout.CREDIT_ACCOUNT_ID, credit);
            LittleEndian.putU64(transfers, at + TransferLayout.AMOUNT, 1);
            LittleEndian.putU32(transfers, at + TransferLayout.LEDGER, 1);
            LittleEndian.putU16(transfers, at + TransferLayout.CODE, 1);
            LittleEndian.putU16(transfers, at + TransferLayout.FLAGS, flags);
        }
        execute(Operation.CREATE_TRANSFERS, transfers);
    }

    private Manifest checkpoint() {
        FrozenLedger frozen = ledger.freeze();
        assertTrue(frozen.needed().isEmpty());
        while (!frozen.isDone()) frozen.step(files);
        ledger.release(frozen);
        assertEquals(ledger.commitTimestamp(), frozen.commitTimestamp());
        return Manifest.read(frozen.manifest());
    }

    private Ledger open(byte[] manifest) {
        LedgerOpening opening = new LedgerOpening(options, files, manifest);
        long lastDone = 0;
        while (!opening.isDone()) {
            for (BlockId id : opening.needed()) assertTrue(opening.supply(id, files.readBlock(id.file(), id.block())));
            opening.step(files);
            BlockTask.Progress progress = opening.progress();
            assertTrue(progress.done() >= lastDone && progress.done() <= progress.total(), progress.toString());
            lastDone = progress.done();
        }
        assertEquals(opening.progress().total(), lastDone);
        return opening.ledger();
    }

    private static long pages(Manifest manifest) {
        long pages = 0;
        for (PageKind kind : PageKind.values()) {
            pages += manifest.pages(kind).stream().filter(page -> !page.isAbsent()).count();
        }
        return pages;
    }

    private static long blocksOfPageFiles(Manifest manifest) {
        return manifest.files().stream().filter(file -> file.kind() == FileKind.PAGES)
                .mapToLong(Manifest.File::blocks).sum();
    }

    @Test
    void costsWhatHasChanged() {
        createAccounts(20 * 512);
        Manifest first = checkpoint();
        assertEquals(20, blocksOfPageFiles(first));
        Manifest unchanged = checkpoint();
        assertEquals(first.files(), unchanged.files(), "nothing has changed, so nothing is written");
        createTransfers(1, 0, 1, 2);
        List<Manifest.File> since = checkpoint().filesSince(unchanged);
        assertEquals(1, since.size());
        assertEquals(3, since.get(0).blocks(), "a page of accounts, one of transfers, one of events");
    }

    @Test
    void pageFilesNeverHoldMoreThanTwiceWhatTheyMust() {
        createAccounts(60 * 512);
        int most = 0;
        for (int i = 0; i < 200; i++) {
            long account = 1 + i * 7_919L % (60 * 512 - 1);
            createTransfers(BATCH, 0, account, account + 1);
            Manifest manifest = checkpoint();
            assertTrue(blocksOfPageFiles(manifest) <= 2 * pages(manifest), "after checkpoint " + i);
            long pageFiles = manifest.files().stream().filter(file -> file.kind() == FileKind.PAGES).count();
            most = Math.max(most, (int) pageFiles);
            for (Manifest.File file : manifest.files()) assertFalse(manifest.isObsolete(file.number()));
        }
        assertTrue(most < 60, "page files: " + most);
    }

    @Test
    void theLedgerGoesOnWhileACheckpointIsWritten() {
        createAccounts(1_000);
        createTransfers(BATCH, TransferFlags.PENDING, 1, 2);
        byte[] before = ledger.digest();
        FrozenLedger frozen = ledger.freeze();
        for (int i = 0; i < 20; i++) createTransfers(BATCH, 0, 1, 900);
        while (!frozen.isDone()) frozen.step(files);
        ledger.release(frozen);
        assertArrayEquals(before, open(frozen.manifest()).digest());
    }

    @Test
    void aJobThatIsDueIsWaitedFor() {
        createAccounts(2);
        for (int i = 0; i < SEGMENT / BATCH; i++) createTransfers(BATCH, 0, 1, 2);
        List<LedgerJob> jobs = ledger.takeJobs();
        assertEquals("[segment of transfers 0 … 511]", jobs.toString());
        assertTrue(ledger.takeJobs().isEmpty(), "jobs are taken once");
        for (int i = 0; i < JobSchedule.SLACK * SEGMENT / BATCH - 1; i++) createTransfers(BATCH, 0, 1, 2);
        assertTrue(ledger.waitsFor().isEmpty());
        createTransfers(BATCH, 0, 1, 2);
        assertEquals(jobs, ledger.waitsFor());
        assertThrows(IllegalStateException.class, () -> createTransfers(1, 0, 1, 2));
        assertThrows(IllegalStateException.class, () -> ledger.freeze());
        LedgerJob job = jobs.get(0);
        assertThrows(IllegalStateException.class, () -> ledger.finish(job), "it is not done");
        while (!job.isDone()) job.step(files);
        ledger.finish(job);
        assertTrue(ledger.waitsFor().isEmpty());
        nextId--;
        createTransfers(1, 0, 1, 2);
        assertEquals(1, checkpoint().files().stream().filter(file -> file.kind() == FileKind.SEGMENT).count());
    }

    /** Neither before a restart nor after it, however long ago they were created. */
    @Test
    void openPendingTransfersNeedNoBlock() {
        ledger = new Ledger(options.withCacheBlocks(1), files);
        createAccounts(2);
        createTransfers(BATCH, TransferFlags.PENDING, 1, 2);
        for (int i = 0; i < 20 * SEGMENT / BATCH; i++) createTransfers(BATCH, 0, 1, 2);
        resolve(1, TransferFlags.POST_PENDING_TRANSFER);
        resolve(3, TransferFlags.VOID_PENDING_TRANSFER);
        ledger = open(checkpoint().encode());
        resolve(2, TransferFlags.POST_PENDING_TRANSFER);
        resolve(4, TransferFlags.VOID_PENDING_TRANSFER);
        long reads = files.reads();
        byte[] again = resolution(1, TransferFlags.VOID_PENDING_TRANSFER);
        assertFalse(ledger.prefetch(Operation.CREATE_TRANSFERS.code(), ledger.commitTimestamp() + 2, again).isEmpty());
        assertEquals(reads, files.reads(), "what is resolved does need one, and asks for it");
    }

    private void resolve(long pendingId, int flag) {
        for (LedgerJob job : ledger.takeJobs()) {
            job.runOn(files);
            ledger.finish(job);
        }
        byte[] body = resolution(pendingId, flag);
        long timestamp = ledger.commitTimestamp() + 2;
        long reads = files.reads();
        assertEquals(List.of(), ledger.prefetch(Operation.CREATE_TRANSFERS.code(), timestamp, body));
        byte[] reply = ledger.execute(Operation.CREATE_TRANSFERS.code(), timestamp, body);
        assertEquals(-1, LittleEndian.i32(reply, CreateResultLayout.STATUS));
        assertEquals(reads, files.reads());
    }

    private byte[] resolution(long pendingId, int flag) {
        byte[] transfer = new byte[TransferLayout.SIZE];
        LittleEndian.putU64(transfer, 0, nextId++);
        LittleEndian.putU64(transfer, TransferLayout.PENDING_ID, pendingId);
        boolean isPost = flag == TransferFlags.POST_PENDING_TRANSFER;
        LittleEndian.putU128(transfer, TransferLayout.AMOUNT, isPost ? Uint128.MAX : Uint128.ZERO);
        LittleEndian.putU16(transfer, TransferLayout.FLAGS, flag);
        return MultiBatch.encode(TransferLayout.SIZE, transfer);
    }

    @Test
    void oneCheckpointAtATime() {
        createAccounts(2);
        FrozenLedger frozen = ledger.freeze();
        assertThrows(IllegalStateException.class, () -> ledger.freeze());
        assertThrows(IllegalStateException.class, () -> ledger.release(frozen), "it is not written");
        assertThrows(IllegalStateException.class, () -> new Ledger(options).freeze(), "all in memory");
    }

    @Test
    void openingAsksForTheRightConfiguration() {
        createAccounts(2);
        byte[] manifest = checkpoint().encode();
        LedgerOptions other = options.withSegmentRecords(1_024);
        String message = assertThrows(IllegalArgumentException.class, () -> new LedgerOpening(other, files, manifest))
                .getMessage();
        assertTrue(message.startsWith("segmentRecords is 512 in the checkpoint and 1024 here"), message);
    }

    @Test
    void anEmptyLedgerHasACheckpoint() {
        Manifest manifest = checkpoint();
        assertTrue(manifest.files().isEmpty());
        ledger = open(manifest.encode());
        createAccounts(3);
        assertEquals(3, checkpoint().accounts());
    }

    /** Blocks are filled again once they are in a sealed file, but not while a checkpoint reads them. */
    @Test
    void segmentsSealedMeanwhileDoNotDisturbACheckpoint() {
        createAccounts(2);
        for (int batch = 0; batch < 4 * SEGMENT / BATCH - 1; batch++) createTransfers(BATCH, TransferFlags.NONE, 1, 2);
        byte[] before = ledger.digest();
        FrozenLedger slow = ledger.freeze();
        for (int batch = 0; batch < 4 * SEGMENT / BATCH; batch++) createTransfers(BATCH, TransferFlags.NONE, 2, 1);
        while (!slow.isDone()) slow.step(files);
        ledger.release(slow);
        assertArrayEquals(before, open(slow.manifest()).digest());
    }
}
