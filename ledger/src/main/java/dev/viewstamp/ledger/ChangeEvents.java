package dev.viewstamp.ledger;

/** get_change_events: what happened, in order (ledger spec §18). */
final class ChangeEvents {
    private final EventHistory history;
    private final Filter filter = new Filter();

    ChangeEvents(LedgerState state) {
        history = new EventHistory(state);
    }

    void query(byte[] body, int at, int resultMax, ReplyBuffer reply) {
        if (!filter.readChangeEventsFilter(body, at, resultMax)) return;
        history.seek(filter.timestampMin);
        while (reply.rows() < filter.limit && history.advance(filter.timestampMax)) {
            int row = reply.addRow(ChangeEventLayout.SIZE);
            history.putChangeEvent(reply.array(), row);
        }
    }
}
