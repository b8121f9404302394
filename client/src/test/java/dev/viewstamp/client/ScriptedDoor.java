package dev.viewstamp.client;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import dev.viewstamp.client.protocol.ClientEnvelope;
import dev.viewstamp.client.protocol.ClientInbox;
import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.client.protocol.ClientMessage.Request;
import dev.viewstamp.ledger.Uint128;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A replica's door in front of a {@link ScriptedCluster}. Doors of one cluster share it under its monitor. */
final class ScriptedDoor {
    /** Changes the script between two messages. */
    record Script(Consumer<ScriptedCluster> change) implements ClientInbox {
    }

    /** Keeps requests instead of executing them until {@link #RELEASE}. */
    static final ClientInbox HOLD = new ClientInbox() { };
    static final ClientInbox RELEASE = new ClientInbox() { };

    private ScriptedDoor() {
    }

    static Behavior<ClientInbox> create(Uint128 clusterId, int replica, ScriptedCluster cluster) {
        return Behaviors.setup(context -> {
            List<ClientEnvelope> held = new ArrayList<>();
            boolean[] holds = new boolean[1];
            return Behaviors.receiveMessage(message -> {
                if (message instanceof Script script) {
                    synchronized (cluster) {
                        script.change().accept(cluster);
                    }
                } else if (message == HOLD) {
                    holds[0] = true;
                } else if (message == RELEASE) {
                    holds[0] = false;
                    held.forEach(envelope -> answer(clusterId, replica, cluster, context.getSelf(), envelope));
                    held.clear();
                } else if (message instanceof ClientEnvelope envelope) {
                    if (holds[0] && envelope.message() instanceof Request request && !request.isRegister()) {
                        held.add(envelope);
                    } else {
                        answer(clusterId, replica, cluster, context.getSelf(), envelope);
                    }
                }
                return Behaviors.same();
            });
        });
    }

    private static void answer(Uint128 clusterId, int replica, ScriptedCluster cluster, ActorRef<ClientInbox> self,
                               ClientEnvelope envelope) {
        if (envelope.cluster().equals(clusterId)) {
            List<ClientMessage> answers;
            synchronized (cluster) {
                answers = cluster.deliver(replica, envelope.message());
            }
            answers.forEach(answer -> envelope.sender().tell(new ClientEnvelope(clusterId, self, answer)));
        } else {                                          // whose client are you? a real door may be as helpful
            envelope.sender().tell(new ClientEnvelope(clusterId, self, new ClientMessage.PongClient(
                    envelope.message().client(), -1, 0, replica)));
        }
    }
}
