package dev.viewstamp.client;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.Props;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.viewstamp.ledger.Operation;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * The line from threads to a LedgerClient actor: futures there, messages here. Thread-safe.
 *
 * <p>Every future completes even if the actor ends unasked: those that are open when its end is noticed fail.
 */
final class ClientLine {
    /** Ending an ActorSystem takes a second or so: its streams are flushed. */
    private static final long CLOSE_SECONDS_MAX = 10;

    private final ActorRef<LedgerClient.Command> actor;
    private final ActorSystem<?> system;
    private final boolean own;                           // and so ends with this line
    private final Executor completions;
    private final Map<CompletableFuture<?>, Integer> open = new ConcurrentHashMap<>();      // with operation codes
    private final CompletableFuture<Void> ended;
    private volatile boolean closed;

    private ClientLine(ActorRef<LedgerClient.Command> actor, CompletableFuture<Void> ended, ActorSystem<?> system,
                       boolean own) {
        this.actor = actor;
        this.ended = ended;
        this.system = system;
        this.own = own;
        this.completions = system.executionContext();
        ended.whenComplete((nothing, failure) -> failOpen());
    }

    static ClientLine ownSystem(Config application) {
        Config config = ConfigFactory.load(application.withFallback(ConfigFactory.parseResources(
                ClientLine.class.getClassLoader(), "viewstamp-client-system.conf")));
        ClientSettings settings = ClientSettings.of(config);
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "viewstamp-client", config);
        try {
            ArteryRequirements.check(system, settings);
            return start(system, LedgerClient.create(settings), true);
        } catch (RuntimeException e) {
            system.terminate();
            throw e;
        }
    }

    static ClientLine joined(ActorSystem<?> system, Behavior<LedgerClient.Command> client) {
        return start(system, client, false);
    }

    private static ClientLine start(ActorSystem<?> system, Behavior<LedgerClient.Command> client, boolean own) {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        String id = Long.toHexString(Ids.next().lo());
        ActorRef<LedgerClient.Command> actor = system.systemActorOf(client, "viewstamp-ledger-" + id, Props.empty());
        Behavior<Void> watcher = Behaviors.setup(context -> {
            context.watch(actor);
            return Behaviors.receive(Void.class).onSignal(Terminated.class, signal -> {
                ended.complete(null);
                return Behaviors.stopped();
            }).build();
        });
        system.systemActorOf(watcher, "viewstamp-watch-" + id, Props.empty());
        system.getWhenTerminated().whenComplete((done, failure) -> ended.complete(null));
        return new ClientLine(actor, ended, system, own);
    }

    ActorSystem<?> system() {
        return system;
    }

    <E, R> CompletionStage<List<R>> call(Operation operation, Rows<E> events, List<E> values, Rows<R> results,
                                         Duration timeout) {
        CompletableFuture<List<R>> future = new CompletableFuture<>();
        String flaw = RequestBody.flawOfCount(operation, values.size());
        if (flaw != null) {
            future.completeExceptionally(new RequestRejected(flaw + ". Nothing was sent."));
            return future;
        }
        return submit(operation.code(), false, events.encode(values), timeout, results::decode, future);
    }

    CompletionStage<byte[]> submit(int operation, boolean whole, byte[] bytes, Duration timeout) {
        return submit(operation, whole, bytes, timeout, Arrays::copyOfRange, new CompletableFuture<>());
    }

    private interface Decoder<T> {
        T decode(byte[] body, int from, int to);
    }

    CompletionStage<Integer> eventsMax(Duration timeout) {
        return ask(Operation.CREATE_TRANSFERS.code(), (body, from, to) -> RequestBody.eventsMax(body, from),
                new CompletableFuture<>(), answer -> new LedgerClient.LimitQuestion(timeout, answer));
    }

    private <T> CompletionStage<T> submit(int code, boolean whole, byte[] bytes, Duration timeout,
                                          Decoder<T> decoder, CompletableFuture<T> future) {
        return ask(code, decoder, future,
                answer -> new LedgerClient.Submission(code, whole, bytes, timeout, answer));
    }

    private <T> CompletionStage<T> ask(int code, Decoder<T> decoder, CompletableFuture<T> future,
                                       Function<Call.Answer, LedgerClient.Command> question) {
        if (closed) {
            future.completeExceptionally(new ClientClosed());
            return future;
        }
        open.put(future, code);
        actor.tell(question.apply(new Call.Answer() {
            @Override
            public void succeed(byte[] body, int from, int to) {
                T results = decoder.decode(body, from, to);
                open.remove(future);
                complete(() -> future.complete(results));
            }

            @Override
            public void fail(RuntimeException why) {
                open.remove(future);
                complete(() -> future.completeExceptionally(why));
            }
        }));
        if (ended.isDone()) {                             // looked at after open.put: one of both sees the other
            failOpen();
        }
        return future;
    }

    /** Elsewhere than in the actor's turn, as what is chained to a future runs with its completion. */
    private void complete(Runnable completion) {
        try {
            completions.execute(completion);
        } catch (RejectedExecutionException e) {          // the ActorSystem is ending
            completion.run();
        }
    }

    private void failOpen() {
        open.forEach((future, code) -> {
            open.remove(future);
            Operation operation = Operation.byCode(code);
            future.completeExceptionally(new OutcomeUnknown("The client has ended.",
                    operation == null || !operation.isCreate()));
        });
    }

    void close() {
        closed = true;
        actor.tell(new LedgerClient.Close());
        await(ended);                                     // first: what it still sends would meet a system in ruins
        if (own) {
            system.terminate();
            await(system.getWhenTerminated().toCompletableFuture());
        }
    }

    private static void await(CompletableFuture<?> end) {
        try {
            end.get(CLOSE_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(
                    "the client's ActorSystem did not end within " + CLOSE_SECONDS_MAX + " s", e);
        }
    }
}
