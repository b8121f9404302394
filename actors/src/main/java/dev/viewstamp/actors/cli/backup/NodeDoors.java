package dev.viewstamp.actors.cli.backup;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Behaviors;
import dev.viewstamp.actors.cli.VerbFailure;
import dev.viewstamp.actors.message.BackupEnvelope;
import dev.viewstamp.actors.message.BackupInbox;
import dev.viewstamp.actors.message.BackupMessage;
import dev.viewstamp.actors.message.BackupMessage.EndHold;
import dev.viewstamp.actors.message.BackupMessage.GetStanding;
import dev.viewstamp.actors.message.BackupMessage.Standing;
import dev.viewstamp.client.protocol.ClientEnvelope;
import dev.viewstamp.journal.Word128;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The doors for backups of a cluster's nodes, seen from the command line: questions out, answers into one queue. One
 * thread uses it. Messages may be lost; whoever waits repeats.
 */
public final class NodeDoors {
    private static final Duration REPEAT = Duration.ofMillis(500);

    private final Word128 cluster;
    private final List<ActorRef<BackupInbox>> doors = new ArrayList<>();
    private final LinkedBlockingQueue<BackupMessage> answers = new LinkedBlockingQueue<>();
    private final ActorRef<BackupInbox> inbox;

    /** @param addresses Artery addresses of all replicas, in replica order */
    public NodeDoors(ActorSystem<?> system, List<String> addresses, Word128 cluster) {
        this.cluster = cluster;
        ActorRefResolver resolver = ActorRefResolver.get(system);
        for (String address : addresses) {
            doors.add(resolver.resolveActorRef(
                    "akka://" + ClientEnvelope.SYSTEM_NAME + "@" + address + BackupEnvelope.DOOR_PATH));
        }
        // Its name makes it a recipient of large messages, see viewstamp-artery.conf.
        inbox = system.systemActorOf(Behaviors.receiveMessage(message -> {
            if (message instanceof BackupEnvelope envelope) {
                answers.add(envelope.message());
            }
            return Behaviors.same();
        }), "viewstamp-client-backup-" + System.nanoTime(), Props.empty());
    }

    public int replicaCount() {
        return doors.size();
    }

    void send(int replica, BackupMessage message) {
        doors.get(replica).tell(new BackupEnvelope(cluster, inbox, message));
    }

    /** The next answer, or null if none comes within the limit. */
    BackupMessage poll(Duration limit) {
        try {
            return answers.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VerbFailure("interrupted", e);
        }
    }

    /**
     * Asks all replicas how they stand, until all have answered or the time is over.
     *
     * @return by replica; those that did not answer are absent
     */
    public Map<Integer, Standing> standings(Duration limit) {
        Map<Integer, Standing> standings = new TreeMap<>();
        long end = System.nanoTime() + limit.toNanos();
        while (standings.size() < doors.size() && System.nanoTime() < end) {
            for (int replica = 0; replica < doors.size(); replica++) {
                if (!standings.containsKey(replica)) {
                    send(replica, new GetStanding(false));
                }
            }
            long repeat = Math.min(end, System.nanoTime() + REPEAT.toNanos());
            for (long left = repeat - System.nanoTime(); left > 0 && standings.size() < doors.size();
                    left = repeat - System.nanoTime()) {
                if (poll(Duration.ofNanos(left)) instanceof Standing standing) {
                    standings.put(standing.replica(), standing);
                }
            }
        }
        return standings;
    }

    /**
     * Has a replica hold its newest checkpoint.
     *
     * @return which that is
     * @throws VerbFailure if it does not answer in time
     */
    Standing hold(int replica, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() < end) {
            send(replica, new GetStanding(true));
            if (poll(REPEAT) instanceof Standing standing && standing.replica() == replica) {
                return standing;
            }
        }
        throw new VerbFailure("replica " + replica + " did not answer within " + limit.toSeconds() + " s");
    }

    void endHold(int replica) {
        send(replica, new EndHold());
    }
}
