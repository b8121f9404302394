package dev.viewstamp.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.SinkQueueWithCancel;
import akka.stream.javadsl.Source;
import dev.viewstamp.client.LedgerStreams.TransferOutcome;
import dev.viewstamp.client.protocol.ClientInbox;
import dev.viewstamp.client.protocol.ClientMessage.EvictionReason;
import dev.viewstamp.client.protocol.ClientMessage.Request;
import dev.viewstamp.ledger.ChangeEvent;
import dev.viewstamp.ledger.MultiBatch;
import dev.viewstamp.ledger.Operation;
import dev.viewstamp.ledger.Transfer;
import dev.viewstamp.ledger.TransferFlags;
import dev.viewstamp.ledger.Uint128;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams over the facade, against a scripted door. */
class LedgerStreamsTest {
    private static ActorTestKit kit;
    private static long seed;

    private final ScriptedCluster cluster = new ScriptedCluster(1);
    private ActorRef<ClientInbox> door;
    private ViewstampClient client;

    @BeforeAll
    static void start() {
        kit = ActorTestKit.create("LedgerStreamsTest");
    }

    @AfterAll
    static void stop() {
        kit.shutdownTestKit();
    }

    @BeforeEach
    void connect() {
        ClientSettings s = TestSettings.of(1);
        ClientSettings fast = new ClientSettings(s.addresses(), s.cluster(), Duration.ofMillis(300), s.pingInterval(),
                Duration.ofMillis(20), Duration.ofMillis(60), s.queueMax(), s.queueBytesMax(), s.merge(),
                s.eventsMax(), s.release());
        door = kit.spawn(ScriptedDoor.create(Uint128.ZERO, 0, cluster));
        client = ViewstampClient.of(kit.system(), LedgerClient.create(fast,
                new ClientRuntime(System::nanoTime, new SplittableRandom(1000 + ++seed)), List.of(door)));
    }

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void everyTransferComesBackInOrderWithItsResult() {
        List<TransferOutcome> outcomes = join(source(20_000, i -> 0)
                .via(LedgerStreams.createTransfers(patient()))
                .runWith(Sink.seq(), kit.system()));
        assertEquals(IntStream.rangeClosed(1, 20_000).mapToObj(Uint128::of).toList(),
                outcomes.stream().map(outcome -> outcome.transfer().id()).toList());
        List<Integer> sizes = batchSizes();
        assertEquals(20_000, sizes.stream().mapToInt(size -> size).sum());
        assertTrue(sizes.size() < 200, "batches grow with the load: " + sizes.size() + " for 20000 transfers");
    }

    /** A chain is never cut, whatever the batch boundaries; runs of imported transfers get batches of their own. */
    @Test
    void chainsStayTogetherAndImportsApart() {
        IntUnaryOperator flags = i -> (i % 7 != 6 ? TransferFlags.LINKED : 0)
                | (i / 70 % 2 == 1 ? TransferFlags.IMPORTED : 0);
        join(source(7 * 3000, flags).via(LedgerStreams.createTransfers(patient()))
                .runWith(Sink.ignore(), kit.system()));
        int transfers = 0;
        for (Request request : executed(Operation.CREATE_TRANSFERS)) {
            for (byte[] batch : MultiBatch.decode(128, request.body())) {
                List<Transfer> rows = Rows.TRANSFERS.decode(batch, 0, batch.length);
                assertEquals(0, rows.size() % 7);
                assertEquals(1, rows.stream().map(t -> t.has(TransferFlags.IMPORTED)).distinct().count());
                transfers += rows.size();
            }
        }
        assertEquals(7 * 3000, transfers);
    }

    /** A cluster formatted for development takes 29 transfers in a request; the flow asks before it fills batches. */
    @Test
    void theFlowKeepsToTheClustersLimit() {
        script(c -> c.requestBodyMax = 3840);
        client.close();
        connect();
        assertEquals(29, join(client.eventsMax()));
        assertEquals(1000, join(source(1000, i -> 0).via(LedgerStreams.createTransfers(patient()))
                .runWith(Sink.seq(), kit.system())).size());
        assertTrue(batchSizes().stream().allMatch(size -> size <= 29));
    }

    @Test
    void aChainLeftOpenAtTheEndIsSentAsItIs() {
        List<TransferOutcome> outcomes = join(source(10, i -> i > 5 ? TransferFlags.LINKED : 0)
                .via(LedgerStreams.createTransfers(patient())).runWith(Sink.seq(), kit.system()));
        assertEquals(10, outcomes.size());
    }

    @Test
    void aChainLongerThanARequestIsRejectedByName() {
        CompletionException failure = assertThrows(CompletionException.class, () -> join(
                source(9000, i -> TransferFlags.LINKED).via(LedgerStreams.createTransfers(patient()))
                        .runWith(Sink.ignore(), kit.system())));
        assertInstanceOf(RequestRejected.class, failure.getCause());
    }

    @Test
    void anUnknownOutcomeEndsTheFlow() {
        // Opens the session: a call that still waits for that was never sent, and its outcome is known.
        join(source(1, i -> 0).via(LedgerStreams.createTransfers(patient()))
                .runWith(Sink.ignore(), kit.system()));
        door.tell(ScriptedDoor.HOLD);
        CompletionException failure = assertThrows(CompletionException.class, () -> join(
                source(10, i -> 0).via(LedgerStreams.createTransfers(client)).runWith(Sink.ignore(), kit.system())));
        assertInstanceOf(OutcomeUnknown.class, failure.getCause());
    }

