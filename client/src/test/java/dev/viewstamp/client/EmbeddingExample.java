package dev.viewstamp.client;

import dev.viewstamp.ledger.Account;
import dev.viewstamp.ledger.CreateTransferResult;
import dev.viewstamp.ledger.Transfer;
import java.util.List;

/** Two accounts and a payment. The README quotes it; ArteryLoopbackTest runs it. */
final class EmbeddingExample {
    public static void main(String... addresses) {
        try (ViewstampClient ledger = ViewstampClient.connect(addresses[0])) {   // "db1:4000,db2:4000,db3:4000"
            Account alice = Account.builder().id(Ids.next()).ledger(700).code(10).build();
            Account bob = Account.builder().id(Ids.next()).ledger(700).code(10).build();
            ledger.createAccounts(List.of(alice, bob)).toCompletableFuture().join();

            Transfer payment = Transfer.builder().id(Ids.next()).debit(alice.id()).credit(bob.id())
                    .amount(100).ledger(700).code(1).build();
            CreateTransferResult result = ledger.createTransfer(payment).toCompletableFuture().join();

            Account after = ledger.lookupAccount(bob.id()).toCompletableFuture().join().orElseThrow();
            System.out.println(result.status() + ": Bob received " + after.creditsPosted());
        }
    }

    private EmbeddingExample() {
    }
}
