package dev.viewstamp.client;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.PreRestart;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.pattern.StatusReply;
import dev.viewstamp.client.protocol.ClientEnvelope;
import dev.viewstamp.client.protocol.ClientInbox;
import dev.viewstamp.ledger.Account;
import dev.viewstamp.ledger.AccountBalance;
import dev.viewstamp.ledger.AccountFilter;
import dev.viewstamp.ledger.ChangeEvent;
import dev.viewstamp.ledger.ChangeEventsFilter;
import dev.viewstamp.ledger.CreateAccountResult;
import dev.viewstamp.ledger.CreateTransferResult;
import dev.viewstamp.ledger.Operation;
import dev.viewstamp.ledger.QueryFilter;
import dev.viewstamp.ledger.Transfer;
import dev.viewstamp.ledger.Uint128;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A client of the ledger, as an actor for the ask pattern. Spawn it anywhere, once per ActorSystem is enough:
 * concurrent calls share its session and travel together.
 *
 * <pre>{@code
 * ActorRef<LedgerClient.Command> ledger = context.spawn(LedgerClient.create(settings), "ledger");
 * CompletionStage<List<CreateTransferResult>> results = AskPattern.askWithStatus(ledger,
 *         replyTo -> new LedgerClient.CreateTransfers(transfers, replyTo), timeout, system.scheduler());
 * }</pre>
 *
 * <p>Every call is answered once: with its results, one per event in order, or with a {@link ClientFailure} that says
 * whether it may take effect. It is answered at its deadline at the latest, so give the ask itself a longer timeout.
 * Calls are executed in the order in which they arrived, but that a create may overtake reads that wait.
 */
public final class LedgerClient extends AbstractBehavior<LedgerClient.Command> {

    /** What the actor accepts. A {@code timeout} of null means the configured one. */
    public sealed interface Command {
    }

    /** Creates accounts, at most 8189; one result per account, in order. */
    public record CreateAccounts(List<Account> accounts, Duration timeout,
                                 ActorRef<StatusReply<List<CreateAccountResult>>> replyTo) implements Command {
        public CreateAccounts {
            accounts = List.copyOf(accounts);
            Objects.requireNonNull(replyTo, "replyTo");
        }

        public CreateAccounts(List<Account> accounts, ActorRef<StatusReply<List<CreateAccountResult>>> replyTo) {
            this(accounts, null, replyTo);
        }
    }

    /** Creates transfers, at most 8189; one result per transfer, in order. */
    public record CreateTransfers(List<Transfer> transfers, Duration timeout,
                                  ActorRef<StatusReply<List<CreateTransferResult>>> replyTo) implements Command {
        public CreateTransfers {
            transfers = List.copyOf(transfers);
            Objects.requireNonNull(replyTo, "replyTo");
        }

        public CreateTransfers(List<Transfer> transfers, ActorRef<StatusReply<List<CreateTransferResult>>> replyTo) {
            this(transfers, null, replyTo);
        }
    }

    /** The accounts that exist among these ids, in order of the ids; ids that do not exist are left out. */
    public record LookupAccounts(List<Uint128> ids, Duration timeout, ActorRef<StatusReply<List<Account>>> replyTo)
            implements Command {
        public LookupAccounts {
            ids = List.copyOf(ids);
            Objects.requireNonNull(replyTo, "replyTo");
        }

        public LookupAccounts(List<Uint128> ids, ActorRef<StatusReply<List<Account>>> replyTo) {
            this(ids, null, replyTo);
        }
    }

    /** The transfers that exist among these ids, in order of the ids; ids that do not exist are left out. */
    public record LookupTransfers(List<Uint128> ids, Duration timeout, ActorRef<StatusReply<List<Transfer>>> replyTo)
            implements Command {
        public LookupTransfers {
            ids = List.copyOf(ids);
            Objects.requireNonNull(replyTo, "replyTo");
        }

        public LookupTransfers(List<Uint128> ids, ActorRef<StatusReply<List<Transfer>>> replyTo) {
            this(ids, null, replyTo);
        }
    }

    /** Transfers of one account, by time. */
    public record GetAccountTransfers(AccountFilter filter, Duration timeout,
                                      ActorRef<StatusReply<List<Transfer>>> replyTo) implements Command {
        public GetAccountTransfers {
            Objects.requireNonNull(filter, "filter");
            Objects.requireNonNull(replyTo, "replyTo");
        }

        public GetAccountTransfers(AccountFilter filter, ActorRef<StatusReply<List<Transfer>>> replyTo) {
            this(filter, null, replyTo);
        }
    }

