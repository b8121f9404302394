package dev.viewstamp.client;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.Behaviors;
import dev.viewstamp.client.protocol.ClientEnvelope;
import dev.viewstamp.client.protocol.ClientInbox;
import java.util.function.Function;

/**
 * Where replicas answer a {@link LedgerClient}. It exists because Artery chooses the channel for large messages by
 * the recipient's path: a LedgerClient may live anywhere, its inbox is always {@code /system/viewstamp-client-…}.
 * Ends with its owner.
 */
final class Inbox {
    /** Start of its name; part of the large-message destinations in viewstamp-artery.conf. */
    static final String NAME = "viewstamp-client-";

    /** From the owner: it will have another inbox, or none. */
    static final ClientInbox STOP = new Stop();

    private record Stop() implements ClientInbox {
    }

    private Inbox() {
    }

    static <T> Behavior<ClientInbox> create(ActorRef<T> owner, Function<ClientEnvelope, T> received) {
        return Behaviors.setup(context -> {
            context.watch(owner);
            return Behaviors.receive(ClientInbox.class)
                    .onMessage(ClientEnvelope.class, envelope -> {
                        owner.tell(received.apply(envelope));
                        return Behaviors.same();
                    })
                    .onMessage(Stop.class, stop -> Behaviors.stopped())
                    .onAnyMessage(other -> Behaviors.same())
                    .onSignal(Terminated.class, ended -> Behaviors.stopped())
                    .build();
        });
    }
}
