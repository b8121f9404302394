package dev.viewstamp.ledger;

/**
 * An entry that reads, on its way to its reply: batch by batch, row by row. It may be cut short by a missing block
 * anywhere and then goes on where it was, so a reply of any size gets done with any cache, in portions. Not
 * thread-safe.
 */
final class Reading {
    private final int requestBodyMax;
    private final Lookups lookups;
    private final Queries queries;
    private final ChangeEvents changeEvents;
    private final ReplyBuffer reply;

    private Operation kind;
    private byte[] body;
    private int batches;
    private int batch;                                       // the one being read
    private int at;                                          // where it begins
    private Rows rows;                                       // null: not begun
    private long timestamp;                                  // of the entry; 0: none

    Reading(int requestBodyMax, LedgerState state, ReplyBuffer reply) {
        this.requestBodyMax = requestBodyMax;
        this.reply = reply;
        lookups = new Lookups(state);
        queries = new Queries(state);
        changeEvents = new ChangeEvents(state);
    }

    /** Whether this entry has been begun. */
    boolean isOpen(long entryTimestamp) {
        return timestamp == entryTimestamp;
    }

    void open(Operation operation, long entryTimestamp, byte[] request) {
        timestamp = entryTimestamp;
        kind = operation;
        body = request;
        batches = operation.isFramed() ? MultiBatch.count(request, operation.eventSize()) : 1;
        batch = 0;
        at = 0;
        rows = null;
        reply.clear();
    }

    void close() {
        timestamp = 0;
        body = null;
        rows = null;
    }

    /** Reads to the end, or to the next missing block. */
    void run() {
        for (; batch < batches; batch++) {
            int events = kind.isFramed() ? MultiBatch.elements(body, batch) : body.length / kind.eventSize();
            if (rows == null) rows = begin(events);
            while (rows.add(reply)) {
                // Each row is in the reply now.
            }
            rows = null;
            reply.endBatch();
            at += events * kind.eventSize();
        }
    }

    /** Changes whenever it has come further. */
    long progress() {
        return reply.size() + batch + (rows == null ? 0 : rows.progress());
    }

    /** After a missing block: notes what else the rows to come will miss. */
    void lookAhead(int count) {
        if (rows != null) rows.lookAhead(count);
    }

    private Rows begin(int events) {
        int resultMax = kind.resultMax(requestBodyMax);
        return switch (kind.current()) {
            case LOOKUP_ACCOUNTS -> lookups.accounts(body, at, events);
            case LOOKUP_TRANSFERS -> lookups.transfers(body, at, events);
            case GET_ACCOUNT_TRANSFERS -> queries.accountTransfers(body, at, resultMax);
            case GET_ACCOUNT_BALANCES -> queries.accountBalances(body, at, resultMax);
            case QUERY_ACCOUNTS -> queries.queryAccounts(body, at, resultMax);
            case QUERY_TRANSFERS -> queries.queryTransfers(body, at, resultMax);
            case GET_CHANGE_EVENTS -> changeEvents.query(body, at, resultMax);
            default -> throw new Invariant.Broken(kind + " does not read");
        };
    }
}
