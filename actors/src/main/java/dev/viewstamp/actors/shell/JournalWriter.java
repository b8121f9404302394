package dev.viewstamp.actors.shell;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Receive;
import dev.viewstamp.actors.replica.Completion;
import dev.viewstamp.actors.replica.Effect;
import dev.viewstamp.journal.ClusterConstants;
import dev.viewstamp.journal.EntryCodec;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.Storage;
import dev.viewstamp.journal.StoredPrepare;
import dev.viewstamp.journal.WalGeometry;
import dev.viewstamp.journal.Word128;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Owns the I/O of the write-ahead log, the superblock and the stored replies. Decides no protocol: it carries out
 * the replica's storage effects through {@link DiskWorker}s and answers each with a {@link Completion}. It keeps
 * what the disk needs: at most one write per slot, one write per header sector with later ones merged, superblock
 * writes in a lane of their own.
 *
 * <p>Before this: {@link WalOpening}, which reads the disk and hands over. A failed write is final: the actor
 * throws, and the node stops.
 */
public final class JournalWriter extends AbstractBehavior<JournalWriter.Command> {

    public interface Command {
    }

    /** One of the storage effects. */
    public record Do(Effect effect) implements Command {
    }

    /** From a worker. */
    record DiskAnswered(DiskWorker.Answer answer) implements Command {
    }

    private final Word128 cluster;
    private final WalGeometry geometry;
    private final ActorRef<? super ReplicaActor.Completed> replica;
    private final ActorRef<DiskWorker.Answer> disk;
    private final DiskLane lane;
    private final DiskLane superBlockDisk;
    private final SuperBlockLane superBlocks;
    private final HeaderSectors headerSectors;
    private final ReplyZone replies;
    private final BitSet slotsInFlight = new BitSet();