    /** Balances after each transfer of one account that keeps its history, by time. */
    public record GetAccountBalances(AccountFilter filter, Duration timeout,
                                     ActorRef<StatusReply<List<AccountBalance>>> replyTo) implements Command {
        public GetAccountBalances {
            Objects.requireNonNull(filter, "filter");
            Objects.requireNonNull(replyTo, "replyTo");
        }

        public GetAccountBalances(AccountFilter filter, ActorRef<StatusReply<List<AccountBalance>>> replyTo) {
            this(filter, null, replyTo);
        }
    }

    /** Accounts that meet all conditions, by time. */
    public record QueryAccounts(QueryFilter filter, Duration timeout, ActorRef<StatusReply<List<Account>>> replyTo)
            implements Command {
        public QueryAccounts {
            Objects.requireNonNull(filter, "filter");
            Objects.requireNonNull(replyTo, "replyTo");
        }

        public QueryAccounts(QueryFilter filter, ActorRef<StatusReply<List<Account>>> replyTo) {
            this(filter, null, replyTo);
        }
    }

    /** Transfers that meet all conditions, by time. */
    public record QueryTransfers(QueryFilter filter, Duration timeout, ActorRef<StatusReply<List<Transfer>>> replyTo)
            implements Command {
        public QueryTransfers {
            Objects.requireNonNull(filter, "filter");
            Objects.requireNonNull(replyTo, "replyTo");
        }

        public QueryTransfers(QueryFilter filter, ActorRef<StatusReply<List<Transfer>>> replyTo) {
            this(filter, null, replyTo);
        }
    }

    /** Changes of balances, oldest first, at most 2730. */
    public record GetChangeEvents(ChangeEventsFilter filter, Duration timeout,
                                  ActorRef<StatusReply<List<ChangeEvent>>> replyTo) implements Command {
        public GetChangeEvents {
            Objects.requireNonNull(filter, "filter");
            Objects.requireNonNull(replyTo, "replyTo");
        }

        public GetChangeEvents(ChangeEventsFilter filter, ActorRef<StatusReply<List<ChangeEvent>>> replyTo) {
            this(filter, null, replyTo);
        }
    }

    /**
     * Records as they are on the wire, for callers that have them already.
     *
     * @param operation code of a ledger operation, legacy ones included (ledger spec §6.1)
     * @param body events of one batch, which are framed here if the operation is, and answered with bare results;
     *     must not be changed afterwards
     */
    public record Submit(int operation, byte[] body, Duration timeout, ActorRef<StatusReply<byte[]>> replyTo)
            implements Command {
        public Submit {
            Objects.requireNonNull(body, "body");
            Objects.requireNonNull(replyTo, "replyTo");
        }

        public Submit(int operation, byte[] body, ActorRef<StatusReply<byte[]>> replyTo) {
            this(operation, body, null, replyTo);
        }
    }

    /**
     * A request's body as it goes out, trailer included; answered with the reply's body as it came. Travels alone.
     *
     * @param body must not be changed afterwards
     */
    public record SubmitFramed(int operation, byte[] body, Duration timeout, ActorRef<StatusReply<byte[]>> replyTo)
            implements Command {
        public SubmitFramed {
            Objects.requireNonNull(body, "body");
            Objects.requireNonNull(replyTo, "replyTo");
        }

        public SubmitFramed(int operation, byte[] body, ActorRef<StatusReply<byte[]>> replyTo) {
            this(operation, body, null, replyTo);
        }
    }

    /**
     * How many accounts or transfers one call may carry: 8189, or fewer if the cluster was formatted so. Answered
     * once a session is open.
     */
    public record GetEventsMax(Duration timeout, ActorRef<StatusReply<Integer>> replyTo) implements Command {
        public GetEventsMax {
            Objects.requireNonNull(replyTo, "replyTo");
        }

        public GetEventsMax(ActorRef<StatusReply<Integer>> replyTo) {
            this(null, replyTo);
        }
    }

    /** Ends the actor. Calls that were not sent fail with {@link ClientClosed}, the others with OutcomeUnknown. */
    public record Close() implements Command {
    }

    /** A call of the facade. */
    record Submission(int operation, boolean whole, byte[] bytes, Duration timeout, Call.Answer answer)
            implements Command {
    }

