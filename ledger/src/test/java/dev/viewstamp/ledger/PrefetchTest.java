package dev.viewstamp.ledger;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** With files that cannot be read on the spot, prefetching finds every block that an entry needs. */
class PrefetchTest {
    private static final int ACCOUNTS = 7;
    private static final int TRANSFERS = 3_000;

    /** As a node's files are: reading them takes a message and its answer. */
    private static final class RemoteFiles implements LedgerFiles {
        private final DetachedFiles files = new DetachedFiles();
        private final Set<BlockId> verified = new HashSet<>();           // for the entry that is executed
        private int readAgain;

        @Override
        public void create(long file) {
            files.create(file);
        }

        @Override
        public void append(long file, byte[] block) {
            files.append(file, block.clone());
        }

        @Override
        public void seal(long file) {
            files.seal(file);
        }

        @Override
        public byte[] readBlock(long file, int block) {
            assertTrue(verified.contains(new BlockId(file, block)), "read without a check: " + block + " of " + file);
            readAgain++;
            return files.readBlock(file, block);
        }

        @Override
        public void delete(long file) {
            files.delete(file);
        }
    }

    private final RemoteFiles files = new RemoteFiles();
    private final LedgerOptions options = LedgerOptions.defaults().withSegmentRecords(64);
    private Ledger ledger = new Ledger(options.withCacheBlocks(64), files);
    private final Ledger reference = new Ledger(options);
    private final SplittableRandom random = new SplittableRandom(4);
    private long supplied;

    private byte[] execute(Operation operation, byte[] batch) {
        byte[] body = operation == Operation.PULSE ? batch : MultiBatch.encode(operation.eventSize(), batch);
        long timestamp = ledger.commitTimestamp() + 1 + RequestRules.timestampDelta(operation.code(), body);
        files.verified.clear();
        for (int rounds = 0; ; rounds++) {
            List<BlockId> missing = ledger.prefetch(operation.code(), timestamp, body);
            if (missing.isEmpty()) break;
            assertTrue(rounds < 2_000, "prefetching ends");
            for (BlockId id : missing) {
                byte[] block = files.files.readBlock(id.file(), id.block());
                if (supplied++ % 7 == 0) assertFalse(ledger.supply(id, damaged(block)), "damage is noticed");
                assertTrue(ledger.supply(id, block));
                files.verified.add(id);
            }
        }
        byte[] reply = ledger.execute(operation.code(), timestamp, body);
        runJobs();
        assertArrayEquals(reference.execute(operation.code(), timestamp, body), reply, operation.toString());
        return reply;
    }

    private void runJobs() {
        for (LedgerJob job : ledger.takeJobs()) {
            while (!job.isDone()) {
                for (BlockId id : job.needed()) {
                    byte[] block = files.files.readBlock(id.file(), id.block());
                    if (supplied++ % 7 == 0) assertFalse(job.supply(id, damaged(block)), "damage is noticed");
                    assertTrue(job.supply(id, block));
                }
                job.step(files);
            }
            ledger.finish(job);
        }
    }

    private byte[] damaged(byte[] block) {
        byte[] copy = block.clone();
        copy[random.nextInt(copy.length)] ^= (byte) (1 << random.nextInt(8));
        return copy;
    }

    private void createHistory() {
        byte[] accounts = new byte[ACCOUNTS * AccountLayout.SIZE];
        for (int i = 0; i < ACCOUNTS; i++) {
            int at = i * AccountLayout.SIZE;
            LittleEndian.putU64(accounts, at, i + 1);
            LittleEndian.putU32(accounts, at + AccountLayout.LEDGER, 1);
            LittleEndian.putU16(accounts, at + AccountLayout.CODE, 1);
            LittleEndian.putU16(accounts, at + AccountLayout.FLAGS, AccountFlags.HISTORY);
        }
        execute(Operation.CREATE_ACCOUNTS, accounts);
        for (int id = 1; id <= TRANSFERS; id += 50) {
            byte[] transfers = new byte[50 * TransferLayout.SIZE];
            for (int i = 0; i < 50; i++) putTransfer(transfers, i * TransferLayout.SIZE, id + i);
            execute(Operation.CREATE_TRANSFERS, transfers);
        }
    }

    /** Every third is pending, every sixth of these with a timeout. */
    private void putTransfer(byte[] transfers, int at, int id) {
        int debit = 1 + random.nextInt(ACCOUNTS);
        LittleEndian.putU64(transfers, at, id);
        LittleEndian.putU64(transfers, at + TransferLayout.DEBIT_ACCOUNT_ID, debit);
        LittleEndian.putU64(transfers, at + TransferLayout.CREDIT_ACCOUNT_ID, 1 + debit % ACCOUNTS);
        LittleEndian.putU64(transfers, at + TransferLayout.AMOUNT, id);
        LittleEndian.putU64(transfers, at + TransferLayout.USER_DATA_64, id % 40);
        LittleEndian.putU32(transfers, at + TransferLayout.LEDGER, 1);
        LittleEndian.putU16(transfers, at + TransferLayout.CODE, 1 + id % 3);
        LittleEndian.putU16(transfers, at + TransferLayout.FLAGS, id % 3 == 0 ? TransferFlags.PENDING : 0);
        LittleEndian.putU32(transfers, at + TransferLayout.TIMEOUT, id % 18 == 0 ? 1 : 0);
    }

    @Test
    void executionReadsNothing() {
        createHistory();
        lookups();
        queries();
        postsRetriesAndExpiry();
        assertTrue(supplied > 500, "blocks were missing: " + supplied);
        // The dump reads what it needs by itself, so compare what both ledgers say of everything.
        changeEvents();
        assertEquals(0, files.readAgain);
    }