    JournalWriter(ActorContext<Command> context, NodeOptions options, DiskLane lane, DiskLane superBlockDisk,
                  ActorRef<DiskWorker.Answer> disk, ActorRef<? super ReplicaActor.Completed> replica) {
        super(context);
        this.cluster = options.cluster();
        this.geometry = options.constants().walGeometry();
        this.replica = replica;
        this.disk = disk;
        this.lane = lane;
        this.superBlockDisk = superBlockDisk;
        this.superBlocks = new SuperBlockLane(superBlockDisk, disk);
        this.headerSectors = new HeaderSectors(geometry.sectorCount());
        this.replies = new ReplyZone(options.constants().clientsMax(), ClusterConstants.REPLY_SIZE_MAX, lane,
                disk);
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Do.class, this::onDo)
                .onMessage(DiskAnswered.class, this::onDiskAnswered)
                .build();
    }

    private Behavior<Command> onDo(Do command) {
        Effect effect = command.effect();
        if (effect instanceof Effect.WritePrepare write) {
            writePrepare(write);
        } else if (effect instanceof Effect.WriteHeaderSector write) {
            writeHeaderSector(write);
        } else if (effect instanceof Effect.ReadPrepare read) {
            readPrepare(read);
        } else if (effect instanceof Effect.WriteSuperBlock write) {
            writeSuperBlock(write);
        } else if (effect instanceof Effect.ReadHeaderSector read) {
            readHeaderSector(read);
        } else if (effect instanceof Effect.CheckSuperBlock check) {
            superBlocks.check(check.superBlock(), mended -> answer(new Completion.SuperBlockChecked(mended)),
                    JournalWriter::stop);
        } else if (effect instanceof Effect.WriteReply write) {
            replies.write(write.slot(), write.reply(), () -> answer(new Completion.ReplyWritten(write.slot(),
                    write.reply().header().checksum())));
        } else if (effect instanceof Effect.ReadReply read) {
            replies.read(read.slot(), read.checksum(), reply -> answer(new Completion.ReplyRead(read.token(),
                    read.slot(), reply)));
        } else {
            throw new IllegalArgumentException("no storage effect: " + effect);
        }
        return this;
    }

    private Behavior<Command> onDiskAnswered(DiskAnswered answered) {
        DiskWorker.Answer answer = answered.answer();
        (isSuperBlockToken(answer.token()) ? superBlockDisk : lane).answered(answer);
        return this;
    }

    static boolean isSuperBlockToken(long token) {
        return token < 0;
    }

    private void writePrepare(Effect.WritePrepare write) {
        int slot = write.slot();
        if (slotsInFlight.get(slot)) {
            throw new IllegalStateException("two writes of slot " + slot + " at once: " + write.entry());
        }
        slotsInFlight.set(slot);
        lane.submit(token -> new DiskWorker.WriteEntry(token, geometry.prepareOffset(slot), write.entry(), disk),
                answer -> {
                    orStop(answer);
                    slotsInFlight.clear(slot);
                    answer(new Completion.PrepareWritten(slot, write.entry().checksum()));
                });
    }

    private void writeHeaderSector(Effect.WriteHeaderSector write) {
        byte[] now = headerSectors.wish(write.sector(), write.content(),
                new HeaderSectors.Wish(write.slot(), write.checksum()));
        if (now != null) {
            submitSector(write.sector(), now);
        }
    }

    private void submitSector(int sector, byte[] content) {
        lane.submit(token -> new DiskWorker.Write(token, Storage.Zone.WAL_HEADERS, geometry.sectorOffset(sector),
                content, disk),
                answer -> {
                    orStop(answer);
                    for (HeaderSectors.Wish wish : headerSectors.written(sector)) {
                        answer(new Completion.HeaderSectorWritten(sector, wish.slot(), wish.checksum()));
                    }
                    byte[] next = headerSectors.next(sector);
                    if (next != null) {
                        submitSector(sector, next);
                    }
                });
    }

    private void readHeaderSector(Effect.ReadHeaderSector read) {
        lane.submit(token -> new DiskWorker.Read(token, Storage.Zone.WAL_HEADERS, geometry.sectorOffset(read.sector()),
                WalGeometry.SECTOR_SIZE, disk),
                answer -> {
                    orStop(answer);
                    answer(new Completion.HeaderSectorRead(read.token(), read.sector(),
                            ((DiskWorker.BytesRead) answer).bytes()));
                });
    }

    /** First one sector, which tells how much more there is: most entries of small requests need no second read. */
    private void readPrepare(Effect.ReadPrepare read) {
        readSlot(read.slot(), WalGeometry.SECTOR_SIZE, bytes -> {
            EntryHeader header = EntryHeader.read(bytes, 0);
            if (!header.isValid() || !header.checksum().equals(read.checksum())
                    || header.size() <= bytes.length || header.size() > geometry.prepareSizeMax()) {
                answerRead(read, bytes);
            } else {
                readSlot(read.slot(), EntryCodec.encodedSize(header), all -> answerRead(read, all));
            }
        });
    }

    private void readSlot(int slot, int size, Consumer<byte[]> then) {
        lane.submit(token -> new DiskWorker.Read(token, Storage.Zone.WAL_PREPARES, geometry.prepareOffset(slot), size,
                disk),
                answer -> {
                    orStop(answer);
                    then.accept(((DiskWorker.BytesRead) answer).bytes());
                });
    }

    private void answerRead(Effect.ReadPrepare read, byte[] bytes) {
        StoredPrepare found = EntryCodec.judge(ByteBuffer.wrap(bytes), cluster, geometry, read.slot(), true);
        boolean wanted = found.isIntact() && found.header().checksum().equals(read.checksum());
        answer(new Completion.PrepareRead(read.token(), read.slot(), read.op(), read.checksum(),
                wanted ? found.entry() : null));
    }

    private void writeSuperBlock(Effect.WriteSuperBlock write) {
        superBlocks.write(write.superBlock(), problem -> {
            if (problem != null) {
                stop(problem);
            }
            answer(new Completion.SuperBlockWritten(write.superBlock().sequence()));
        });
    }

    private void answer(Completion completion) {
        replica.tell(new ReplicaActor.Completed(completion));
    }

    private static void stop(String problem) {
        throw new DiskFailure(problem);
    }

    static void orStop(DiskWorker.Answer answer) {
        if (answer instanceof DiskWorker.Failed failed) {
            throw new DiskFailure(failed.reason());
        }
    }

    static List<ActorRef<DiskWorker.Command>> spawnWorkers(ActorContext<?> context, int count, String name,
                                                           Function<String, Behavior<DiskWorker.Command>> worker) {
        List<ActorRef<DiskWorker.Command>> workers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String workerName = name + "-" + i;
            workers.add(context.spawn(worker.apply(workerName), workerName,
                    DispatcherSelector.fromConfig("viewstamp.journal-dispatcher")));
        }
        return workers;
    }
}
