package dev.viewstamp.testkit.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.viewstamp.actors.message.ReplicaMessage.GetPrepare;
import dev.viewstamp.client.protocol.ClientMessage.Reply;
import dev.viewstamp.client.protocol.ClientMessage.Request;
import dev.viewstamp.client.protocol.RequestIdentity;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.LogEntry;
import dev.viewstamp.journal.Word128;
import dev.viewstamp.ledger.LedgerOptions;
import dev.viewstamp.ledger.Operation;
import dev.viewstamp.ledger.Uint128;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each checker stays silent on a good history and speaks up on a planted fault. */
class CheckersTest {
    private static final Word128 CLUSTER = Word128.of(7);
    private static final Uint128 CLIENT = new Uint128(0, 99);

    private final CommitHistory history = new CommitHistory(CLUSTER);
    private final LedgerReplay ledger = new LedgerReplay(LedgerOptions.defaults());
    private final ReplyChecker replies = new ReplyChecker(history, ledger);
    private final List<LogEntry> firsts = new ArrayList<>();

    private static Request request(int number) {
        return RequestIdentity.request(CLIENT, number == 0 ? 0 : 1, number, Uint128.ZERO,
                number == 0 ? 2 : Operation.LOOKUP_ACCOUNTS_UNFRAMED.code(), 0, 1, new byte[0]);
    }

    private static LogEntry entry(long op, int view, Word128 parent, Request request) {
        byte[] body = request.body();
        return new LogEntry(EntryHeader.builder().cluster(CLUSTER).op(op).view(view).parent(parent).timestamp(op * 1000)
                .client(new Word128(CLIENT.hi(), CLIENT.lo())).request(request.request())
                .requestChecksum(new Word128(request.requestChecksum().hi(), request.requestChecksum().lo()))
                .operation(request.operation()).body(body).build(), body);
    }

    private LogEntry commit(long op, int view, Request request) {
        LogEntry entry = entry(op, view, history.checksum(op - 1), request);
        history.onWritten(entry);
        history.onCommit(0, op, entry.checksum(), first -> {
            firsts.add(first);
            ledger.onCommit(first);
            replies.onCommit(first);
        });
        return entry;
    }

    private static Reply reply(LogEntry entry, byte[] body) {
        EntryHeader header = entry.header();
        return new Reply(CLIENT, header.request(),
                new Uint128(header.requestChecksum().hi(), header.requestChecksum().lo()),
                Uint128.ZERO, header.op(), header.timestamp(), header.operation(), 0, 1, body);
    }

    private static void assertBroken(String rule, Runnable deed) {
        assertEquals(rule, assertThrows(Violation.class, deed::run).rule());
    }

    @Test
    void aGoodHistoryIsSilent() {
        replies.onRequest(request(0));
        LogEntry register = commit(1, 0, request(0));
        replies.onReply(0, reply(register, new byte[4]));
        replies.onRequest(request(1));
        LogEntry lookup = commit(2, 3, request(1));
        history.onCommit(1, 1, register.checksum(), first -> { });
        history.onCommit(1, 2, lookup.checksum(), first -> { });
        replies.onReply(1, reply(lookup, ledger.reply(2)));
        replies.onReply(2, reply(lookup, ledger.reply(2)));
        assertEquals(List.of(register, lookup), firsts);
    }

    @Test
    void anotherEntryAtACommittedOp() {
        replies.onRequest(request(0));
        commit(1, 0, request(0));
        LogEntry other = entry(1, 1, history.checksum(0), request(1));
        history.onWritten(other);
        assertBroken("agreement", () -> history.onCommit(1, 1, other.checksum(), first -> { }));
    }

    @Test
    void anEntryThatDoesNotDescendFromTheCommittedOne() {
        replies.onRequest(request(0));
        commit(1, 0, request(0));
        LogEntry orphan = entry(2, 1, Word128.of(5), request(1));
        history.onWritten(orphan);
        assertBroken("agreement", () -> history.onCommit(1, 2, orphan.checksum(), first -> { }));
    }

    @Test
    void anEntryThatNobodyWrote() {
        assertBroken("agreement", () -> history.onCommit(1, 1, Word128.of(5), first -> { }));
    }

    @Test
    void aViewThatFalls() {
        replies.onRequest(request(0));
        replies.onRequest(request(1));
        commit(1, 5, request(0));
        assertBroken("agreement", () -> commit(2, 4, request(1)));
    }

    @Test
    void aRequestExecutedTwice() {
        replies.onRequest(request(1));
        commit(1, 0, request(1));
        assertBroken("at-most-once", () -> commit(2, 0, request(1)));
    }

    @Test
    void aRequestThatNobodyMade() {
        assertBroken("at-most-once", () -> commit(1, 0, request(1)));
    }

    @Test
    void aReplyBeforeItsCommit() {
        LogEntry never = entry(1, 0, history.checksum(0), request(1));
        assertBroken("durability", () -> replies.onReply(0, reply(never, new byte[0])));
    }

    @Test
    void aReplyToAnotherRequest() {
        replies.onRequest(request(0));
        commit(1, 0, request(0));
        LogEntry other = entry(1, 0, history.checksum(0), request(1));
        assertBroken("durability", () -> replies.onReply(0, reply(other, new byte[0])));
    }

    @Test
    void aReplyThatTheLedgerDidNotGive() {
        replies.onRequest(request(1));
        LogEntry lookup = commit(1, 0, request(1));
        assertBroken("replies", () -> replies.onReply(0, reply(lookup, new byte[128])));
    }

    @Test
    void aRequestOrderedBeforeAReplyThatPrecededIt() {
        replies.onRequest(request(0));
        LogEntry register = entry(1, 0, history.checksum(0), request(0));
        LogEntry early = entry(2, 0, register.checksum(), request(1));
        LogEntry late = entry(3, 0, early.checksum(), request(2));
        replies.onRequest(request(2));
        history.onWritten(register);
        history.onWritten(early);
        history.onWritten(late);
        List<LogEntry> waiting = new ArrayList<>();
        history.onCommit(0, 3, late.checksum(), waiting::add);
        waiting.forEach(ledger::onCommit);
        replies.onCommit(register);
        replies.onReply(0, reply(late, ledger.reply(3)));
        replies.onRequest(request(1));
        assertBroken("linearizability", () -> replies.onCommit(early));
    }

    @Test
    void aLedgerThatDiffers() {
        replies.onRequest(request(0));
        commit(1, 0, request(0));
        assertBroken("ledger", () -> ledger.onDigest(1, new byte[32]));
    }

    @Test
    void repairAsksAtAMeasuredPace() {
        PaceChecker pace = new PaceChecker(0);
        GetPrepare get = new GetPrepare(7, false, Word128.of(7));
        for (long second = 0; second < 3; second++) {
            for (int i = 0; i < PaceChecker.ASKED_MAX; i++) {
                pace.onGetPrepare(1, get, second * PaceChecker.WINDOW_NANOS + i);
                pace.onGetPrepare(2, get, second * PaceChecker.WINDOW_NANOS + i);
            }
        }
        assertBroken("pace", () -> pace.onGetPrepare(1, get, 3 * PaceChecker.WINDOW_NANOS - 1));
    }
}