    /** The facade's {@link GetEventsMax}: answered with the limit of request bodies in bytes, u32. */
    record LimitQuestion(Duration timeout, Call.Answer answer) implements Command {
    }

    private record Received(ClientEnvelope envelope) implements Command {
    }

    private record Wake() implements Command {
    }

    private static final Wake WAKE = new Wake();
    /** Request numbers are u32 on the wire; half of them last for weeks at 1000 requests a second. */
    private static final int REQUEST_MAX = Integer.MAX_VALUE - 1;

    private final CallDesk desk;
    private final ActorRef<ClientInbox> inbox;
    private final TimerScheduler<Command> timers;
    private final ClientRuntime runtime;
    private long wakeAt;
    private boolean timerRuns;

    private LedgerClient(ActorContext<Command> context, TimerScheduler<Command> timers, ClientSettings settings,
                         ClientRuntime runtime, List<ActorRef<ClientInbox>> doors) {
        super(context);
        this.timers = timers;
        this.runtime = runtime;
        String name = Inbox.NAME + Long.toHexString(runtime.random().nextLong());
        this.inbox = context.getSystem().systemActorOf(
                Inbox.create(context.getSelf(), Received::new), name, Props.empty());
        String address = Adapter.toClassic(context.getSystem()).provider().getDefaultAddress().toString();
        this.desk = new CallDesk(settings, runtime, doors, inbox, address, context.getLog(), REQUEST_MAX);
        desk.open();
        schedule();
    }

    /**
     * A client that reaches the replicas over Artery.
     *
     * @throws IllegalStateException when spawned in an ActorSystem whose remoting would lose its messages; the
     * message     names key and mend
     */
    public static Behavior<Command> create(ClientSettings settings) {
        return Behaviors.setup(context -> {
            ArteryRequirements.check(context.getSystem(), settings);
            return create(settings, ClientRuntime.system(), doors(context.getSystem(), settings));
        });
    }

    /**
     * A client of doors in the same ActorSystem, with time and randomness of the caller's: for simulations and tests.
     *
     * @param doors one per address of the settings, in replica order
     */
    public static Behavior<Command> create(ClientSettings settings, ClientRuntime runtime,
                                           List<ActorRef<ClientInbox>> doors) {
        if (doors.size() != settings.addresses().size()) {
            throw new IllegalArgumentException(doors.size() + " doors for addresses " + settings.addresses());
        }
        return Behaviors.setup(context -> Behaviors.withTimers(
                timers -> new LedgerClient(context, timers, settings, runtime, doors)));
    }

    private static List<ActorRef<ClientInbox>> doors(ActorSystem<?> system, ClientSettings settings) {
        ActorRefResolver resolver = ActorRefResolver.get(system);
        return settings.addresses().stream().map(address -> resolver.<ClientInbox>resolveActorRef(
                "akka://" + ClientEnvelope.SYSTEM_NAME + "@" + address + ClientEnvelope.DOOR_PATH)).toList();
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(CreateAccounts.class, c -> accept(Operation.CREATE_ACCOUNTS, Rows.ACCOUNTS, c.accounts,
                        c.timeout, Rows.ACCOUNT_RESULTS, c.replyTo))
                .onMessage(CreateTransfers.class, c -> accept(Operation.CREATE_TRANSFERS, Rows.TRANSFERS, c.transfers,
                        c.timeout, Rows.TRANSFER_RESULTS, c.replyTo))
                .onMessage(LookupAccounts.class, c -> accept(Operation.LOOKUP_ACCOUNTS, Rows.IDS, c.ids,
                        c.timeout, Rows.ACCOUNTS, c.replyTo))
                .onMessage(LookupTransfers.class, c -> accept(Operation.LOOKUP_TRANSFERS, Rows.IDS, c.ids,
                        c.timeout, Rows.TRANSFERS, c.replyTo))
                .onMessage(GetAccountTransfers.class, c -> accept(Operation.GET_ACCOUNT_TRANSFERS,
                        Rows.ACCOUNT_FILTERS, List.of(c.filter), c.timeout, Rows.TRANSFERS, c.replyTo))
                .onMessage(GetAccountBalances.class, c -> accept(Operation.GET_ACCOUNT_BALANCES,
                        Rows.ACCOUNT_FILTERS, List.of(c.filter), c.timeout, Rows.BALANCES, c.replyTo))
                .onMessage(QueryAccounts.class, c -> accept(Operation.QUERY_ACCOUNTS, Rows.QUERY_FILTERS,
                        List.of(c.filter), c.timeout, Rows.ACCOUNTS, c.replyTo))
                .onMessage(QueryTransfers.class, c -> accept(Operation.QUERY_TRANSFERS, Rows.QUERY_FILTERS,
                        List.of(c.filter), c.timeout, Rows.TRANSFERS, c.replyTo))
                .onMessage(GetChangeEvents.class, c -> accept(Operation.GET_CHANGE_EVENTS,
                        Rows.CHANGE_EVENTS_FILTERS, List.of(c.filter), c.timeout, Rows.CHANGE_EVENTS, c.replyTo))
                .onMessage(Submit.class, c -> accept(c.operation, false, c.body, c.timeout, bytesTo(c.replyTo)))
                .onMessage(SubmitFramed.class, c -> accept(c.operation, true, c.body, c.timeout, bytesTo(c.replyTo)))
                .onMessage(Submission.class, c -> accept(c.operation, c.whole, c.bytes, c.timeout, c.answer))
                .onMessage(GetEventsMax.class, c -> acceptLimitQuestion(c.timeout, eventsMaxTo(c.replyTo)))
                .onMessage(LimitQuestion.class, c -> acceptLimitQuestion(c.timeout, c.answer))
                .onMessage(Received.class, this::onReceived)
                .onMessage(Wake.class, this::onWake)
                .onMessage(Close.class, close -> Behaviors.stopped())
                .onSignal(PostStop.class, ended -> onEnd())
                .onSignal(PreRestart.class, ended -> onEnd())
                .build();
    }

