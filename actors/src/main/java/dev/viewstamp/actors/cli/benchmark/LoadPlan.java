package dev.viewstamp.actors.cli.benchmark;

import dev.viewstamp.ledger.AccountLayout;
import dev.viewstamp.ledger.LedgerLimits;
import dev.viewstamp.ledger.LittleEndian;
import dev.viewstamp.ledger.MultiBatch;
import dev.viewstamp.ledger.Operation;
import dev.viewstamp.ledger.TransferLayout;
import java.util.SplittableRandom;

/**
 * What a benchmark submits, as request bodies ready to go: a pure function of the seed, so that any thread can make any
 * batch. Accounts have the ids 1 to n, transfers m + 1 to m + count, all in one ledger; a transfer moves 1 to 1000
 * between two accounts drawn evenly.
 *
 * @param before transfers that an earlier plan made, m
 * @param batchSize transfers per request; where it is a range, each size of it has its turn once in a round, from a
 *     place that the round decides
 * @param idHigh upper half of every id, so that runs against one cluster do not meet
 */
public record LoadPlan(int accountCount, long before, long transferCount, BatchSize batchSize, long seed, long idHigh) {
    /** Accounts are not what is measured: they come in full batches. */
    public static final int BATCH_MAX = Operation.CREATE_TRANSFERS.eventMax(LedgerLimits.BODY_MAX);

    private static final int LEDGER = 1;
    private static final int CODE = 1;
    private static final int AMOUNT_MAX = 1000;

    int accountBatches() {
        return (accountCount + BATCH_MAX - 1) / BATCH_MAX;
    }

    long transferBatches() {
        return batchSize.batches(transferCount);
    }

    int accountsIn(int batch) {
        return (int) Math.min(BATCH_MAX, accountCount - (long) batch * BATCH_MAX);
    }

    int transfersIn(long batch) {
        return (int) Math.min(batchSize.of(batch), transferCount - batchSize.first(batch));
    }

    /** Body of {@code create_accounts}. */
    byte[] accounts(int batch) {
        int count = accountsIn(batch);
        byte[] body = framed(Operation.CREATE_ACCOUNTS, count);
        for (int i = 0; i < count; i++) {
            int at = i * AccountLayout.SIZE;
            id(body, at + AccountLayout.ID, (long) batch * BATCH_MAX + i + 1);
            LittleEndian.putU32(body, at + AccountLayout.LEDGER, LEDGER);
            LittleEndian.putU16(body, at + AccountLayout.CODE, CODE);
        }
        return body;
    }

    /** Body of {@code create_transfers}. */
    byte[] transfers(long batch) {
        int count = transfersIn(batch);
        byte[] body = framed(Operation.CREATE_TRANSFERS, count);
        long first = before + batchSize.first(batch);
        SplittableRandom random = new SplittableRandom(seed ^ first * 0x9E3779B97F4A7C15L);
        for (int i = 0; i < count; i++) {
            int at = i * TransferLayout.SIZE;
            int debit = random.nextInt(accountCount);
            int credit = random.nextInt(accountCount - 1);
            id(body, at + TransferLayout.ID, first + i + 1);
            id(body, at + TransferLayout.DEBIT_ACCOUNT_ID, debit + 1L);
            id(body, at + TransferLayout.CREDIT_ACCOUNT_ID, (credit < debit ? credit : credit + 1) + 1L);
            LittleEndian.putU64(body, at + TransferLayout.AMOUNT, 1 + random.nextInt(AMOUNT_MAX));
            LittleEndian.putU32(body, at + TransferLayout.LEDGER, LEDGER);
            LittleEndian.putU16(body, at + TransferLayout.CODE, CODE);
        }
        return body;
    }

    /** What the transfers of such a body move in all. */
    static long sum(byte[] body, int count) {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += LittleEndian.u64(body, i * TransferLayout.SIZE + TransferLayout.AMOUNT);
        }
        return sum;
    }

    /** Body of {@code lookup_accounts} for the accounts of a batch of {@link #accounts}. */
    byte[] lookup(int batch) {
        int count = accountsIn(batch);
        byte[] body = framed(Operation.LOOKUP_ACCOUNTS, count);
        for (int i = 0; i < count; i++) {
            id(body, i * Operation.LOOKUP_ACCOUNTS.eventSize(), (long) batch * BATCH_MAX + i + 1);
        }
        return body;
    }

    private void id(byte[] body, int at, long number) {
        LittleEndian.putU64(body, at, number);
        LittleEndian.putU64(body, at + Long.BYTES, idHigh);
    }

    private static byte[] framed(Operation operation, int count) {
        int payload = count * operation.eventSize();
        byte[] body = new byte[payload + MultiBatch.trailerSize(operation.eventSize(), 1)];
        MultiBatch.writeTrailer(body, payload, operation.eventSize(), new int[] {count}, 1);
        return body;
    }
}
