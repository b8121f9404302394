package dev.viewstamp.actors.replica;

import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.journal.OpenedLog;
import dev.viewstamp.journal.SuperBlock;
import dev.viewstamp.ledger.Uint128;
import java.util.random.RandomGenerator;

/** Everything a status may use, made once. No decisions here. */
final class Rooms {
    final EntryRules rules;
    final RandomGenerator random;
    /** Names this process in the recovery exchange; never 0, new with every start (replication spec §7.4). */
    final long nonce;

    final ReplicaState state;
    final Outbox outbox;
    final IgnoredCounters ignored = new IgnoredCounters();
    final Timeouts timeouts;
    final ReplicatedLog log;
    final Durability durability;
    final ViewExit viewExit;
    final LivenessDetector liveness = new LivenessDetector();

    final ClusterTime clusterTime;
    final PrepareTimestamps timestamps = new PrepareTimestamps();
    final Pipeline pipeline;
    final CommitStage commitStage = new CommitStage();
    final Commits commits;
    final ClientTable clients;
    final Replies replies;
    final HeldRequests heldRequests;
    final LogRepair repair;
    final CheckpointStage checkpoints;
    final ReplyZone replyZone;
    final StateSync sync;
    final ZoneScrub scrub;
    /** Whether this node's disk has hardly any room left. */
    boolean diskSpaceIsLow;

    Rooms(ReplicaOptions options, SuperBlock superBlock, OpenedLog opened, EntryRules rules, RandomGenerator random) {
        this.rules = rules;
        this.random = random;
        long drawn = random.nextLong();
        nonce = drawn == 0 ? 1 : drawn;
        state = new ReplicaState(superBlock);
        outbox = new Outbox(state);
        timeouts = new Timeouts(options.timeouts(), random);
        log = new ReplicatedLog(state, opened.journal(), outbox, options);
        durability = new Durability(state, outbox, superBlock);
        viewExit = new ViewExit(state);
        clusterTime = new ClusterTime(state);
        pipeline = new Pipeline(state.quorums(), state.pipelineMax(), options.requestQueueMax());
        clients = new ClientTable(state.constants().clientsMax());
        replies = new Replies(state, outbox, clients);
        heldRequests = new HeldRequests(state.constants().clientsMax());
        commits = new Commits(this);
        checkpoints = new CheckpointStage(this);
        replyZone = new ReplyZone(this);
        sync = new StateSync(this);
        repair = new LogRepair(this);
        scrub = new ZoneScrub(this);
    }

    void ignore(Ignored reason) {
        ignored.count(reason);
    }

    void evict(Uint128 client, ClientMessage.EvictionReason reason) {
        outbox.sendClient(new ClientMessage.Eviction(client, state.logViewDurable(), reason));
    }

    void checkInvariants(Status status) {
        state.checkInvariants();
        log.checkInvariants();
        durability.checkInvariants();
        pipeline.checkInvariants();
        timestamps.checkInvariants();
        checkpoints.checkInvariants();
        replyZone.checkInvariants();
        status.checkInvariants();
    }
}
