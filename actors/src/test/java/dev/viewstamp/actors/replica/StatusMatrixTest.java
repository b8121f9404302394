package dev.viewstamp.actors.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.viewstamp.actors.message.Envelope;
import dev.viewstamp.actors.message.ReplicaMessage;
import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.client.protocol.RequestIdentity;
import dev.viewstamp.journal.CheckpointState;
import dev.viewstamp.journal.ClusterConstants;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.LogEntry;
import dev.viewstamp.journal.StoredReply;
import dev.viewstamp.journal.Word128;
import dev.viewstamp.ledger.Uint128;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * What each status makes of each message of its own view, as a table to be read: {@code status-matrix.txt}. A
 * cell says what became of it: the next status, what was sent or written, why it was ignored; {@code -} is
 * nothing at all. Run with {@code -Dgolden.write=true} to write the file anew, and read the difference.
 */
class StatusMatrixTest {
    private static final int WIDTH = 46;
    private static final CheckpointState ROOT = CheckpointState.root(CoreCluster.CLUSTER);

    /** A replica in the status to be looked at, and its cluster. */
    private record Scene(CoreCluster cluster, CoreNode node) {
        ReplicaSnapshot now() {
            return node.snapshot();
        }

        int other() {
            return (now().replica() + 1) % cluster.replicaCount();
        }
    }

