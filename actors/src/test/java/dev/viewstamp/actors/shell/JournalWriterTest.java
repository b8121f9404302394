package dev.viewstamp.actors.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import com.typesafe.config.ConfigFactory;
import dev.viewstamp.actors.ReplicaSettings;
import dev.viewstamp.actors.message.ReplicaInbox;
import dev.viewstamp.actors.replica.Completion;
import dev.viewstamp.actors.replica.Effect;
import dev.viewstamp.actors.replica.EntryRules;
import dev.viewstamp.actors.replica.ReplicaOptions;
import dev.viewstamp.journal.ClusterConstants;
import dev.viewstamp.journal.DataDirectory;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.ExpectedIdentity;
import dev.viewstamp.journal.FileStorage;
import dev.viewstamp.journal.FormatOptions;
import dev.viewstamp.journal.Journal;
import dev.viewstamp.journal.LogEntry;
import dev.viewstamp.journal.OpenedLog;
import dev.viewstamp.journal.SuperBlock;
import dev.viewstamp.journal.Word128;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The journal actor on real files, with a probe in the replica's place. */
class JournalWriterTest {
    private static final Word128 CLUSTER = new Word128(3, 1);
    private static final ClusterConstants CONSTANTS = ClusterConstants.of(1, 32, 1 << 16);

    @TempDir
    private Path folder;
    private ActorTestKit testKit;

    @BeforeEach
    void start() {
        testKit = ActorTestKit.create(ReplicaSettings
                .layered(ConfigFactory.parseString("akka.actor.provider = local")));
    }

    @AfterEach
    void stop() {
        testKit.shutdownTestKit();
    }

    @Test
    void whatWasWrittenIsThereAfterReopening() throws Exception {
        Path path = folder.resolve("replica");
        DataDirectory.format(path, FormatOptions.fresh(CLUSTER, 0, CONSTANTS), (done, total) -> { });
        LogEntry small = entry(EntryHeader.root(CLUSTER), 1, 100);
        LogEntry large = entry(small.header(), 2, 60_000);
        SuperBlock next;
        try (DataDirectory directory = open(path)) {
            TestProbe<ReplicaInbox> replica = testKit.createTestProbe();
            ActorRef<JournalWriter.Command> journal = journal(directory, replica);
            OpenedLog log = opened(replica);
            assertEquals(0, log.op());
            write(journal, replica, log.journal(), List.of(small, large));
            next = directory.superBlock().successor(directory.superBlock().vsrState()
                    .withView(1, 1, 2, List.of(large.header())));
            journal.tell(new JournalWriter.Do(new Effect.WriteSuperBlock(next)));
            assertEquals(new Completion.SuperBlockWritten(next.sequence()), completed(replica));
            for (LogEntry entry : List.of(small, large)) {
                Completion.PrepareRead read = read(journal, replica, entry.header());
                assertEquals(entry, read.entry());
                assertEquals(entry.body().length, read.entry().body().length);
            }
            testKit.stop(journal);
        }
        try (DataDirectory directory = open(path)) {
            TestProbe<ReplicaInbox> replica = testKit.createTestProbe();
            ActorRef<JournalWriter.Command> journal = journal(directory, replica);
            OpenedLog log = opened(replica);
            assertEquals(2, log.op());
            assertEquals(next, directory.superBlock());
            assertTrue(log.journal().hasClean(small.header()) && log.journal().hasClean(large.header()));
            EntryHeader absent = entry(large.header(), 3, 10).header();
            assertNull(read(journal, replica, absent).entry(), "an entry that was never written");
            testKit.stop(journal);
        }
    }

