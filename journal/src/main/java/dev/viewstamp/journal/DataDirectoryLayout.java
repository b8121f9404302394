package dev.viewstamp.journal;

import java.util.List;

/**
 * The fixed files of a data directory and how the zones lie in them.
 *
 * <pre>
 *   superblock   | copy 0 | copy 1 | copy 2 | copy 3 |                        8 KiB each
 *   wal          | header ring: slotCount x 256 | prepare ring: slotCount x prepareSizeMax |
 *   replies      | reply 0 | reply 1 | ... | reply clientsMax-1 |             prepareSizeMax each
 *   files/       immutable checkpoint files, not described here
 *   lock         held by the process that has the directory open
 * </pre>
 *
 * All fixed files are written full length by {@code format} and never grow. Source: design page, "On disk".
 */
public record DataDirectoryLayout(WalGeometry walGeometry, int clientsMax) {
    public static final String SUPERBLOCK_FILE = "superblock";
    public static final String WAL_FILE = "wal";
    public static final String REPLIES_FILE = "replies";
    public static final String CHECKPOINT_FOLDER = "files";
    public static final String LOCK_FILE = "lock";

    static final List<String> FIXED_FILES = List.of(WAL_FILE, REPLIES_FILE, SUPERBLOCK_FILE);

    public static DataDirectoryLayout of(ClusterConstants constants) {
        return new DataDirectoryLayout(constants.walGeometry(), constants.clientsMax());
    }

    public String file(Storage.Zone zone) {
        return switch (zone) {
            case SUPERBLOCK -> SUPERBLOCK_FILE;
            case WAL_HEADERS, WAL_PREPARES -> WAL_FILE;
            case REPLIES -> REPLIES_FILE;
        };
    }

    /** Where the zone starts in its file. */
    public long start(Storage.Zone zone) {
        return zone == Storage.Zone.WAL_PREPARES ? walGeometry.headerRingSize() : 0;
    }

    /** Bytes of the zone. */
    public long size(Storage.Zone zone) {
        return switch (zone) {
            case SUPERBLOCK -> SuperBlockZone.SIZE;
            case WAL_HEADERS -> walGeometry.headerRingSize();
            case WAL_PREPARES -> walGeometry.prepareRingSize();
            case REPLIES -> (long) clientsMax * ClusterConstants.REPLY_SIZE_MAX;
        };
    }

    /** Bytes of a fixed file. */
    public long fileSize(String file) {
        long size = 0;
        for (Storage.Zone zone : Storage.Zone.values()) {
            size += file(zone).equals(file) ? size(zone) : 0;
        }
        return size;
    }

    /** Bytes of all fixed files: what {@code format} writes. */
    public long totalSize() {
        return FIXED_FILES.stream().mapToLong(this::fileSize).sum();
    }

    /** Place of a session's reply in zone {@link Storage.Zone#REPLIES}. */
    public long replyOffset(int reply) {
        return (long) reply * ClusterConstants.REPLY_SIZE_MAX;
    }
}
