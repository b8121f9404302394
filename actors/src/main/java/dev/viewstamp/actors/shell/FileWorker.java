package dev.viewstamp.actors.shell;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import dev.viewstamp.journal.CheckpointFile;
import dev.viewstamp.journal.CheckpointFiles;
import dev.viewstamp.journal.CheckpointFiles.NoSpaceException;
import dev.viewstamp.journal.CheckpointFiles.Origin;
import dev.viewstamp.journal.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * To the immutable files what {@link DiskWorker} is to the log: one blocking call at a time, on the checkpoint
 * dispatcher, through one aligned buffer of its own; decides nothing. The simulator has a stand-in for it.
 */
public final class FileWorker extends AbstractBehavior<FileWorker.Command> {
    /** A block of a data file is at its number times this. */
    public static final int BLOCK_SIZE = 1 << 16;
    /** Blocks that one command moves at most. */
    public static final int BLOCKS_MAX = 16;

    private static final byte[] ZEROS = new byte[BLOCK_SIZE];

    /** Each command is answered once, with its token. */
    public sealed interface Command {
        long token();

        ActorRef<? super Answer> replyTo();
    }

    /**
     * Writes a piece of a draft. Answer: {@link Done} or {@link NoSpace}.
     *
     * @param offset a multiple of 64 KiB
     * @param blocks 1 … 16 of at most 64 KiB; each but the last is filled up with zeros
     */
    public record Write(long token, CheckpointFile file, Origin origin, long offset, List<byte[]> blocks,
                        ActorRef<? super Answer> replyTo) implements Command {
    }

    /** Cuts a draft to its size, makes it durable and visible. Answer: {@link Done} or {@link NoSpace}. */
    public record Publish(long token, CheckpointFile file, Origin origin, long size, ActorRef<? super Answer> replyTo)
            implements Command {
    }

    /** Reads up to 1 MiB of a complete file from a multiple of 4096 on. Answer: {@link BytesRead}. */
    public record Read(long token, CheckpointFile file, long offset, int size, ActorRef<? super Answer> replyTo)
            implements Command {
    }

    /** Writes over a damaged piece. Answer: {@link Done}. See {@link CheckpointFiles#patch}. */
    public record Patch(long token, CheckpointFile file, long offset, byte[] bytes, ActorRef<? super Answer> replyTo)
            implements Command {
    }

    /** Answer: {@link Done}. */
    public record Delete(long token, List<CheckpointFile> files, ActorRef<? super Answer> replyTo)
            implements Command {
    }

    /** Removes drafts of an earlier process and looks at what is there. Answer: {@link Listed}. */
    public record OpenFolder(long token, ActorRef<? super Answer> replyTo) implements Command {
    }

    /** Answer: {@link Space}. */
    public record MeasureSpace(long token, ActorRef<? super Answer> replyTo) implements Command {
    }

    /** What became of a command. */
    public sealed interface Answer {
        long token();
    }

    /** Durable, if it was a publication or a patch. */
    public record Done(long token) implements Answer {
    }

    /** @param bytes fewer than asked for at the file's end; null if there is no such file */
    public record BytesRead(long token, byte[] bytes) implements Answer {
    }

    /** Sizes of all complete files, in order of kind and number. */
    public record Listed(long token, Map<CheckpointFile, Long> sizes) implements Answer {
    }

    /** Bytes that may still be written to the disk. */
    public record Space(long token, long usable) implements Answer {
    }

    /** The disk is full; the command may be given again later. */
    public record NoSpace(long token) implements Answer {
    }

    /** The disk refused, and not for lack of space: the node stops. */
    public record Failed(long token, String reason) implements Answer {
    }

    private final CheckpointFiles files;
    private final ByteBuffer buffer = Storage.allocate(BLOCKS_MAX * BLOCK_SIZE);

    private FileWorker(ActorContext<Command> context, CheckpointFiles files) {
        super(context);
        this.files = files;
    }

    public static Behavior<Command> create(CheckpointFiles files) {
        return Behaviors.setup(context -> new FileWorker(context, files));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Write.class, write -> answer(write, this::write))
                .onMessage(Publish.class, publish -> answer(publish, this::publish))
                .onMessage(Read.class, read -> answer(read, this::read))
                .onMessage(Patch.class, patch -> answer(patch, this::patch))
                .onMessage(Delete.class, delete -> answer(delete, this::delete))
                .onMessage(OpenFolder.class, open -> answer(open, this::open))
                .onMessage(MeasureSpace.class, measure -> answer(measure, this::measure))
                .build();
    }

    /** A deed on files. */
    @FunctionalInterface
    private interface Deed<C> {
        Answer carryOut(C command) throws IOException;
    }

    private <C extends Command> Behavior<Command> answer(C command, Deed<C> deed) {
        Answer answer;
        try {
            answer = deed.carryOut(command);
        } catch (NoSpaceException full) {
            answer = new NoSpace(command.token());
        } catch (IOException e) {
            answer = new Failed(command.token(), describe(command) + ": " + e);
        }
        command.replyTo().tell(answer);
        return this;
    }

    private Answer write(Write write) throws IOException {
        buffer.clear();
        for (int i = 0; i < write.blocks().size(); i++) {
            buffer.put(write.blocks().get(i));
            if (i < write.blocks().size() - 1) {
                buffer.put(ZEROS, 0, (i + 1) * BLOCK_SIZE - buffer.position());
            }
        }
        files.write(write.file(), write.origin(), write.offset(), buffer.flip());
        return new Done(write.token());
    }

    private Answer publish(Publish publish) throws IOException {
        files.publish(publish.file(), publish.origin(), publish.size());
        return new Done(publish.token());
    }

    private Answer read(Read read) throws IOException {
        int length = files.read(read.file(), read.offset(), buffer.clear().limit(read.size()));
        if (length < 0) {
            return new BytesRead(read.token(), null);
        }
        byte[] bytes = new byte[length];
        buffer.get(0, bytes);
        return new BytesRead(read.token(), bytes);
    }

    private Answer patch(Patch patch) throws IOException {
        files.patch(patch.file(), patch.offset(), buffer.clear().put(patch.bytes()).flip());
        return new Done(patch.token());
    }

    private Answer delete(Delete delete) throws IOException {
        for (CheckpointFile file : delete.files()) {
            files.delete(file);
        }
        return new Done(delete.token());
    }

    private Answer open(OpenFolder open) throws IOException {
        files.discardDrafts();
        Map<CheckpointFile, Long> sizes = new LinkedHashMap<>();
        for (CheckpointFile file : files.list()) {
            sizes.put(file, files.size(file));
        }
        return new Listed(open.token(), sizes);
    }

    private Answer measure(MeasureSpace measure) throws IOException {
        return new Space(measure.token(), files.usableSpace());
    }

    private static String describe(Command command) {
        if (command instanceof Write write) {
            return "write of " + write.file() + " at " + write.offset();
        } else if (command instanceof Publish publish) {
            return "publication of " + publish.file();
        } else if (command instanceof Read read) {
            return "read of " + read.file() + " at " + read.offset();
        } else if (command instanceof Patch patch) {
            return "patch of " + patch.file() + " at " + patch.offset();
        } else if (command instanceof Delete delete) {
            return "removal of " + delete.files();
        }
        return "folder of checkpoint files";
    }
}
