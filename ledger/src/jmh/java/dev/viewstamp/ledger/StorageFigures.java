package dev.viewstamp.ledger;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Fills a ledger whose files are in a folder as a node does it, jobs and checkpoints on another thread, and prints what
 * that costs; then opens it again from its last checkpoint. By hand, on a quiet machine, as the benchmarks (see the
 * module's POM):
 *
 * <pre>
 *  java -Xmx8g -XX:G1HeapRegionSize=8m -cp … dev.viewstamp.ledger.StorageFigures \
 *      FOLDER TRANSFERS ACCOUNTS [USER_DATA [BATCH [CHECKPOINT_EVERY [open]]]]
 * </pre>
 *
 * USER_DATA is {@code none}, {@code some} (user_data_64 of 100 000 values; the default) or {@code all} (all three, the
 * 128 bits different everywhere). BATCH is the largest number of transfers in a request, 8189 if not given; a smaller
 * one makes requests of 1 … BATCH. A checkpoint comes every CHECKPOINT_EVERY requests, 880 if not given. With {@code
 * open}, the folder is there already.
 */
public final class StorageFigures {
    private static final int BATCH = 8189;

    private final int batch;
    private final int checkpointEvery;

    private final FolderFiles files;
    private final Path folder;
    private final int accounts;
    private final String userData;
    private final SplittableRandom random = new SplittableRandom(42);
    private final ExecutorService background = Executors.newSingleThreadExecutor();
    /** Merges may take long, so nothing else waits behind them. */
    private final ExecutorService merges = Executors.newSingleThreadExecutor();
    private final LedgerOptions options;
    private Ledger ledger;
    private long timestamp;
    private long nextId = 1;
    private long executeNanos;
    private long slowestNanos;
    private long waitNanos;
    private long waits;
    private long sealNanos;                                  // CPU in user mode, without the files' system calls
    private long mergeNanos;
    private long checkpointNanos;
    private long freezeNanos;
    private Manifest last;

    private StorageFigures(Path folder, int accounts, String userData, int batch, int checkpointEvery) {
        this.batch = batch;
        this.checkpointEvery = checkpointEvery;
        this.folder = folder;
        this.accounts = accounts;
        this.userData = userData;
        files = new FolderFiles(folder);
        options = LedgerOptions.defaults().withHashSeed(random.nextLong());
    }

    public static void main(String[] args) throws Exception {
        Path folder = Files.createDirectories(Path.of(args[0]));
        String userData = args.length > 3 ? args[3] : "some";
        int batch = args.length > 4 ? Integer.parseInt(args[4]) : BATCH;
        int checkpointEvery = args.length > 5 ? Integer.parseInt(args[5]) : 880;
        int accounts = Integer.parseInt(args[2]);
        StorageFigures figures = new StorageFigures(folder, accounts, userData, batch, checkpointEvery);
        if (args.length < 7) figures.build(Long.parseLong(args[1]));
        figures.background.shutdown();
        figures.merges.shutdown();
        figures.forget();
        figures.open();
    }

    private void build(long transfers) throws Exception {
        ledger = new Ledger(options, files);
        createAccounts();
        Future<?> checkpoint = null;
        long entries = 0;
        long nextReport = transfers / 10;
        while (nextId <= transfers) {
            int count = batch == BATCH ? batch : 1 + random.nextInt(batch);
            execute(Operation.CREATE_TRANSFERS, drawTransfers(count));
            if (checkpoint != null && checkpoint.isDone()) {
                release(checkpoint);
                checkpoint = null;
            }
            if (++entries % checkpointEvery == 0) {
                if (checkpoint != null) release(checkpoint);
                checkpoint = freeze();
            }
            if (nextId > nextReport) {
                report();
                nextReport += transfers / 10;
            }
        }
        if (checkpoint != null) release(checkpoint);
        release(freeze());
        report();
        sizes();
    }

    private FrozenLedger frozen;

    private Future<?> freeze() throws Exception {
        waitForJobs();
        long start = System.nanoTime();
        frozen = ledger.freeze();
        freezeNanos = Math.max(freezeNanos, System.nanoTime() - start);
        FrozenLedger task = frozen;
        return background.submit(() -> {
            long cpu = cpu();
            while (!task.isDone()) task.step(files);
            checkpointNanos += cpu() - cpu;
        });
    }

    private void release(Future<?> written) throws Exception {
        written.get();
        ledger.release(frozen);
        last = Manifest.read(frozen.manifest());
        Files.write(folder.resolve("manifest"), frozen.manifest());
        files.keepOnly(last);
    }

    private record Running(LedgerJob job, Future<?> future) {}

    private final java.util.ArrayList<Running> jobs = new java.util.ArrayList<>();

    private void execute(Operation operation, byte[] request) throws Exception {
        waitForJobs();
        timestamp += 1 + RequestRules.timestampDelta(operation.code(), request);
        long start = System.nanoTime();
        ledger.prefetch(operation.code(), timestamp, request);
        byte[] reply = ledger.execute(operation.code(), timestamp, request);
        long took = System.nanoTime() - start;
        executeNanos += took;
        slowestNanos = Math.max(slowestNanos, took);
        if (LittleEndian.i32(reply, CreateResultLayout.STATUS) != CreateTransferStatus.CREATED.code()) {
            throw new IllegalStateException("not created");
        }
        for (LedgerJob job : ledger.takeJobs()) {
            ExecutorService thread = job instanceof MergeJob ? merges : background;
            jobs.add(new Running(job, thread.submit(() -> run(job))));
        }
        for (Running running : List.copyOf(jobs)) if (running.future.isDone()) finish(running);
    }

    private void run(LedgerJob job) {
        long cpu = cpu();
        job.runOn(files);
        if (job instanceof MergeJob) mergeNanos += cpu() - cpu;
        else sealNanos += cpu() - cpu;
    }

    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadUserTime();
    }

    private void finish(Running running) throws Exception {
        running.future.get();
        jobs.remove(running);
        ledger.finish(running.job);
    }

    private void waitForJobs() throws Exception {
        List<LedgerJob> due = ledger.waitsFor();
        if (due.isEmpty()) return;
        waits++;
        long start = System.nanoTime();
        for (Running running : List.copyOf(jobs)) if (due.contains(running.job)) finish(running);
        waitNanos += System.nanoTime() - start;
    }

    /** What was built, so that the memory of what is opened can be told. */
    private void forget() {
        ledger = null;
        frozen = null;
        jobs.clear();
    }

    private void createAccounts() throws Exception {
        for (int first = 1; first <= accounts; first += BATCH) {
            int count = Math.min(BATCH, accounts - first + 1);
            byte[] batch = new byte[count * AccountLayout.SIZE];
            for (int i = 0; i < count; i++) {
                int at = i * AccountLayout.SIZE;
                LittleEndian.putU64(batch, at, first + i);
                LittleEndian.putU32(batch, at + AccountLayout.LEDGER, 1);
                LittleEndian.putU16(batch, at + AccountLayout.CODE, 1);
            }
            execute(Operation.CREATE_ACCOUNTS, MultiBatch.encode(AccountLayout.SIZE, batch));
        }
        executeNanos = 0;
    }

    private byte[] drawTransfers(int count) {
        byte[] body = new byte[count * TransferLayout.SIZE];
        for (int i = 0; i < count; i++) {
            int at = i * TransferLayout.SIZE;
            int debit = random.nextInt(accounts);
            LittleEndian.putU64(body, at, nextId++);
            LittleEndian.putU64(body, at + TransferLayout.DEBIT_ACCOUNT_ID, debit + 1);
            int credit = (debit + 1 + random.nextInt(accounts - 1)) % accounts;
            LittleEndian.putU64(body, at + TransferLayout.CREDIT_ACCOUNT_ID, credit + 1);
            LittleEndian.putU64(body, at + TransferLayout.AMOUNT, 1 + random.nextInt(1000));
            LittleEndian.putU32(body, at + TransferLayout.LEDGER, 1);
            LittleEndian.putU16(body, at + TransferLayout.CODE, 1);
            if (userData.equals("none")) continue;
            LittleEndian.putU64(body, at + TransferLayout.USER_DATA_64, random.nextInt(100_000));
            if (userData.equals("some")) continue;
            LittleEndian.putU64(body, at + TransferLayout.USER_DATA_128, random.nextLong());
            LittleEndian.putU32(body, at + TransferLayout.USER_DATA_32, random.nextInt(1000));
        }
        return MultiBatch.encode(TransferLayout.SIZE, body);
    }

    private void report() {
        double transfers = nextId - 1;
        System.out.printf("%,d transfers: execute %.0f ns; CPU of sealing %.0f, merging %.0f, checkpoints %.0f ns each;"
                + " slowest entry %.1f ms, freeze %.2f ms, %d waits %.0f ms in all%n", nextId - 1,
                executeNanos / transfers, sealNanos / transfers, mergeNanos / transfers, checkpointNanos / transfers,
                slowestNanos / 1e6, freezeNanos / 1e6, waits, waitNanos / 1e6);
        if (last == null) return;
        System.out.printf("    last checkpoint: %.1f MB in %d files, pages %.1f MB, manifest %,d bytes%n",
                last.diskBytes() / 1e6, last.files().size(), last.diskBytes(FileKind.PAGES) / 1e6,
                last.encode().length);
    }

    private void sizes() {
        double transfers = last.transfers();
        System.out.printf("disk %.1f bytes per transfer, %d files, manifest %,d bytes%n", last.diskBytes() / transfers,
                last.files().size(), last.encode().length);
        for (FileKind kind : FileKind.values()) {
            System.out.printf("  %-13s %6.1f%n", kind, last.diskBytes(kind) / transfers);
        }
        memory("after building");
    }

    private static void memory(String when) {
        System.gc();
        System.gc();
        System.out.printf("heap %s: %,d MiB%n", when,
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20);
    }

    private void open() throws IOException {
        byte[] manifest = Files.readAllBytes(folder.resolve("manifest"));
        long start = System.nanoTime();
        LedgerOpening opening = new LedgerOpening(options, files, manifest);
        long slowest = 0;
        while (!opening.isDone()) {
            for (BlockId id : opening.needed()) {
                if (!opening.supply(id, files.readBlock(id.file(), id.block()))) throw new IOException("damaged " + id);
            }
            long step = System.nanoTime();
            opening.step(files);
            slowest = Math.max(slowest, System.nanoTime() - step);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        Manifest read = Manifest.read(manifest);
        System.out.printf("opened %,d transfers in %.1f s, slowest step %.1f ms%n", read.transfers(), seconds,
                slowest / 1e6);
        ledger = opening.ledger();
        memory("after opening");
        if (ledger.nextExpiry() != Long.MAX_VALUE) throw new IOException("nothing expires here");
    }
}
