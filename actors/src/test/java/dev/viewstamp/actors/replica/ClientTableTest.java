package dev.viewstamp.actors.replica;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.ReplyHeader;
import dev.viewstamp.journal.StoredReply;
import dev.viewstamp.journal.Word128;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Replication spec §3.2 step 8, §3.9; wire spec §15, §16; scenarios S82 to S85 at the table. */
class ClientTableTest {
    private static final byte[] BODY = {42};

    private final ClientTable table = new ClientTable(3);

    private Word128 parent(long client) {
        return table.replyHeader(table.slotOf(Word128.of(client))).context();
    }

    private static RequestClaim claim(long client, long session, int request, long checksum, Word128 parent,
            int release, int operation) {
        return new RequestClaim(Word128.of(client), session, request, Word128.of(checksum), parent, release,
                EntryHeader.DOOR_AKKA, operation);
    }

    /** Client 7 registered at op 10 and had requests 1 and 2 answered; the rows are in order of precedence. */
    @ParameterizedTest
    @CsvSource({
            // client, session, request, checksum, right parent, release, operation -> primary, backup
            "0,  0, 0,    0, false, 9, 200, INTERNAL,           IGNORE",
            "8,  0, 0, 8000, false, 3,   2, REGISTER_NEW,       FORWARD",
            "8, 10, 1, 8001, false, 3, 140, UNKNOWN_CLIENT,     IGNORE",
            "7,  9, 3, 7003, true,  4, 140, SESSION_TOO_LOW,    FORWARD",
            "7, 11, 3, 7003, true,  4, 140, SESSION_TOO_HIGH,   FORWARD",
            "7, 10, 3, 7003, true,  4, 140, RELEASE_MISMATCH,   FORWARD",
            "7, 10, 1, 7001, true,  3, 140, OLD,                IGNORE",
            "7,  0, 0, 7000, false, 3,   2, OLD,                IGNORE",
            "7, 10, 2, 7002, false, 3, 140, DUPLICATE_ANSWERED, ANSWER",
            "7, 10, 2, 9999, true,  3, 140, FORKED,             IGNORE",
            "7, 10, 4, 7004, true,  3, 140, GAP,                FORWARD",
            "7, 10, -1, 7004, true, 3, 140, GAP,                FORWARD",
            "7, 10, 3, 7003, false, 3, 140, WRONG_PARENT,       FORWARD",
            "7, 10, 3, 7003, true,  3, 140, NEW,                FORWARD"})
    void verdictsFollowTheTable(long client, long session, int request, long checksum, boolean parent, int release,
            int operation, RequestVerdict verdict, ClientTable.BackupVerdict backup) {
        table.commit(Entries.register(10, 7), BODY);
        table.commit(Entries.request(11, 7, 1), BODY);
        table.commit(Entries.request(12, 7, 2), BODY);
        Word128 shown = parent ? parent(7) : Word128.of(6);
        RequestClaim claim = claim(client, session, request, checksum, shown, release, operation);
        assertEquals(verdict, table.judge(claim));
        assertEquals(backup, table.judgeAtBackup(claim));
        table.checkInvariants();
    }

    @Test
    void aRegisterRepeatedIsAnsweredAndOneWithOtherContentIsNot() {
        table.commit(Entries.register(10, 7), BODY);
        assertEquals(RequestVerdict.DUPLICATE_ANSWERED, table.judge(claim(7, 0, 0, 7000, Word128.ZERO, 3, 2)));
        assertEquals(RequestVerdict.FORKED, table.judge(claim(7, 0, 0, 7777, Word128.ZERO, 3, 2)));
        assertEquals(RequestVerdict.RELEASE_MISMATCH, table.judge(claim(7, 0, 0, 7000, Word128.ZERO, 4, 2)));
        assertEquals(RequestVerdict.GAP, table.judge(claim(7, 0, 1, 7001, parent(7), 3, 2)));
        assertArrayEquals(BODY, table.reply(0).body());
    }

    @Test
    void theOtherDoorDoesNotInheritASession() {
        table.commit(Entries.register(10, 7), BODY);
        RequestClaim wire = new RequestClaim(Word128.of(7), 10, 1, Word128.of(1), parent(7), 3,
                EntryHeader.DOOR_WIRE, 140);
        assertEquals(RequestVerdict.RELEASE_MISMATCH, table.judge(wire));
    }

    /** S83: the table is full, the client whose last reply is oldest leaves, however old its session is. */
    @Test
    void theClientAnsweredLongestAgoIsEvicted() {
        table.commit(Entries.register(1, 101), BODY);
        table.commit(Entries.register(2, 102), BODY);
        table.commit(Entries.register(3, 103), BODY);
        table.commit(Entries.request(4, 101, 1), BODY);
        ClientTable.Committed committed = table.commit(Entries.register(5, 104), BODY);
        assertEquals(1, committed.slot());
        assertEquals(Word128.of(102), committed.evicted());
        assertEquals(3, table.count());
        assertEquals(RequestVerdict.UNKNOWN_CLIENT, table.judge(claim(102, 2, 1, 1, Word128.ZERO, 3, 140)));
        assertFalse(table.contains(Word128.of(102)));
        assertEquals(5, table.session(Word128.of(104)));
        table.checkInvariants();
    }

