package dev.viewstamp.testkit.check;

import dev.viewstamp.actors.replica.ReplicaSnapshot;
import dev.viewstamp.actors.replica.StatusName;
import java.util.HashMap;
import java.util.Map;

/**
 * What one replica may never take back, within one life of its process and across its lives (replication spec §12.1,
 * invariants 1, 2, 10, 12).
 */
public final class ReplicaProgress {
    private final int replica;
    private final Map<Integer, Integer> ledViews = new HashMap<>();        // view → the life that led it
    private int life;
    private int viewDurable;
    private int logViewDurable;
    private int ackedView = -1;
    private long ackedOp;
    private ReplicaSnapshot last;

    public ReplicaProgress(int replica) {
        this.replica = replica;
    }

    /** A new process opened this replica's disk. */
    public void onStart() {
        life++;
        last = null;
    }

    /** The replica said that it holds {@code op}, in that view. */
    public void onPrepareOk(int view, long op) {
        if (view > ackedView) {
            ackedView = view;
            ackedOp = op;
        } else if (view == ackedView) {
            ackedOp = Math.max(ackedOp, op);
        }
    }

    /** The replica as it is after an event. */
    public void onStep(ReplicaSnapshot now) {
        require(now.view() >= viewDurable && now.viewDurable() >= viewDurable, "its view fell", now);
        require(now.logViewDurable() >= logViewDurable, "its durable logView fell", now);
        require(now.logView() <= now.view() && now.viewDurable() <= now.view(), "logView or viewDurable beyond view",
                now);
        require(now.commitMin() <= now.commitMax(), "commitMin beyond commitMax", now);
        if (last != null) {
            require(now.view() >= last.view() && now.logView() >= last.logView(), "view or logView fell", now);
            require(now.commitMin() >= last.commitMin(), "commitMin fell", now);
            require(now.commitMax() >= last.commitMax(), "commitMax fell", now);
            require(now.logView() > last.logView() || now.op() >= last.op() || !now.isNormal() || !last.isNormal(),
                    "its head fell from " + last.op() + " within a view", now);
        }
        if (now.isNormal()) {
            require(now.op() >= now.commitMin(), "head below commitMin", now);
            require(now.view() != ackedView || now.op() >= ackedOp,
                    "its head is below op " + ackedOp + ", which it acknowledged in this view", now);
        }
        if (now.status() == StatusName.NORMAL_PRIMARY) {
            require(now.primary() == replica, "it leads a view that is not its own", now);
            // Before its logView is durable nobody has heard of its leading: then it may begin again.
            require(now.logViewDurable() < now.view() || ledViews.computeIfAbsent(now.view(), view -> life) == life,
                    "it leads again a view that it led before it was restarted", now);
        }
        viewDurable = now.viewDurable();
        logViewDurable = now.logViewDurable();
        last = now;
    }

    private void require(boolean holds, String otherwise, ReplicaSnapshot now) {
        if (!holds) {
            throw new Violation("progress", "R" + replica + ": " + otherwise + "; now " + now + ", before " + last);
        }
    }
}
