package dev.viewstamp.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import dev.viewstamp.client.protocol.ClientInbox;
import dev.viewstamp.client.protocol.ClientMessage.EvictionReason;
import dev.viewstamp.client.protocol.ClientMessage.RefusalReason;
import dev.viewstamp.client.protocol.ClientMessage.Request;
import dev.viewstamp.ledger.Account;
import dev.viewstamp.ledger.AccountFilter;
import dev.viewstamp.ledger.CreateTransferResult;
import dev.viewstamp.ledger.CreateTransferStatus;
import dev.viewstamp.ledger.LedgerLimits;
import dev.viewstamp.ledger.MultiBatch;
import dev.viewstamp.ledger.Transfer;
import dev.viewstamp.ledger.Uint128;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The actor against a scripted door in the same ActorSystem. */
class LedgerClientTest {
    private static ActorTestKit kit;
    private static long seed;

    private final ScriptedCluster cluster = new ScriptedCluster(3);
    private ClientSettings settings = fast(TestSettings.of(3));
    private List<ActorRef<ClientInbox>> doors;
    private ActorRef<LedgerClient.Command> client;

    @BeforeAll
    static void start() {
        kit = ActorTestKit.create("LedgerClientTest");
    }

    @AfterAll
    static void stop() {
        kit.shutdownTestKit();
    }

    @BeforeEach
    void connect() {
        doors = IntStream.range(0, 3)
                .mapToObj(replica -> kit.spawn(ScriptedDoor.create(Uint128.ZERO, replica, cluster))).toList();
        client = spawn(settings);
    }

    private ActorRef<LedgerClient.Command> spawn(ClientSettings settings) {
        return kit.spawn(LedgerClient.create(settings,
                new ClientRuntime(System::nanoTime, new SplittableRandom(++seed)), doors));
    }

    /** Repeats soon, so that tests of loss need not wait. */
    private static ClientSettings fast(ClientSettings s) {
        return new ClientSettings(s.addresses(), s.cluster(), s.requestTimeout(), s.pingInterval(),
                Duration.ofMillis(20), Duration.ofMillis(60), s.queueMax(), s.queueBytesMax(), s.merge(),
                s.eventsMax(), s.release());
    }

    @Test
    void resultsComeTypedAndInOrder() {
        List<CreateTransferResult> results = join(transfers(3));
        assertEquals(3, results.size());
        results.forEach(result -> assertEquals(CreateTransferStatus.CREATED, result.status()));
        assertTrue(results.get(0).timestamp() < results.get(1).timestamp());
        List<Account> found = join(lookup(7, 9));
        assertEquals(List.of(Uint128.of(7), Uint128.of(9)), found.stream().map(Account::id).toList());
    }

    @Test
    void anEmptyBatchIsAccepted() {
        assertEquals(List.of(), join(transfers(0)));
        assertEquals(0, join(submit(147, new byte[0])).length);
    }

    /** Calls made while a request is in flight travel in one request and get their own results back. */
    @Test
    void waitingCallsAreMergedAndTheirResultsSplit() {
        doors.forEach(door -> door.tell(ScriptedDoor.HOLD));
        CompletionStage<List<Account>> first = lookup(1);
        await(() -> inFlight(first));
        List<CompletionStage<List<Account>>> waiting = new ArrayList<>();
        for (int call = 0; call < 40; call++) {
            waiting.add(lookup(IntStream.rangeClosed(0, call).map(i -> 1000 + i).toArray()));
        }
        doors.forEach(door -> door.tell(ScriptedDoor.RELEASE));
        assertEquals(1, join(first).size());
        for (int call = 0; call < 40; call++) {
            assertEquals(call + 1, join(waiting.get(call)).size());
        }
        List<Request> executed = executed();
        assertTrue(executed.size() <= 4, executed.size() + " requests for 41 calls and a register");
    }

