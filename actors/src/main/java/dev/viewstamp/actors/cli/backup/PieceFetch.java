package dev.viewstamp.actors.cli.backup;

import dev.viewstamp.actors.cli.VerbFailure;
import dev.viewstamp.actors.message.BackupMessage;
import dev.viewstamp.actors.message.BackupMessage.GetPieces;
import dev.viewstamp.actors.message.BackupMessage.Pieces;
import dev.viewstamp.journal.CheckpointFile;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Gets the pieces of files from one replica, in order, several questions ahead; what is lost on the way is asked for
 * again. A piece that the receiver refuses is asked of the other replicas, one after another. One thread uses it.
 */
final class PieceFetch {
    private static final int QUESTIONS_AHEAD = 4;
    private static final Duration REPEAT = Duration.ofSeconds(1);

    /** The replica does not have the checkpoint any more: begin again with a newer one. */
    static final class Gone extends Exception {
        private static final long serialVersionUID = 1;

        Gone(CheckpointFile file) {
            super(file + " is no longer there");
        }
    }

    /** Takes a piece, or refuses it: then it is damaged where it came from. */
    @FunctionalInterface
    interface Receiver {
        boolean accept(int piece, byte[] bytes) throws IOException;
    }

    private final NodeDoors doors;
    private final int replica;
    private final Duration patience;

    /** @param patience how long to wait without any answer before giving up */
    PieceFetch(NodeDoors doors, int replica, Duration patience) {
        this.doors = doors;
        this.replica = replica;
        this.patience = patience;
    }

    /**
     * Gets pieces {@code from} to {@code to - 1}.
     *
     * @throws Gone if the replica has no such file
     * @throws VerbFailure if nobody answers in time, or no replica has an undamaged copy
     */
    void fetch(CheckpointFile file, int from, int to, Receiver receiver) throws IOException, Gone {
        Map<Integer, Pieces> early = new HashMap<>();
        int asked = from;
        int next = from;
        long heard = System.nanoTime();
        while (next < to) {
            while (asked < to && asked - next < QUESTIONS_AHEAD * Pieces.COUNT_MAX) {
                asked += ask(replica, file, asked, to);
            }
            BackupMessage message = doors.poll(REPEAT);
            if (message == null) {
                refuseSilence(heard);
                asked = next;                                    // a question or its answer was lost
                continue;
            }
            if (!(message instanceof Pieces pieces) || pieces.replica() != replica || !pieces.file().equals(file)) {
                continue;                                        // late, to an earlier question
            }
            heard = System.nanoTime();
            if (pieces.pieces().isEmpty()) {
                throw new Gone(file);
            }
            early.put(pieces.first(), pieces);
            for (Pieces now = early.remove(next); now != null; now = early.remove(next)) {
                for (byte[] bytes : now.pieces()) {
                    if (next < to && !receiver.accept(next, bytes)) {
                        fromAnother(file, next, receiver);
                    }
                    next++;
                }
            }
        }
    }

    private int ask(int whom, CheckpointFile file, int first, int to) {
        int count = Math.min(Pieces.COUNT_MAX, to - first);
        doors.send(whom, new GetPieces(file, first, count));
        return count;
    }

    private void refuseSilence(long since) {
        if (System.nanoTime() - since > patience.toNanos()) {
            throw new VerbFailure("replica " + replica + " has not answered for " + patience.toSeconds()
                    + " s; what was copied stays, so run it again");
        }
    }

    private void fromAnother(CheckpointFile file, int piece, Receiver receiver) throws IOException {
        List<Integer> silent = new ArrayList<>();
        for (int other = 0; other < doors.replicaCount(); other++) {
            if (other == replica) {
                continue;
            }
            ask(other, file, piece, piece + 1);
            byte[] bytes = awaitFrom(other, file, piece);
            if (bytes == null) {
                silent.add(other);
            } else if (receiver.accept(piece, bytes)) {
                return;
            }
        }
        throw new VerbFailure("block " + piece + " of " + file + " is damaged on replica " + replica
                + " and no other has a good copy" + (silent.isEmpty() ? "" : " (no answer from " + silent + ")")
                + "; wait until it is repaired and run it again");
    }

    private byte[] awaitFrom(int other, CheckpointFile file, int piece) {
        long end = System.nanoTime() + REPEAT.toNanos();
        for (long left = REPEAT.toNanos(); left > 0; left = end - System.nanoTime()) {
            if (doors.poll(Duration.ofNanos(left)) instanceof Pieces pieces && pieces.replica() == other
                    && pieces.file().equals(file) && pieces.first() == piece && !pieces.pieces().isEmpty()) {
                return pieces.pieces().get(0);
            }
        }
        return null;
    }
}
