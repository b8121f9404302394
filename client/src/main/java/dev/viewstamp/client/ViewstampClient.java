package dev.viewstamp.client;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * A client of the ledger for code without actors.
 *
 * <pre>{@code
 * try (ViewstampClient client = ViewstampClient.connect("db1:4000,db2:4000,db3:4000")) {
 *     client.createAccounts(List.of(Account.builder().id(1).ledger(700).code(10).build()))
 *             .toCompletableFuture().join();
 * }
 * }</pre>
 *
 * <p>Thread-safe; make one per process and share it. Calls that are made while a request is in flight travel together
 * in the next one, so many threads, or many stages in flight, cost one client hardly more than one.
 *
 * <p>Every stage completes at its deadline at the latest: with results, one per event in order, or exceptionally
 * with a {@link ClientFailure} that says whether the call may still take effect. Stages complete on the
 * ActorSystem's default dispatcher: what is chained to them must not block there.
 */
public final class ViewstampClient implements AutoCloseable {
    private final ClientLine line;
    private final Duration timeout;                     // null: as configured

    private ViewstampClient(ClientLine line, Duration timeout) {
        this.line = line;
        this.timeout = timeout;
    }

    /** Connects as the application's configuration says: application.conf, system properties, {@code -Dconfig.file}. */
    public static ViewstampClient connect() {
        return connect(ConfigFactory.defaultApplication());
    }

    /**
     * Connects to these replicas, all else as configured.
     *
     * @param addresses the replicas' own (Artery) addresses in replica order, such as "db1:4000,db2:4000,db3:4000"
     */
    public static ViewstampClient connect(String addresses) {
        ClientSettings.parseAddresses(addresses);
        return connect(ConfigFactory.parseMap(Map.of("viewstamp.client.addresses", addresses))
                .withFallback(ConfigFactory.defaultApplication()));
    }

    /**
     * Connects with an ActorSystem of its own, which ends with the client.
     *
     * @param application the settings that differ from the defaults, {@code viewstamp.client} and {@code akka}
     * @throws IllegalArgumentException naming the setting and the mend
     */
    public static ViewstampClient connect(Config application) {
        return new ViewstampClient(ClientLine.ownSystem(application), null);
    }

    /**
     * Connects through an ActorSystem that exists; closing the client leaves it running.
     *
     * @throws IllegalStateException if the system's remoting would lose messages; names key and mend
     */
    public static ViewstampClient connect(ActorSystem<?> system, ClientSettings settings) {
        ArteryRequirements.check(system, settings);
        return new ViewstampClient(ClientLine.joined(system, LedgerClient.create(settings)), null);
    }

    /** A client whose actor is started by this behavior: for tests in simulated clusters. */
    public static ViewstampClient of(ActorSystem<?> system, Behavior<LedgerClient.Command> client) {
        return new ViewstampClient(ClientLine.joined(system, client), null);
    }

    /** The ActorSystem that carries the client: its own, or the one that it joined. */
    public ActorSystem<?> system() {
        return line.system();
    }

    /** The same client with another deadline for its calls; closing either closes both. */
    public ViewstampClient within(Duration deadline) {
        return new ViewstampClient(line, Objects.requireNonNull(deadline, "deadline"));
    }

    /**
     * How many accounts or transfers one call may carry: 8189, or fewer if the cluster was formatted so. Known once a
     * session is open.
     */
    public CompletionStage<Integer> eventsMax() {
        return line.eventsMax(timeout);
    }

    /** Creates up to 8189 accounts. One result per account, in order. */
    public CompletionStage<List<CreateAccountResult>> createAccounts(List<Account> accounts) {
        return line.call(Operation.CREATE_ACCOUNTS, Rows.ACCOUNTS, accounts, Rows.ACCOUNT_RESULTS, timeout);
    }

    /** Creates one account. */
    public CompletionStage<CreateAccountResult> createAccount(Account account) {
        return createAccounts(List.of(account)).thenApply(results -> results.get(0));
    }