    /** Else the consumer would learn that the second batch was never sent, not that the first may have been done. */
    @Test
    void aFailureThatComesEarlyDoesNotOvertakeTheBatchBefore() {
        join(source(1, i -> 0).via(LedgerStreams.createTransfers(patient()))
                .runWith(Sink.ignore(), kit.system()));
        door.tell(ScriptedDoor.HOLD);
        CompletionException failure = assertThrows(CompletionException.class, () -> join(
                source(9001, i -> i > 0 ? TransferFlags.LINKED : 0).via(LedgerStreams.createTransfers(client))
                        .runWith(Sink.ignore(), kit.system())));
        assertInstanceOf(OutcomeUnknown.class, failure.getCause());
    }

    /** A consumer that stops asking stops the source: what is under way fills up and no more is taken. */
    @Test
    void aSlowConsumerHoldsTheTransfersBack() {
        int[] taken = new int[1];
        SinkQueueWithCancel<TransferOutcome> sink = source(1_000_000, i -> 0)
                .map(transfer -> {
                    taken[0]++;
                    return transfer;
                })
                .via(LedgerStreams.createTransfers(patient()))
                .runWith(Sink.queue(), kit.system());
        for (int i = 0; i < 100; i++) {
            assertEquals(Uint128.of(i + 1), join(sink.pull()).orElseThrow().transfer().id());
        }
        join(client.lookupAccount(Uint128.ONE));             // everything submitted before it was executed
        int submitted = batchSizes().stream().mapToInt(size -> size).sum();
        assertTrue(submitted <= 4 * 8189, submitted + " submitted for a consumer of 100");
        sink.cancel();
    }

    /** Loss of sessions and of answers, a consumer that crashes and resumes: no gap and no duplicate. */
    @Test
    void changesAreCompleteAndUniqueThroughTroubleAndResumption() {
        CompletionStage<?> writing = source(12_000, i -> 0)
                .throttle(4_000, Duration.ofMillis(100))
                .via(LedgerStreams.createTransfers(patient()))
                .runWith(Sink.ignore(), kit.system());
        List<ChangeEvent> seen = new ArrayList<>();
        long cursor = 0;
        for (int life = 0; seen.size() < 12_000; life++) {
            int take = Math.min(900 + 700 * life, 12_000 - seen.size());
            seen.addAll(join(LedgerStreams.changeEvents(client, cursor, Duration.ofMillis(5)).take(take)
                    .runWith(Sink.seq(), kit.system())));
            cursor = seen.get(seen.size() - 1).timestamp() + 1;
            if (life == 1) {
                script(c -> c.down.add(0));                   // for longer than the deadline of a read
                kit.scheduler().scheduleOnce(Duration.ofMillis(700), () -> script(c -> c.down.clear()),
                        kit.system().executionContext());
            }
        }
        join(writing);
        assertEquals(IntStream.rangeClosed(1, 12_000).mapToObj(Uint128::of).toList(),
                seen.stream().map(event -> event.transfer().id()).toList());
    }

    @Test
    void anEvictionDoesNotDisturbTheChanges() {
        join(source(5, i -> 0).via(LedgerStreams.createTransfers(client)).runWith(Sink.ignore(), kit.system()));
        script(c -> c.evictsNext = EvictionReason.NO_SESSION);
        assertEquals(5, join(LedgerStreams.changeEvents(client, 0).take(5).runWith(Sink.seq(), kit.system())).size());
    }

    @Test
    void newsArriveAtAStreamThatWaits() {
        SinkQueueWithCancel<ChangeEvent> sink = LedgerStreams.changeEvents(client, 0, Duration.ofMillis(5))
                .runWith(Sink.queue(), kit.system());
        for (int id = 1; id <= 3; id++) {
            CompletionStage<java.util.Optional<ChangeEvent>> next = sink.pull();
            join(client.createTransfers(List.of(transfer(id, 0))));
            assertEquals(Uint128.of(id), join(next).orElseThrow().transfer().id());
        }
        sink.cancel();
    }

    @Test
    void aClosedClientEndsTheChanges() {
        client.close();
        CompletionException failure = assertThrows(CompletionException.class,
                () -> join(LedgerStreams.changeEvents(client, 0).runWith(Sink.ignore(), kit.system())));
        assertInstanceOf(ClientClosed.class, failure.getCause());
    }

    private static Source<Transfer, akka.NotUsed> source(int count, IntUnaryOperator flags) {
        return Source.range(1, count).map(id -> transfer(id, flags.applyAsInt(id - 1)));
    }

    private static Transfer transfer(int id, int flags) {
        return Transfer.builder().id(id).debit(1).credit(2).amount(1).ledger(1).code(1).flags(flags).build();
    }

    private void script(Consumer<ScriptedCluster> change) {
        synchronized (cluster) {
            change.accept(cluster);
        }
    }

    private List<Request> executed(Operation operation) {
        synchronized (cluster) {
            return cluster.executed.stream().filter(request -> request.operation() == operation.code()).toList();
        }
    }

    private List<Integer> batchSizes() {
        List<Integer> sizes = new ArrayList<>();
        for (Request request : executed(Operation.CREATE_TRANSFERS)) {
            MultiBatch.decode(128, request.body()).forEach(batch -> sizes.add(batch.length / 128));
        }
        return sizes;
    }

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(40, TimeUnit.SECONDS).join();
    }

    /** The client of these tests gives up soon; where that is not the point, slow machines get time. */
    private ViewstampClient patient() {
        return client.within(Duration.ofSeconds(20));
    }
}
