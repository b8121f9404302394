package dev.viewstamp.actors.cli.inspect;

import dev.viewstamp.actors.cli.VerbFailure;
import dev.viewstamp.actors.cli.checkpoint.StoredCheckpoint;
import dev.viewstamp.actors.replica.ClientTable;
import dev.viewstamp.journal.CheckpointFile;
import dev.viewstamp.journal.CheckpointState;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.ReplyHeader;
import dev.viewstamp.ledger.Uint128;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code inspect sessions}: the session table as of the last op that the files prove committed. */
@Command(name = "sessions", description = "Prints the clients' sessions as of the last op that the files prove "
        + "committed.", footer = {"", "Example: viewstamp inspect sessions data/0"})
final class InspectSessions extends Inspection {
    private static final byte[] UNKNOWN_BODY = new byte[0];

    @Parameters(paramLabel = "DIR", description = "The data directory.")
    private Path directory;

    @Override
    Map<String, Object> look() {
        try (StoppedReplica replica = StoppedReplica.open(directory)) {
            CommittedLog log = CommittedLog.of(replica, progress("reading the log"));
            log.require(log.commitMax());
            ClientTable table = atCheckpoint(replica);
            for (long op = log.checkpointOp() + 1; op <= log.commitMax(); op++) {
                EntryHeader header = log.header(op);
                if (!header.client().isZero()) {
                    // The ledger is not run for this: nothing that is shown depends on what it answered.
                    table.commit(header, UNKNOWN_BODY);
                }
            }
            Map<String, Object> found = new LinkedHashMap<>();
            found.put("op", log.commitMax());
            found.put("clientsMax", table.clientsMax());
            found.put("count", table.count());
            found.put("sessions", sessions(table));
            return found;
        }
    }

    private static ClientTable atCheckpoint(StoppedReplica replica) {
        CheckpointState state = replica.superBlock().vsrState().checkpoint();
        if (state.op() == 0) {
            return new ClientTable(replica.superBlock().constants().clientsMax());
        }
        CheckpointFile file = CheckpointFile.sessions(state.op());
        byte[] bytes = replica.reading(() -> StoredCheckpoint.sessions(replica.directory().checkpointFiles(), state))
                .orElseThrow(() -> new VerbFailure(file + " is missing or damaged; start the replica so that it is "
                        + "fetched from its peers"));
        return ClientTable.restore(bytes);
    }

    private static List<Map<String, Object>> sessions(ClientTable table) {
        List<Map<String, Object>> sessions = new ArrayList<>();
        for (int slot = 0; slot < table.clientsMax(); slot++) {
            if (table.isFree(slot)) {
                continue;
            }
            ReplyHeader reply = table.replyHeader(slot);
            Map<String, Object> session = new LinkedHashMap<>();
            session.put("slot", slot);
            session.put("client", new Uint128(reply.client().hi(), reply.client().lo()).toString());
            session.put("session", table.session(reply.client()));
            session.put("door", EntryWords.door(table.door(slot)));
            session.put("release", Integer.toUnsignedLong(reply.release()));
            session.put("request", Integer.toUnsignedLong(reply.request()));
            session.put("operation", EntryWords.operation(reply.operation()));
            session.put("op", reply.op());
            session.put("timestamp", reply.timestamp());
            sessions.add(session);
        }
        return sessions;
    }
}
