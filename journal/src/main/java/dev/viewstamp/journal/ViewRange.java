package dev.viewstamp.journal;

import java.util.List;

/**
 * The views that an entry may have if it belongs to the log of the durable logView, as the superblock's
 * view headers bound it:
 *
 * <pre>
 *   op listed                         that header's view, exactly
 *   above the newest listed           logView, exactly
 *   between two listed                from the lower one's view to the upper one's
 *   below the oldest listed           from 0 to the oldest one's view
 * </pre>
 *
 * Anything else is left over from a truncated log, or from a view that this replica told nobody about.
 * Blanks say nothing. Source: replication spec §5.6.
 */
record ViewRange(int viewMin, int viewMax) {

    static ViewRange of(long op, int logView, List<EntryHeader> viewHeaders) {
        EntryHeader above = null;                           // the lowest listed above op
        for (EntryHeader header : viewHeaders) {            // newest first
            if (header.isBlank()) {
                continue;
            }
            if (header.op() == op) {
                return new ViewRange(header.view(), header.view());
            }
            if (header.op() < op) {
                return above == null ? new ViewRange(logView, logView) : new ViewRange(header.view(), above.view());
            }
            above = header;
        }
        return above == null ? new ViewRange(logView, logView) : new ViewRange(0, above.view());
    }

    boolean contains(int view) {
        return viewMin <= view && view <= viewMax;
    }
}