    /** Creates up to 8189 transfers. One result per transfer, in order. */
    public CompletionStage<List<CreateTransferResult>> createTransfers(List<Transfer> transfers) {
        return line.call(Operation.CREATE_TRANSFERS, Rows.TRANSFERS, transfers, Rows.TRANSFER_RESULTS, timeout);
    }

    /** Creates one transfer. */
    public CompletionStage<CreateTransferResult> createTransfer(Transfer transfer) {
        return createTransfers(List.of(transfer)).thenApply(results -> results.get(0));
    }

    /** The accounts that exist among these ids, in order of the ids. */
    public CompletionStage<List<Account>> lookupAccounts(List<Uint128> ids) {
        return line.call(Operation.LOOKUP_ACCOUNTS, Rows.IDS, ids, Rows.ACCOUNTS, timeout);
    }

    /** The account with this id, if there is one. */
    public CompletionStage<Optional<Account>> lookupAccount(Uint128 id) {
        return lookupAccounts(List.of(id)).thenApply(found -> found.stream().findFirst());
    }

    /** The transfers that exist among these ids, in order of the ids. */
    public CompletionStage<List<Transfer>> lookupTransfers(List<Uint128> ids) {
        return line.call(Operation.LOOKUP_TRANSFERS, Rows.IDS, ids, Rows.TRANSFERS, timeout);
    }

    /** The transfer with this id, if there is one. */
    public CompletionStage<Optional<Transfer>> lookupTransfer(Uint128 id) {
        return lookupTransfers(List.of(id)).thenApply(found -> found.stream().findFirst());
    }

    /** Transfers of one account, by time. */
    public CompletionStage<List<Transfer>> getAccountTransfers(AccountFilter filter) {
        return line.call(Operation.GET_ACCOUNT_TRANSFERS, Rows.ACCOUNT_FILTERS, List.of(filter), Rows.TRANSFERS,
                timeout);
    }

    /** Balances after each transfer of one account that keeps its history, by time. */
    public CompletionStage<List<AccountBalance>> getAccountBalances(AccountFilter filter) {
        return line.call(Operation.GET_ACCOUNT_BALANCES, Rows.ACCOUNT_FILTERS, List.of(filter), Rows.BALANCES,
                timeout);
    }

    /** Accounts that meet all conditions, by time. */
    public CompletionStage<List<Account>> queryAccounts(QueryFilter filter) {
        return line.call(Operation.QUERY_ACCOUNTS, Rows.QUERY_FILTERS, List.of(filter), Rows.ACCOUNTS, timeout);
    }

    /** Transfers that meet all conditions, by time. */
    public CompletionStage<List<Transfer>> queryTransfers(QueryFilter filter) {
        return line.call(Operation.QUERY_TRANSFERS, Rows.QUERY_FILTERS, List.of(filter), Rows.TRANSFERS, timeout);
    }

    /** Changes of balances, oldest first, at most 2730. */
    public CompletionStage<List<ChangeEvent>> getChangeEvents(ChangeEventsFilter filter) {
        return line.call(Operation.GET_CHANGE_EVENTS, Rows.CHANGE_EVENTS_FILTERS, List.of(filter),
                Rows.CHANGE_EVENTS, timeout);
    }

    /**
     * Records as they are on the wire: see {@link LedgerClient.Submit}.
     *
     * @param events of one batch, not changed afterwards
     * @return bare results
     */
    public CompletionStage<byte[]> submit(int operation, byte[] events) {
        return line.submit(operation, false, events, timeout);
    }

    /**
     * A request's body as it goes out: see {@link LedgerClient.SubmitFramed}.
     *
     * @param body trailer included, not changed afterwards
     * @return the reply's body as it came
     */
    public CompletionStage<byte[]> submitFramed(int operation, byte[] body) {
        return line.submit(operation, true, body, timeout);
    }

    /** Ends the session's actor, and the ActorSystem if it is this client's own. Calls that wait fail. Idempotent. */
    @Override
    public void close() {
        line.close();
    }
}
