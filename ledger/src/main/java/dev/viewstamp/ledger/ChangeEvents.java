package dev.viewstamp.ledger;

/** get_change_events: what happened, in order (ledger spec §18). */
final class ChangeEvents {
    private final EventHistory history;
    private final Filter filter = new Filter();

    ChangeEvents(LedgerState state) {
        history = new EventHistory(state);
    }

    Rows query(byte[] body, int at, int resultMax) {
        if (!filter.readChangeEventsFilter(body, at, resultMax)) return reply -> false;
        return new Rows() {
            private boolean isSeeking = true;

            @Override
            public boolean add(ReplyBuffer reply) {
                if (isSeeking) history.seek(filter.timestampMin);
                isSeeking = false;
                if (reply.rows() == filter.limit || !history.advance(filter.timestampMax)) return false;
                int row = reply.addRow(ChangeEventLayout.SIZE);
                history.putChangeEvent(reply.array(), row);
                return true;
            }
        };
    }
}