    @Test
    void eightThousandEventsGoWithTheirLimitAndNoneMore() {
        assertEquals(8189, join(transfers(8189)).size());
        RequestRejected rejected = assertInstanceOf(RequestRejected.class, failure(transfers(8190)));
        assertTrue(rejected.getMessage().contains("8190 events where 8189 fit"), rejected.getMessage());
        assertFalse(rejected.mayTakeEffect());
    }

    @Test
    void malformedBodiesAreRefusedBeforeTheyAreSent() {
        record Bad(int operation, byte[] body, boolean framed, String message) {
        }
        byte[] twoFilters = MultiBatch.encode(128, List.of(filter(9000), filter(9000)));
        for (Bad bad : List.of(
                new Bad(147, new byte[127], false, "no whole number of events"),
                new Bad(147, new byte[8190 * 128], false, "8190 events where 8189 fit"),
                new Bad(130, new byte[8191 * 128], false, "8191 events where 8190 fit"),
                new Bad(142, new byte[256], false, "exactly one filter"),
                new Bad(137, new byte[0], false, "exactly one filter"),
                new Bad(142, new byte[128], false, "get_account_transfers: account_id is 0"),
                new Bad(143, filter(0), false, "get_account_balances: limit is 0; ask for one row or more"),
                new Bad(144, new byte[64], false, "query_accounts: limit is 0; ask for one row or more"),
                new Bad(137, new byte[64], false, "get_change_events: limit is 0; ask for one row or more"),
                new Bad(147, new byte[128], true, "without a well-formed trailer"),
                new Bad(147, new byte[LedgerLimits.BODY_MAX + 1], true, "1048320 fit"),
                new Bad(142, twoFilters, true, "do not fit in one reply"),
                new Bad(128, new byte[0], false, "none that a client may ask for"),
                new Bad(2, new byte[256], false, "none that a client may ask for"),
                new Bad(148, new byte[0], false, "none that a client may ask for"))) {
            Throwable failure = failure(bad.framed() ? submitFramed(bad.operation(), bad.body())
                    : submit(bad.operation(), bad.body()));
            assertInstanceOf(RequestRejected.class, failure);
            assertTrue(failure.getMessage().contains(bad.message()), failure.getMessage());
        }
        join(transfers(1));
        assertEquals(2, executed().size(), "register and one transfer");
    }

    @Test
    void aFramedBodyGoesOutAsItIs() {
        byte[] body = MultiBatch.encode(128, List.of(new byte[256], new byte[128]));
        byte[] reply = join(submitFramed(147, body));
        assertEquals(2, MultiBatch.count(reply, 16));
        assertEquals(body.length, executed().get(1).body().length);
        assertTrue(executed().get(1).body() == body, "without a copy");
    }

    @Test
    void aClusterWithASmallerLimitIsHonoured() {
        script(c -> c.requestBodyMax = 3840);
        ActorRef<LedgerClient.Command> early = spawn(settings);
        // 30 transfers were accepted before the limit was known; with the trailer they are one too many.
        Throwable failure = failure(ask(early, 30));
        assertTrue(failure.getMessage().contains("30 events where 29 fit"), failure.getMessage());
        assertEquals(29, join(ask(early, 29)).size());
        CompletionStage<Integer> eventsMax = AskPattern.askWithStatus(early, LedgerClient.GetEventsMax::new,
                Duration.ofSeconds(20), kit.scheduler());
        assertEquals(29, join(eventsMax));
    }

