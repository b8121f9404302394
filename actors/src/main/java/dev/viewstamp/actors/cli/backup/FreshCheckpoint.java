package dev.viewstamp.actors.cli.backup;

import dev.viewstamp.actors.cli.ClusterClient;
import dev.viewstamp.actors.cli.ProgressBar;
import dev.viewstamp.actors.cli.VerbFailure;
import dev.viewstamp.actors.message.BackupMessage.Standing;
import dev.viewstamp.journal.CheckpointCadence;
import dev.viewstamp.ledger.Operation;
import java.time.Duration;
import java.util.Map;

/**
 * Sees to it that a replica has a checkpoint with all that was committed when somebody asked. Checkpoints come every so
 * many ops: on a cluster that is busy one is soon there, an idle one is given requests that change nothing.
 */
final class FreshCheckpoint {
    private static final int REQUESTS_BETWEEN_LOOKS = 64;
    private static final Duration LOOK = Duration.ofMillis(200);
    /** An id that need not exist. */
    private static final byte[] LOOKUP = new byte[Operation.LOOKUP_ACCOUNTS.eventSize()];

    static {
        LOOKUP[0] = 1;
    }

    private final ClusterClient client;
    private final NodeDoors doors;
    private final ProgressBar bar;

    FreshCheckpoint(ClusterClient client, NodeDoors doors, ProgressBar bar) {
        this.client = client;
        this.doors = doors;
        this.bar = bar;
    }

    /**
     * Waits for it.
     *
     * @param standings as they are now, one at least
     * @param replica which shall have it; null: any
     * @return how the replicas stand when it is there
     * @throws VerbFailure if the cluster does not commit in time
     */
    Map<Integer, Standing> bringAbout(Map<Integer, Standing> standings, Integer replica) {
        long wanted = standings.values().stream().mapToLong(Standing::commitMax).max().orElseThrow();
        long due = due(standings.values().iterator().next().constants().cadence(), wanted);
        Map<Integer, Standing> now = standings;
        long heard = System.nanoTime();
        long lastCommitted = 0;
        while (newest(now, replica) < wanted) {
            long committed = now.values().stream().mapToLong(Standing::commitMax).max().orElse(0);
            bar.show(Math.max(0, Math.min(due, committed) - wanted), Math.max(1, due - wanted));
            if (committed <= due) {
                submit();
            }
            if (committed > lastCommitted && lastCommitted <= due) {
                lastCommitted = committed;
                heard = System.nanoTime();
            } else if (System.nanoTime() - heard > client.timeout().toNanos()) {
                throw new VerbFailure("the checkpoint after op " + wanted + " does not come"
                        + (replica == null ? "" : " at replica " + replica) + "; look at the replicas' logs, or take "
                        + "the newest that there is with --as-is");
            }
            Map<Integer, Standing> next = doors.standings(LOOK);
            now = next.isEmpty() ? now : next;
        }
        bar.clear();
        return now;
    }

    private static long newest(Map<Integer, Standing> standings, Integer replica) {
        return standings.values().stream().filter(standing -> replica == null || standing.replica() == replica)
                .mapToLong(standing -> standing.checkpoint().op()).max().orElse(0);
    }

    /** The op whose commit makes the first checkpoint at or after {@code wanted} durable at whoever executes it. */
    private static long due(CheckpointCadence cadence, long wanted) {
        return cadence.trigger((wanted / cadence.interval() + 1) * cadence.interval() - 1);
    }

    /** In the one session that there is anyway: another could drive out a client's. */
    private void submit() {
        for (int i = 0; i < REQUESTS_BETWEEN_LOOKS; i++) {
            client.submit(Operation.LOOKUP_ACCOUNTS, LOOKUP);
        }
    }
}