    /** Sixteen headers share a sector: however their writes are merged, each is answered and all are on disk. */
    @Test
    void neighboursInOneSectorAreAllAnswered() throws Exception {
        Path path = folder.resolve("replica");
        DataDirectory.format(path, FormatOptions.fresh(CLUSTER, 0, CONSTANTS), (done, total) -> { });
        try (DataDirectory directory = open(path)) {
            TestProbe<ReplicaInbox> replica = testKit.createTestProbe();
            ActorRef<JournalWriter.Command> journal = journal(directory, replica);
            Journal table = opened(replica).journal();
            EntryHeader parent = EntryHeader.root(CLUSTER);
            for (int op = 1; op < 16; op++) {
                LogEntry entry = entry(parent, op, 10 * op);
                parent = entry.header();
                table.setHeaderAsDirty(parent);
                table.startWrite(parent);
                journal.tell(new JournalWriter.Do(new Effect.WritePrepare(op, entry)));
            }
            for (int headers = 0; headers < 15;) {
                Completion done = completed(replica);
                if (done instanceof Completion.PrepareWritten written) {
                    assertTrue(table.prepareWritten(table.headerInSlot(written.slot())));
                    journal.tell(new JournalWriter.Do(new Effect
                            .WriteHeaderSector(0, table.headerSector(0), written.slot(),
                            written.checksum())));
                } else {
                    Completion.HeaderSectorWritten written = (Completion.HeaderSectorWritten) done;
                    assertTrue(table.headerWritten(table.headerInSlot(written.slot())));
                    headers++;
                }
            }
            testKit.stop(journal);
        }
        try (DataDirectory directory = open(path)) {
            OpenedLog log = directory.openLog(8);
            assertEquals(15, log.op());
            assertFalse(log.journal().nextDirty(0) >= 0, "dirty slots after a clean stop");
        }
    }

    private void write(ActorRef<JournalWriter.Command> journal, TestProbe<ReplicaInbox> replica, Journal table,
            List<LogEntry> entries) {
        for (LogEntry entry : entries) {
            int slot = table.slotOf(entry.op());
            table.setHeaderAsDirty(entry.header());
            table.startWrite(entry.header());
            journal.tell(new JournalWriter.Do(new Effect.WritePrepare(slot, entry)));
            assertEquals(new Completion.PrepareWritten(slot, entry.checksum()), completed(replica));
            assertTrue(table.prepareWritten(entry.header()));
            journal.tell(new JournalWriter.Do(new Effect
                    .WriteHeaderSector(0, table.headerSector(0), slot, entry.checksum())));
            assertEquals(new Completion.HeaderSectorWritten(0, slot, entry.checksum()), completed(replica));
            assertTrue(table.headerWritten(entry.header()));
        }
    }

    private static Completion.PrepareRead read(ActorRef<JournalWriter.Command> journal,
            TestProbe<ReplicaInbox> replica, EntryHeader wanted) {
        journal.tell(new JournalWriter.Do(new Effect
                .ReadPrepare(7, (int) wanted.op(), wanted.op(), wanted.checksum())));
        Completion.PrepareRead read = (Completion.PrepareRead) completed(replica);
        assertEquals(7, read.token());
        return read;
    }

    private ActorRef<JournalWriter.Command> journal(DataDirectory directory, TestProbe<ReplicaInbox> replica) {
        NodeOptions options = new NodeOptions(CLUSTER, 0, CONSTANTS, ReplicaOptions.defaults(), NO_RULES, 4, 10,
                new CheckpointOptions(2, 1, 0, Duration.ofDays(1)));
        return testKit.spawn(WalOpening.create(options,
                name -> DiskWorker.create(directory.storage(), CONSTANTS.prepareSizeMax()), replica.getRef()));
    }

    private static final EntryRules NO_RULES = new LedgerRules(CONSTANTS.bodyLimit());

    private static DataDirectory open(Path path) throws Exception {
        return DataDirectory.open(path, ExpectedIdentity.anything(), FileStorage.IoMode.AUTO);
    }

    private static OpenedLog opened(TestProbe<ReplicaInbox> replica) {
        return replica.expectMessageClass(ReplicaActor.Opened.class).log();
    }

    private static Completion completed(TestProbe<ReplicaInbox> replica) {
        return replica.expectMessageClass(ReplicaActor.Completed.class).completion();
    }

    private static LogEntry entry(EntryHeader parent, long op, int size) {
        byte[] body = new byte[size];
        new Random(op).nextBytes(body);
        return new LogEntry(EntryHeader.builder().cluster(CLUSTER).parent(parent.checksum()).op(op).timestamp(op)
                .client(Word128.of(1)).request((int) op).operation(140).body(body).build(), body);
    }
}