    /** A node can replace a block that turns out bad while it looks ahead, but not while it executes. */
    @Test
    void whatDoesNotFitTheCacheIsVerifiedBeforehand() {
        ledger = new Ledger(options.withCacheBlocks(8), files);
        createHistory();
        postsRetriesAndExpiry();
        assertTrue(files.readAgain > 0, "an entry needed more blocks than the cache holds");
    }

    private void lookups() {
        byte[] ids = new byte[2_000 * 16];
        for (int i = 0; i < 2_000; i++) LittleEndian.putU64(ids, i * 16, random.nextInt(TRANSFERS + 100));
        byte[] reply = execute(Operation.LOOKUP_TRANSFERS, ids);
        assertTrue(reply.length > 1_800 * TransferLayout.SIZE);
        execute(Operation.LOOKUP_ACCOUNTS, ids);
    }

    private void queries() {
        for (int i = 0; i < 60; i++) {
            byte[] byAccount = new byte[AccountFilterLayout.SIZE];
            LittleEndian.putU64(byAccount, AccountFilterLayout.ACCOUNT_ID, 1 + i % ACCOUNTS);
            LittleEndian.putU32(byAccount, AccountFilterLayout.FLAGS, 1 + random.nextInt(7));
            LittleEndian.putU32(byAccount, AccountFilterLayout.LIMIT, 1 + random.nextInt(3_000));
            LittleEndian.putU64(byAccount, AccountFilterLayout.TIMESTAMP_MIN, random.nextInt(2_000));
            LittleEndian.putU64(byAccount, AccountFilterLayout.USER_DATA_64, random.nextInt(3));
            execute(Operation.GET_ACCOUNT_TRANSFERS, byAccount);
            execute(Operation.GET_ACCOUNT_BALANCES, byAccount);
            byte[] query = new byte[QueryFilterLayout.SIZE];
            LittleEndian.putU64(query, QueryFilterLayout.USER_DATA_64, random.nextInt(40));
            LittleEndian.putU32(query, QueryFilterLayout.LEDGER, random.nextInt(3));
            LittleEndian.putU16(query, QueryFilterLayout.CODE, random.nextInt(4));
            LittleEndian.putU32(query, QueryFilterLayout.LIMIT, 3_000);
            LittleEndian.putU32(query, QueryFilterLayout.FLAGS, random.nextInt(2));
            execute(Operation.QUERY_TRANSFERS, query);
            execute(Operation.QUERY_ACCOUNTS, query);
        }
    }

    private void postsRetriesAndExpiry() {
        byte[] posts = new byte[200 * TransferLayout.SIZE];
        for (int i = 0; i < 200; i++) {
            int at = i * TransferLayout.SIZE;
            boolean retry = i % 5 == 0;
            LittleEndian.putU64(posts, at, retry ? 1 + random.nextInt(TRANSFERS) : 10_000 + i);
            LittleEndian.putU64(posts, at + TransferLayout.PENDING_ID, 3L * (1 + random.nextInt(900)));
            int flag = i % 2 == 0 ? TransferFlags.POST_PENDING_TRANSFER : TransferFlags.VOID_PENDING_TRANSFER;
            LittleEndian.putU16(posts, at + TransferLayout.FLAGS, flag);
        }
        execute(Operation.CREATE_TRANSFERS, posts);
        execute(Operation.CREATE_TRANSFERS, posts);
        byte[] imported = new byte[AccountLayout.SIZE];
        LittleEndian.putU64(imported, 0, 99);
        LittleEndian.putU32(imported, AccountLayout.LEDGER, 1);
        LittleEndian.putU16(imported, AccountLayout.CODE, 1);
        LittleEndian.putU16(imported, AccountLayout.FLAGS, AccountFlags.IMPORTED);
        LittleEndian.putU64(imported, AccountLayout.TIMESTAMP, 1_000);
        execute(Operation.CREATE_ACCOUNTS, imported);
        long due = ledger.nextExpiry();
        assertTrue(due < Long.MAX_VALUE);
        while (ledger.commitTimestamp() < due) {
            long jump = Math.min(due, ledger.commitTimestamp() + 500_000_000);
            byte[] nothing = MultiBatch.encode(16, new byte[0]);
            ledger.execute(140, jump, nothing);
            reference.execute(140, jump, nothing);
        }
        execute(Operation.PULSE, new byte[0]);
        assertTrue(ledger.nextExpiry() > due);
    }

    private void changeEvents() {
        byte[] filter = new byte[ChangeEventsFilterLayout.SIZE];
        LittleEndian.putU32(filter, ChangeEventsFilterLayout.LIMIT, 10_000);
        long from = 1;
        int rows = 0;
        while (true) {
            LittleEndian.putU64(filter, 0, from);
            long timestamp = ledger.commitTimestamp() + 1;
            for (List<BlockId> missing; !(missing = ledger.prefetch(137, timestamp, filter)).isEmpty(); ) {
                for (BlockId id : missing) ledger.supply(id, files.files.readBlock(id.file(), id.block()));
            }
            byte[] reply = ledger.execute(137, timestamp, filter);
            assertArrayEquals(reference.execute(137, timestamp, filter), reply);
            if (reply.length == 0) break;
            rows += reply.length / ChangeEventLayout.SIZE;
            from = 1 + LittleEndian.u64(reply, reply.length - ChangeEventLayout.SIZE + ChangeEventLayout.TIMESTAMP);
        }
        assertTrue(rows > TRANSFERS, "transfers, posts, voids, expiries: " + rows);
        assertEquals(reference.nextExpiry(), ledger.nextExpiry());
    }
}
