package dev.viewstamp.testkit.sim;

import dev.viewstamp.journal.CheckpointFile;
import dev.viewstamp.journal.Storage;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** How often each kind of fault struck. Not thread-safe. */
public final class FaultTally {
    private static final FaultKind[] OF_DISKS = {FaultKind.TORN_WRITE, FaultKind.LOST_WRITE,
        FaultKind.MISDIRECTED_WRITE, FaultKind.BIT_ROT, FaultKind.LATENT_SECTOR_ERROR};

    private final long[] counts = new long[FaultKind.values().length];
    private final long[][] byZone = new long[FaultKind.values().length][Storage.Zone.values().length];
    private long tornBesideDamage;
    private final long[][] byFile = new long[FaultKind.values().length][CheckpointFile.Kind.values().length];

    /** A crash tore a copy of a superblock while another one was damaged already. */
    void tornBesideDamage() {
        tornBesideDamage++;
    }

    void struck(FaultKind kind) {
        counts[kind.ordinal()]++;
    }

    /** A fault of a disk. */
    void struck(FaultKind kind, Storage.Zone zone) {
        struck(kind);
        byZone[kind.ordinal()][zone.ordinal()]++;
    }

    /** A fault of a disk in an immutable file. */
    void struck(FaultKind kind, CheckpointFile.Kind file) {
        struck(kind);
        byFile[kind.ordinal()][file.ordinal()]++;
    }

    public long count(FaultKind kind) {
        return counts[kind.ordinal()];
    }

    /** By {@link FaultKind#text()}; kinds that never struck, too. */
    public Map<String, Long> toMap() {
        Map<String, Long> map = new TreeMap<>();
        for (FaultKind kind : FaultKind.values()) {
            map.put(kind.text(), count(kind));
        }
        return map;
    }

    /** Faults of disks by zone and kind of file, {@code bit-rot-in-wal-headers}; those that never struck, too. */
    public Map<String, Long> byZone() {
        Map<String, Long> map = new TreeMap<>();
        for (FaultKind kind : OF_DISKS) {
            for (Storage.Zone zone : Storage.Zone.values()) {
                map.put(kind.text() + "-in-" + zone.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                        byZone[kind.ordinal()][zone.ordinal()]);
            }
            if (kind == FaultKind.TORN_WRITE) {
                continue;                                        // of a file that is torn nothing is ever seen
            }
            for (CheckpointFile.Kind file : CheckpointFile.Kind.values()) {
                map.put(kind.text() + "-in-file-" + file.name().toLowerCase(Locale.ROOT),
                        byFile[kind.ordinal()][file.ordinal()]);
            }
        }
        map.put("torn-write-beside-damage-in-superblock", tornBesideDamage);
        return map;
    }

    public void add(FaultTally other) {
        tornBesideDamage += other.tornBesideDamage;
        for (int i = 0; i < counts.length; i++) {
            counts[i] += other.counts[i];
            for (int zone = 0; zone < byZone[i].length; zone++) {
                byZone[i][zone] += other.byZone[i][zone];
            }
            for (int file = 0; file < byFile[i].length; file++) {
                byFile[i][file] += other.byFile[i][file];
            }
        }
    }
}
