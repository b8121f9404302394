package dev.viewstamp.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.journal.SuperBlockException.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Which of four copies to believe, after anything a crash and one rotten place can do to them. */
class SuperBlockQuorumTest {
    private static final byte[] GARBAGE = garbage();
    private static final SuperBlock A = SuperBlock.first(Wal.CLUSTER, Wal.constants(3),
            VsrState.root(Wal.CLUSTER, 1));
    private static final SuperBlock B = A.successor(inView(A, 3));
    private static final SuperBlock C = B.successor(inView(B, 4));
    private static final SuperBlock D = C.successor(inView(C, 5));

    @Test
    void codecKeepsEveryField() {
        EntryHeader head = Wal.entry(24, 6).header();
        CheckpointState checkpoint = new CheckpointState(Wal.entry(19, 2).header(), Word128.of(1), Word128.of(2),
                Word128.of(3), 4, Word128.of(5), 6, 7);
        VsrState state = new VsrState(checkpoint, 1, 23, 3, 19, 6, 8,
                List.of(head, EntryHeader.blank(23), Wal.entry(22, 3).header()));
        SuperBlock written = C.successor(state);
        SuperBlock read = SuperBlock.read(written.toBytes(2)).orElseThrow();
        assertEquals(written, read);
        assertEquals(state, read.vsrState());
        assertEquals(checkpoint.id(), read.vsrState().checkpoint().id());
        assertEquals(C.checksum(), read.parent());
        assertEquals(Wal.constants(3), read.constants());
        assertEquals(4, read.sequence());
        assertEquals(2, SuperBlock.copyNumber(written.toBytes(2)));
        assertEquals(SuperBlock.COPY_SIZE, written.toBytes(2).length);
    }

    @Test
    void everySingleFlippedBitIsFound() {
        byte[] bytes = C.toBytes(0);
        for (int i = 0; i < bytes.length; i++) {
            if (i < 16 || i >= 32) {
                bytes[i] ^= 1;
                assertEquals(Optional.empty(), SuperBlock.read(bytes), "byte " + i);
                bytes[i] ^= 1;
            }
        }
        assertEquals(Optional.of(C), SuperBlock.read(bytes));
    }

    @Test
    void otherFormatVersionIsNamed() {
        byte[] other = A.toBytes(0);
        other[40] = 9;
        SuperBlockException refusal = assertThrows(SuperBlockException.class, () -> open(other, other, other, other));
        assertEquals(Reason.OTHER_VERSION, refusal.reason());
        assertTrue(refusal.getMessage().contains("9"), refusal.getMessage());
    }

    /** S21. */
    @Test
    void verdicts() throws Exception {
        assertEquals(B, open(copies(B, 0, 1, 2, 3)));
        assertEquals(B, open(B.toBytes(1), B.toBytes(0), B.toBytes(3), B.toBytes(2)));          // swapped
        assertEquals(B, open(B.toBytes(0), GARBAGE, B.toBytes(2), GARBAGE));
        assertEquals(B, open(B.toBytes(9), GARBAGE, B.toBytes(-1), GARBAGE));                   // numbers rotted
        assertEquals(C, open(C.toBytes(0), C.toBytes(1), B.toBytes(2), B.toBytes(3)));
        // 1 of 4 was never acted on
        assertEquals(B, open(C.toBytes(0), B.toBytes(1), B.toBytes(2), B.toBytes(3)));
        refused(Reason.NOT_FOUND, GARBAGE, GARBAGE, GARBAGE, GARBAGE);
        refused(Reason.QUORUM_LOST, GARBAGE, GARBAGE, B.toBytes(2), GARBAGE);
        refused(Reason.QUORUM_LOST, B.toBytes(2), GARBAGE, B.toBytes(2), GARBAGE);              // one copy, twice
        refused(Reason.PARENT_SKIPPED, B.toBytes(0), B.toBytes(1), GARBAGE, D.toBytes(3));
        SuperBlock fork = A.successor(inView(A, 9));
        refused(Reason.FORK, B.toBytes(0), B.toBytes(1), fork.toBytes(2), fork.toBytes(3));
        refused(Reason.FORK, B.toBytes(0), B.toBytes(1), fork.toBytes(2), GARBAGE);
        refused(Reason.PARENT_NOT_CONNECTED, C.toBytes(0), C.toBytes(1), fork.toBytes(2), GARBAGE);
        refused(Reason.QUORUM_LOST, C.toBytes(0), GARBAGE, fork.toBytes(2), GARBAGE);
        refused(Reason.QUORUM_LOST, D.toBytes(0), GARBAGE, B.toBytes(2), GARBAGE);
    }

