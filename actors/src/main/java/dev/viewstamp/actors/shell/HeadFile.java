package dev.viewstamp.actors.shell;

import akka.actor.typed.ActorRef;
import dev.viewstamp.journal.CheckpointFile;
import dev.viewstamp.journal.CheckpointFiles.Origin;
import dev.viewstamp.journal.CheckpointState;
import dev.viewstamp.journal.Checksums;
import dev.viewstamp.journal.Word128;
import java.util.BitSet;
import java.util.function.Consumer;

/**
 * A checkpoint's manifest or session table on its way into memory: from this disk if it is there and whole, else from
 * peers, piece by piece, and then onto this disk. The checkpoint's record says how large it is and what its checksum
 * must be; single pieces cannot be judged, so a copy that turns out wrong is fetched again whole.
 */
final class HeadFile {
    private final CheckpointFile file;
    private final Word128 checksum;
    private final byte[] bytes;
    private final FolderDesk desk;
    private final ActorRef<Shipping.Command> shipping;
    private final ActorRef<Checkpoints.Command> owner;
    private final Consumer<byte[]> then;
    private final BitSet lacking = new BitSet();
    private boolean ended;

    private HeadFile(CheckpointFile file, long size, Word128 checksum, FolderDesk desk,
                     ActorRef<Shipping.Command> shipping, ActorRef<Checkpoints.Command> owner,
                     Consumer<byte[]> then) {
        this.file = file;
        this.checksum = checksum;
        this.bytes = new byte[Math.toIntExact(size)];
        this.desk = desk;
        this.shipping = shipping;
        this.owner = owner;
        this.then = then;
    }

    /** @param then gets the manifest's bytes when they are right and on this disk */
    static HeadFile manifest(CheckpointState checkpoint, FolderDesk desk, ActorRef<Shipping.Command> shipping,
                             ActorRef<Checkpoints.Command> owner, Consumer<byte[]> then) {
        return new HeadFile(CheckpointFile.manifest(checkpoint.op()), checkpoint.manifestSize(),
                checkpoint.manifestChecksum(), desk, shipping, owner, then);
    }

    /** As {@link #manifest}, for the session table. */
    static HeadFile sessions(CheckpointState checkpoint, FolderDesk desk, ActorRef<Shipping.Command> shipping,
                             ActorRef<Checkpoints.Command> owner, Consumer<byte[]> then) {
        return new HeadFile(CheckpointFile.sessions(checkpoint.op()), checkpoint.sessionsSize(),
                checkpoint.sessionsChecksum(), desk, shipping, owner, then);
    }

    /** Begins. */
    void load() {
        desk.read(file, bytes.length, found -> {
            if (ended) {
                return;
            }
            if (found != null && Checksums.of(found).equals(checksum)) {
                then.accept(found);
            } else {
                fetch();
            }
        });
    }

    /** Nobody wants it any more. */
    void end() {
        if (!ended) {
            ended = true;
            shipping.tell(new Shipping.Forget(file, owner));
        }
    }

    private void fetch() {
        lacking.set(0, Math.max(1, (bytes.length + FileWorker.BLOCK_SIZE - 1) / FileWorker.BLOCK_SIZE));
        for (int block = lacking.nextSetBit(0); block >= 0; block = lacking.nextSetBit(block + 1)) {
            shipping.tell(new Shipping.Want(file, block, true, false, owner));
        }
    }

    /** A peer's copy of a piece of some file. */
    void offered(Shipping.Offered offered) {
        int block = offered.block();
        if (ended || !offered.file().equals(file) || !lacking.get(block)) {
            return;
        }
        int at = block * FileWorker.BLOCK_SIZE;
        int length = Math.min(FileWorker.BLOCK_SIZE, bytes.length - at);
        if (offered.bytes().length < length) {
            shipping.tell(new Shipping.Want(file, block, true, true, owner));
            return;
        }
        System.arraycopy(offered.bytes(), 0, bytes, at, length);
        shipping.tell(new Shipping.Accept(file, block, offered.bytes(), false));
        lacking.clear(block);
        if (!lacking.isEmpty()) {
            return;
        }
        if (!Checksums.of(bytes).equals(checksum)) {
            fetch();
            return;
        }
        desk.write(file, Origin.PEER, bytes, () -> {
            if (!ended) {
                then.accept(bytes);
            }
        });
    }
}