    @Test
    void everyStatusAnswersEveryMessageAsWritten() throws IOException {
        String actual = table();
        Path file = Path.of("src/test/resources/status-matrix.txt");
        if (Boolean.getBoolean("golden.write")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, actual);
        }
        assertEquals(Files.readString(file), actual);
    }

    private static String table() {
        Map<String, Supplier<Scene>> scenes = scenes();
        StringBuilder table = new StringBuilder(String.format("%-18s", ""));
        scenes.keySet().forEach(name -> table.append(String.format("%-" + WIDTH + "s", name)));
        messages().forEach((name, message) -> {
            table.append('\n').append(String.format("%-18s", name));
            scenes.values().forEach(scene -> table.append(String.format("%-" + WIDTH + "s", cell(scene.get(),
                    message))));
        });
        return table.toString().lines().map(String::stripTrailing).reduce("", (all, line) -> all + line + "\n");
    }

    private static String cell(Scene scene, Function<Scene, Envelope> message) {
        ReplicaSnapshot before = scene.now();
        scene.node().replica().onMessage(message.apply(scene), scene.node().now());
        List<String> facts = new ArrayList<>();
        ReplicaSnapshot after = scene.now();
        if (after.status() != before.status()) {
            facts.add("to " + after.status());
        }
        for (Effect effect : scene.node().replica().drainEffects()) {
            String fact = effect instanceof Effect.Send send ? send.envelope().message().getClass().getSimpleName()
                    : effect instanceof Effect.SendClient send ? "client " + send.message().getClass().getSimpleName()
                    : effect.getClass().getSimpleName();
            if (!facts.contains(fact)) {
                facts.add(fact);
            }
        }
        after.ignored().forEach((reason, count) -> {
            if (count > before.ignored().getOrDefault(reason, 0L)) {
                facts.add(reason.toString());
            }
        });
        return facts.isEmpty() ? "-" : String.join(", ", facts);
    }

    private static Map<String, Supplier<Scene>> scenes() {
        Map<String, Supplier<Scene>> scenes = new LinkedHashMap<>();
        scenes.put("NormalPrimary", () -> quiet(CoreCluster::primary));
        scenes.put("NormalBackup", () -> quiet(CoreCluster::backup));
        scenes.put("ViewChanging", () -> changing(0));
        scenes.put("ViewChanging as primary", () -> changing(2));
        scenes.put("ProspectivePrimary", StatusMatrixTest::prospective);
        scenes.put("RecoveringHead", StatusMatrixTest::uncertain);
        scenes.put("Syncing", StatusMatrixTest::syncing);
        return scenes;
    }

    private static CoreCluster alike() {
        CoreCluster cluster = CoreClusterTest.loaded(3, 1, 1, 6);
        cluster.runUntil("alike", 1_000, cluster::isConverged);
        return cluster;
    }

    private static Scene quiet(Function<CoreCluster, CoreNode> which) {
        CoreCluster cluster = alike();
        return new Scene(cluster, which.apply(cluster));
    }

    /** The primary is gone, and the others' DoViewChanges are lost. */
    private static Scene changing(int replica) {
        CoreCluster cluster = alike();
        cluster.lose((from, to, message) -> message instanceof ReplicaMessage.DoViewChange);
        cluster.primary().crash();
        CoreNode node = cluster.node(replica);
        cluster.runUntil("changing", 2_000, () -> node.snapshot().status() == StatusName.VIEW_CHANGE
                && node.snapshot().viewDurable() == 2 && cluster.node(2 - replica).snapshot().view() == 2);
        return new Scene(cluster, node);
    }

    /** As before, but the new primary lacks an entry, which does not arrive. */
    private static Scene prospective() {
        CoreCluster cluster = alike();
        CoreNode node = cluster.node(2);
        node.crash();
        node.disk().corruptPrepare(3);
        cluster.lose((from, to, message) -> to == 2 && message instanceof ReplicaMessage.Prepare);
        node.start();
        cluster.run(50);
        cluster.primary().crash();
        cluster.runUntil("about to lead", 2_000, () -> node.snapshot().status() == StatusName.PROSPECTIVE_PRIMARY
                && node.snapshot().logViewDurable() == node.snapshot().view());
        return new Scene(cluster, node);
    }

    private static Scene uncertain() {
        CoreCluster cluster = alike();
        CoreNode node = cluster.backup();
        node.crash();
        node.disk().corruptPrepare(cluster.checker().opCommittedMax());
        cluster.lose((from, to, message) -> message instanceof ReplicaMessage.StartView);
        node.start();
        cluster.run(1);
        return new Scene(cluster, node);
    }

    /** Far behind, with all files of the checkpoint at hand; its superblock is under way. */
    private static Scene syncing() {
        CoreCluster cluster = new CoreCluster(ClusterConstants.smallTest(3), 1).startAll();
        cluster.commitUntil(10);
        CoreNode node = cluster.backup();
        cluster.isolate(node.snapshot().replica(), true, true);
        cluster.commitUntil(110);
        node.hold(effect -> effect instanceof Effect.WriteSuperBlock);
        cluster.heal();
        cluster.runUntil("syncing", 1_000, () -> node.snapshot().status() == StatusName.SYNCING);
        return new Scene(cluster, node);
    }

    private static Map<String, Function<Scene, Envelope>> messages() {
        Map<String, Function<Scene, Envelope>> messages = new LinkedHashMap<>();
        messages.put("Ping", scene -> from(scene, scene.other(), new ReplicaMessage.Ping(1, 0, ROOT.id())));
        messages.put("Pong", scene -> from(scene, scene.other(), new ReplicaMessage.Pong(1, 1)));
        messages.put("Forwarded", scene -> from(scene, scene.other(), new ReplicaMessage.Forwarded(register())));
        messages.put("Prepare next", scene -> from(scene, scene.other(), new ReplicaMessage.Prepare(next(scene))));
        messages.put("Prepare known", scene -> from(scene, scene.other(), new ReplicaMessage.Prepare(known(scene))));
        messages.put("PrepareOk", scene -> from(scene, scene.other(), NormalPrimary.prepareOk(
                new ReplicaState(dev.viewstamp.journal.SuperBlock.first(CoreCluster.CLUSTER,
                scene.cluster().constants(),
                        dev.viewstamp.journal.VsrState.root(CoreCluster.CLUSTER, 0))), known(scene).header())));
        messages.put("Commit", scene -> fromPrimary(scene, new ReplicaMessage.Commit(scene.now().commitMin(),
                scene.now().commitMinChecksum(), 0, ROOT.id(), Long.MAX_VALUE)));
        messages.put("StartViewChange", scene -> from(scene, scene.other(), new ReplicaMessage.StartViewChange()));
        messages.put("DoViewChange", StatusMatrixTest::doViewChange);
        messages.put("StartView", scene -> fromPrimary(scene, new ReplicaMessage.StartView(known(scene).op(),
                known(scene).op(), 0, ROOT, List.of(known(scene).header()))));
        messages.put("GetStartView", scene -> from(scene, scene.other(), new ReplicaMessage.GetStartView(5)));
        messages.put("Recovery", scene -> from(scene, scene.other(), new ReplicaMessage.Recovery(5)));
        messages.put("RecoveryResponse",
                scene -> from(scene, scene.other(), new ReplicaMessage.RecoveryResponse(5, true, 1, 1)));
        messages.put("GetHeaders", scene -> from(scene, scene.other(), new ReplicaMessage.GetHeaders(0, 5)));
        messages.put("Headers", scene -> from(scene, scene.other(),
                new ReplicaMessage.Headers(List.of(known(scene).header()))));
        messages.put("GetPrepare", scene -> from(scene, scene.other(), new ReplicaMessage.GetPrepare(2, true,
                Word128.ZERO)));
        messages.put("GetReply", scene -> from(scene, scene.other(), new ReplicaMessage.GetReply(
                Word128.of(5), known(scene).op(), Word128.ZERO)));
        messages.put("ReplyCopy", scene -> from(scene, scene.other(), new ReplicaMessage.ReplyCopy(
                StoredReply.of(known(scene).header(), new byte[] {1}))));
        return messages;
    }

    private static Envelope from(Scene scene, int replica, ReplicaMessage message) {
        return new Envelope(CoreCluster.CLUSTER, Envelope.PROTOCOL, scene.now().view(), replica, message);
    }

    /** Of the view that is being changed to; of the next one, if none is. */
    private static Envelope doViewChange(Scene scene) {
        boolean isChanging = scene.now().status() == StatusName.VIEW_CHANGE;
        int view = isChanging ? scene.now().view() : scene.now().view() + 1;
        return new Envelope(CoreCluster.CLUSTER, Envelope.PROTOCOL, view, scene.other(),
                new ReplicaMessage.DoViewChange(
                view - 1, known(scene).op(), 0, 0, 1, 0, List.of(known(scene).header())));
    }

    /** From the view's primary; of the view after, if that is the replica looked at. */
    private static Envelope fromPrimary(Scene scene, ReplicaMessage message) {
        int view = scene.now().primary() == scene.now().replica() ? scene.now().view() + 1 : scene.now().view();
        return new Envelope(CoreCluster.CLUSTER, Envelope.PROTOCOL, view, view % 3, message);
    }

    /** The newest entry that the cluster committed. */
    private static LogEntry known(Scene scene) {
        CoreChecker checker = scene.cluster().checker();
        EntryHeader header = checker.committed(checker.opCommittedMax());
        for (CoreNode node : scene.cluster().nodes()) {
            LogEntry entry = node.disk().readPrepare(
                    scene.cluster().constants().walGeometry().slotOf(header.op()), header.op(), header.checksum());
            if (entry != null) {
                return entry;
            }
        }
        throw new AssertionError("nobody has " + header);
    }

    /** What the primary of the view would prepare on top of it. */
    private static LogEntry next(Scene scene) {
        EntryHeader last = known(scene).header();
        EntryHeader header = EntryHeader.builder().cluster(CoreCluster.CLUSTER).view(scene.now().view())
                .replica(scene.now().primary()).op(last.op() + 1).parent(last.checksum()).commit(last.op())
                .timestamp(last.timestamp()
                + 10_000).operation(NormalPrimary.OPERATION_PULSE).body(new byte[0]).build();
        return new LogEntry(header, new byte[0]);
    }

    private static ClientMessage.Request register() {
        return RequestIdentity.request(Uint128.of(99), 0, 0, Uint128.ZERO, ClientMessage.OPERATION_REGISTER, 0, 1,
                new byte[0]);
    }
}
