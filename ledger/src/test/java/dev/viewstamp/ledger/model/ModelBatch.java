package dev.viewstamp.ledger.model;

import java.util.ArrayList;
import java.util.List;

/** The common driver of {@code create_accounts} and {@code create_transfers}: ledger spec §7. */
final class ModelBatch<E extends ModelEvent> {
    static final int CREATED = -1;
    static final int LINKED_EVENT_FAILED = 1;
    static final int LINKED_EVENT_CHAIN_OPEN = 2;
    static final int TIMESTAMP_MUST_BE_ZERO = 3;

    record Result(long timestamp, int status) {}

    /** The checks of one kind of event beyond the common ones. */
    interface Rules<E> {
        Result create(E event, long slot);

        /** imported_event_expected; the codes of the other import statuses follow it. */
        int importedEventExpected();

        boolean isTransient(int status);
    }

    private final ModelState state;
    private final Rules<E> rules;
    private final List<E> events;
    private final long batchTimestamp;
    private final List<Result> results = new ArrayList<>();

    ModelBatch(ModelState state, Rules<E> rules, List<E> events, long batchTimestamp) {
        this.state = state;
        this.rules = rules;
        this.events = events;
        this.batchTimestamp = batchTimestamp;
    }

    List<Result> execute() {
        int chainStart = -1;
        boolean broken = false;
        for (int i = 0; i < events.size(); i++) {
            E event = events.get(i);
            if (event.linked() && chainStart < 0) {
                chainStart = i;
                state.beginChain();
            }
            Result result = resultOf(i, broken);
            if (result.status != CREATED) {
                if (chainStart >= 0 && !broken) {
                    broken = true;
                    state.undoChain();
                    for (int j = chainStart; j < i; j++) {
                        results.set(j, new Result(results.get(j).timestamp, LINKED_EVENT_FAILED));
                    }
                }
                if (rules.isTransient(result.status)) state.failedIds.add(event.id());
            }
            results.add(result);
            if (chainStart >= 0 && (!event.linked() || result.status == LINKED_EVENT_CHAIN_OPEN)) {
                if (!broken) state.keepChain();
                chainStart = -1;
                broken = false;
            }
        }
        return results;
    }

    private Result resultOf(int i, boolean broken) {
        E event = events.get(i);
        int n = events.size();
        long slot = batchTimestamp - n + i + 1;
        boolean importedBatch = events.get(0).imported();
        int expected = rules.importedEventExpected();
        if (event.linked() && i == n - 1) return new Result(slot, LINKED_EVENT_CHAIN_OPEN);
        if (broken) return new Result(slot, LINKED_EVENT_FAILED);
        if (importedBatch && !event.imported()) return new Result(slot, expected);
        if (!importedBatch && event.imported()) return new Result(slot, expected + 1);
        if (event.imported()) {
            if (event.timestamp() <= 0) return new Result(slot, expected + 2);
            if (event.timestamp() >= batchTimestamp) return new Result(slot, expected + 3);
        } else if (event.timestamp() != 0) {
            return new Result(slot, TIMESTAMP_MUST_BE_ZERO);
        }
        return rules.create(event, slot);
    }
}
