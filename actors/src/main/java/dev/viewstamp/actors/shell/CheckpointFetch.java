package dev.viewstamp.actors.shell;

import akka.actor.typed.ActorRef;
import dev.viewstamp.journal.CheckpointFile;
import dev.viewstamp.journal.CheckpointState;
import dev.viewstamp.ledger.BlockTable;
import dev.viewstamp.ledger.Manifest;
import java.util.ArrayList;
import java.util.List;

/**
 * Another replica's checkpoint on its way to this disk: manifest and session table, then every data file that is not
 * here yet (replication spec §9.3).
 *
 * <p>All of it comes <em>before</em> the superblock names the checkpoint. The specification installs first and
 * fetches later, because its blocks are overwritten in place and the old state could not be kept beside the new one.
 * Our files are immutable: nothing is lost by fetching first, a replica never vouches for a checkpoint that it does
 * not wholly hold, and a crash on the way leaves it where it was. What was fetched before stays and is found again.
 */
final class CheckpointFetch {
    private final CheckpointState target;
    private final FolderDesk desk;
    private final FileFetches fetches;
    private final HeadFile manifestFile;
    private final HeadFile sessionsFile;
    private final Runnable manifestHere;
    private final Runnable done;
    private final List<Manifest.File> toJudge = new ArrayList<>();   // files of this number are here: are they it?
    private Manifest manifest;
    private boolean sessionsHere;
    private boolean ended;

    /**
     * @param manifestHere runs when it is known which files the checkpoint consists of
     * @param done runs when all of them are durable here
     */
    CheckpointFetch(CheckpointState target, FolderDesk desk, FileFetches fetches, ActorRef<Shipping.Command> shipping,
                    ActorRef<Checkpoints.Command> owner, Runnable manifestHere, Runnable done) {
        this.target = target;
        this.desk = desk;
        this.fetches = fetches;
        this.manifestHere = manifestHere;
        this.done = done;
        manifestFile = HeadFile.manifest(target, desk, shipping, owner, this::onManifest);
        sessionsFile = HeadFile.sessions(target, desk, shipping, owner, bytes -> {
            sessionsHere = true;
            endIfWhole();
        });
    }

    CheckpointState target() {
        return target;
    }

    /** Null until it has come. */
    Manifest manifest() {
        return manifest;
    }

    void begin() {
        manifestFile.load();
        sessionsFile.load();
    }

    void end() {
        ended = true;
        manifestFile.end();
        sessionsFile.end();
    }

    void offered(Shipping.Offered offered) {
        manifestFile.offered(offered);
        sessionsFile.offered(offered);
    }

    private void onManifest(byte[] bytes) {
        if (ended) {
            return;
        }
        manifest = Manifest.read(bytes);
        manifestHere.run();
        for (Manifest.File file : manifest.files()) {
            if (desk.has(CheckpointFile.data(file.number()), file.length())) {
                toJudge.add(file);
            } else {
                fetches.fetch(file);
            }
        }
        List.copyOf(toJudge).forEach(this::judge);
        endIfWhole();
    }

    /** A file of that number and size is here; its table's root tells whether it is the one. */
    private void judge(Manifest.File file) {
        BlockTable.Reading reading = file.readTable();
        int root = reading.needed().get(0).block();
        desk.lane().ask(token -> new FileWorker.Read(token, CheckpointFile.data(file.number()),
                (long) root * FileWorker.BLOCK_SIZE, FileWorker.BLOCK_SIZE, desk.answers()),
                FileWorker.BytesRead.class, read -> {
                    toJudge.remove(file);
                    if (ended) {
                        return;
                    }
                    if (!reading.supply(root, read.bytes())) {
                        fetches.fetch(file);
                    }
                    endIfWhole();
                });
    }

    /** Call when a file has arrived. */
    void endIfWhole() {
        if (!ended && manifest != null && sessionsHere && toJudge.isEmpty()
                && manifest.files().stream().noneMatch(fetches::lacks)) {
            ended = true;
            done.run();
        }
    }
}
