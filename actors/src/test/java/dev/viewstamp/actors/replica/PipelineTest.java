package dev.viewstamp.actors.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.client.protocol.RequestIdentity;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.LogEntry;
import dev.viewstamp.journal.Word128;
import dev.viewstamp.ledger.Uint128;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PipelineTest {
    private final Pipeline pipeline = new Pipeline(Quorums.of(3), 3, 2);
    private final List<LogEntry> log = chain(8);

    @Test
    void isReadyFromTheHeadOnly() {
        log.subList(4, 7).forEach(pipeline::push);
        acknowledge(5, 0, 1);
        acknowledge(6, 0, 2);
        assertEquals(0, pipeline.readyCount(), "the head has no quorum");
        assertEquals(4, pipeline.firstPending().entry().op());
        acknowledge(4, 1, 2);
        assertEquals(3, pipeline.readyCount());
        assertNull(pipeline.firstPending());
    }

    @Test
    void findsByOpAndChecksumOnly() {
        log.subList(4, 7).forEach(pipeline::push);
        assertNotNull(pipeline.find(5, log.get(5).checksum()));
        assertNull(pipeline.find(5, log.get(6).checksum()));
        assertNull(pipeline.find(3, log.get(3).checksum()));
        assertNull(pipeline.find(7, log.get(7).checksum()));
        pipeline.pop(4);
        assertNull(pipeline.find(4, log.get(4).checksum()));
        assertNotNull(pipeline.find(6, log.get(6).checksum()));
    }

    @Test
    void takesOnlyWhatFollows() {
        pipeline.push(log.get(4));
        assertThrows(BrokenInvariant.class, () -> pipeline.push(log.get(6)));
        assertThrows(BrokenInvariant.class, () -> pipeline.pop(5));
    }

    @Test
    void seatsAreForAFullPipeline() {
        assertThrows(BrokenInvariant.class, () -> pipeline.await(waiting(1)));
        log.subList(4, 7).forEach(pipeline::push);
        pipeline.await(waiting(71));
        assertTrue(!pipeline.isOverfull());
        pipeline.await(waiting(72));
        assertTrue(pipeline.isOverfull());
        assertTrue(pipeline.hasClient(Word128.of(72)) && pipeline.hasClient(Word128.of(5)));
        assertNull(pipeline.pollWaiting(), "no place is free");
        pipeline.pop(4);
        assertEquals(Uint128.of(71), pipeline.pollWaiting().request().client(), "first come, first served");
    }

    private void acknowledge(long op, int... replicas) {
        for (int replica : replicas) {
            pipeline.find(op, log.get((int) op).checksum()).oks().add(replica);
        }
    }

    private static Pipeline.Waiting waiting(long client) {
        ClientMessage.Request request =
                RequestIdentity.request(Uint128.of(client), 7, 1, Uint128.ONE, 146, 0, 1, new byte[0]);
        return new Pipeline.Waiting(request, 1);
    }

    /** Entries 0 to count - 1; the client of each is its op. */
    private static List<LogEntry> chain(int count) {
        List<LogEntry> entries = new ArrayList<>();
        Word128 parent = Word128.ZERO;
        for (int op = 0; op < count; op++) {
            EntryHeader header = EntryHeader.builder().op(op).client(Word128.of(op)).operation(146).parent(parent)
                    .timestamp(op + 1).body(new byte[0]).build();
            entries.add(new LogEntry(header, new byte[0]));
            parent = header.checksum();
        }
        return entries;
    }
}
