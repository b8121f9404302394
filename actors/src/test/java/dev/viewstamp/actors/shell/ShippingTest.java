package dev.viewstamp.actors.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.testkit.typed.javadsl.BehaviorTestKit;
import akka.actor.testkit.typed.javadsl.TestInbox;
import akka.actor.typed.javadsl.Behaviors;
import dev.viewstamp.actors.message.Envelope;
import dev.viewstamp.actors.message.ReplicaMessage;
import dev.viewstamp.actors.message.ReplicaMessage.Blocks;
import dev.viewstamp.actors.message.ReplicaMessage.GetBlocks;
import dev.viewstamp.actors.replica.ReplicaOptions;
import dev.viewstamp.journal.CheckpointFile;
import dev.viewstamp.journal.ClusterConstants;
import dev.viewstamp.journal.Word128;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Pieces of files from peers: replication spec §9.5. */
class ShippingTest {
    private static final Word128 CLUSTER = Word128.of(9);
    private static final ClusterConstants CONSTANTS = ClusterConstants.of(2, 32, 1 << 16);
    private static final CheckpointFile FILE = CheckpointFile.data(3);
    private static final byte[] BYTES = {1, 2, 3};

    private final List<Envelope> sent = new ArrayList<>();
    private final TestInbox<Shipping.Offered> receiver = TestInbox.create();
    private final BehaviorTestKit<Shipping.Command> shipping = BehaviorTestKit.create(Shipping.create(
            new NodeOptions(CLUSTER, 0, CONSTANTS, ReplicaOptions.defaults(), new LedgerRules(CONSTANTS.bodyLimit()), 4,
                    10, new CheckpointOptions(2, 1, 0, Duration.ofDays(1))),
            new World(TimeSource.system(), (replica, envelope) -> sent.add(envelope), name -> Behaviors.empty(),
                    name -> Behaviors.empty(), null, null, new SplittableRandom(1), null, null),
            new SplittableRandom(1)));

    private void want(boolean isRefused) {
        shipping.run(new Shipping.Want(FILE, 5, true, isRefused, receiver.getRef()));
    }

    private void answer(byte[] bytes) {
        ReplicaMessage blocks = new Blocks(FILE.kind(), FILE.number(), 5, List.of(bytes));
        shipping.run(new Shipping.FromPeer(new Envelope(CLUSTER, Envelope.PROTOCOL, 0, 1, blocks)));
    }

    private long asked() {
        return sent.stream().filter(envelope -> envelope.message() instanceof GetBlocks).count();
    }

    @Test
    void whatIsWantedIsAskedForAndOffered() {
        want(false);
        assertEquals(1, asked());
        answer(BYTES);
        assertEquals(BYTES, receiver.receiveMessage().bytes());
        shipping.run(new Shipping.Accept(FILE, 5, BYTES, false));
        assertEquals(1, asked());
    }

    /** The task that wanted it ended before the answer came, and judged nothing; the next one wants it again. */
    @Test
    void whatWasOfferedToAnEndedTaskIsAskedForAgain() {
        want(false);
        answer(BYTES);
        receiver.receiveMessage();
        want(false);
        assertEquals(2, asked());
        answer(BYTES);
        assertEquals(BYTES, receiver.receiveMessage().bytes());
    }
}
