package dev.viewstamp.actors.cli.cluster;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Behaviors;
import dev.viewstamp.actors.cli.VerbFailure;
import dev.viewstamp.client.protocol.ClientEnvelope;
import dev.viewstamp.client.protocol.ClientInbox;
import dev.viewstamp.client.protocol.ClientMessage.PingClient;
import dev.viewstamp.client.protocol.ClientMessage.PongClient;
import dev.viewstamp.ledger.Uint128;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Asks every replica for its view and says which replica is primary in the highest one. An answer is a guess of the
 * moment: a view may change while it is on its way.
 */
public final class PrimaryQuery {
    private static final Duration PAUSE = Duration.ofMillis(100);
    /** Names the asker; it opens no session. */
    private static final Uint128 NOBODY = new Uint128(-1, 0x5ea5c4);

    private PrimaryQuery() {
    }

    /**
     * Repeats the question until a majority has answered.
     *
     * @param addresses Artery addresses of all replicas, in replica order
     * @return index of the primary, or -1 if the limit passed without a majority's answer
     */
    public static int primary(ActorSystem<?> system, List<String> addresses, Uint128 cluster, Duration limit) {
        Views views = new Views(addresses.size());
        ActorRef<ClientInbox> inbox = system.systemActorOf(views.inbox(), "primary-query-" + System.nanoTime(),
                Props.empty());
        ActorRefResolver resolver = ActorRefResolver.get(system);
        long end = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() < end) {
            for (String address : addresses) {
                ActorRef<ClientInbox> door = resolver.resolveActorRef(
                        "akka://" + ClientEnvelope.SYSTEM_NAME + "@" + address + ClientEnvelope.DOOR_PATH);
                door.tell(new ClientEnvelope(cluster, inbox, new PingClient(NOBODY, 0, System.nanoTime())));
            }
            if (views.awaitMajority(PAUSE)) {
                return views.highest() % addresses.size();
            }
        }
        return -1;
    }

    /** Who answered what; written by the inbox, read by the asker. */
    private static final class Views {
        private final Map<Integer, Integer> viewOf = new ConcurrentHashMap<>();
        private final CountDownLatch majority;

        Views(int replicaCount) {
            majority = new CountDownLatch(replicaCount / 2 + 1);
        }

        Behavior<ClientInbox> inbox() {
            return Behaviors.receiveMessage(message -> {
                if (message instanceof ClientEnvelope envelope && envelope.message() instanceof PongClient pong
                        && viewOf.put(pong.replica(), pong.view()) == null) {
                    majority.countDown();
                }
                return Behaviors.same();
            });
        }

        boolean awaitMajority(Duration limit) {
            try {
                return majority.await(limit.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new VerbFailure("interrupted", e);
            }
        }

        int highest() {
            return Collections.max(viewOf.values());
        }
    }
}
