package dev.viewstamp.testkit.junit;

import static dev.viewstamp.ledger.CreateTransferStatus.CREATED;
import static dev.viewstamp.ledger.CreateTransferStatus.EXISTS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.client.OutcomeUnknown;
import dev.viewstamp.ledger.Account;
import dev.viewstamp.ledger.CreateTransferResult;
import dev.viewstamp.ledger.Transfer;
import dev.viewstamp.ledger.TransferFlags;
import dev.viewstamp.ledger.Uint128;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a test of an application looks like. docs/testing.md shows parts of this file. */
@ViewstampTest(replicas = 3)
class PaymentsExampleTest {
    private static final Uint128 ALICE = Uint128.of(1);
    private static final Uint128 BOB = Uint128.of(2);

    @BeforeEach
    void openAccounts(TestCluster cluster) {
        cluster.await(cluster.client().createAccounts(List.of(
                Account.builder().id(ALICE).ledger(700).code(10).build(),
                Account.builder().id(BOB).ledger(700).code(10).build())));
    }

    private static Transfer.Builder payment(long id) {
        return Transfer.builder().id(id).debit(ALICE).credit(BOB).amount(100).ledger(700).code(1);
    }

    @Test
    void aPaymentSurvivesTheLossOfThePrimary(TestCluster cluster) {
        CompletionStage<CreateTransferResult> payment = cluster.client().createTransfer(payment(7).build());
        cluster.primary().crash();                          // with the request on its way
        assertEquals(CREATED, cluster.await(payment).status());
        assertEquals(Uint128.of(100), cluster.await(cluster.client().lookupAccount(BOB)).orElseThrow().creditsPosted());
    }

    @Test
    void anUnknownOutcomeIsSettledByAskingAgain(TestCluster cluster) {
        cluster.replicas().forEach(TestReplica::crash);
        CompletionException failure = assertThrows(CompletionException.class, () -> cluster.await(
                cluster.client().within(Duration.ofSeconds(2)).createTransfer(payment(7).build())));
        assertInstanceOf(OutcomeUnknown.class, failure.getCause());
        cluster.replicas().forEach(TestReplica::restart);
        cluster.await(cluster.client().createTransfer(payment(7).build()));
        assertEquals(EXISTS, cluster.await(cluster.client().createTransfer(payment(7).build())).status());
        assertEquals(Uint128.of(100), cluster.await(cluster.client().lookupAccount(BOB)).orElseThrow().creditsPosted());
    }

    @Test
    void aReservationExpiresInAnHour(TestCluster cluster) {
        cluster.await(cluster.client().createTransfer(payment(7).flags(TransferFlags.PENDING).timeout(3600).build()));
        cluster.advance(Duration.ofMinutes(59));
        assertEquals(Uint128.of(100),
                cluster.await(cluster.client().lookupAccount(ALICE)).orElseThrow().debitsPending());
        cluster.advance(Duration.ofMinutes(2));
        assertEquals(Uint128.ZERO, cluster.await(cluster.client().lookupAccount(ALICE)).orElseThrow().debitsPending());
    }

    @Test
    @ViewstampTest(replicas = 5, seed = 42)
    void anIsolatedMinorityDelaysNobody(TestCluster cluster) {
        cluster.primary().isolate();
        cluster.replica(4).isolate();
        Duration before = cluster.elapsed();
        assertEquals(CREATED, cluster.await(cluster.client().createTransfer(payment(7).build())).status());
        assertTrue(cluster.elapsed().minus(before).compareTo(Duration.ofSeconds(3)) < 0);
        cluster.heal();
        cluster.settle();
        assertEquals(5, cluster.replicas().stream().filter(replica -> replica.snapshot().isNormal()).count());
    }
}