    /** Copies of another cluster or replica are left over from an earlier life of the disk. */
    @Test
    void strangersAreIgnored() throws Exception {
        SuperBlock otherReplica = SuperBlock.first(Wal.CLUSTER, Wal.constants(3), VsrState.root(Wal.CLUSTER, 2));
        Word128 cluster = Word128.of(77);
        SuperBlock otherCluster = SuperBlock.first(cluster, Wal.constants(3), VsrState.root(cluster, 1));
        assertEquals(A, open(A.toBytes(0), A.toBytes(1), otherReplica.toBytes(2), otherCluster.toBytes(3)));
    }

    @Test
    void stateThatGoesBackIsRefused() {
        assertThrows(InvariantViolation.class, () -> C.successor(A.vsrState()));
    }

    @Test
    void threeGoodCopiesMakeAWrite() {
        assertTrue(SuperBlockQuorum.isWritten(B, copies(B, 0, 1, 2, 3)));
        assertTrue(SuperBlockQuorum.isWritten(B, List.of(B.toBytes(0), GARBAGE, B.toBytes(2), B.toBytes(3))));
        assertFalse(SuperBlockQuorum.isWritten(B, List.of(B.toBytes(0), GARBAGE, GARBAGE, B.toBytes(3))));
        assertFalse(SuperBlockQuorum.isWritten(B, List.of(B.toBytes(0), A.toBytes(1), A.toBytes(2), B.toBytes(3))));
        assertFalse(SuperBlockQuorum.isWritten(B, copies(B, 1, 0, 3, 2)), "each place holds its own copy");
    }

    /**
     * S20: the update B to C stops before, within or after each copy; besides, each place in turn is
     * rotten. Opens as B or C, as C if three copies of C were written, and what it opens as survives its
     * repair being interrupted anywhere.
     */
    @Test
    void crashAtEveryPointOfAnUpdateWithOneRottenPlace() throws Exception {
        int opened = 0;
        for (int written = 0; written <= 4; written++) {
            for (boolean torn : new boolean[] {false, true}) {
                for (int rotten = -1; rotten < 4; rotten++) {
                    List<byte[]> raw = new ArrayList<>(copies(B, 0, 1, 2, 3));
                    for (int copy = 0; copy < written; copy++) {
                        raw.set(copy, C.toBytes(copy));
                    }
                    if (torn && written < 4) {
                        raw.set(written, GARBAGE);
                    }
                    if (rotten >= 0) {
                        raw.set(rotten, GARBAGE);
                    }
                    SuperBlock found = open(raw);
                    assertTrue(found.equals(B) || found.equals(C));
                    assertTrue(written < 3 || found.equals(C), "written " + written + " rotten " + rotten);
                    assertTrue(written > 0 || found.equals(B));
                    checkRepair(raw, found);
                    opened++;
                }
            }
        }
        assertEquals(50, opened);
    }

    /**
     * All ways to fill four places from seven contents: never an exception but a refusal, and every repair
     * is safe.
     */
    @Test
    void everyArrangementOfCopies() {
        List<byte[]> contents = new ArrayList<>();
        contents.add(GARBAGE);
        for (int copy = 0; copy < 4; copy++) {
            contents.add(B.toBytes(copy));
        }
        contents.add(C.toBytes(0));
        contents.add(C.toBytes(1));
        contents.add(B.toBytes(200));
        int opened = 0;
        int n = contents.size();
        for (int i = 0; i < n * n * n * n; i++) {
            List<byte[]> raw = List.of(contents.get(i % n), contents.get(i / n % n), contents.get(i / n / n % n),
                    contents.get(i / n / n / n));
            try {
                SuperBlock found = open(raw);
                checkRepair(raw, found);
                opened++;
            } catch (SuperBlockException refused) {
                long kindsOfB = distinct(raw, B);
                assertTrue(kindsOfB < 2 && distinct(raw, C) < 2, "refused with a quorum: " + i);
            }
        }
        assertTrue(opened > 3000, "opened " + opened);
    }