    @Test
    void slotsAreTakenFromTheLowestUp() {
        for (int i = 0; i < 3; i++) {
            ClientTable.Committed committed = table.commit(Entries.register(i + 1, 50 - i), BODY);
            assertEquals(i, committed.slot());
            assertTrue(committed.evicted().isZero());
        }
    }

    /** S84: register, evicted, the network replays the register, the client comes with its first session. */
    @Test
    void anOldSessionAfterAReplayedRegisterIsTooLow() {
        table.commit(Entries.register(1, 101), BODY);
        for (int client = 102; client <= 104; client++) {
            table.commit(Entries.register(client, client), BODY);
        }
        assertEquals(RequestVerdict.REGISTER_NEW, table.judge(claim(101, 0, 0, 101_000, Word128.ZERO, 3, 2)));
        table.commit(Entries.register(200, 101), BODY);
        assertEquals(RequestVerdict.SESSION_TOO_LOW, table.judge(claim(101, 1, 1, 1, Word128.ZERO, 3, 140)));
    }

    @Test
    void anEntryWhoseSessionWentIsAnsweredAndForgotten() {
        ClientTable.Committed committed = table.commit(Entries.request(9, 7, 4), BODY);
        assertEquals(-1, committed.slot());
        assertEquals(9, committed.reply().header().op());
        assertEquals(0, table.count());
    }

    @Test
    void impossibleCommitsStop() {
        table.commit(Entries.register(10, 7), BODY);
        assertThrows(BrokenInvariant.class, () -> table.commit(Entries.register(11, 7), BODY));
        assertThrows(BrokenInvariant.class, () -> table.commit(Entries.request(11, 7, 2), BODY));
        assertThrows(BrokenInvariant.class, () -> table.commit(Entries.request(10, 7, 1), BODY));
    }

    @Test
    void aRestoredTableLacksBodiesUntilTheyAreGivenBack() {
        table.commit(Entries.register(1, 101), BODY);
        table.commit(Entries.register(2, 102), new byte[0]);
        StoredReply reply = table.reply(0);
        ClientTable restored = ClientTable.restore(table.dump());
        assertEquals(table.digest(), restored.digest());
        assertFalse(restored.hasBody(0));
        assertTrue(restored.hasBody(1));
        assertEquals(0, restored.lowestWithoutBody());
        RequestClaim again = claim(101, 0, 0, 101_000, Word128.ZERO, 3, 2);
        assertEquals(RequestVerdict.DUPLICATE_BODY_MISSING, restored.judge(again));
        assertEquals(ClientTable.BackupVerdict.IGNORE, restored.judgeAtBackup(again));
        assertThrows(BrokenInvariant.class, () -> restored.reply(0));

        StoredReply damaged = new StoredReply(reply.header(), new byte[] {43});
        assertFalse(restored.putBody(0, damaged));
        assertFalse(restored.putBody(1, reply));
        assertTrue(restored.putBody(0, reply));
        assertEquals(-1, restored.lowestWithoutBody());
        assertEquals(RequestVerdict.DUPLICATE_ANSWERED, restored.judge(again));
        restored.checkInvariants();
    }

    @Test
    void damagedDumpsAreRefused() {
        table.commit(Entries.register(1, 101), BODY);
        byte[] dump = table.dump();
        assertThrows(IllegalArgumentException.class, () -> ClientTable.restore(new byte[3]));
        byte[] cut = Arrays.copyOf(dump, dump.length - 1);
        assertThrows(IllegalArgumentException.class, () -> ClientTable.restore(cut));
        dump[dump.length - ReplyHeader.SIZE + 40] ^= 1;
        assertThrows(IllegalArgumentException.class, () -> ClientTable.restore(dump));
    }

    /** Two replicas, one of which restarts from dumps all the time, agree after every entry. */
    @Test
    void replicasAgreeOnEveryEviction() {
        SplittableRandom random = new SplittableRandom(83);
        ClientTable restarting = new ClientTable(3);
        int evictions = 0;
        for (long op = 1; op <= 2_000; op++) {
            long client = 1 + random.nextInt(6);
            int slot = table.slotOf(Word128.of(client));
            EntryHeader entry = slot < 0
                    ? Entries.register(op, client)
                    : Entries.request(op, client, table.replyHeader(slot).request() + 1);
            ClientTable.Committed here = table.commit(entry, BODY);
            ClientTable.Committed there = restarting.commit(entry, BODY);
            assertEquals(here, there);
            assertEquals(table.digest(), restarting.digest());
            evictions += here.evicted().isZero() ? 0 : 1;
            table.checkInvariants();
            if (random.nextInt(10) == 0) {
                restarting = ClientTable.restore(restarting.dump());
            }
        }
        assertTrue(evictions > 100, "evictions " + evictions);
        assertNotEquals(table.digest(), new ClientTable(3).digest());
    }
}
