package dev.viewstamp.actors.replica;

/**
 * Who wants to leave the current view (replication spec §4.1). A vote does not change the view; enough of them
 * do. Votes are for one view only: cleared whenever one is entered or started.
 */
final class ViewExit {
    private final ReplicaState state;
    private final QuorumCounter votes;

    ViewExit(ReplicaState state) {
        this.state = state;
        this.votes = new QuorumCounter(state.quorums().viewChange(), state.replicaCount());
    }

    boolean isOwnVoteSet() {
        return votes.contains(state.replica());
    }

    /** True if with this vote the view is to be left. */
    boolean add(int replica) {
        return votes.add(replica) == QuorumCounter.Count.REACHED;
    }

    /** The primary lives: we take our vote back. */
    void withdraw() {
        votes.remove(state.replica());
    }

    /** Others' votes have aged; if their wish stands, they repeat it. */
    void forgetOthers() {
        votes.keepOnly(state.replica());
    }

    void clear() {
        votes.clear();
    }
}
