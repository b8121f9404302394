package dev.viewstamp.actors.cli.checkpoint;

import dev.viewstamp.actors.replica.ClientTable;
import dev.viewstamp.journal.CheckpointFile;
import dev.viewstamp.journal.CheckpointFiles;
import dev.viewstamp.journal.CheckpointFiles.Origin;
import dev.viewstamp.journal.CheckpointState;
import dev.viewstamp.journal.Checksums;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.Storage;
import dev.viewstamp.journal.Word128;
import dev.viewstamp.ledger.Account;
import dev.viewstamp.ledger.FrozenLedger;
import dev.viewstamp.ledger.Ledger;
import dev.viewstamp.ledger.LedgerFiles;
import dev.viewstamp.ledger.LedgerOptions;
import dev.viewstamp.ledger.Manifest;
import dev.viewstamp.ledger.MultiBatch;
import dev.viewstamp.ledger.Operation;
import dev.viewstamp.ledger.Transfer;
import dev.viewstamp.ledger.TransferFlags;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** A checkpoint of a real ledger in real files: 70 000 accounts and 200 000 transfers, some of them pending. */
public final class WrittenCheckpoint {
    public static final Word128 CLUSTER = Word128.of(5);
    public static final long OP = 879;
    public static final int ACCOUNTS = 70_000;
    public static final int TRANSFERS = 200_000;

    private static final int BATCH = 8000;

    private final Ledger ledger;
    private final CheckpointState state;
    private final Manifest manifest;
    private long timestamp;
    private long nextTransfer = 1;

    private WrittenCheckpoint(CheckpointFiles files) throws IOException {
        LedgerFiles sink = new Sink(files);
        ledger = new Ledger(LedgerOptions.defaults(), sink);
        for (int first = 1; first <= ACCOUNTS; first += BATCH) {
            createAccounts(first, Math.min(BATCH, ACCOUNTS - first + 1));
        }
        while (nextTransfer <= TRANSFERS) {
            createTransfers((int) Math.min(BATCH, TRANSFERS - nextTransfer + 1));
        }
        FrozenLedger frozen = ledger.freeze();
        while (!frozen.isDone()) {
            frozen.step(sink);
        }
        ledger.release(frozen);
        byte[] bytes = frozen.manifest();
        manifest = Manifest.read(bytes);
        byte[] sessions = new ClientTable(64).dump();
        StoredCheckpoint.writeHead(files, CheckpointFile.manifest(OP), bytes);
        StoredCheckpoint.writeHead(files, CheckpointFile.sessions(OP), sessions);
        EntryHeader header = EntryHeader.builder().cluster(CLUSTER).view(3).op(OP).commit(OP - 1).timestamp(timestamp)
                .operation(Operation.CREATE_TRANSFERS.code()).client(Word128.of(9)).request(77)
                .body(new byte[] {1}).build();
        state = new CheckpointState(header, Word128.of(1), Word128.of(2), Checksums.of(bytes), bytes.length,
                Checksums.of(sessions), sessions.length, 0);
    }

    /** Writes it into a folder that has no files yet. */
    public static WrittenCheckpoint in(CheckpointFiles files) {
        try {
            return new WrittenCheckpoint(files);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public CheckpointState state() {
        return state;
    }

    /** One of its data files. */
    public CheckpointFile firstFile() {
        return CheckpointFile.data(manifest.files().get(0).number());
    }

    /** Of the ledger that the checkpoint was made of, as it is now. */
    public String digest() {
        return HexFormat.of().formatHex(ledger.digest());
    }

    private void createAccounts(int first, int count) {
        byte[] payload = new byte[128 * count];
        for (int i = 0; i < count; i++) {
            Account.builder().id(first + i).ledger(1).code(1 + i % 3).build().writeTo(payload, 128 * i);
        }
        execute(Operation.CREATE_ACCOUNTS, payload, count);
    }

    /** Every hundredth waits, in pairs of a thousand accounts. */
    private void createTransfers(int count) {
        byte[] payload = new byte[128 * count];
        for (int i = 0; i < count; i++) {
            long id = nextTransfer++;
            Transfer.builder().id(id).debit(1 + id % 1000).credit(1001 + id % 777).amount(1 + id % 50).ledger(1).code(7)
                    .userData64(id % 11).flags(id % 100 == 0 ? TransferFlags.PENDING : 0)
                    .timeout(id % 100 == 0 ? 3600 : 0).build().writeTo(payload, 128 * i);
        }
        execute(Operation.CREATE_TRANSFERS, payload, count);
    }

    private void execute(Operation operation, byte[] payload, int count) {
        timestamp += count + 1000;
        ledger.execute(operation.code(), timestamp, MultiBatch.encode(128, payload));
    }

    /** Writes each block at once, as a node's workers do in the background. */
    private static final class Sink implements LedgerFiles {
        private final CheckpointFiles files;
        private final BlockFolder folder;
        private final Map<Long, ArrayDeque<byte[]>> drafts = new HashMap<>();

        Sink(CheckpointFiles files) {
            this.files = files;
            this.folder = new BlockFolder(files);
        }

        @Override
        public void create(long file) {
            drafts.put(file, new ArrayDeque<>());
        }

        @Override
        public void append(long file, byte[] block) {
            drafts.get(file).add(block);
        }

        @Override
        public void seal(long file) {
            List<byte[]> blocks = List.copyOf(drafts.remove(file));
            ByteBuffer buffer = Storage.allocate(BLOCK_SIZE);
            try {
                for (int i = 0; i < blocks.size(); i++) {
                    byte[] whole = new byte[i < blocks.size() - 1 ? BLOCK_SIZE : blocks.get(i).length];
                    System.arraycopy(blocks.get(i), 0, whole, 0, blocks.get(i).length);
                    files.write(CheckpointFile.data(file), Origin.OWN, (long) i * BLOCK_SIZE,
                            buffer.clear().put(whole).flip());
                }
                files.publish(CheckpointFile.data(file), Origin.OWN, (blocks.size() - 1L) * BLOCK_SIZE
                        + blocks.get(blocks.size() - 1).length);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public byte[] readBlock(long file, int block) {
            try {
                return folder.block(CheckpointFile.data(file), block);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void delete(long file) {
            throw new UnsupportedOperationException("files go with their checkpoints");
        }
    }
}
