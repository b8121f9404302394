package dev.viewstamp.journal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Turns what the two rings hold after a stop into a {@link Journal}. Pure: the same bytes give the same result.
 *
 * <ol>
 * <li>per slot, the row of {@link RecoveryCase};</li>
 * <li>torn appends are told from faults, {@link TornAppends};</li>
 * <li>the table is filled; readable prepares are noted whatever was decided;</li>
 * <li>before the first checkpoint a lost root is rebuilt, as it is a function of the cluster id (§2.4, §13
 *     item 48);</li>
 * <li>entries of views that this replica never made durable, or that were truncated, are dropped, {@link
 *     ViewRange}. After the decisions and on the unified header only: a raw redundant header may be a
 *     misdirected write (§13 item 45).</li>
 * </ol>
 *
 * Source: replication spec §5.5, §5.6.
 *
 * @param journal       the table as it is once the rewrites below are on disk
 * @param rewriteRoot   write the root entry to slot 0 of the prepare ring, before any header sector
 * @param headerSectors then write these sectors as {@link Journal#headerSector} gives them, one after another
 * @param findings      one per slot, in slot order
 */
public record WalRecovery(Journal journal, boolean rewriteRoot, SortedSet<Integer> headerSectors,
        List<Finding> findings) {

    /**
     * What was found in one slot.
     *
     * @param row      the row of the table
     * @param decision after the torn-append refinement
     * @param dropped  the entry's view is outside its {@link ViewRange}
     */
    public record Finding(int slot, RecoveryCase row, RecoveryDecision decision, boolean dropped) {
    }

    /**
     * @param walWritesMax how many prepares this replica may have had in flight when it stopped
     */
    public static WalRecovery recover(SuperBlock superBlock, WalImage image, int walWritesMax) {
        return new Run(superBlock, image).recover(walWritesMax);
    }

    /** Whether nothing at all is left: the WAL is gone, not damaged. */
    public boolean lostEverything() {
        return journal.faultyCount() == journal.slotCount();
    }

    /** One line for the log. */
    public String summary() {
        return findings.stream().collect(Collectors.groupingBy(Finding::decision, java.util.TreeMap::new,
                Collectors.counting())) + " opMax=" + journal.opMax() + " dropped="
                + findings.stream().filter(Finding::dropped).count() + " rewritten header sectors="
                + headerSectors.size() + (rewriteRoot ? " root rebuilt" : "");
    }

    private static final class Run {
        private final VsrState vsrState;
        private final boolean isSolo;
        private final long prepareMax;
        private final Journal journal;
        private final int slotCount;
        private final EntryHeader[] redundant;
        private final EntryHeader[] prepares;
        private final boolean[] looksTorn;
        private final boolean[] isOutdated;
        private final RecoveryCase[] rows;
        private final RecoveryDecision[] decisions;
        private final SortedSet<Integer> sectors = new TreeSet<>();

        Run(SuperBlock superBlock, WalImage image) {
            ClusterConstants constants = superBlock.constants();
            WalGeometry geometry = constants.walGeometry();
            this.vsrState = superBlock.vsrState();
            this.isSolo = constants.replicaCount() == 1;
            this.prepareMax = constants.cadence().prepareMax(vsrState.checkpointOp());
            this.journal = new Journal(superBlock.cluster(), geometry);
            this.slotCount = geometry.slotCount();
            this.redundant = new EntryHeader[slotCount];
            this.prepares = new EntryHeader[slotCount];
            this.looksTorn = new boolean[slotCount];
            this.isOutdated = new boolean[slotCount];
            this.rows = new RecoveryCase[slotCount];
            this.decisions = new RecoveryDecision[slotCount];
            for (int slot = 0; slot < slotCount; slot++) {
                EntryHeader header = EntryHeader.read(image.headerRing(), slot * EntryHeader.SIZE);
                boolean ok = header.isValid() && EntryCodec.belongsTo(header, superBlock.cluster(), geometry, slot);
                redundant[slot] = ok ? header : null;
                StoredPrepare prepare = image.prepares().get(slot);
                prepares[slot] = prepare.isIntact() ? prepare.header() : null;
                isOutdated[slot] = ok && !isSolo && (header.isReserved() || header.op() <= vsrState.checkpointOp());
                looksTorn[slot] = ok && prepare.state() == StoredPrepare.State.DAMAGED;
            }
        }

        WalRecovery recover(int walWritesMax) {
            long opMax = opMax();
            for (int slot = 0; slot < slotCount; slot++) {
                rows[slot] = RecoveryCase.of(RecoveryEvidence.of(redundant[slot], prepares[slot], opMax, prepareMax));
                decisions[slot] = rows[slot].decision(isSolo);
            }
            TornAppends.cut(decisions, looksTorn, isOutdated, vsrState.checkpointOp(), opMax, prepareMax,
                    walWritesMax);
            for (int slot = 0; slot < slotCount; slot++) {
                load(slot);
            }
            boolean rootRebuilt = rebuildRoot();
            List<Finding> findings = new ArrayList<>(slotCount);
            for (int slot = 0; slot < slotCount; slot++) {
                findings.add(new Finding(slot, rows[slot], decisions[slot], dropIfOutOfView(slot)));
            }
            journal.checkInvariants();
            return new WalRecovery(journal, rootRebuilt, sectors, List.copyOf(findings));
        }

        /** The root counts even if it is lost: it is known. */
        private long opMax() {
            long opMax = vsrState.checkpointOp() == 0 ? 0 : -1;
            for (EntryHeader[] ring : Arrays.asList(redundant, prepares)) {
                for (EntryHeader header : ring) {
                    if (header != null && !header.isReserved()) {
                        opMax = Math.max(opMax, header.op());
                    }
                }
            }
            return opMax;
        }

        private void load(int slot) {
            EntryHeader prepare = prepares[slot];
            EntryHeader reserved = journal.reserved(slot);
            Word128 readable = prepare == null || prepare.isReserved() ? null : prepare.checksum();
            switch (decisions[slot]) {
                case EQL -> journal.load(slot, prepare, prepare, false, false, readable);
                case FIX -> {                   // for a solo replica's row D the prepare is reserved
                    journal.load(slot, prepare, prepare, false, false, readable);
                    sectors.add(journal.geometry().sectorOf(slot));
                }
                case NIL, CUT, CUT_TORN -> journal.load(slot, reserved, reserved, false, false, readable);
                case VSR -> journal.load(slot, reserved, headerToKeep(slot), true, true, readable);
                default -> throw new InvariantViolation("decision " + decisions[slot]);
            }
        }

        /**
         * What shows the next recovery that something is lost here: the header, where an older prepare stands under
         * it. Without it that prepare might be taken for the slot's newest entry (row F). Elsewhere an invalid one.
         */
        private EntryHeader headerToKeep(int slot) {
            return rows[slot] == RecoveryCase.N || rows[slot] == RecoveryCase.O ? redundant[slot] : null;
        }

        private boolean rebuildRoot() {
            if (vsrState.checkpointOp() > 0 || journal.header(0) != null) {
                return false;
            }
            journal.load(0, journal.root(), journal.root(), false, false, journal.root().checksum());
            sectors.add(0);
            return true;
        }

        private boolean dropIfOutOfView(int slot) {
            EntryHeader header = journal.headerInSlot(slot);
            if (header == null || ViewRange.of(header.op(), vsrState.logView(), vsrState.viewHeaders())
                    .contains(header.view())) {
                return false;
            }
            journal.removeEntry(slot);
            return true;
        }
    }
}
