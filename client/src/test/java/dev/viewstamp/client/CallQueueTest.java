package dev.viewstamp.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.ledger.AccountFilter;
import dev.viewstamp.ledger.LedgerLimits;
import dev.viewstamp.ledger.Operation;
import dev.viewstamp.ledger.QueryFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallQueueTest {
    private static final int L = LedgerLimits.BODY_MAX;
    private long number;

    /**
     * A, T: creates of accounts and transfers. a, t: lookups. q: a query. c: change events, unframed. W: a whole
     * body. Each group is one request.
     */
    @ParameterizedTest
    @CsvSource({
            "T, T",
            "TTT, TTT",
            "TaT, TT a",              // a create may overtake a waiting read
            "TaTaT, TTT aa",
            "TAT, T A T",             // never another create
            "TaAT, T a A T",          // not even past a read and a create
            "aTa, a T a",             // a read never overtakes a create
            "aqa, aa q",              // reads overtake reads
            "atqat, aa tt q",
            "TqAqT, T q A q T",
            "cc, c c",                // unframed: one by one
            "cac, c a c",
            "TcT, TT c",
            "WTT, W TT",              // a whole body travels alone
            "TWT, T W T",
            "TtaTqTa, TTT t aa q",
    })
    void callsJoinWithoutOvertakingWhatMatters(String waiting, String requests) {
        CallQueue queue = new CallQueue(true, 8189);
        for (char kind : waiting.toCharArray()) {
            queue.add(call(kind));
        }
        assertEquals(requests, drain(queue));
        assertEquals(0, queue.size());
        assertEquals(0, queue.bytes());
    }

    @Test
    void withoutMergingEveryCallTravelsAlone() {
        CallQueue queue = new CallQueue(false, 8189);
        for (char kind : "TTT".toCharArray()) {
            queue.add(call(kind));
        }
        assertEquals("T T T", drain(queue));
    }

    @Test
    void aRequestIsFilledToItsLastEventAndNotBeyond() {
        CallQueue queue = new CallQueue(true, 8189);
        queue.add(transfers(8000));
        queue.add(transfers(189));
        queue.add(transfers(1));
        assertEquals(2, queue.take(L).size());
        assertEquals(1, queue.take(L).size());
    }

    @Test
    void aCallThatDoesNotFitStopsItsLike() {
        CallQueue queue = new CallQueue(true, 8189);
        queue.add(transfers(5000));
        queue.add(transfers(5000));
        queue.add(transfers(1));
        assertEquals(1, queue.take(L).size(), "the small one must not overtake the large one");
        assertEquals(2, queue.take(L).size());
    }

    /** 64 batches need a second trailer row: 8188 events then, not 8189 (ledger spec §19). */
    @Test
    void theTrailerGrowsWithTheBatches() {
        CallQueue queue = new CallQueue(true, 8189);
        queue.add(transfers(8189 - 63));
        for (int i = 0; i < 63; i++) {
            queue.add(transfers(1));
        }
        List<Call> calls = queue.take(L);
        assertEquals(63, calls.size());
        assertNull(RequestBody.flawOfBody(Operation.CREATE_TRANSFERS,
                RequestBody.of(Operation.CREATE_TRANSFERS, calls), L));
    }

    @Test
    void queriesJoinAsLongAsTheirWorstRepliesFit() {
        CallQueue queue = new CallQueue(true, 8189);
        for (int limit : new int[] {4000, 4000, 189, 1}) {
            queue.add(query(limit));
        }
        assertEquals(3, queue.take(L).size());
        queue.add(query(Integer.MAX_VALUE));
        assertEquals(1, queue.take(L).size());
        assertEquals(1, queue.take(L).size(), "a huge limit is capped and valid alone");
    }

    @Test
    void theConfiguredMaximumBindsMergedRequestsOnly() {
        CallQueue queue = new CallQueue(true, 10);
        queue.add(transfers(100));
        queue.add(transfers(6));
        queue.add(transfers(4));
        queue.add(transfers(1));
        assertEquals(List.of(1, 2, 1),
                List.of(queue.take(L).size(), queue.take(L).size(), queue.take(L).size()));
    }

    @Test
    void aRemovedCallIsGone() {
        CallQueue queue = new CallQueue(true, 8189);
        Call first = transfers(2);
        queue.add(first);
        queue.add(transfers(3));
        assertTrue(queue.remove(first));
        assertFalse(queue.remove(first));
        assertEquals(3 * 128, queue.bytes());
        assertEquals(3 * 128, queue.take(L).get(0).bytes.length);
    }

    /** Whatever waits: each call leaves once, every request is valid, reads see earlier creates, creates keep order. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void seeded(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int limit = random.nextInt(2) == 0 ? L : LedgerLimits.REQUEST_BODY_MIN;
        CallQueue queue = new CallQueue(true, 1 + random.nextInt(8189));
        List<Call> added = new ArrayList<>();
        List<Call> taken = new ArrayList<>();
        for (int step = 0; step < 1000; step++) {
            if (random.nextInt(4) > 0) {
                Call call = random.nextInt(3) == 0 ? query(random.nextInt(9000))
                        : random.nextInt(2) == 0 ? call("AatqcTTT".charAt(random.nextInt(8)))
                        : transfers(random.nextInt(1 + Operation.CREATE_TRANSFERS.eventMax(limit)));
                queue.add(call);
                added.add(call);
            } else {
                List<Call> calls = queue.take(limit);
                taken.addAll(calls);
                if (!calls.isEmpty()) {
                    Operation operation = calls.get(0).operation;
                    assertNull(RequestBody.flawOfBody(operation, RequestBody.of(operation, calls), limit));
                }
            }
        }
        while (queue.size() > 0) {
            taken.addAll(queue.take(limit));
        }
        assertEquals(added.size(), taken.stream().distinct().count());
        assertEquals(0, queue.bytes());
        long newestCreate = -1;
        for (Call call : taken) {
            if (!call.isRead()) {
                assertTrue(call.number > newestCreate, "creates changed places");
                newestCreate = call.number;
            }
        }
        long oldestCreateBehind = Long.MAX_VALUE;
        for (int i = taken.size() - 1; i >= 0; i--) {
            Call call = taken.get(i);
            if (call.isRead()) {
                assertTrue(call.number < oldestCreateBehind, "a read came too early");
            } else {
                oldestCreateBehind = Math.min(oldestCreateBehind, call.number);
            }
        }
    }

    private String drain(CallQueue queue) {
        StringBuilder requests = new StringBuilder();
        for (List<Call> calls = queue.take(L); !calls.isEmpty(); calls = queue.take(L)) {
            requests.append(requests.isEmpty() ? "" : " ");
            calls.forEach(call -> requests.append(letter(call)));
        }
        return requests.toString();
    }

    private static char letter(Call call) {
        return call.whole ? 'W' : switch (call.operation) {
            case CREATE_ACCOUNTS -> 'A';
            case CREATE_TRANSFERS -> 'T';
            case LOOKUP_ACCOUNTS -> 'a';
            case LOOKUP_TRANSFERS -> 't';
            case GET_CHANGE_EVENTS -> 'c';
            default -> 'q';
        };
    }

    private Call call(char kind) {
        return switch (kind) {
            case 'A' -> call(Operation.CREATE_ACCOUNTS, false, new byte[128]);
            case 'T' -> call(Operation.CREATE_TRANSFERS, false, new byte[128]);
            case 'a' -> call(Operation.LOOKUP_ACCOUNTS, false, new byte[16]);
            case 't' -> call(Operation.LOOKUP_TRANSFERS, false, new byte[16]);
            case 'c' -> call(Operation.GET_CHANGE_EVENTS, false, new byte[64]);
            case 'W' -> call(Operation.CREATE_TRANSFERS, true,
                    dev.viewstamp.ledger.MultiBatch.encode(128, new byte[128]));
            default -> call(Operation.GET_ACCOUNT_TRANSFERS, false, Rows.ACCOUNT_FILTERS.encode(
                    List.of(AccountFilter.builder().accountId(1).limit(3).build())));
        };
    }

    private Call transfers(int count) {
        return call(Operation.CREATE_TRANSFERS, false, new byte[128 * count]);
    }

    private Call query(long limit) {
        return call(Operation.QUERY_TRANSFERS, false,
                Rows.QUERY_FILTERS.encode(List.of(QueryFilter.builder().limit(limit).build())));
    }

    private Call call(Operation operation, boolean whole, byte[] bytes) {
        return new Call(number++, operation, whole, bytes, 0, 1, null);
    }
}
