package dev.viewstamp.ledger;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A checkpoint of the ledger: the files it consists of, and where in them the state lies. Its bytes are a function
 * of history, equal on all replicas, and name every other byte of the checkpoint by its hash. So who has the
 * manifest can verify, fetch, ship and copy a checkpoint without knowing what is in it.
 *
 * <pre>
 *    0  u64  "VSMANIF" and the version, 1
 *    8  u32  segmentRecords           12  u32  requestBodyMax
 *   16  u64  commitTimestamp          24  u64  next file number
 *   32  u64  accounts                 40  u64  transfers
 *   48  u64  expiries                 56  u64  failed ids
 *   64  u64  transfers sealed         72  u64  accounts sealed (their indexes)
 *   80  u64  expiries sealed          88  u64  open pending transfers
 *   96  u32  where the next event goes in its page          100  u32  the same of expiries
 *  104  u32  number of files          108  u32  of files under way
 *  112  u32 x 7 numbers of pages of each kind               140  u32  zero
 *  144  files, by number:  { u64 number, u32 kind, u32 blocks, u64 first, u64 end, u64 x 2 checksum of its table }
 *       under way:         { u64 number, u32 kind, u32 zero, u64 first, u64 end, u64 due }
 *       pages of each kind, in order: { u32 file, u32 block, u64 first }
 * </pre>
 *
 * {@code first} and {@code end} are positions of transfers, indexes of accounts or ordinals of expiries, end
 * exclusive; both are 0 for files of pages. Files under way belong to jobs that have begun and are not due yet: what
 * they write is no part of this checkpoint, but will be of a later one. Immutable; thread-safe.
 */
public final class Manifest {
    /** Thrown for bytes that are no manifest; says in one line what is wrong. */
    public static final class Malformed extends IllegalArgumentException {
        private static final long serialVersionUID = 1;

        Malformed(String message) {
            super("not a manifest: " + message);
        }
    }

    /**
     * A file of the checkpoint.
     *
     * @param number   names the file; never used again for another
     * @param blocks   without its table, 1 or more
     * @param first    range that it covers
     * @param end      exclusive
     * @param checksum of its {@link BlockTable}
     */
    public record File(long number, FileKind kind, int blocks, long first, long end, Uint128 checksum) {
        /** Bytes, with the table and the gaps behind short blocks. */
        public long length() {
            return BlockTable.fileLength(blocks);
        }

        /** Blocks with those of the table. */
        public int blocksInAll() {
            return blocks + BlockTable.tableBlocks(blocks);
        }

        /** Begins to read the table, with which every block can be verified. */
        public BlockTable.Reading readTable() {
            return new BlockTable.Reading(number, blocks, checksum);
        }
    }

    /** A file that a job is to have written when the ledger has grown to {@code due} records. */
    record UnderWay(long number, FileKind kind, long first, long end, long due) {}

    /** Where a page lies, and the first account, position, slot or ordinal in it. */
    record Page(int file, int block, long first) {
        static final int ABSENT = -1;

        static Page absent(long first) {
            return new Page(ABSENT, 0, first);
        }

        boolean isAbsent() {
            return file == ABSENT;
        }
    }

    /** The numbers at the manifest's head, in its order. */
    record Counters(
            int segmentRecords, int requestBodyMax, long commitTimestamp, long nextFile, long accounts, long transfers,
            long expiries, long failedIds, long transfersSealed, long accountsSealed, long expiriesSealed,
            long openPending, int eventCursor, int expiryCursor) {}

    private final Counters counters;
    private final List<File> files;
    private final List<UnderWay> underWay;
    private final List<List<Page>> pages;
    private final Set<Long> known = new HashSet<>();         // never iterated

    Manifest(Counters counters, List<File> files, List<UnderWay> underWay, List<List<Page>> pages) {
        this.counters = counters;
        this.files = Collections.unmodifiableList(files);
        this.underWay = Collections.unmodifiableList(underWay);
        this.pages = pages;
        for (File file : files) known.add(file.number);
        for (UnderWay file : underWay) known.add(file.number);
    }

    /** @throws Malformed if the bytes are no manifest of a version that is known here */
    public static Manifest read(byte[] bytes) {
        return ManifestCodec.decode(bytes);
    }

    byte[] encode() {
        return ManifestCodec.encode(this);
    }

    /** T of the latest entry whose effects are in the checkpoint. */
    public long commitTimestamp() {
        return counters.commitTimestamp;
    }

    public long accounts() {
        return counters.accounts;
    }

    public long transfers() {
        return counters.transfers;
    }

    /** By number. */
    public List<File> files() {
        return files;
    }

    /** Bytes of all files together; those of the manifest itself are not among them. */
    public long diskBytes() {
        return files.stream().mapToLong(File::length).sum();
    }

    /** Bytes of all files of a kind. */
    public long diskBytes(FileKind kind) {
        return files.stream().filter(file -> file.kind == kind).mapToLong(File::length).sum();
    }

    /**
     * Whether a file may be deleted once no older checkpoint is needed: this one does not consist of it, no job is
     * about to write it, and it is not one of those that come later.
     */
    public boolean isObsolete(long file) {
        return file < counters.nextFile && !known.contains(file);
    }

    /** Files of this checkpoint that are no part of an older one: what a copy of that one lacks. By number. */
    public List<File> filesSince(Manifest older) {
        List<File> since = new ArrayList<>();
        for (File file : files) if (older.file(file.number) == null) since.add(file);
        return since;
    }

    /** Null if the checkpoint has no file of this number. */
    public File file(long number) {
        int low = 0;
        int high = files.size() - 1;
        while (low <= high) {
            int middle = low + high >>> 1;
            if (files.get(middle).number == number) return files.get(middle);
            if (files.get(middle).number < number) low = middle + 1;
            else high = middle - 1;
        }
        return null;
    }

    Counters counters() {
        return counters;
    }

    List<UnderWay> underWay() {
        return underWay;
    }

    /** In the order of {@link PageKind}. */
    List<List<Page>> pages() {
        return pages;
    }

    List<Page> pages(PageKind kind) {
        return pages.get(kind.ordinal());
    }
}
