package dev.viewstamp.actors.shell;

import akka.actor.typed.ActorRef;
import dev.viewstamp.journal.ReplyCodec;
import dev.viewstamp.journal.Storage;
import dev.viewstamp.journal.StoredReply;
import dev.viewstamp.journal.WalGeometry;
import dev.viewstamp.journal.Word128;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Writes and reads the latest reply of each session, one slot each (replication spec §3.9).
 *
 * <p>At most one write per slot is under way. One that waits gives way to a newer one and counts as written with it:
 * nobody asks for it any more. What is being written is read from memory.
 */
final class ReplyZone {
    private static final class Slot {
        private StoredReply writing;
        private StoredReply waiting;
        private List<Runnable> written = new ArrayList<>();
        private List<Runnable> then = new ArrayList<>();
    }

    private final int slotSize;
    private final Slot[] slots;
    private final DiskLane lane;
    private final ActorRef<DiskWorker.Answer> disk;

    /** @param slotSize bytes, a multiple of 4096 */
    ReplyZone(int slotCount, int slotSize, DiskLane lane, ActorRef<DiskWorker.Answer> disk) {
        this.slotSize = slotSize;
        this.lane = lane;
        this.disk = disk;
        slots = new Slot[slotCount];
        Arrays.setAll(slots, i -> new Slot());
    }

    /** @param done runs when this reply, or a newer one of this slot, is durable */
    void write(int number, StoredReply reply, Runnable done) {
        Slot slot = slots[number];
        if (slot.writing == null) {
            slot.writing = reply;
            slot.written.add(done);
            submit(number, slot);
        } else {
            slot.waiting = reply;
            slot.then.add(done);
        }
    }

    private void submit(int number, Slot slot) {
        lane.submit(token -> new DiskWorker.Write(token, Storage.Zone.REPLIES, offset(number), encode(slot.writing),
                disk), answer -> {
                    JournalWriter.orStop(answer);
                    List<Runnable> answered = slot.written;
                    slot.writing = slot.waiting;
                    slot.written = slot.then;
                    slot.waiting = null;
                    slot.then = new ArrayList<>();
                    if (slot.writing != null) {
                        submit(number, slot);
                    }
                    answered.forEach(Runnable::run);
                });
    }

    /** @param found gets the reply of this checksum, or null if the slot does not hold it intact */
    void read(int number, Word128 checksum, Consumer<StoredReply> found) {
        Slot slot = slots[number];
        for (StoredReply reply : Arrays.asList(slot.waiting, slot.writing)) {
            if (reply != null && reply.header().checksum().equals(checksum)) {
                found.accept(reply);
                return;
            }
        }
        read(number, WalGeometry.SECTOR_SIZE, first -> {
            int size = ReplyCodec.sizeToRead(first, slotSize);
            if (size == first.length) {
                found.accept(ReplyCodec.read(first, checksum));
            } else {
                read(number, size, all -> found.accept(ReplyCodec.read(all, checksum)));
            }
        });
    }

    private void read(int number, int size, Consumer<byte[]> then) {
        lane.submit(token -> new DiskWorker.Read(token, Storage.Zone.REPLIES, offset(number), size, disk), answer -> {
            JournalWriter.orStop(answer);
            then.accept(((DiskWorker.BytesRead) answer).bytes());
        });
    }

    private long offset(int number) {
        return (long) number * slotSize;
    }

    private static byte[] encode(StoredReply reply) {
        ByteBuffer target = ByteBuffer.wrap(new byte[ReplyCodec.encodedSize(reply.header())]);
        ReplyCodec.encode(reply, target);
        return target.array();
    }
}
