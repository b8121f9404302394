package dev.viewstamp.ledger.model;

import dev.viewstamp.ledger.Account;
import dev.viewstamp.ledger.LedgerLimits;
import dev.viewstamp.ledger.LedgerOptions;
import dev.viewstamp.ledger.LittleEndian;
import dev.viewstamp.ledger.MultiBatch;
import dev.viewstamp.ledger.Operation;
import dev.viewstamp.ledger.Transfer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Speaks in values with a ledger and gives each entry its timestamp as a primary does (ledger spec §5.1).
 * Behind it is the real ledger or the model, so that an example can be told once for both.
 */
final class LedgerDesk {
    private interface Execution {
        byte[] execute(int operation, long timestamp, byte[] body);
    }

    private final String name;
    private final Execution execution;
    private long prepareTimestamp;
    private long wall;

    private LedgerDesk(String name, Execution execution) {
        this.name = name;
        this.execution = execution;
    }

    /** For parameterized tests. */
    static Stream<LedgerDesk> both() {
        return Stream.of(
                new LedgerDesk("ledger", new LedgerSubject(LedgerOptions.defaults())::execute),
                new LedgerDesk("model", new ModelLedger(LedgerLimits.BODY_MAX)::execute));
    }

    /** From now on no entry is stamped before this. */
    void wall(long realtime) {
        wall = realtime;
    }

    /** One {@code timestamp/code} per event, C for created, as in ledger spec §24. */
    List<String> create(Account... accounts) {
        byte[] batch = new byte[accounts.length * 128];
        for (int i = 0; i < accounts.length; i++) accounts[i].writeTo(batch, i * 128);
        return createAccounts(batch);
    }

    /** For events that no value can express. */
    List<String> createAccounts(byte[] batch) {
        return results(execute(Operation.CREATE_ACCOUNTS, batch));
    }

    /** One {@code timestamp/code} per event, C for created, as in ledger spec §24. */
    List<String> create(Transfer... transfers) {
        byte[] batch = new byte[transfers.length * 128];
        for (int i = 0; i < transfers.length; i++) transfers[i].writeTo(batch, i * 128);
        return results(execute(Operation.CREATE_TRANSFERS, batch));
    }

    @Override
    public String toString() {
        return name;
    }

    private byte[] execute(Operation operation, byte[] batch) {
        long timestamp = stamp(operation.isCreate() ? batch.length / 128 : 0);
        byte[] body = MultiBatch.encode(operation.eventSize(), batch);
        byte[] reply = execution.execute(operation.code(), timestamp, body);
        return MultiBatch.decode(operation.resultSize(), reply).get(0);
    }

    private long stamp(int events) {
        prepareTimestamp = Math.max(prepareTimestamp + 1, wall) + events;
        return prepareTimestamp;
    }

    private static List<String> results(byte[] reply) {
        List<String> results = new ArrayList<>();
        for (int at = 0; at < reply.length; at += 16) {
            int status = LittleEndian.i32(reply, at + 8);
            results.add(LittleEndian.u64(reply, at) + "/" + (status == -1 ? "C" : String.valueOf(status)));
        }
        return results;
    }
}
