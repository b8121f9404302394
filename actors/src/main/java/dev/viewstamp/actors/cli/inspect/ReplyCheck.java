package dev.viewstamp.actors.cli.inspect;

import dev.viewstamp.actors.cli.ProgressBar;
import dev.viewstamp.actors.cli.checkpoint.StoredCheckpoint;
import dev.viewstamp.actors.replica.ClientTable;
import dev.viewstamp.journal.CheckpointState;
import dev.viewstamp.journal.DataDirectoryLayout;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.Journal;
import dev.viewstamp.journal.ReplyCodec;
import dev.viewstamp.journal.ReplyHeader;
import dev.viewstamp.journal.Storage;
import dev.viewstamp.journal.WalGeometry;
import dev.viewstamp.journal.Word128;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Verifies the stored replies that the checkpoint's session table names. Replies of later ops are made again when the
 * log is replayed, so a session that went on after the checkpoint needs none.
 */
final class ReplyCheck {
    private static final String ZONE = "replies";

    private final StoppedReplica replica;
    private final Findings findings;

    ReplyCheck(StoppedReplica replica, Findings findings) {
        this.replica = replica;
        this.findings = findings;
    }

    void run() throws IOException {
        CheckpointState checkpoint = replica.superBlock().vsrState().checkpoint();
        Optional<byte[]> sessions = StoredCheckpoint.sessions(replica.directory().checkpointFiles(), checkpoint);
        if (sessions.isEmpty()) {
            return;                                              // reported as a damaged file
        }
        ClientTable table = ClientTable.restore(sessions.get());
        Set<Word128> wentOn = clientsAfter(checkpoint.op());
        for (int slot = 0; slot < table.clientsMax(); slot++) {
            if (!table.isFree(slot) && table.replyHeader(slot).bodySize() > 0
                    && !wentOn.contains(table.replyHeader(slot).client())) {
                verify(slot, table.replyHeader(slot));
            }
        }
    }

    private Set<Word128> clientsAfter(long op) {
        Journal journal = replica.log(ProgressBar.silent()).journal();
        Set<Word128> clients = new HashSet<>();
        for (int slot = 0; slot < journal.slotCount(); slot++) {
            EntryHeader header = journal.headerInSlot(slot);
            if (header != null && header.op() > op) {
                clients.add(header.client());
            }
        }
        return clients;
    }

    private void verify(int slot, ReplyHeader expected) throws IOException {
        DataDirectoryLayout layout = DataDirectoryLayout.of(replica.superBlock().constants());
        ByteBuffer place = Storage.allocate(WalGeometry.sectorCeil(expected.size()));
        replica.directory().storage().read(Storage.Zone.REPLIES, layout.replyOffset(slot), place);
        byte[] bytes = new byte[place.capacity()];
        place.flip().get(bytes);
        findings.verified(ZONE, bytes.length);
        if (ReplyCodec.read(bytes, expected.checksum()) == null) {
            findings.damaged(ZONE, "the reply of session slot " + slot + ", op " + expected.op()
                    + ", is missing or damaged", replica.isSolo() ? "nothing can; the client learns of it only if it "
                    + "asks again" : "start the replica: it gets the reply from its peers");
        }
    }
}
