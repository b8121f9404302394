package dev.viewstamp.client;

import akka.NotUsed;
import akka.japi.Pair;
import akka.pattern.Patterns;
import akka.stream.OverflowStrategy;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Source;
import dev.viewstamp.ledger.ChangeEvent;
import dev.viewstamp.ledger.ChangeEventsFilter;
import dev.viewstamp.ledger.CreateTransferResult;
import dev.viewstamp.ledger.Transfer;
import dev.viewstamp.ledger.TransferFlags;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** The ledger as Akka Streams: changes out, transfers in. Blueprints; stateless until materialized. */
public final class LedgerStreams {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration RETRY_MAX = Duration.ofSeconds(5);
    /** One batch on the wire while the next one fills up behind it. */
    private static final int BATCHES_AT_ONCE = 2;

    private LedgerStreams() {
    }

    /** A transfer and what became of it. */
    public record TransferOutcome(Transfer transfer, CreateTransferResult result) {
    }

    /** {@link #changeEvents(ViewstampClient, long, Duration)}, looking for news ten times a second. */
    public static Source<ChangeEvent, NotUsed> changeEvents(ViewstampClient client, long fromTimestamp) {
        return changeEvents(client, fromTimestamp, POLL);
    }

    /**
     * Every change of balances from a time on, oldest first, without end: each exactly once, with none left out,
     * fetched as fast as the consumer asks. While the cluster is away the stream stands still.
     *
     * <p>To resume elsewhere, or after a failure of the consumer, store the timestamp of the last event that was
     * dealt with, together with its effect, and start from that plus one. Imported transfers are the exception to
     * order: they appear at their imported timestamps, so one imported behind the stream's position is not seen
     * (ledger spec §18).
     *
     * @param fromTimestamp inclusive, nanoseconds since the Unix epoch; 0 for everything
     * @param poll how long to wait for news when there are none
     */
    public static Source<ChangeEvent, NotUsed> changeEvents(ViewstampClient client, long fromTimestamp,
                                                            Duration poll) {
        if (fromTimestamp < 0 || poll.isNegative() || poll.isZero()) {
            throw new IllegalArgumentException("changes from " + fromTimestamp + ", every " + poll
                    + ": start at 0 or later and wait longer than zero");
        }
        return Source.unfoldAsync(new Position(fromTimestamp, Duration.ZERO), at -> at.pause().isZero()
                        ? page(client, at, poll)
                        : Patterns.after(at.pause(), client.system(), () -> page(client, at, poll)))
                .buffer(1, OverflowStrategy.backpressure())      // the next page comes while this one is consumed
                .mapConcat(page -> page);
    }

    /** Where the next page begins, and how long to wait before asking for it. */
    private record Position(long timestamp, Duration pause) {
    }

    /**
     * The page at this position, and the next position. A page may be empty: to go on asking in here until there are
     * news would tie a future to the next for as long as there are none.
     */
    private static CompletionStage<Optional<Pair<Position, List<ChangeEvent>>>> page(
            ViewstampClient client, Position at, Duration poll) {
        return client.getChangeEvents(ChangeEventsFilter.builder().timestampMin(at.timestamp()).build())
                .handle((page, failure) -> {
                    if (failure != null && !mayRepeat(failure)) {
                        throw thrown(failure);
                    }
                    if (failure != null) {
                        Duration longer = max(POLL, min(at.pause().multipliedBy(2), RETRY_MAX));
                        return Optional.of(Pair.create(new Position(at.timestamp(), longer), List.of()));
                    }
                    Position next = page.isEmpty() ? new Position(at.timestamp(), poll)
                            : new Position(page.get(page.size() - 1).timestamp() + 1, Duration.ZERO);
                    return Optional.of(Pair.create(next, page));
                });
    }

    /** A read can be repeated whatever became of it; what no repetition mends ends the stream. */
    private static boolean mayRepeat(Throwable failure) {
        RuntimeException cause = thrown(failure);
        return cause instanceof OutcomeUnknown || cause instanceof ClusterUnavailable
                || cause instanceof ClientOverloaded;
    }

