package dev.viewstamp.journal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which superblock to believe, given the four places it is kept in. A write puts copies 0 to 3 in place one
 * after another and is done when three of them read back equal, so a superblock that anything was said on
 * has at least three good copies when its writing ends; one may rot and one be torn by the next update, and
 * two remain. Hence two are enough to open, and one newer copy alone was never acted on. (One exception:
 * {@link #isVouchedForBy}.)
 *
 * <p>Copies are counted by their <em>copy number</em>, each once, wherever they are found; a number out of
 * range counts as that of the place. Pure. Source: replication spec §6.2.
 */
public final class SuperBlockQuorum {
    /** Equal copies needed to open. */
    public static final int OPEN_MIN = 2;
    /** Equal copies needed for a write to count. OPEN_MIN + VERIFY_MIN = copies + 1. */
    public static final int VERIFY_MIN = 3;

    private static final int NOT_ITS_OWN = SuperBlock.COPY_COUNT;

    private final SuperBlock superBlock;
    private final BitSet copies = new BitSet(SuperBlock.COPY_COUNT);
    /**
     * By place: the copy number that lies there, -1 for nothing of use, NOT_ITS_OWN + place for what is to
     * be overwritten last.
     */
    private final int[] places = new int[SuperBlock.COPY_COUNT];

    private SuperBlockQuorum(SuperBlock superBlock) {
        this.superBlock = superBlock;
        Arrays.fill(places, -1);
    }

    /**
     * @param raw the four places' bytes, in order, unverified
     * @throws SuperBlockException if no superblock can be trusted
     */
    public static SuperBlockQuorum open(List<byte[]> raw) throws SuperBlockException {
        List<SuperBlockQuorum> groups = groups(raw);
        if (groups.isEmpty()) {
            throw notFound(raw);
        }
        SuperBlockQuorum best = groups.get(0);
        if (best.copies.cardinality() < OPEN_MIN && !best.isVouchedForBy(groups)) {
            throw new SuperBlockException(SuperBlockException.Reason.QUORUM_LOST, "superblock: only "
                    + best.copies.cardinality() + " good copy of sequence " + best.superBlock.sequence() + ", "
                    + OPEN_MIN + " are needed");
        }
        for (SuperBlockQuorum other : groups.subList(1, groups.size())) {
            best.checkAgainst(other.superBlock);
        }
        return best;
    }

    /** Whether {@code expected} is safely written: three of the places hold it, each its own copy. */
    public static boolean isWritten(SuperBlock expected, List<byte[]> raw) {
        int count = 0;
        for (int place = 0; place < SuperBlock.COPY_COUNT; place++) {
            if (Arrays.equals(raw.get(place), expected.toBytes(place))) {
                count++;
            }
        }
        return count >= VERIFY_MIN;
    }

    public SuperBlock superBlock() {
        return superBlock;
    }

    /** How many different copies were found, 1 to 4. */
    public int copyCount() {
        return copies.cardinality();
    }

    /**
     * Places to write anew before the superblock is used, in this order, each with its own copy. Until one
     * write is done, at most the bytes of one place are lost: empty places come first (a copy found nowhere
     * before one found elsewhere), then places whose misplaced copy has a double, then the rest.
     */
    public List<Integer> repairs() {
        int[] now = places.clone();
        List<Integer> order = new ArrayList<>();
        OptionalInt next = nextRepair(now);
        while (next.isPresent()) {
            int place = next.getAsInt();
            order.add(place);
            now[place] = place;
            next = nextRepair(now);
        }
        return order;
    }

    private static OptionalInt nextRepair(int[] places) {
        OptionalInt best = OptionalInt.empty();
        int bestRank = Integer.MAX_VALUE;
        for (int place = 0; place < places.length; place++) {
            int rank = repairRank(places, place);
            if (places[place] != place && rank < bestRank) {
                bestRank = rank;
                best = OptionalInt.of(place);
            }
        }
        return best;
    }

    private static int repairRank(int[] places, int place) {
        if (places[place] < 0) {
            return Arrays.stream(places).noneMatch(copy -> copy == place) ? 0 : 1;
        }
        return Arrays.stream(places).filter(copy -> copy == places[place]).count() > 1 ? 2 : 3;
    }

    /** Groups of equal superblocks: those with a quorum first, then by descending sequence. */
    private static List<SuperBlockQuorum> groups(List<byte[]> raw) {
        InvariantViolation.check(raw.size() == SuperBlock.COPY_COUNT, "%d superblock copies", raw.size());
        List<SuperBlockQuorum> groups = new ArrayList<>();
        for (int place = 0; place < raw.size(); place++) {
            Optional<SuperBlock> read = SuperBlock.read(raw.get(place));
            if (read.isPresent()) {
                groupOf(read.get(), groups).count(place, SuperBlock.copyNumber(raw.get(place)));
            }
        }
        groups.sort(Comparator.comparing((SuperBlockQuorum group) -> group.copies.cardinality() < OPEN_MIN)
                .thenComparing(group -> -group.superBlock.sequence()));
        return groups;
    }

    private static SuperBlockQuorum groupOf(SuperBlock superBlock, List<SuperBlockQuorum> groups) {
        for (SuperBlockQuorum group : groups) {
            if (group.superBlock.equals(superBlock)) {
                return group;
            }
        }
        SuperBlockQuorum group = new SuperBlockQuorum(superBlock);
        groups.add(group);
        return group;
    }

    private void count(int place, int copyNumber) {
        int copy = copyNumber < 0 || copyNumber >= SuperBlock.COPY_COUNT ? place : copyNumber;
        copies.set(copy);
        places[place] = copyNumber == copy ? copy : NOT_ITS_OWN + place;
    }

    /**
     * One copy of a superblock beside one copy of the very one it was made from: a crash tore the second
     * copy of the update and a third place has rotted. Whatever was said before the crash was said on one
     * of the two, and the newer one forgets nothing. So S20 holds at every point. Our own extension of the
     * rule.
     */
    private boolean isVouchedForBy(List<SuperBlockQuorum> groups) {
        for (SuperBlockQuorum other : groups) {
            VsrState before = other.superBlock.vsrState();
            if (other.superBlock.cluster().equals(superBlock.cluster())
                    && other.superBlock.sequence() + 1 == superBlock.sequence()
                    && other.superBlock.checksum().equals(superBlock.parent())
                    && before.mayPrecede(superBlock.vsrState())) {
                for (int place = 0; place < places.length; place++) {
                    places[place] = other.places[place] < 0 ? places[place] : NOT_ITS_OWN + place;
                }
                return true;
            }
        }
        return false;
    }

    /** {@code other} is of another group, so it differs. */
    private void checkAgainst(SuperBlock other) throws SuperBlockException {
        boolean stranger = !other.cluster().equals(superBlock.cluster())
                || other.vsrState().replica() != superBlock.vsrState().replica();
        if (stranger) {
            return;                                             // left over from another life of this disk
        }
        long sequence = superBlock.sequence();
        if (other.sequence() == sequence) {
            throw new SuperBlockException(SuperBlockException.Reason.FORK,
                    "superblock: two different ones with sequence " + sequence);
        }
        if (other.sequence() > sequence + 1) {
            throw new SuperBlockException(SuperBlockException.Reason.PARENT_SKIPPED,
                    "superblock: a copy with sequence "
                    + other.sequence() + " is left, but the best that can be trusted is " + sequence);
        }
        if (other.sequence() + 1 == sequence) {
            if (!superBlock.parent().equals(other.checksum())) {
                throw new SuperBlockException(SuperBlockException.Reason.PARENT_NOT_CONNECTED, "superblock: sequence "
                        + sequence + " was not made from the sequence " + other.sequence() + " found beside it");
            }
            if (!other.vsrState().mayPrecede(superBlock.vsrState())) {
                throw new SuperBlockException(SuperBlockException.Reason.NOT_MONOTONE, "superblock: sequence "
                        + sequence + " goes back behind sequence " + other.sequence());
            }
        }
    }

    private static SuperBlockException notFound(List<byte[]> raw) {
        for (byte[] copy : raw) {
            Optional<Integer> version = SuperBlock.claimedVersion(copy);
            if (version.isPresent() && version.get() != SuperBlock.FORMAT_VERSION) {
                return new SuperBlockException(SuperBlockException.Reason.OTHER_VERSION, "data format version "
                        + version.get() + ", this program reads version " + SuperBlock.FORMAT_VERSION);
            }
        }
        return new SuperBlockException(SuperBlockException.Reason.NOT_FOUND, "superblock: no copy is valid");
    }
}
