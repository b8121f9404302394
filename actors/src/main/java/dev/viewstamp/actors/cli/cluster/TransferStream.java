package dev.viewstamp.actors.cli.cluster;

import dev.viewstamp.client.ClientFailure;
import dev.viewstamp.client.ViewstampClient;
import dev.viewstamp.ledger.CreateTransferResult;
import dev.viewstamp.ledger.CreateTransferStatus;
import dev.viewstamp.ledger.Transfer;
import dev.viewstamp.ledger.Uint128;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;

/**
 * A client that sends one small batch after another and keeps account of what it was told. When an outcome is unknown
 * it does what every application should: it submits the same transfers with the same ids again. One thread runs it.
 */
public final class TransferStream {
    private final ViewstampClient client;
    private final Transfer template;
    private final int batchSize;
    private final List<Uint128> acknowledged = new ArrayList<>();
    private long nextId;
    private volatile int requests;
    private int repeats;
    private long longestWaitNanos;

    /** @param template what every transfer is like, but for its id, which counts from the template's */
    public TransferStream(ViewstampClient client, Transfer template, int batchSize) {
        this.client = client;
        this.template = template;
        this.batchSize = batchSize;
        this.nextId = template.id().lo();
    }

    /** Sends so many batches, each until it has an answer. */
    public void send(int batches) {
        for (int i = 0; i < batches; i++) {
            List<Transfer> batch = new ArrayList<>();
            for (int j = 0; j < batchSize; j++) {
                batch.add(template.toBuilder().id(nextId++).build());
            }
            long start = System.nanoTime();
            submitUntilAnswered(batch);
            longestWaitNanos = Math.max(longestWaitNanos, System.nanoTime() - start);
            requests++;
        }
    }

    private void submitUntilAnswered(List<Transfer> batch) {
        while (true) {
            try {
                List<CreateTransferResult> results = client.createTransfers(batch).toCompletableFuture().join();
                for (int i = 0; i < results.size(); i++) {
                    CreateTransferStatus status = results.get(i).status();
                    if (status == CreateTransferStatus.CREATED || status == CreateTransferStatus.EXISTS) {
                        acknowledged.add(batch.get(i).id());
                    }
                }
                return;
            } catch (CompletionException e) {
                if (!(e.getCause() instanceof ClientFailure)) {
                    throw e;
                }
                repeats++;
            }
        }
    }

    /** Ids of the transfers that the cluster said were created. */
    public List<Uint128> acknowledged() {
        return acknowledged;
    }

    public int requests() {
        return requests;
    }

    /** How often an outcome was unknown, and the batch was submitted again. */
    public int repeats() {
        return repeats;
    }

    /** Longest time from a submission to its answer. */
    public long longestWaitMillis() {
        return longestWaitNanos / 1_000_000;
    }

    /** Forgets the waits so far, so that the next one stands out. */
    public void resetLongestWait() {
        longestWaitNanos = 0;
    }
}
