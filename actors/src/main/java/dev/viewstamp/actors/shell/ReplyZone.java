package dev.viewstamp.actors.shell;

import akka.actor.typed.ActorRef;
import dev.viewstamp.journal.ReplyHeader;
import dev.viewstamp.journal.Storage;
import dev.viewstamp.journal.StoredReply;
import dev.viewstamp.journal.WalGeometry;
import dev.viewstamp.journal.Word128;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Writes and reads the latest reply of each session, one slot each (replication spec §3.9).
 *
 * <pre>
 *   0              256              size             sectorCeil(size)     prepareSizeMax
 *   +--------------+----------------+----------------+--------------------+
 *   | reply header | body           | zeros          | left from earlier  |
 *   +--------------+----------------+----------------+--------------------+
 * </pre>
 *
 * At most one write per slot is under way. One that waits gives way to a newer one and counts as written with it:
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
            ReplyHeader header = ReplyHeader.read(first, 0);
            boolean wanted = header.checksum().equals(checksum) && header.isValid() && header.size() <= slotSize;
            if (!wanted || header.size() <= first.length) {
                found.accept(wanted ? decode(header, first) : null);
            } else {
                read(number, WalGeometry.sectorCeil(header.size()), all -> found.accept(decode(header, all)));
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
        byte[] bytes = new byte[WalGeometry.sectorCeil(reply.header().size())];
        reply.header().writeTo(bytes, 0);
        System.arraycopy(reply.body(), 0, bytes, ReplyHeader.SIZE, reply.body().length);
        return bytes;
    }

    /** Null if body or header were overwritten between two reads, or the disk damaged them. */
    private static StoredReply decode(ReplyHeader header, byte[] bytes) {
        byte[] body = Arrays.copyOfRange(bytes, ReplyHeader.SIZE, header.size());
        return ReplyHeader.read(bytes, 0).equals(header) && header.isValidBody(body)
                ? new StoredReply(header, body) : null;
    }
}
