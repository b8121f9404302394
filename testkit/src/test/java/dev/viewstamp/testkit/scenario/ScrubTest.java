package dev.viewstamp.testkit.scenario;

import static dev.viewstamp.testkit.scenario.Scenario.reply;
import static dev.viewstamp.testkit.scenario.Scenario.superBlock;
import static dev.viewstamp.testkit.scenario.Scenario.walEntry;
import static dev.viewstamp.testkit.scenario.Scenario.walHeaders;

import dev.viewstamp.journal.CheckpointFile;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What rots on the disk of a running replica that nobody asks for anything is found by reading, and mended
 * (replication spec §9.6, S79). In the simulation everything is read once within 20 s.
 */
class ScrubTest {
    /** Several times round the log of 32 slots, so that there are checkpoints with files. */
    private static final int REQUESTS = 100;

    private static Scenario idle(int replicaCount) {
        Scenario s = Scenario.of(replicaCount);
        s.client().request(REQUESTS);
        return s.settle();
    }

    static Stream<Scenario.Place> places() {
        long newest = REQUESTS + 1;
        return Stream.of(walEntry(newest), walEntry(newest - 1), walHeaders(newest), reply(0), superBlock(0),
                superBlock(2));
    }

    @ParameterizedTest
    @MethodSource("places")
    void aPlaceIsMendedWhileTheReplicaRuns(Scenario.Place place) {
        try (Scenario s = idle(3)) {
            s.primary().corrupt(place).expectDamaged().awaitUndamaged();
            s.backup(1).corrupt(place).expectDamaged().awaitUndamaged();
            s.all().crash().restart();
            s.settle().all().expectCommitted(REQUESTS + 1);
        }
    }

    @ParameterizedTest
    @MethodSource("places")
    void theSamePlaceOnTwoOfThreeIsMended(Scenario.Place place) {
        try (Scenario s = idle(3)) {
            s.primary().corrupt(place);
            s.backup(2).corrupt(place);
            s.all().awaitUndamaged();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"DATA", "MANIFEST", "SESSIONS"})
    void aFileOfEachKindIsMendedWhileTheReplicaRuns(CheckpointFile.Kind kind) {
        try (Scenario s = idle(3)) {
            s.backup(1).corruptFiles(kind).expectDamaged().awaitUndamaged();
            s.all().crash().restart();
            s.settle();
        }
    }

    /** Everything at once (S79). */
    @Test
    void everythingAtOnceIsMended() {
        try (Scenario s = idle(3)) {
            ReplicaHandle one = s.backup(1);
            places().forEach(one::corrupt);
            one.corruptFiles(CheckpointFile.Kind.values());
            one.expectDamaged().awaitUndamaged();
        }
    }

    /** Alone, what is in memory mends what is not: new entries, headers, replies, superblock, manifest, sessions. */
    @ParameterizedTest
    @MethodSource("places")
    void aloneItMendsWhatIsInMemory(Scenario.Place place) {
        try (Scenario s = idle(1)) {
            s.primary().corrupt(place).expectDamaged().awaitUndamaged();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"MANIFEST", "SESSIONS"})
    void aloneItMendsManifestAndSessions(CheckpointFile.Kind kind) {
        try (Scenario s = idle(1)) {
            s.primary().corruptFiles(kind).expectDamaged().awaitUndamaged();
            s.all().crash().restart();
            s.settle();
        }
    }

    /** Nobody has another copy; but as long as nobody needs what is lost, the replica serves on. */
    @Test
    void aloneItServesOnWithDamagedFiles() {
        try (Scenario s = idle(1)) {
            s.primary().corruptFiles(CheckpointFile.Kind.DATA).expectDamaged();
            s.pass(Duration.ofSeconds(60));
            s.client().request(3);
            s.settle().all().expectCommitted(REQUESTS + 4);
            s.primary().expectDamaged();
        }
    }
}
