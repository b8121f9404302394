package dev.viewstamp.testkit.sim;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import dev.viewstamp.actors.shell.DiskWorker;
import dev.viewstamp.journal.EntryCodec;
import dev.viewstamp.journal.LogEntry;
import dev.viewstamp.journal.Storage;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Stands where {@link DiskWorker} stands in production and speaks to a {@link SimDisk}: each operation begins in
 * the turn in which it is asked for and is answered in a later one. Like the real one it is given one operation at
 * a time.
 */
final class SimDiskWorker {
    private SimDiskWorker() {
    }

    /** @param onEntry told of every log entry whose write begins */
    static Behavior<DiskWorker.Command> create(SimDisk disk, Consumer<LogEntry> onEntry) {
        return Behaviors.receive(DiskWorker.Command.class)
                .onMessage(DiskWorker.WriteEntry.class, write -> {
                    onEntry.accept(write.entry());
                    disk.beginWrite(Storage.Zone.WAL_PREPARES, write.offset(), encode(write.entry()),
                            () -> write.replyTo().tell(new DiskWorker.Written(write.token())));
                    return Behaviors.same();
                })
                .onMessage(DiskWorker.Write.class, write -> {
                    disk.beginWrite(write.zone(), write.offset(), write.bytes(),
                            () -> write.replyTo().tell(new DiskWorker.Written(write.token())));
                    return Behaviors.same();
                })
                .onMessage(DiskWorker.Read.class, read -> {
                    disk.beginRead(read.zone(), read.offset(), read.size(),
                            bytes -> read.replyTo().tell(new DiskWorker.BytesRead(read.token(), bytes)));
                    return Behaviors.same();
                })
                .build();
    }

    private static byte[] encode(LogEntry entry) {
        ByteBuffer buffer = ByteBuffer.allocate(EntryCodec.encodedSize(entry.header()));
        EntryCodec.encode(entry, buffer);
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }
}
