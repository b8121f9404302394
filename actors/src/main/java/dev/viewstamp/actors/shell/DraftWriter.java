package dev.viewstamp.actors.shell;

import akka.actor.typed.ActorRef;
import dev.viewstamp.journal.CheckpointFile;
import dev.viewstamp.journal.CheckpointFiles.Origin;
import dev.viewstamp.ledger.FileSink;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ObjLongConsumer;

/**
 * Where one task writes its files: blocks are gathered, written a mebibyte at a time, and the file is published when it
 * is sealed and all of it is written. Nothing is kept in memory once it is written: nobody reads a file before the task
 * that made it is through.
 */
final class DraftWriter implements FileSink {
    private static final class Draft {
        private final CheckpointFile file;
        private final List<byte[]> gathered = new ArrayList<>();
        private int blocks;                                      // handed to the disk
        private int lastLength;
        private int writesUnderWay;
        private boolean sealed;

        Draft(CheckpointFile file) {
            this.file = file;
        }
    }

    private final FileLane lane;
    private final ActorRef<FileWorker.Answer> answers;
    private final ObjLongConsumer<CheckpointFile> published;
    private final Map<Long, Draft> drafts = new HashMap<>();     // never iterated
    private int unpublished;
    private int writesUnderWay;

    /** @param published told of every file that is complete and durable, with its size */
    DraftWriter(FileLane lane, ActorRef<FileWorker.Answer> answers, ObjLongConsumer<CheckpointFile> published) {
        this.lane = lane;
        this.answers = answers;
        this.published = published;
    }

    @Override
    public void create(long file) {
        drafts.put(file, new Draft(CheckpointFile.data(file)));
        unpublished++;
    }

    @Override
    public void append(long file, byte[] block) {
        Draft draft = drafts.get(file);
        draft.gathered.add(block);
        if (draft.gathered.size() == FileWorker.BLOCKS_MAX) {
            flush(draft);
        }
    }

    @Override
    public void seal(long file) {
        Draft draft = drafts.get(file);
        draft.sealed = true;
        if (!draft.gathered.isEmpty()) {
            flush(draft);
        }
        publishWhenWritten(draft);
    }

    /** Writes that the disk has not answered; a mebibyte of memory each. */
    int writesUnderWay() {
        return writesUnderWay;
    }

    /** Whether every file that was begun is durable. */
    boolean isQuiet() {
        return unpublished == 0;
    }

    private void flush(Draft draft) {
        List<byte[]> blocks = List.copyOf(draft.gathered);
        long offset = (long) draft.blocks * FileWorker.BLOCK_SIZE;
        draft.gathered.clear();
        draft.blocks += blocks.size();
        draft.lastLength = blocks.get(blocks.size() - 1).length;
        draft.writesUnderWay++;
        writesUnderWay++;
        lane.untilSpace(token -> new FileWorker.Write(token, draft.file, Origin.OWN, offset, blocks, answers), () -> {
            draft.writesUnderWay--;
            writesUnderWay--;
            publishWhenWritten(draft);
        });
    }

    private void publishWhenWritten(Draft draft) {
        if (!draft.sealed || draft.writesUnderWay > 0) {
            return;
        }
        long size = (draft.blocks - 1L) * FileWorker.BLOCK_SIZE + draft.lastLength;
        lane.untilSpace(token -> new FileWorker.Publish(token, draft.file, Origin.OWN, size, answers), () -> {
            drafts.remove(draft.file.number());
            unpublished--;
            published.accept(draft.file, size);
        });
    }
}
