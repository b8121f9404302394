package dev.viewstamp.actors.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.actors.message.ReplicaMessage.StartView;
import dev.viewstamp.journal.CheckpointState;
import dev.viewstamp.journal.ClusterConstants;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.OpenedLog;
import dev.viewstamp.journal.SuperBlock;
import dev.viewstamp.journal.VsrState;
import dev.viewstamp.journal.Word128;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a StartView means for a replica that is still at the root: the table of {@link StateSync}, row by row. 32 slots,
 * 4 in flight: checkpoints at 19, 39, 59 …, on a quorum once 27, 47, 67 … are exceeded; a log from the root holds 31.
 */
class StateSyncTest {
    private final Rooms rooms;

    StateSyncTest() throws IOException {
        ClusterConstants constants = ClusterConstants.smallTest(3);
        SuperBlock superBlock = SuperBlock.first(Entries.CLUSTER, constants, VsrState.root(Entries.CLUSTER, 0));
        OpenedLog opened = OpenedLog.open(new MemoryDisk(Entries.CLUSTER, constants, 0), superBlock, 8);
        rooms = new Rooms(ReplicaOptions.defaults(), superBlock, opened, StubLedger.RULES, new SplittableRandom(1));
    }

    private static CheckpointState checkpoint(long op) {
        return new CheckpointState(op == 0 ? EntryHeader.root(Entries.CLUSTER) : Entries.header(op, 1), Word128.ZERO,
                Word128.ZERO, Word128.ZERO, 0, Word128.ZERO, 0, 0);
    }

    /** All committed, and headers down to {@code lowest}. */
    private static StartView startView(long checkpoint, long op, long lowest) {
        List<EntryHeader> headers = new ArrayList<>();
        for (long at = op; at >= lowest; at--) {
            headers.add(Entries.header(at, 1));
        }
        return new StartView(op, op, 0, checkpoint(checkpoint), headers);
    }

    /** The op of the checkpoint that is asked for, 0 if none is. */
    private long fetched() {
        long fetched = 0;
        for (Effect effect : rooms.outbox.drain()) {
            fetched = effect instanceof Effect.FetchCheckpoint fetch ? fetch.target().op() : fetched;
        }
        return fetched;
    }

    @ParameterizedTest(name = "{0}: checkpoint {1}, op {2}, headers from {3}, stuck {4}: fetches {5}")
    @CsvSource(delimiter = '|', textBlock = """
            ours                             |  0 |  5 |  1 | true  |  0
            the next, not on a quorum        | 19 | 27 | 20 | false |  0
            the same, stuck                  | 19 | 27 | 20 | true  |  0
            the next, on a quorum            | 19 | 28 | 21 | false |  0
            the same, stuck                  | 19 | 28 | 21 | true  | 19
            beyond, its like not on a quorum | 39 | 47 | 30 | false |  0
            the same, stuck                  | 39 | 47 | 30 | true  | 39
            beyond, its like on a quorum     | 39 | 48 | 30 | false | 39
            beyond, no header fits           | 39 | 47 | 32 | false | 39
            the next, no header fits         | 19 | 40 | 32 | false | 19
            two beyond, on a quorum          | 59 | 68 | 30 | false | 59
            """)
    void whatIsFetched(String row, long checkpoint, long op, long lowest, boolean isStuck, long fetchedExpected) {
        if (isStuck) {
            rooms.sync.stuck();
        }
        assertNull(rooms.sync.consider(startView(checkpoint, op, lowest)), "nothing is here yet");
        assertEquals(fetchedExpected, fetched());
        assertEquals(fetchedExpected, rooms.sync.targetOp());
        assertEquals(fetchedExpected > 0, rooms.sync.awaitsStartView());
    }

    /** It is installed with a StartView that shows a head for it, and asked for once. */
    @Test
    void whatIsHereIsInstalledWithAStartViewThatFits() {
        rooms.sync.consider(startView(39, 48, 32));
        assertTrue(rooms.sync.onFetched(new Completion.CheckpointFetched(checkpoint(39).id())));
        assertEquals(39, fetched());
        assertNull(rooms.sync.consider(startView(39, 80, 72)), "its log ends at 71");
        assertEquals(checkpoint(39), rooms.sync.consider(startView(39, 50, 43)));
        assertFalse(rooms.sync.awaitsStartView());
        assertEquals(0, fetched());
    }

    @ParameterizedTest(name = "{0}: checkpoint {1}, op {2}, headers from {3}: then fetches {4}")
    @CsvSource(delimiter = '|', textBlock = """
            the same again                     | 39 | 49 | 42 |  0
            the next, not on a quorum          | 59 | 67 | 60 |  0
            the next, on a quorum              | 59 | 68 | 61 | 59
            the next, and no header fits       | 59 | 79 | 72 | 59
            one that is older                  | 19 | 30 | 23 |  0
            """)
    void whatIsBeingFetchedMovesOnOnlyWhenItsFilesMayGo(String row, long checkpoint, long op, long lowest,
            long fetchedExpected) {
        rooms.sync.consider(startView(39, 48, 32));
        fetched();
        rooms.sync.consider(startView(checkpoint, op, lowest));
        assertEquals(fetchedExpected, fetched());
    }

    @Test
    void filesOfATargetThatMovedOnDoNotCount() {
        rooms.sync.consider(startView(39, 48, 32));
        rooms.sync.consider(startView(59, 68, 61));
        assertFalse(rooms.sync.onFetched(new Completion.CheckpointFetched(checkpoint(39).id())));
        assertNull(rooms.sync.consider(startView(59, 68, 61)));
        assertTrue(rooms.sync.onFetched(new Completion.CheckpointFetched(checkpoint(59).id())));
        assertEquals(checkpoint(59), rooms.sync.consider(startView(59, 68, 61)));
    }

    /** Progress by the log takes back that we are stuck; a target that the log has reached is dropped. */
    @Test
    void theLogAdvancesAfterAll() {
        rooms.sync.stuck();
        rooms.sync.onExecuted();
        assertNull(rooms.sync.consider(startView(19, 28, 21)));
        assertEquals(0, rooms.sync.targetOp());
        rooms.sync.stuck();
        rooms.sync.consider(startView(19, 28, 21));
        rooms.sync.onExecuted();
        assertEquals(19, rooms.sync.targetOp(), "the log is not there yet");
    }
}
