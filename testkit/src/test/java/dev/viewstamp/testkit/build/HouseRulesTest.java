package dev.viewstamp.testkit.build;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The arrows between the modules, and what the deterministic parts may not touch: DESIGN's "The house" as a test. */
class HouseRulesTest {
    private static final String LEDGER = "dev.viewstamp.ledger..";
    private static final String JOURNAL = "dev.viewstamp.journal..";
    private static final String CLIENT = "dev.viewstamp.client..";
    private static final String ACTORS = "dev.viewstamp.actors..";
    private static final String REPLICA = "dev.viewstamp.actors.replica..";
    private static final String TESTKIT = "dev.viewstamp.testkit..";
    private static final String[] DETERMINISTIC = {LEDGER, JOURNAL, REPLICA};

    /** The classes of journal that are its edge to the file system; the rest of it gets bytes handed in. */
    private static final Set<String> FILE_EDGE =
            Set.of("DataDirectory", "DirectoryLock", "FileStorage", "FolderFiles", "SectorReader");

    private static JavaClasses product;

    @BeforeAll
    static void read() {
        product = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.viewstamp");
        for (String module : List.of(LEDGER, JOURNAL, CLIENT, ACTORS)) {
            assertTrue(product.stream().anyMatch(resideInAnyPackage(module)), () -> "no classes found in " + module);
        }
    }

    @Test
    void ledgerKnowsNoOtherModule() {
        noClasses().that().resideInAPackage(LEDGER).should().dependOnClassesThat()
                .resideInAnyPackage(JOURNAL, CLIENT, ACTORS, TESTKIT).check(product);
    }

    @Test
    void journalKnowsNoOtherModule() {
        noClasses().that().resideInAPackage(JOURNAL).should().dependOnClassesThat()
                .resideInAnyPackage(LEDGER, CLIENT, ACTORS, TESTKIT).check(product);
    }

    @Test
    void clientKnowsOnlyTheLedger() {
        noClasses().that().resideInAPackage(CLIENT).should().dependOnClassesThat()
                .resideInAnyPackage(JOURNAL, ACTORS, TESTKIT).check(product);
    }

    @Test
    void theProductDoesNotKnowItsTestkit() {
        noClasses().that().resideInAPackage(ACTORS).should().dependOnClassesThat()
                .resideInAnyPackage(TESTKIT, "org.junit..", "akka.actor.testkit..", "akka.testkit..").check(product);
    }

    @Test
    void onlyTheCommandLineUsesItsLibraries() {
        noClasses().that().resideOutsideOfPackages("dev.viewstamp.actors.cli..", TESTKIT).should().dependOnClassesThat()
                .resideInAnyPackage("picocli..", "org.jline..").check(product);
    }

    /** What is handed out cannot change under whoever holds it (replication spec §13 items 53 and 81). */
    @Test
    void headersEntriesAndMessagesDoNotChange() {
        classes().that().haveNameMatching("dev\\.viewstamp\\.journal\\.(EntryHeader|ReplyHeader|LogEntry|StoredReply|"
                + "SuperBlock|VsrState|CheckpointState)").or().resideInAPackage("dev.viewstamp.actors.message..").and()
                .areRecords().should().haveOnlyFinalFields().check(product);
    }

    /**
     * A buffer has a position, which whoever reads it moves for all who hold it; so what is handed over carries none
     * (replication spec §13 item 81).
     */
    @Test
    void whatIsHandedOverCarriesNoBuffers() {
        noFields().that().areDeclaredInClassesThat().areRecords().and().areDeclaredInClassesThat()
                .resideInAnyPackage(JOURNAL, CLIENT, ACTORS).should()
                .haveRawType(assignableTo(java.nio.Buffer.class)).check(product);
    }

    /** Replication spec §13 item 84: whoever else blocked would hold up heartbeats. */
    @Test
    void onlyDiskWorkersTouchTheLogsDisk() {
        noClasses().that().resideInAPackage("dev.viewstamp.actors.shell..").and()
                .haveSimpleNameNotStartingWith("DiskWorker").should()
                .callMethodWhere(describe("read or write of the log's disk",
                        call -> call.getTargetOwner().getSimpleName().matches("Storage|FileStorage")
                                && call.getName().matches("read|write|force")))
                .check(product);
    }

    @Test
    void theDeterministicPartsKnowNoAkkaAndNoLogging() {
        noClasses().that().resideInAnyPackage(DETERMINISTIC).should().dependOnClassesThat()
                .resideInAnyPackage("akka..", "scala..", "org.slf4j..", "java.util.logging..").check(product);
    }

    @Test
    void theDeterministicPartsAskNoClockAndNoChance() {
        noClasses().that().resideInAnyPackage(DETERMINISTIC).should().accessTargetWhere(isAnyOf(
                "java.lang.System.currentTimeMillis", "java.lang.System.nanoTime", "java.lang.Math.random",
                "java.time.Instant.now", "java.time.LocalDateTime.now", "java.time.Clock.systemUTC",
                "java.util.UUID.randomUUID", "java.util.Random.<init>", "java.lang.System.identityHashCode",
                "java.util.Collections.shuffle"))
                .orShould().dependOnClassesThat().haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom")
                .orShould().dependOnClassesThat().haveFullyQualifiedName("java.security.SecureRandom").check(product);
    }

    @Test
    void theDeterministicPartsStartNoThreads() {
        // Several disk workers use one FileStorage: what it counts must be atomic.
        noClasses().that().resideInAnyPackage(DETERMINISTIC).and(isNoFileEdge()).should().dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.Thread")
                .orShould().dependOnClassesThat().resideInAPackage("java.util.concurrent..")
                .orShould().callMethod(java.util.Collection.class, "parallelStream").check(product);
    }

    @Test
    void theDeterministicPartsOpenNoFilesAndNoSockets() {
        noClasses().that().resideInAnyPackage(DETERMINISTIC).and(isNoFileEdge()).should().dependOnClassesThat()
                .resideInAnyPackage("java.net..", "java.nio.file..")
                .orShould().dependOnClassesThat().haveNameMatching("java\\.io\\.(File.*|RandomAccessFile)")
                .orShould().dependOnClassesThat().haveNameMatching("java\\.nio\\.channels\\..*").check(product);
    }

    private static DescribedPredicate<com.tngtech.archunit.core.domain.JavaClass> isNoFileEdge() {
        return describe("are not the edge to the file system", type -> !(type.getPackageName().equals(
                "dev.viewstamp.journal") && FILE_EDGE.contains(topLevelName(type.getName()))));
    }

    private static String topLevelName(String name) {
        String simple = name.substring(name.lastIndexOf('.') + 1);
        return simple.contains("$") ? simple.substring(0, simple.indexOf('$')) : simple;
    }

    private static DescribedPredicate<JavaAccess<?>> isAnyOf(String... targets) {
        Set<String> banned = Set.of(targets);
        return describe("target is one of " + banned, access -> {
            AccessTarget target = access.getTarget();
            return banned.contains(target.getOwner().getName() + "." + target.getName());
        });
    }
}
