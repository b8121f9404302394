package dev.viewstamp.actors.cli.demo;

import dev.viewstamp.actors.cli.ClusterClient;
import dev.viewstamp.actors.cli.VerbFailure;
import dev.viewstamp.actors.cli.cluster.ClusterProcesses;
import dev.viewstamp.actors.cli.cluster.TransferStream;
import dev.viewstamp.client.ViewstampClient;
import dev.viewstamp.ledger.Account;
import dev.viewstamp.ledger.AccountFlags;
import dev.viewstamp.ledger.CreateAccountResult;
import dev.viewstamp.ledger.CreateTransferResult;
import dev.viewstamp.ledger.CreateTransferStatus;
import dev.viewstamp.ledger.Transfer;
import dev.viewstamp.ledger.TransferFlags;
import dev.viewstamp.ledger.Uint128;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * What happens in the demonstration, chapter by chapter. Each step checks what the cluster says, and fails if it is not
 * so.
 */
final class DemoStory implements AutoCloseable {
    private static final Uint128 BANK = Uint128.of(1);
    private static final Uint128 ALICE = Uint128.of(2);
    private static final Uint128 SHOP = Uint128.of(3);
    private static final Uint128 BOB = Uint128.of(4);
    private static final int LEDGER = 700;
    private static final int CODE = 10;
    private static final int STREAM_BATCH = 50;
    private static final int STREAM_BATCHES = 40;
    private static final Duration ANSWER_MAX = Duration.ofSeconds(5);
    private static final Duration ELECTION_MAX = Duration.ofSeconds(30);

    private final ClusterProcesses cluster;
    private final Narrator narrator;
    private final ClusterClient connection;
    private final ViewstampClient client;

    DemoStory(ClusterProcesses cluster, Narrator narrator) {
        this.cluster = cluster;
        this.narrator = narrator;
        this.connection = ClusterClient.connect(ClusterClient.Options.of(cluster.addresses(), ANSWER_MAX));
        this.client = connection.client();
    }

    void tell() {
        createAccounts();
        payInTwoPhases();
        failAChainAsAWhole();
        loseThePrimary();
        addUp();
    }

    private void createAccounts() {
        narrator.chapter("Accounts and a first transfer");
        List<Account> accounts = List.of(account(BANK, AccountFlags.NONE),
                account(ALICE, AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS), account(SHOP, AccountFlags.NONE),
                account(BOB, AccountFlags.NONE));
        List<CreateAccountResult> created = await(client.within(ELECTION_MAX).createAccounts(accounts));
        check(created.stream().allMatch(CreateAccountResult::isCreated), "accounts were created", created);
        narrator.say("created the accounts of a bank, Alice, a shop and Bob; Alice may not spend what she has not got");
        expect(transfer(100, BANK, ALICE, 1000).build(), CreateTransferStatus.CREATED);
        narrator.say("the bank pays Alice 1000");
    }

    private void payInTwoPhases() {
        narrator.chapter("A payment in two phases");
        expect(transfer(101, ALICE, SHOP, 200).flags(TransferFlags.PENDING).timeout(3600).build(),
                CreateTransferStatus.CREATED);
        Account alice = lookup(ALICE);
        check(alice.debitsPending().equals(Uint128.of(200)), "200 of Alice's are reserved", alice);
        narrator.say("the shop reserves 200: Alice's pending debits are %s, her posted ones %s", alice.debitsPending(),
                alice.debitsPosted());
        expect(transfer(102, ALICE, SHOP, 150).pendingId(101).flags(TransferFlags.POST_PENDING_TRANSFER).build(),
                CreateTransferStatus.CREATED);
        alice = lookup(ALICE);
        check(alice.debitsPosted().equals(Uint128.of(150)) && alice.debitsPending().isZero(), "150 were posted", alice);
        narrator.say("it ships only part and posts 150; the other 50 are free again: pending %s, posted %s",
                alice.debitsPending(), alice.debitsPosted());
    }

    private void failAChainAsAWhole() {
        narrator.chapter("A chain: all or nothing");
        List<CreateTransferResult> results = await(client.createTransfers(List.of(
                transfer(103, ALICE, BOB, 100).flags(TransferFlags.LINKED).build(),
                transfer(104, ALICE, SHOP, 5000).build())));
        check(results.get(0).status() == CreateTransferStatus.LINKED_EVENT_FAILED
                && results.get(1).status() == CreateTransferStatus.EXCEEDS_CREDITS,
                "the chain failed as a whole", results);
        narrator.say("Alice pays Bob 100 and the shop 5000 in one chain: %s, %s", results.get(0).status().wireName(),
                results.get(1).status().wireName());
        check(lookup(BOB).creditsPosted().isZero(), "Bob got nothing", lookup(BOB));
        narrator.say("she has not got 5000, so Bob has not got his 100 either: his credits are %s",
                lookup(BOB).creditsPosted());
    }