    @Test
    void theOutcomeIsUnknownAfterTheDeadlineOfASentCall() {
        join(transfers(1));
        doors.forEach(door -> door.tell(ScriptedDoor.HOLD));
        OutcomeUnknown unknown = assertInstanceOf(OutcomeUnknown.class,
                failure(transfers(1, Duration.ofMillis(150))));
        assertTrue(unknown.mayTakeEffect());
        assertTrue(unknown.getMessage().contains("create_transfers had no answer within 0.2 s"),
                unknown.getMessage());
        assertTrue(unknown.getMessage().contains("same ids"), unknown.getMessage());
        // The session goes on with the same request; who comes later waits under a deadline of his own.
        ClusterUnavailable notSent = assertInstanceOf(ClusterUnavailable.class,
                failure(transfers(1, Duration.ofMillis(100))));
        assertFalse(notSent.mayTakeEffect());
        assertTrue(notSent.getMessage().contains("waited behind"), notSent.getMessage());
        CompletionStage<List<CreateTransferResult>> later = transfers(2);
        doors.forEach(door -> door.tell(ScriptedDoor.RELEASE));
        assertEquals(2, join(later).size());
        assertEquals(List.of(0, 1, 2, 3), executed().stream().map(Request::request).toList());
    }

    @Test
    void aReadWhoseAnswerIsLateIsJustRepeated() {
        join(transfers(1));
        doors.forEach(door -> door.tell(ScriptedDoor.HOLD));
        OutcomeUnknown late = assertInstanceOf(OutcomeUnknown.class, failure(AskPattern.askWithStatus(client,
                (ActorRef<StatusReply<List<Account>>> replyTo) -> new LedgerClient.LookupAccounts(
                        List.of(Uint128.ONE), Duration.ofMillis(50), replyTo),
                Duration.ofSeconds(20), kit.scheduler())));
        assertFalse(late.mayTakeEffect());
        assertTrue(late.getMessage().contains("ask again"), late.getMessage());
    }

    @Test
    void anEvictedClientOpensANewSession() {
        join(transfers(1));
        script(c -> c.evictsNext = EvictionReason.NO_SESSION);
        OutcomeUnknown unknown = assertInstanceOf(OutcomeUnknown.class, failure(transfers(1)));
        assertTrue(unknown.getMessage().contains("NO_SESSION"), unknown.getMessage());
        assertEquals(1, join(transfers(1)).size());
        assertEquals(2, executed().stream().map(Request::client).distinct().count());
    }

    @Test
    void anEvictionForTheRequestItselfIsARejection() {
        join(transfers(1));
        script(c -> c.evictsNext = EvictionReason.INVALID_REQUEST_BODY);
        assertInstanceOf(RequestRejected.class, failure(transfers(1)));
        assertEquals(1, join(transfers(1)).size());
    }

    @Test
    void aClientThatMayNotRegisterTellsItsCallers() {
        script(c -> c.evictsRegisters = EvictionReason.CLIENT_RELEASE_TOO_LOW);
        ActorRef<LedgerClient.Command> outdated = spawn(settings);
        ClusterUnavailable unavailable = assertInstanceOf(ClusterUnavailable.class, failure(ask(outdated, 1)));
        assertTrue(unavailable.getMessage().contains("CLIENT_RELEASE_TOO_LOW"), unavailable.getMessage());
        assertFalse(unavailable.mayTakeEffect());
        script(c -> c.evictsRegisters = null);
        assertEquals(1, join(ask(outdated, 1)).size());
    }

    @Test
    void aRefusalIsToldAtOnceAndTheSessionStaysInStep() {
        join(transfers(1));
        script(c -> c.refuses = RefusalReason.LOG_FULL);
        ClusterUnavailable refused = assertInstanceOf(ClusterUnavailable.class, failure(transfers(1)));
        assertTrue(refused.mayTakeEffect());
        assertTrue(refused.getMessage().contains("log is full"), refused.getMessage());
        ClusterUnavailable waiting = assertInstanceOf(ClusterUnavailable.class, failure(transfers(1)));
        assertFalse(waiting.mayTakeEffect());
        script(c -> c.refuses = null);
        await(() -> executed().size() == 3);                  // the refused request was repeated and executed
        await(() -> transfers(1).toCompletableFuture().handle((results, failed) -> {
            Throwable late = failed instanceof CompletionException ? failed.getCause() : failed;
            // A refusal may have been on its way still; it speaks of calls that were not sent.
            assertTrue(late == null || late instanceof ClusterUnavailable u && !u.mayTakeEffect(), "" + late);
            return late == null;
        }).join());
        assertEquals(List.of(0, 1, 2, 3), executed().stream().map(Request::request).toList());
    }

