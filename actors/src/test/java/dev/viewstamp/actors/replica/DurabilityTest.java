package dev.viewstamp.actors.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.journal.CheckpointState;
import dev.viewstamp.journal.ClusterConstants;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.SuperBlock;
import dev.viewstamp.journal.VsrState;
import dev.viewstamp.journal.Word128;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Views and checkpoints in the superblock, one write at a time: replication spec §6.2 to §6.4, §13 item 69. Whatever
 * the order, no write takes back what another one made durable, and nothing is forgotten.
 */
class DurabilityTest {
    private final SuperBlock opened = SuperBlock.first(Entries.CLUSTER, ClusterConstants.smallTest(3),
            VsrState.root(Entries.CLUSTER, 1));
    private final ReplicaState state = new ReplicaState(opened);
    private final Outbox outbox = new Outbox(state);
    private final Durability durability = new Durability(state, outbox, opened);

    @Test
    void aViewChangedDuringTheWriteOfACheckpointComesNext() {
        durability.persist(checkpoint());
        SuperBlock first = written();
        enter(3);
        durability.persist();
        assertTrue(outbox.drain().isEmpty(), "one write at a time");
        assertFalse(durability.onWritten(first.sequence()), "the view is not durable yet");
        assertEquals(0, state.viewDurable());
        SuperBlock second = written();
        assertEquals(checkpoint(), second.vsrState().checkpoint());
        assertEquals(3, second.vsrState().view());
        assertTrue(durability.onWritten(second.sequence()));
        assertEquals(3, state.viewDurable());
        assertEquals(second.vsrState(), durability.durable());
    }

    @Test
    void aCheckpointMadeDuringTheWriteOfAViewComesNext() {
        enter(3);
        durability.persist();
        SuperBlock first = written();
        assertEquals(0, first.vsrState().checkpointOp());
        durability.persist(checkpoint());
        assertTrue(outbox.drain().isEmpty(), "one write at a time");
        assertFalse(durability.onWritten(first.sequence()), "the checkpoint is not durable yet");
        assertEquals(3, state.viewDurable());
        SuperBlock second = written();
        assertEquals(3, second.vsrState().view(), "the view is not taken back");
        assertEquals(state.viewHeaders(), second.vsrState().viewHeaders());
        assertEquals(checkpoint(), second.vsrState().checkpoint());
        assertTrue(durability.onWritten(second.sequence()));
    }

    @Test
    void viewsThatFollowEachOtherAreOneMoreWrite() {
        enter(3);
        durability.persist();
        SuperBlock first = written();
        for (int view = 4; view <= 6; view++) {
            enter(view);
            durability.persist();
        }
        assertFalse(durability.onWritten(first.sequence()));
        SuperBlock second = written();
        assertEquals(6, second.vsrState().view());
        assertTrue(durability.onWritten(second.sequence()));
        assertTrue(outbox.drain().isEmpty());
        durability.persist();
        assertTrue(outbox.drain().isEmpty(), "all of it is durable");
    }

    /** The log view moves within a view: also that is a change, and it comes with the view's headers. */
    @Test
    void aLogAdoptedDuringTheWriteOfItsViewComesNext() {
        enter(3);
        durability.persist();
        SuperBlock first = written();
        state.adoptLog(List.of(Entries.header(2, 3), Entries.header(1, 3)));
        durability.persist();
        assertFalse(durability.onWritten(first.sequence()));
        assertEquals(0, state.logViewDurable());
        SuperBlock second = written();
        assertEquals(3, second.vsrState().logView());
        assertEquals(state.viewHeaders(), second.vsrState().viewHeaders());
        assertTrue(durability.onWritten(second.sequence()));
        assertEquals(3, state.logViewDurable());
    }

    private void enter(int view) {
        state.enterView(view);
        state.freezeHeaders(List.of(Entries.header(1, view - 1)));
    }

    private CheckpointState checkpoint() {
        CheckpointState root = opened.vsrState().checkpoint();
        EntryHeader header = Entries.header(state.checkpointOpNext(), 0);
        state.raiseCommitMax(header.op());
        return new CheckpointState(header, root.id(), root.parentId(), Word128.of(1), 10, Word128.of(2), 20,
                root.release());
    }

    /** The one write that was asked for. */
    private SuperBlock written() {
        List<Effect> effects = outbox.drain();
        assertEquals(1, effects.size(), effects::toString);
        return ((Effect.WriteSuperBlock) effects.get(0)).superBlock();
    }
}