    /** What a stage failed with, without the wrapping of the stages that depend on it. */
    private static RuntimeException thrown(Throwable failure) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause() : failure;
        return cause instanceof RuntimeException known ? known : new CompletionException(cause);
    }

    private static Duration max(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    /**
     * Creates the transfers that flow in and passes each on with its result, in order. Batches grow with the load:
     * as large as what came in while the last one was under way, at most what the cluster takes in one request. Chains
     * of linked transfers stay together, and so do runs of imported ones. Takes no more than three batches ahead of the
     * consumer.
     *
     * <p>Fails with the {@link ClientFailure} of the first batch that fails, after the results of all before it: if
     * that one's outcome is unknown, so it is of what follows. Give {@code client} a longer deadline by {@link
     * ViewstampClient#within} to sit out a lost majority. Fed the same transfers with the same ids again, those that
     * were created answer {@code EXISTS}.
     */
    public static Flow<Transfer, TransferOutcome, NotUsed> createTransfers(ViewstampClient client) {
        return Flow.lazyCompletionStageFlow(() -> client.eventsMax().thenApply(max -> createTransfers(client, max)))
                .mapMaterializedValue(later -> NotUsed.getInstance());
    }

    private static Flow<Transfer, TransferOutcome, NotUsed> createTransfers(ViewstampClient client, int eventsMax) {
        return Flow.of(Transfer.class)
                .map(Optional::of)
                .concat(Source.single(Optional.empty()))         // the end: flushes a chain that was left open
                .statefulMapConcat(() -> new Chains(eventsMax))
                .batchWeighted(eventsMax, chain -> (long) chain.size(), Batches::new, Batches::add)
                .mapConcat(batches -> batches.list)
                // Failures flow on as values: else one that comes early would overtake the batch before it.
                .mapAsync(BATCHES_AT_ONCE, batch -> client.createTransfers(batch)
                        .handle((results, failure) -> new Answer(batch, results, failure)))
                .mapConcat(LedgerStreams::outcomes);
    }

    /** What became of a batch; either {@code results} or {@code failure} is null. */
    private record Answer(List<Transfer> batch, List<CreateTransferResult> results, Throwable failure) {
    }

    private static List<TransferOutcome> outcomes(Answer answer) {
        if (answer.failure() != null) {
            throw thrown(answer.failure());
        }
        List<Transfer> batch = answer.batch();
        List<CreateTransferResult> results = answer.results();
        List<TransferOutcome> outcomes = new ArrayList<>(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            outcomes.add(new TransferOutcome(batch.get(i), results.get(i)));
        }
        return outcomes;
    }

    /** Collects linked transfers up to the one that closes the chain; empty stands for the end of the stream. */
    private static final class Chains
            implements akka.japi.function.Function<Optional<Transfer>, Iterable<List<Transfer>>> {
        private static final long serialVersionUID = 1;
        private final int eventsMax;
        private transient List<Transfer> open = new ArrayList<>();

        Chains(int eventsMax) {
            this.eventsMax = eventsMax;
        }

        @Override
        public Iterable<List<Transfer>> apply(Optional<Transfer> next) {
            next.ifPresent(open::add);
            boolean goesOn = next.isPresent() && next.get().has(TransferFlags.LINKED);
            if (open.isEmpty() || goesOn && open.size() <= eventsMax) {
                return List.of();                                // one too many is passed on, to be rejected by name
            }
            List<Transfer> chain = open;
            open = new ArrayList<>();
            return List.of(chain);
        }
    }

    /** What will be one request, or several where imported transfers meet others: a batch must not mix them. */
    private static final class Batches {
        private final List<List<Transfer>> list = new ArrayList<>();
        private boolean imported;

        Batches(List<Transfer> first) {
            add(first);
        }

        Batches add(List<Transfer> chain) {
            boolean isImported = chain.get(0).has(TransferFlags.IMPORTED);
            if (list.isEmpty() || isImported != imported) {
                list.add(new ArrayList<>());
                imported = isImported;
            }
            list.get(list.size() - 1).addAll(chain);
            return this;
        }
    }
}