    private void loseThePrimary() {
        narrator.chapter("A stream of transfers, and the primary is killed in mid-stream");
        TransferStream stream = new TransferStream(client, transfer(1_000_000, BANK, BOB, 1).build(), STREAM_BATCH);
        stream.send(STREAM_BATCHES / 2);
        long usualMillis = stream.longestWaitMillis();
        int primary = connection.primary(ANSWER_MAX);
        check(primary >= 0, "the replicas know their primary", primary);
        narrator.say("%d transfers acknowledged so far, none waited longer than %d ms", stream.acknowledged().size(),
                usualMillis);
        stream.resetLongestWait();
        Thread killer = new Thread(() -> cluster.replica(primary).kill(), "killer");
        killer.start();
        narrator.say("kill -9 of replica %d, the primary, while the client goes on", primary);
        stream.send(STREAM_BATCHES / 2);
        join(killer);
        int successor = connection.primary(ANSWER_MAX);
        narrator.say("the client saw one pause of %d ms and %s; replica %d is primary now", stream.longestWaitMillis(),
                stream.repeats() == 0 ? "no error"
                        : stream.repeats() + " unknown outcome(s), settled by submitting the same again", successor);
        check(successor != primary, "another replica took over", successor);
        checkAcknowledged(stream);
        cluster.replica(primary).start();
        cluster.replica(primary).awaitReady(ELECTION_MAX);
        narrator.say("replica %d is started again on its data directory and catches up", primary);
        stream.send(STREAM_BATCHES / 4);
        checkAcknowledged(stream);
    }

    private void checkAcknowledged(TransferStream stream) {
        List<Uint128> ids = stream.acknowledged();
        check(ids.size() == stream.requests() * STREAM_BATCH, "every transfer was acknowledged", ids.size());
        int found = await(client.lookupTransfers(ids)).size();
        check(found == ids.size(), "every acknowledged transfer is there", found);
        narrator.say("looked up all %d acknowledged transfers: every one is there", ids.size());
    }

    private void addUp() {
        narrator.chapter("The books");
        List<Account> accounts = await(client.lookupAccounts(List.of(BANK, ALICE, SHOP, BOB)));
        List<String> names = List.of("bank", "Alice", "shop", "Bob");
        BigInteger debits = BigInteger.ZERO;
        BigInteger credits = BigInteger.ZERO;
        for (int i = 0; i < accounts.size(); i++) {
            Account account = accounts.get(i);
            narrator.say("%-5s  debits %5s  credits %5s", names.get(i), account.debitsPosted(),
                    account.creditsPosted());
            debits = debits.add(account.debitsPosted().toBigInteger());
            credits = credits.add(account.creditsPosted().toBigInteger());
        }
        check(debits.equals(credits), "debits equal credits", debits + " and " + credits);
        narrator.say("all debits %s = all credits %s", debits, credits);
    }

    private void expect(Transfer transfer, CreateTransferStatus expected) {
        CreateTransferResult result = await(client.createTransfer(transfer));
        check(result.status() == expected, "transfer " + transfer.id() + " is answered " + expected.wireName(), result);
    }

    private Account lookup(Uint128 id) {
        return await(client.lookupAccount(id)).orElseThrow(() -> new VerbFailure("account " + id + " is not there"));
    }

    private static Account account(Uint128 id, int flags) {
        return Account.builder().id(id).ledger(LEDGER).code(CODE).flags(flags).build();
    }

    private static Transfer.Builder transfer(long id, Uint128 debit, Uint128 credit, long amount) {
        return Transfer.builder().id(id).debit(debit).credit(credit).amount(amount).ledger(LEDGER).code(CODE);
    }

    private static <T> T await(CompletionStage<T> answer) {
        return ClusterClient.await(answer);
    }

    private static void check(boolean holds, String promise, Object found) {
        if (!holds) {
            throw new VerbFailure("this should hold and does not: " + promise + "; found " + found);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VerbFailure("interrupted", e);
        }
    }

    @Override
    public void close() {
        connection.close();
    }
}
