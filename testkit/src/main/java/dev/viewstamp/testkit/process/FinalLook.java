package dev.viewstamp.testkit.process;

import dev.viewstamp.ledger.AccountLayout;
import dev.viewstamp.ledger.ChangeEvent;
import dev.viewstamp.ledger.ChangeEventLayout;
import dev.viewstamp.ledger.ChangeEventsFilter;
import dev.viewstamp.ledger.ChangeEventsFilterLayout;
import dev.viewstamp.ledger.LittleEndian;
import dev.viewstamp.ledger.MultiBatch;
import dev.viewstamp.ledger.Operation;
import dev.viewstamp.ledger.QueryFilter;
import dev.viewstamp.ledger.QueryFilterLayout;
import dev.viewstamp.ledger.TransferLayout;
import dev.viewstamp.testkit.process.StormWorkload.Ask;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * After a storm one client reads everything there is, page by page: all accounts, all transfers, all change events.
 * Its reads are part of the history: what was acknowledged and is gone, or is there and was never asked for, has no
 * explanation.
 *
 * <p>Change events come last. They tell when the cluster's own pulses expired something; who read before them saw
 * nothing of a later pulse.
 */
final class FinalLook {
    private static final int EXPIRED = ChangeEvent.Type.TWO_PHASE_EXPIRED.code();
    private static final int ID = 16;

    private final StormClient client;

    FinalLook(StormClient client) {
        this.client = client;
    }

    /** Reads; answers the pulses that expired something. */
    List<HistoryEntry> pulses() {
        query(Operation.QUERY_ACCOUNTS, AccountLayout.SIZE, AccountLayout.TIMESTAMP);
        query(Operation.QUERY_TRANSFERS, TransferLayout.SIZE, TransferLayout.TIMESTAMP);
        List<HistoryEntry> pulses = new ArrayList<>();
        ByteArrayOutputStream ids = new ByteArrayOutputStream();
        long last = 0;
        for (byte[] page = events(1); page.length > 0; page = events(1 + lastTimestamp(page))) {
            for (int row = 0; row < page.length; row += ChangeEventLayout.SIZE) {
                long timestamp = LittleEndian.u64(page, row + ChangeEventLayout.TIMESTAMP);
                boolean isExpiry = page[row + ChangeEventLayout.TYPE] == EXPIRED;
                if (ids.size() > 0 && !(isExpiry && timestamp == last + 1)) {
                    pulses.add(HistoryEntry.pulse(ids.toByteArray(), last));
                    ids.reset();
                }
                if (isExpiry) {
                    ids.write(page, row + ChangeEventLayout.TRANSFER_ID, ID);
                }
                last = timestamp;
            }
        }
        if (ids.size() > 0) {
            pulses.add(HistoryEntry.pulse(ids.toByteArray(), last));
        }
        return pulses;
    }

    private byte[] events(long from) {
        byte[] filter = new byte[ChangeEventsFilterLayout.SIZE];
        ChangeEventsFilter.builder().timestampMin(from).build().writeTo(filter, 0);
        return client.askInCalm(new Ask(Operation.GET_CHANGE_EVENTS, filter, null));
    }

    private static long lastTimestamp(byte[] page) {
        return LittleEndian.u64(page, page.length - ChangeEventLayout.SIZE + ChangeEventLayout.TIMESTAMP);
    }

    private void query(Operation operation, int size, int timestampOffset) {
        long from = 1;
        while (from > 0) {
            byte[] filter = new byte[QueryFilterLayout.SIZE];
            QueryFilter.builder().timestampMin(from).limit(ChangeEventsFilter.DEFAULT_LIMIT).build()
                    .writeTo(filter, 0);
            byte[] reply = client.askInCalm(new Ask(operation, MultiBatch.encode(filter.length, filter), null));
            int rows = MultiBatch.elements(reply, 0);
            from = rows == 0 ? 0 : 1 + LittleEndian.u64(reply, (rows - 1) * size + timestampOffset);
        }
    }
}
