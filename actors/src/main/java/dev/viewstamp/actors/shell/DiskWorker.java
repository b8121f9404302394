package dev.viewstamp.actors.shell;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import dev.viewstamp.journal.EntryCodec;
import dev.viewstamp.journal.LogEntry;
import dev.viewstamp.journal.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Makes one blocking call at a time, on the journal dispatcher, through one aligned buffer of its own. The only
 * actor that blocks, and the only one that the simulator replaces on the disk side: so it knows bytes and offsets,
 * and decides nothing.
 */
public final class DiskWorker extends AbstractBehavior<DiskWorker.Command> {

    /** Each command is answered once, with its token. */
    public sealed interface Command {
        long token();

        ActorRef<? super Answer> replyTo();
    }

    /** Writes header, body and zeros up to a whole sector at the start of a slot of the prepare ring. */
    public record WriteEntry(long token, long offset, LogEntry entry, ActorRef<? super Answer> replyTo)
            implements Command {
    }

    /** Writes whole sectors. */
    public record Write(long token, Storage.Zone zone, long offset, byte[] bytes, ActorRef<? super Answer> replyTo)
            implements Command {
    }

    /** Reads whole sectors; unreadable ones come back as zeros. */
    public record Read(long token, Storage.Zone zone, long offset, int size, ActorRef<? super Answer> replyTo)
            implements Command {
    }

    /** What became of a command. */
    public sealed interface Answer {
        long token();
    }

    /** Durable. */
    public record Written(long token) implements Answer {
    }

    public record BytesRead(long token, byte[] bytes) implements Answer {
    }

    /** The disk refused; after a write nobody knows what is in that range, so the node stops. */
    public record Failed(long token, String reason) implements Answer {
    }

    private final Storage storage;
    private final ByteBuffer buffer;

    private DiskWorker(ActorContext<Command> context, Storage storage, int bufferSize) {
        super(context);
        this.storage = storage;
        this.buffer = Storage.allocate(bufferSize);
    }

    /** @param bufferSize the largest read or write, bytes; a multiple of 4096 */
    public static Behavior<Command> create(Storage storage, int bufferSize) {
        return Behaviors.setup(context -> new DiskWorker(context, storage, bufferSize));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(WriteEntry.class, this::onWriteEntry)
                .onMessage(Write.class, this::onWrite)
                .onMessage(Read.class, this::onRead)
                .build();
    }

    private Behavior<Command> onWriteEntry(WriteEntry write) {
        EntryCodec.encode(write.entry(), buffer);
        return write(write, Storage.Zone.WAL_PREPARES, write.offset());
    }

    private Behavior<Command> onWrite(Write write) {
        buffer.clear().put(write.bytes()).flip();
        return write(write, write.zone(), write.offset());
    }

    private Behavior<Command> write(Command command, Storage.Zone zone, long offset) {
        try {
            storage.write(zone, offset, buffer);
            command.replyTo().tell(new Written(command.token()));
        } catch (IOException e) {
            command.replyTo().tell(new Failed(command.token(), "write to " + zone + " at " + offset + ": "
                    + e.getMessage()));
        }
        return this;
    }

    private Behavior<Command> onRead(Read read) {
        try {
            buffer.clear().limit(read.size());
            storage.read(read.zone(), read.offset(), buffer);
            byte[] bytes = new byte[read.size()];
            buffer.get(0, bytes);
            read.replyTo().tell(new BytesRead(read.token(), bytes));
        } catch (IOException e) {
            read.replyTo().tell(new Failed(read.token(), "read of " + read.zone() + " at " + read.offset() + ": "
                    + e.getMessage()));
        }
        return this;
    }
}