    @Test
    void aNewPrimaryIsFound() {
        join(transfers(1));
        script(c -> {
            c.down.add(0);
            c.view = 4;
        });
        assertEquals(1, join(transfers(1)).size());
        assertEquals(1, join(transfers(1)).size());
        assertEquals(4, executed().get(3).view(), "a reply or a pong taught the view");
    }

    @Test
    void nobodyAnswers() {
        script(c -> c.down.addAll(List.of(0, 1, 2)));
        ActorRef<LedgerClient.Command> lonely = spawn(settings);
        ClusterUnavailable failure = assertInstanceOf(ClusterUnavailable.class,
                failure(ask(lonely, 1, Duration.ofMillis(200))));
        assertTrue(failure.getMessage().contains("has no session yet"), failure.getMessage());
        assertTrue(failure.getMessage().contains("127.0.0.1:4003"), failure.getMessage());
        assertTrue(failure.getMessage().contains("nothing heard"), failure.getMessage());
        assertTrue(failure.getMessage().contains("Check that"), failure.getMessage());
    }

    @Test
    void aWrongClusterIdIsNamed() {
        ActorRef<LedgerClient.Command> stray = spawn(settings.withCluster(Uint128.of(7)));
        Throwable failure = failure(ask(stray, 1, Duration.ofMillis(200)));
        assertTrue(failure.getMessage().contains("Cluster 7;"), failure.getMessage());
        assertTrue(failure.getMessage().contains("answers for cluster 0, not 7"), failure.getMessage());
    }

    @Test
    void aFullQueueIsSaid() {
        ClientSettings narrow = new ClientSettings(settings.addresses(), settings.cluster(),
                settings.requestTimeout(), settings.pingInterval(), settings.resendMin(), settings.resendMax(), 2,
                LedgerLimits.BODY_MAX, true, 8189, 1);
        script(c -> c.down.addAll(List.of(0, 1, 2)));
        ActorRef<LedgerClient.Command> busy = spawn(narrow);
        CompletionStage<List<CreateTransferResult>> first = ask(busy, 1);
        CompletionStage<List<CreateTransferResult>> second = ask(busy, 1);
        ClientOverloaded overloaded = assertInstanceOf(ClientOverloaded.class, failure(ask(busy, 1)));
        assertTrue(overloaded.getMessage().contains("viewstamp.client.queue-max"), overloaded.getMessage());
        script(c -> c.down.clear());
        join(first);
        join(second);
    }

    @Test
    void closingAnswersEverybody() {
        join(transfers(1));
        doors.forEach(door -> door.tell(ScriptedDoor.HOLD));
        CompletionStage<List<CreateTransferResult>> sent = transfers(1);
        CompletionStage<List<CreateTransferResult>> waiting = transfers(1);
        client.tell(new LedgerClient.Close());
        assertInstanceOf(OutcomeUnknown.class, failure(sent));
        assertInstanceOf(ClientClosed.class, failure(waiting));
        kit.createTestProbe().expectTerminated(client, Duration.ofSeconds(5));
    }

