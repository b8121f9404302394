package dev.viewstamp.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import com.typesafe.config.ConfigFactory;
import dev.viewstamp.client.LedgerStreams;
import dev.viewstamp.client.LedgerStreams.TransferOutcome;
import dev.viewstamp.client.RequestRejected;
import dev.viewstamp.client.ViewstampClient;
import dev.viewstamp.journal.ClusterConstants;
import dev.viewstamp.journal.DataDirectory;
import dev.viewstamp.journal.FormatOptions;
import dev.viewstamp.journal.Word128;
import dev.viewstamp.ledger.Account;
import dev.viewstamp.ledger.AccountFilter;
import dev.viewstamp.ledger.AccountFlags;
import dev.viewstamp.ledger.ChangeEvent;
import dev.viewstamp.ledger.ChangeEventsFilter;
import dev.viewstamp.ledger.CreateTransferStatus;
import dev.viewstamp.ledger.QueryFilter;
import dev.viewstamp.ledger.Transfer;
import dev.viewstamp.ledger.TransferFlags;
import dev.viewstamp.ledger.Uint128;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client library against whole nodes: real files, real ports, one JVM. */
class ClientAgainstNodesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path folder;
    private final List<ReplicaNode> nodes = new ArrayList<>();
    private List<String> addresses;

    @AfterEach
    void stop() {
        nodes.forEach(ReplicaNode::close);
    }

    @Test
    void everyOperationAnswersTyped() throws Exception {
        startCluster(1);
        try (ViewstampClient client = connect()) {
            join(client.createAccounts(List.of(account(1, AccountFlags.HISTORY), account(2, 0))));
            assertEquals(List.of(CreateTransferStatus.CREATED, CreateTransferStatus.EXISTS,
                            CreateTransferStatus.DEBIT_ACCOUNT_NOT_FOUND),
                    join(client.createTransfers(List.of(transfer(10).build(), transfer(10).build(),
                            transfer(11).debit(99).build()))).stream().map(result -> result.status()).toList());
            assertEquals(CreateTransferStatus.CREATED,
                    join(client.createTransfer(transfer(12).flags(TransferFlags.PENDING).build())).status());
            Account debited = join(client.lookupAccount(Uint128.ONE)).orElseThrow();
            assertEquals(Uint128.of(5), debited.debitsPosted());
            assertEquals(Uint128.of(5), debited.debitsPending());
            assertTrue(join(client.lookupAccount(Uint128.of(3))).isEmpty());
            assertEquals(2, join(client.lookupTransfers(List.of(Uint128.of(12), Uint128.of(13), Uint128.of(10))))
                    .size());
            AccountFilter ofOne = AccountFilter.builder().accountId(1).build();
            assertEquals(2, join(client.getAccountTransfers(ofOne)).size());
            assertEquals(2, join(client.getAccountBalances(ofOne)).size());
            assertEquals(2, join(client.queryAccounts(QueryFilter.builder().ledger(1).build())).size());
            assertEquals(1, join(client.queryTransfers(QueryFilter.builder().limit(1).build())).size());
            assertEquals(List.of(ChangeEvent.Type.SINGLE_PHASE, ChangeEvent.Type.TWO_PHASE_PENDING),
                    join(client.getChangeEvents(ChangeEventsFilter.builder().build())).stream()
                            .map(ChangeEvent::type).toList());
        }
    }

    /** What cannot be answered is an error that says why: an empty list would say that there is nothing. */
    @Test
    void aFilterThatCannotBeAnsweredIsRefused() throws Exception {
        startCluster(1);
        try (ViewstampClient client = connect()) {
            QueryFilter backwards = QueryFilter.builder().timestampMin(9).timestampMax(8).build();
            for (CompletionStage<?> refused : List.of(client.queryTransfers(backwards), client.queryAccounts(backwards),
                    client.getAccountTransfers(AccountFilter.builder().build()),
                    client.getAccountBalances(AccountFilter.builder().accountId(1).flags(0).build()),
                    client.getChangeEvents(ChangeEventsFilter.builder().limit(0).build()))) {
                CompletionException failure = assertThrows(CompletionException.class, () -> join(refused));
                assertInstanceOf(RequestRejected.class, failure.getCause());
            }
        }
    }

    /** The primary injects the pulse: nobody needs to ask for a pending transfer to expire. */
    @Test
    void aPendingTransferExpiresByItselfAndTheStreamTells() throws Exception {
        startCluster(1);
        try (ViewstampClient client = connect().within(PATIENCE)) {
            join(client.createAccounts(List.of(account(1, 0), account(2, 0))));
            join(client.createTransfer(transfer(7).flags(TransferFlags.PENDING).timeout(1).build()));
            assertEquals(Uint128.of(5), join(client.lookupAccount(Uint128.ONE)).orElseThrow().debitsPending());
            List<ChangeEvent> events = join(LedgerStreams.changeEvents(client, 0).take(2)
                    .runWith(Sink.seq(), client.system()));
            assertEquals(List.of(ChangeEvent.Type.TWO_PHASE_PENDING, ChangeEvent.Type.TWO_PHASE_EXPIRED),
                    events.stream().map(ChangeEvent::type).toList());
            assertTrue(events.get(1).timestamp() - events.get(0).timestamp() >= 999_990_000L, "not before its time");
            assertEquals(Uint128.ZERO, join(client.lookupAccount(Uint128.ONE)).orElseThrow().debitsPending());
            assertEquals(CreateTransferStatus.PENDING_TRANSFER_EXPIRED, join(client.createTransfer(
                    Transfer.builder().id(8).pendingId(7).amount(Uint128.MAX).flags(TransferFlags.POST_PENDING_TRANSFER)
                            .build())).status());
        }
    }

    /** A thousand calls made at once travel in a handful of requests, each with its own results. */
    @Test
    void concurrentCallsAreMergedAndAnsweredApart() throws Exception {
        startCluster(1);
        try (ViewstampClient client = connect()) {
            join(client.createAccounts(List.of(account(1, 0), account(2, 0))));
            List<CompletionStage<CreateTransferStatus>> results = new ArrayList<>();
            for (int id = 1; id <= 1000; id++) {
                int debit = id % 3 == 0 ? 99 : 1;
                results.add(client.createTransfer(transfer(id).debit(debit).build()).thenApply(r -> r.status()));
            }
            for (int id = 1; id <= 1000; id++) {
                assertEquals(id % 3 == 0 ? CreateTransferStatus.DEBIT_ACCOUNT_NOT_FOUND : CreateTransferStatus.CREATED,
                        join(results.get(id - 1)));
            }
        }
    }

    /** Transfers flow in, changes flow out, the primary goes away and comes back: nothing is lost or doubled. */
    @Test
    void streamsSurviveTheLossOfThePrimary() throws Exception {
        int count = 4000;
        AtomicInteger created = new AtomicInteger();
        startCluster(3);
        try (ViewstampClient client = connect().within(PATIENCE)) {
            join(client.createAccounts(List.of(account(1, 0), account(2, 0))));
            CompletionStage<List<ChangeEvent>> reading = LedgerStreams.changeEvents(client, 0).take(count)
                    .runWith(Sink.seq(), client.system());
            CompletionStage<List<TransferOutcome>> writing = Source.range(1, count)
                    .throttle(1000, Duration.ofSeconds(1)).map(id -> transfer(id).build())
                    .via(LedgerStreams.createTransfers(client)).wireTap(outcome -> created.incrementAndGet())
                    .runWith(Sink.seq(), client.system());
            await(() -> created.get() > 500);
            int primary = primary();
            nodes.get(primary).close();
            await(() -> created.get() > 2000);
            nodes.set(primary, start(primary));

            assertTrue(join(writing).stream().allMatch(outcome ->
                    outcome.result().status() == CreateTransferStatus.CREATED), "each was executed once");
            assertEquals(IntStream.rangeClosed(1, count).mapToObj(Uint128::of).toList(),
                    join(reading).stream().map(event -> event.transfer().id()).toList());
            assertEquals(Uint128.of(5L * count),
                    join(client.lookupAccount(Uint128.of(2))).orElseThrow().creditsPosted());
        }
    }

    private static Account account(long id, int flags) {
        return Account.builder().id(id).ledger(1).code(1).flags(flags).build();
    }

    private static Transfer.Builder transfer(long id) {
        return Transfer.builder().id(id).debit(1).credit(2).amount(5).ledger(1).code(1);
    }

    private ViewstampClient connect() {
        return ViewstampClient.connect(String.join(",", addresses));
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "waited in vain");
            LockSupport.parkNanos(10_000_000);
        }
    }

    private int primary() throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            for (int replica = 0; replica < nodes.size(); replica++) {
                if (nodes.get(replica).snapshot().toCompletableFuture().get(20, TimeUnit.SECONDS).isPrimary()) {
                    return replica;
                }
            }
        }
        throw new AssertionError("nobody is primary");
    }

    private void startCluster(int count) throws Exception {
        addresses = freeAddresses(count);
        for (int replica = 0; replica < count; replica++) {
            nodes.add(start(replica));
        }
    }

    private ReplicaNode start(int replica) throws Exception {
        Path data = folder.resolve("replica-" + replica);
        if (!Files.exists(data)) {
            ClusterConstants constants = ClusterConstants.of(addresses.size(), 512, 1 << 16);
            DataDirectory.format(data, FormatOptions.fresh(Word128.ZERO, replica, constants), (done, total) -> { });
        }
        ReplicaNode node = ReplicaNode.start(ReplicaSettings.from(ReplicaSettings.layered(ConfigFactory.parseMap(Map.of(
                "viewstamp.data-dir", data.toString(), "viewstamp.addresses", addresses,
                "viewstamp.replicas", addresses, "viewstamp.gateway.enabled", "off")))));
        node.whenReady().toCompletableFuture().get(20, TimeUnit.SECONDS);
        return node;
    }

    private static List<String> freeAddresses(int count) throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        List<String> found = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            found.add("127.0.0.1:" + held.get(i).getLocalPort());
        }
        for (ServerSocket socket : held) {
            socket.close();
        }
        return found;
    }

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
    }
}
