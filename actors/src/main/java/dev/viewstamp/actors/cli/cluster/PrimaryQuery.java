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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

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
        return ask(system, addresses, cluster, limit, views, views::hasMajority)
                ? views.highest() % addresses.size() : -1;
    }

    /**
     * Repeats the question until all replicas take part in the same view.
     *
     * @return whether they did within the limit
     */
    public static boolean awaitAgreement(ActorSystem<?> system, List<String> addresses, Uint128 cluster,
                                         Duration limit) {
        Views views = new Views(addresses.size());
        return ask(system, addresses, cluster, limit, views, views::agree);
    }

    private static boolean ask(ActorSystem<?> system, List<String> addresses, Uint128 cluster, Duration limit,
                               Views views, BooleanSupplier isAnswered) {
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
            if (views.await(isAnswered, PAUSE)) {
                return true;
            }
        }
        return false;
    }

    /** Who answered what last; written by the inbox, read by the asker, who waits on it. */
    private static final class Views {
        private final int replicaCount;
        private final Map<Integer, Integer> viewOf = new HashMap<>();

        Views(int replicaCount) {
            this.replicaCount = replicaCount;
        }

        Behavior<ClientInbox> inbox() {
            return Behaviors.receiveMessage(message -> {
                if (message instanceof ClientEnvelope envelope && envelope.message() instanceof PongClient pong) {
                    answered(pong.replica(), pong.view());
                }
                return Behaviors.same();
            });
        }

        private synchronized void answered(int replica, int view) {
            viewOf.put(replica, view);
            notifyAll();
        }

        synchronized boolean await(BooleanSupplier condition, Duration limit) {
            long end = System.nanoTime() + limit.toNanos();
            try {
                for (long left = end - System.nanoTime(); left > 0 && !condition.getAsBoolean();
                        left = end - System.nanoTime()) {
                    wait(left / 1_000_000, (int) (left % 1_000_000));
                }
                return condition.getAsBoolean();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new VerbFailure("interrupted", e);
            }
        }

        synchronized boolean hasMajority() {
            return viewOf.size() > replicaCount / 2;
        }

        synchronized boolean agree() {
            return viewOf.size() == replicaCount && Set.copyOf(viewOf.values()).size() == 1;
        }

        synchronized int highest() {
            return Collections.max(viewOf.values());
        }
    }
}
