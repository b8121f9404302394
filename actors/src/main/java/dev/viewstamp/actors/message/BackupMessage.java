package dev.viewstamp.actors.message;

import dev.viewstamp.journal.CheckpointFile;
import dev.viewstamp.journal.CheckpointState;
import dev.viewstamp.journal.ClusterConstants;
import java.util.List;

/**
 * What {@code backup} and {@code recover} ask of a node. Questions change nothing there, except that a node keeps a
 * checkpoint's files a while longer for the one who copies them.
 *
 * <pre>
 *   backup                                   one node
 *     GetStanding(hold) ───────────────────►   holds its newest checkpoint
 *                       ◄──────── Standing     which that is
 *     GetPieces ───────────────────────────►   holds it on
 *                       ◄────────── Pieces
 *     …
 *     EndHold ─────────────────────────────►   lets it go; without this it does so after half a minute of silence
 * </pre>
 *
 * Every piece is verified by the one who asked, against the checkpoint's record.
 */
public sealed interface BackupMessage {
    /** Asks how the node stands. @param hold whether to keep the files of the checkpoint that it answers */
    record GetStanding(boolean hold) implements BackupMessage {
    }

    /**
     * How a node stands.
     *
     * @param view of the log that it has adopted, durable
     * @param commitMin what it has executed
     * @param commitMax what it knows to be committed
     * @param checkpoint its durable checkpoint; the root before the first
     */
    record Standing(int replica, int view, long commitMin, long commitMax, ClusterConstants constants,
                    CheckpointState checkpoint) implements BackupMessage {
    }

    /**
     * Asks for pieces of a file of the checkpoint that is held, of 64 KiB each.
     *
     * @param first the first piece's number, from 0
     * @param count 1 … {@link Pieces#COUNT_MAX}
     */
    record GetPieces(CheckpointFile file, int first, int count) implements BackupMessage {
    }

    /**
     * Answer: what this node's disk has there; fewer at the file's end, none if it has no such file.
     *
     * @param replica who answers
     */
    record Pieces(int replica, CheckpointFile file, int first, List<byte[]> pieces) implements BackupMessage {
        /** In one message: 512 KiB. */
        public static final int COUNT_MAX = 8;
        /** Bytes of a piece; the last one of a file may have fewer. */
        public static final int SIZE = 1 << 16;

        public Pieces {
            pieces = List.copyOf(pieces);
        }

        @Override
        public String toString() {
            return "Pieces[" + replica + ": " + file + ", " + pieces.size() + " from " + first + "]";
        }
    }

    /** The copy is made, or given up. */
    record EndHold() implements BackupMessage {
    }
}
