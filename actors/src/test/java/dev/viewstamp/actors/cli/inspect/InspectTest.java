package dev.viewstamp.actors.cli.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.ConfigFactory;
import dev.viewstamp.actors.ReplicaNode;
import dev.viewstamp.actors.ReplicaSettings;
import dev.viewstamp.actors.cli.Main;
import dev.viewstamp.actors.cli.cluster.FreePorts;
import dev.viewstamp.client.ViewstampClient;
import dev.viewstamp.journal.ClusterConstants;
import dev.viewstamp.journal.DataDirectory;
import dev.viewstamp.journal.FormatOptions;
import dev.viewstamp.journal.SuperBlock;
import dev.viewstamp.journal.WalGeometry;
import dev.viewstamp.journal.Word128;
import dev.viewstamp.ledger.Account;
import dev.viewstamp.ledger.Transfer;
import dev.viewstamp.ledger.TransferFlags;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code inspect} on the files that a real node left behind, as they are and damaged. */
class InspectTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ClusterConstants CONSTANTS = ClusterConstants.of(1, 64, 1 << 16);
    /** Ops that the node's client made: its register, accounts, and three requests of transfers. */
    private static final int HEAD = 5;

    @TempDir
    static Path folder;
    private static Path stopped;
    private static String digestOfTheRunningNode;

    private record Outcome(int code, String out, String err) {
        JsonNode json() {
            try {
                return JSON.readTree(out);
            } catch (IOException e) {
                throw new AssertionError(out + err, e);
            }
        }
    }

    @BeforeAll
    static void runANodeAndStopIt() throws Exception {
        stopped = folder.resolve("stopped");
        DataDirectory.format(stopped, FormatOptions.fresh(Word128.of(5), 0, CONSTANTS), (done, total) -> { });
        String address = "127.0.0.1:" + FreePorts.doors(1).get(0);
        try (ReplicaNode node = ReplicaNode.start(ReplicaSettings.from(ReplicaSettings.layered(
                ConfigFactory.parseMap(Map.of("viewstamp.data-dir", stopped.toString(), "viewstamp.addresses",
                        List.of(address), "viewstamp.replicas", List.of(address),
                        "viewstamp.gateway.enabled", "off")))))) {
            node.whenReady().toCompletableFuture().get(20, TimeUnit.SECONDS);
            try (ViewstampClient client = ViewstampClient.connect(ConfigFactory.parseMap(Map.of(
                    "viewstamp.client.addresses", List.of(address), "viewstamp.client.cluster", "5")))) {
                await(client.createAccounts(List.of(account(1), account(2))));
                await(client.createTransfers(List.of(transfer(10).build(), transfer(11).build())));
                await(client.createTransfer(transfer(12).flags(TransferFlags.PENDING).timeout(3600).build()));
                await(client.createTransfer(transfer(13).debit(99).build()));
            }
            digestOfTheRunningNode = HexFormat.of().formatHex(
                    node.ledgerDigest().toCompletableFuture().get(20, TimeUnit.SECONDS));
        }
    }

    private static <T> T await(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private static Account account(long id) {
        return Account.builder().id(id).ledger(1).code(1).build();
    }

    private static Transfer.Builder transfer(long id) {
        return Transfer.builder().id(id).debit(1).credit(2).amount(7).ledger(1).code(1);
    }

    private static Outcome inspect(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] all = Stream.concat(Stream.of("inspect"), Stream.of(words)).toArray(String[]::new);
        int code = Main.run(new PrintWriter(out), new PrintWriter(err), all);
        return new Outcome(code, out.toString(), err.toString());
    }

    @Test
    void theDigestIsThatOfTheNodeThatStopped() {
        Outcome outcome = inspect("digest", "--json", stopped.toString());
        assertEquals(0, outcome.code, outcome.err);
        assertEquals(HEAD, outcome.json().get("op").asLong());
        assertEquals(digestOfTheRunningNode, outcome.json().get("digest").asText());
        assertEquals(32, outcome.json().get("checkpointId").asText().length());
        assertTrue(inspect("digest", stopped.toString()).out.contains(digestOfTheRunningNode));
    }

    @Test
    void theDigestOfAnEarlierOpIsAnother() {
        Outcome earlier = inspect("digest", "--json", "--op=" + (HEAD - 1), stopped.toString());
        assertEquals(HEAD - 1, earlier.json().get("op").asLong());
        assertFalse(earlier.json().get("digest").asText().equals(digestOfTheRunningNode));
        Outcome beyond = inspect("digest", "--op=" + (HEAD + 1), stopped.toString());
        assertEquals(2, beyond.code);
        assertTrue(beyond.err.contains("--op is 6: these files hold ops 0"), beyond.err);
        assertEquals(2, inspect("digest", "--op=last", stopped.toString()).code);
        assertEquals(0, inspect("digest", "--op=checkpoint", "--json", stopped.toString()).json().get("op").asLong());
    }

    @Test
    void theSuperblockTellsWhoThisIs() {
        JsonNode found = inspect("superblock", "--json", stopped.toString()).json();
        assertEquals("5", found.get("cluster").asText());
        assertEquals(1, found.get("constants").get("replicaCount").asInt());
        assertEquals(1, found.get("view").asInt(), "a solo replica raises its view at each start");
        assertEquals(List.of("good", "good", "good", "good"), found.get("copies").findValuesAsText("state"));
    }

    @Test
    void oneDamagedCopyIsNamedAndThreeAreTrouble() throws IOException {
        Path copy = copyOf("superblock");
        flip(copy.resolve("superblock"), 2 * SuperBlock.COPY_SIZE + 100);
        assertEquals(List.of("good", "good", "damaged", "good"),
                inspect("superblock", "--json", copy.toString()).json().get("copies").findValuesAsText("state"));
        flip(copy.resolve("superblock"), 100);
        flip(copy.resolve("superblock"), SuperBlock.COPY_SIZE + 100);
        Outcome lost = inspect("superblock", "--json", copy.toString());
        assertEquals(1, lost.code);
        assertEquals(1, lost.err.lines().count(), lost.err);
        assertEquals(List.of("damaged", "damaged", "damaged", "good"),
                lost.json().get("copies").findValuesAsText("state"));
    }

    @Test
    void theLogIsSummedUpAndListed() {
        JsonNode found = inspect("wal", "--json", "--entries", stopped.toString()).json();
        assertEquals(HEAD, found.get("head").asLong());
        assertEquals(HEAD, found.get("commitMax").asLong());
        assertEquals("solo", found.get("startsAs").asText());
        assertEquals(0, found.get("faultySlots").size());
        assertEquals(List.of("root", "register", "create_accounts", "create_transfers", "create_transfers",
                "create_transfers"), found.get("log").findValuesAsText("operation"));
    }

    @Test
    void anEntryIsShownWithItsEvents() {
        JsonNode found = inspect("op", "4", "--events", "--json", stopped.toString()).json();
        assertEquals("create_transfers", found.get("operation").asText());
        assertEquals("akka", found.get("door").asText());
        assertEquals("intact", found.get("prepare").asText());
        assertEquals("12", found.get("events").get(0).get("id").asText());
        assertEquals("pending", found.get("events").get(0).get("flags").get(0).asText());
        assertTrue(inspect("op", "4", "--events", stopped.toString()).out.contains("\"id\":\"12\""));
        Outcome absent = inspect("op", "6", stopped.toString());
        assertEquals(1, absent.code);
        assertTrue(absent.err.contains("op 6 is not in the log; its slot, 6, holds nothing yet"), absent.err);
        assertTrue(inspect("op", "69", stopped.toString()).err.contains("holds op 5"), "69 shares slot 5");
    }

    @Test
    void theSessionIsInTheTable() {
        JsonNode found = inspect("sessions", "--json", stopped.toString()).json();
        assertEquals(HEAD, found.get("op").asLong());
        assertEquals(1, found.get("count").asInt());
        JsonNode session = found.get("sessions").get(0);
        assertEquals(1, session.get("session").asLong());
        assertEquals(HEAD - 1, session.get("request").asLong());
        assertEquals("create_transfers", session.get("operation").asText());
    }

    @Test
    void aDamagedEntryIsNamed() throws IOException {
        Path copy = copyOf("wal");
        WalGeometry geometry = CONSTANTS.walGeometry();
        flip(copy.resolve("wal"), geometry.headerRingSize() + geometry.prepareOffset(3) + 300);
        JsonNode found = inspect("wal", "--json", copy.toString()).json();
        assertEquals("[3]", found.get("faultySlots").toString());
        assertEquals("refused", found.get("startsAs").asText());
        JsonNode entry = inspect("op", "3", "--json", copy.toString()).json();
        assertEquals("damaged", entry.get("prepare").asText());
        assertEquals("intact", entry.get("redundantHeader").asText());
        Outcome digest = inspect("digest", copy.toString());
        assertEquals(1, digest.code);
        assertEquals(1, digest.err.lines().count(), digest.err);
        assertTrue(digest.err.contains("slot 3 first"), digest.err);
    }

    @Test
    void whatIsWholeIsIntact() {
        Outcome outcome = inspect("integrity", "--json", stopped.toString());
        assertEquals(0, outcome.code, outcome.out + outcome.err);
        assertTrue(outcome.json().get("intact").asBoolean());
        assertTrue(outcome.json().get("bytesByZone").get("wal").asLong() > 64 * 4096);
        assertEquals(0, inspect("checkpoint", "--json", stopped.toString()).json().get("op").asLong());
    }

    @Test
    void everyDamagedZoneIsNamed() throws IOException {
        Path copy = copyOf("zones");
        WalGeometry geometry = CONSTANTS.walGeometry();
        flip(copy.resolve("wal"), geometry.headerRingSize() + geometry.prepareOffset(2) + 4090);  // its padding
        flip(copy.resolve("wal"), 4 * 256 + 100);
        flip(copy.resolve("superblock"), SuperBlock.COPY_SIZE + 5000);
        Outcome outcome = inspect("integrity", "--json", copy.toString());
        assertEquals(1, outcome.code);
        assertFalse(outcome.json().get("intact").asBoolean());
        assertEquals(List.of("copy 1 is not the one that is to be trusted",
                "slot 2, op 2: the entry is damaged", "slot 4: the redundant header is damaged"),
                outcome.json().get("damages").findValuesAsText("what"));
        assertTrue(inspect("integrity", copy.toString()).out.contains("a cluster of one has no other copy"));
    }

    @Test
    void whatIsNoDataDirectoryOrIsInUseIsOneLine() throws Exception {
        assertEquals(2, inspect("digest", folder.resolve("none").toString()).code);
        assertEquals(2, inspect("superblock", folder.toString()).code);
        try (DataDirectory held = DataDirectory.inspect(stopped)) {
            for (String part : List.of("digest", "superblock", "wal", "sessions", "checkpoint", "integrity")) {
                Outcome outcome = inspect(part, held.path().toString());
                assertEquals(1, outcome.code);
                assertTrue(outcome.err.contains("is in use by another process; stop that one first"), outcome.err);
            }
        }
    }

    @Test
    void anUnknownPartIsNamedWithTheKnownOnes() {
        Outcome outcome = inspect("digets", stopped.toString());
        assertEquals(2, outcome.code);
        assertTrue(outcome.err.contains("unknown part 'digets': did you mean digest?"), outcome.err);
        assertTrue(inspect().err.contains("what to look at is missing; there are superblock, wal, op"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"superblock", "wal", "op", "sessions", "checkpoint", "digest", "integrity"})
    void everyPartExplainsItselfWithAnExample(String part) {
        Outcome outcome = inspect(part, "--help");
        assertEquals(0, outcome.code);
        assertTrue(outcome.out.contains("Example") && outcome.out.contains("viewstamp inspect " + part), outcome.out);
    }

    private static Path copyOf(String name) throws IOException {
        Path copy = Files.createDirectories(folder.resolve("damaged-" + name));
        Files.createDirectories(copy.resolve("files"));
        for (String file : List.of("superblock", "wal", "replies")) {
            Files.copy(stopped.resolve(file), copy.resolve(file));
        }
        return copy;
    }

    private static void flip(Path file, long offset) throws IOException {
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
            access.seek(offset);
            int old = access.read();
            access.seek(offset);
            access.write(old ^ 0x40);
        }
    }
}