    private <E, R> Behavior<Command> accept(Operation operation, Rows<E> events, List<E> values, Duration timeout,
                                            Rows<R> results, ActorRef<StatusReply<List<R>>> replyTo) {
        Call.Answer answer = new Call.Answer() {
            @Override
            public void succeed(byte[] body, int from, int to) {
                replyTo.tell(StatusReply.success(results.decode(body, from, to)));
            }

            @Override
            public void fail(RuntimeException why) {
                replyTo.tell(StatusReply.error(why));
            }
        };
        String flaw = RequestBody.flawOfCount(operation, values.size());
        if (flaw != null) {
            answer.fail(new RequestRejected(flaw + ". Nothing was sent."));
            return this;
        }
        return accept(operation.code(), false, events.encode(values), timeout, answer);
    }

    private static Call.Answer bytesTo(ActorRef<StatusReply<byte[]>> replyTo) {
        return new Call.Answer() {
            @Override
            public void succeed(byte[] body, int from, int to) {
                replyTo.tell(StatusReply.success(Arrays.copyOfRange(body, from, to)));
            }

            @Override
            public void fail(RuntimeException why) {
                replyTo.tell(StatusReply.error(why));
            }
        };
    }

    private Behavior<Command> accept(int operation, boolean whole, byte[] bytes, Duration timeout,
                                     Call.Answer answer) {
        desk.accept(operation, whole, bytes, timeout, answer);
        return schedule();
    }

    private Behavior<Command> acceptLimitQuestion(Duration timeout, Call.Answer answer) {
        desk.awaitLimit(timeout, answer);
        return schedule();
    }

    private static Call.Answer eventsMaxTo(ActorRef<StatusReply<Integer>> replyTo) {
        return new Call.Answer() {
            @Override
            public void succeed(byte[] body, int from, int to) {
                replyTo.tell(StatusReply.success(RequestBody.eventsMax(body, from)));
            }

            @Override
            public void fail(RuntimeException why) {
                replyTo.tell(StatusReply.error(why));
            }
        };
    }

    private Behavior<Command> onReceived(Received received) {
        desk.receive(received.envelope);
        return schedule();
    }

    private Behavior<Command> onWake(Wake wake) {
        timerRuns = false;
        desk.onTime();
        return schedule();
    }

    private Behavior<Command> onEnd() {
        desk.close();
        inbox.tell(Inbox.STOP);
        return this;
    }

    /** Keeps one timer, not later than what is due next: a timer that comes too early costs less than one per call. */
    private Behavior<Command> schedule() {
        long due = desk.wakeAt();
        if (!timerRuns || due - wakeAt < 0) {
            wakeAt = due;
            timerRuns = true;
            long nanos = Math.max(0, due - runtime.nanoTime());
            timers.startSingleTimer(WAKE, WAKE, Duration.ofNanos(nanos).plusMillis(1));
        }
        return this;
    }
}
