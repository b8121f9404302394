package dev.viewstamp.actors.shell;

import akka.actor.typed.ActorRef;
import dev.viewstamp.journal.CheckpointFile;
import dev.viewstamp.journal.CheckpointFiles.Origin;
import dev.viewstamp.ledger.BlockId;
import dev.viewstamp.ledger.BlockTable;
import dev.viewstamp.ledger.Manifest;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * One data file on its way from peers to this disk. Its table comes first, which the manifest vouches for; then its
 * blocks, in any order, which the table vouches for: each is verified before it is written. Published when all are.
 */
final class FileFetch {
    /** Pieces that are wanted at once: what four asks hold, twice. */
    private static final int WANTED_MAX = 64;

    private final Manifest.File file;
    private final CheckpointFile name;
    private final BlockTable.Reading reading;
    private final FolderDesk desk;
    private final ActorRef<Shipping.Command> shipping;
    private final ActorRef<Checkpoints.Command> owner;
    private final Runnable done;
    private final BitSet wanted = new BitSet();
    private BlockTable table;                                    // null: not complete
    private int nextBlock;
    private int unwritten;                                       // blocks in all that are not on this disk
    private boolean ended;

    /** @param done runs when the file is complete and durable */
    FileFetch(Manifest.File file, FolderDesk desk, ActorRef<Shipping.Command> shipping,
              ActorRef<Checkpoints.Command> owner, Runnable done) {
        this.file = file;
        this.name = CheckpointFile.data(file.number());
        this.reading = file.readTable();
        this.desk = desk;
        this.shipping = shipping;
        this.owner = owner;
        this.done = done;
        this.unwritten = file.blocksInAll();
    }

    /** Asks for what it may ask for; call once to begin. */
    void proceed() {
        if (table == null) {
            for (BlockId id : reading.needed()) {
                want(id.block());
            }
            return;
        }
        while (nextBlock < file.blocks() && wanted.cardinality() < WANTED_MAX) {
            want(nextBlock++);
        }
    }

    private void want(int block) {
        if (!wanted.get(block)) {
            wanted.set(block);
            shipping.tell(new Shipping.Want(name, block, false, false, owner));
        }
    }

    /** Nobody wants it any more; what is under way comes to nothing. */
    void end() {
        ended = true;
        shipping.tell(new Shipping.Forget(name, owner));
    }

    /** A peer's copy of a block. */
    void offered(int block, byte[] bytes) {
        if (ended || !wanted.get(block)) {
            return;
        }
        boolean isTable = block >= file.blocks();
        if (!(isTable ? reading.supply(block, bytes) : table.isIntact(block, bytes))) {
            shipping.tell(new Shipping.Want(name, block, false, true, owner));
            return;
        }
        shipping.tell(new Shipping.Accept(name, block, bytes, false));
        wanted.clear(block);
        if (table == null && reading.isDone()) {
            table = reading.table();
        }
        write(block, asWritten(block, bytes));
        proceed();
    }

    /** The bytes that stood there first: exact length, zeros in the gap. */
    private byte[] asWritten(int block, byte[] bytes) {
        int size = (int) Math.min(FileWorker.BLOCK_SIZE, file.length() - (long) block * FileWorker.BLOCK_SIZE);
        int length = block < file.blocks() ? table.length(block) : Math.min(size, bytes.length);
        return Arrays.copyOf(Arrays.copyOf(bytes, length), size);
    }

    private void write(int block, byte[] bytes) {
        long offset = (long) block * FileWorker.BLOCK_SIZE;
        desk.lane().untilSpace(token -> new FileWorker.Write(token, name, Origin.PEER, offset, List.of(bytes),
                desk.answers()), () -> {
                    if (--unwritten == 0 && !ended) {
                        publish();
                    }
                });
    }

    private void publish() {
        desk.lane().untilSpace(token -> new FileWorker.Publish(token, name, Origin.PEER, file.length(),
                desk.answers()), () -> {
                    desk.published(name, file.length());
                    if (!ended) {
                        done.run();
                    }
                });
    }

    /** Whether this fetches exactly that file. */
    boolean isOf(Manifest.File other) {
        return file.equals(other);
    }
}