    /** A supervised client starts anew: another session, another inbox, and everybody is answered. */
    @Test
    void aRestartedClientServesOn() {
        ClientRuntime failing = new ClientRuntime(new java.util.function.LongSupplier() {
            private int calls;

            @Override
            public long getAsLong() {
                if (++calls == 40) {
                    throw new IllegalStateException("the clock of this test breaks once");
                }
                return System.nanoTime();
            }
        }, new SplittableRandom(++seed));
        ActorRef<LedgerClient.Command> supervised = kit.spawn(Behaviors.supervise(
                LedgerClient.create(settings, failing, doors))
                        .onFailure(SupervisorStrategy.restart().withLoggingEnabled(false)));
        int answered = 0;
        for (int i = 0; i < 60; i++) {
            try {
                join(AskPattern.askWithStatus(supervised,
                        (ActorRef<StatusReply<List<Account>>> replyTo) -> new LedgerClient.LookupAccounts(
                                List.of(Uint128.ONE), replyTo), Duration.ofSeconds(1), kit.scheduler()));
                answered++;
            } catch (CompletionException e) {
                assertTrue(e.getCause() instanceof ClientFailure
                        || e.getCause() instanceof java.util.concurrent.TimeoutException, e.toString());
            }
        }
        assertTrue(answered >= 58, answered + " answered");
        assertEquals(2, executed().stream().map(Request::client).distinct().count() - 1, "sessions besides our own");
    }

    @Test
    void commandsRefuseNullWhereTheyAreMade() {
        TestProbe<StatusReply<byte[]>> probe = kit.createTestProbe();
        assertThrows(NullPointerException.class, () -> new LedgerClient.Submit(147, null, probe.getRef()));
        assertThrows(NullPointerException.class, () -> new LedgerClient.CreateAccounts(null, null));
    }

    private void script(Consumer<ScriptedCluster> change) {
        synchronized (cluster) {
            change.accept(cluster);
        }
    }

    private List<Request> executed() {
        synchronized (cluster) {
            return List.copyOf(cluster.executed);
        }
    }

    /** The first call is surely in flight once the register was executed and the mailbox was emptied by an answer. */
    private boolean inFlight(CompletionStage<?> call) {
        return !executed().isEmpty() && !call.toCompletableFuture().isDone();
    }

    private static void await(java.util.function.BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "waited in vain");
            Thread.onSpinWait();
        }
    }

    private CompletionStage<List<CreateTransferResult>> transfers(int count) {
        return ask(client, count);
    }

    private CompletionStage<List<CreateTransferResult>> transfers(int count, Duration timeout) {
        return ask(client, count, timeout);
    }

    private CompletionStage<List<CreateTransferResult>> ask(ActorRef<LedgerClient.Command> client, int count) {
        return ask(client, count, null);
    }

    private CompletionStage<List<CreateTransferResult>> ask(ActorRef<LedgerClient.Command> client, int count,
                                                            Duration timeout) {
        List<Transfer> transfers = IntStream.range(0, count).mapToObj(i -> Transfer.builder().id(Ids.next())
                .debit(1).credit(2).amount(10).ledger(1).code(1).build()).toList();
        return AskPattern.askWithStatus(client,
                replyTo -> new LedgerClient.CreateTransfers(transfers, timeout, replyTo),
                Duration.ofSeconds(20), kit.scheduler());
    }

    private CompletionStage<List<Account>> lookup(int... ids) {
        List<Uint128> wanted = IntStream.of(ids).mapToObj(Uint128::of).toList();
        return AskPattern.askWithStatus(client, replyTo -> new LedgerClient.LookupAccounts(wanted, replyTo),
                Duration.ofSeconds(20), kit.scheduler());
    }

    private CompletionStage<byte[]> submit(int operation, byte[] body) {
        return AskPattern.askWithStatus(client, replyTo -> new LedgerClient.Submit(operation, body, replyTo),
                Duration.ofSeconds(20), kit.scheduler());
    }

    private CompletionStage<byte[]> submitFramed(int operation, byte[] body) {
        return AskPattern.askWithStatus(client, replyTo -> new LedgerClient.SubmitFramed(operation, body, replyTo),
                Duration.ofSeconds(20), kit.scheduler());
    }

    private static byte[] filter(int limit) {
        return Rows.ACCOUNT_FILTERS.encode(List.of(AccountFilter.builder().accountId(1).limit(limit).build()));
    }

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    }

    private static Throwable failure(CompletionStage<?> stage) {
        return assertThrows(CompletionException.class, () -> join(stage)).getCause();
    }
}