    /**
     * A thousand updates through a real zone, with crashes, tears and rot; nothing that was acted on is
     * forgotten.
     */
    @Test
    void seededUpdatesNeverForget() throws Exception {
        SplittableRandom random = new SplittableRandom(20);
        Wal wal = Wal.ofThree();
        SuperBlock durable = wal.superBlock;
        for (int round = 0; round < 1000; round++) {
            SuperBlock next = durable.successor(inView(durable, durable.vsrState().view() + 1));
            int stopAt = random.nextInt(5);
            for (int copy = 0; copy < stopAt; copy++) {
                wal.storage.write(Storage.Zone.SUPERBLOCK, SuperBlockZone.offset(copy), next.toBytes(copy));
            }
            if (stopAt < 4 && random.nextBoolean()) {
                wal.storage.writeTorn(Storage.Zone.SUPERBLOCK, SuperBlockZone.offset(stopAt),
                        next.toBytes(stopAt), random);
            }
            if (random.nextInt(3) == 0) {
                wal.storage.damage(Storage.Zone.SUPERBLOCK, random.nextInt(SuperBlockZone.SIZE));
            }
            SuperBlockZone zone = new SuperBlockZone(wal.storage);
            SuperBlock found = zone.open();
            assertTrue(found.equals(next) || found.equals(durable) && stopAt < 3, "round " + round);
            assertEquals(List.of(), SuperBlockQuorum.open(zone.readCopies()).repairs());
            durable = found;
        }
    }

    /** Carries out the repair, interrupting each of its writes with garbage: the same superblock opens throughout. */
    private static void checkRepair(List<byte[]> raw, SuperBlock found) throws SuperBlockException {
        List<byte[]> now = new ArrayList<>(raw);
        List<Integer> repairs = SuperBlockQuorum.open(raw).repairs();
        for (int place : repairs) {
            now.set(place, GARBAGE);
            assertEquals(found, open(now), "repair " + repairs + " torn at " + place);
            now.set(place, found.toBytes(place));
            assertEquals(found, open(now));
        }
        assertTrue(SuperBlockQuorum.isWritten(found, now));
        assertEquals(4, SuperBlockQuorum.open(now).copyCount());
    }

    private static long distinct(List<byte[]> raw, SuperBlock of) {
        return java.util.stream.IntStream.range(0, 4)
                .filter(place -> SuperBlock.read(raw.get(place)).filter(of::equals).isPresent()).map(place -> {
                    int number = SuperBlock.copyNumber(raw.get(place));
                    return number >= 0 && number < 4 ? number : place;
                }).distinct().count();
    }

    private static void refused(Reason reason, byte[]... raw) {
        assertEquals(reason, assertThrows(SuperBlockException.class, () -> open(raw)).reason());
    }

    private static SuperBlock open(byte[]... raw) throws SuperBlockException {
        return open(Arrays.asList(raw));
    }

    private static SuperBlock open(List<byte[]> raw) throws SuperBlockException {
        return SuperBlockQuorum.open(raw).superBlock();
    }

    private static List<byte[]> copies(SuperBlock superBlock, int... numbers) {
        return Arrays.stream(numbers).mapToObj(superBlock::toBytes).toList();
    }

    private static VsrState inView(SuperBlock of, int view) {
        return of.vsrState().withView(view, view, 0, List.of(Wal.root()));
    }

    private static byte[] garbage() {
        byte[] bytes = new byte[SuperBlock.COPY_SIZE];
        Arrays.fill(bytes, (byte) 0x5A);
        return bytes;
    }
}
