package dev.viewstamp.ledger;

import java.util.ArrayList;
import java.util.List;

/** The bytes of a {@link Manifest}, as drawn there. Reading trusts nothing. */
final class ManifestCodec {
    private static final long MAGIC = 0x01_46_49_4E_41_4D_53_56L;          // "VSMANIF", version 1
    private static final int HEAD = 144;
    private static final int FILE = 48;
    private static final int UNDER_WAY = 40;
    private static final int PAGE = 16;
    private static final int COUNTS = 104;

    private ManifestCodec() {}

    static byte[] encode(Manifest manifest) {
        int pages = 0;
        for (int i = 0; i < PageKind.COUNT; i++) pages += manifest.pages(PageKind.of(i)).size();
        byte[] bytes = new byte[HEAD + manifest.files().size() * FILE + manifest.underWay().size() * UNDER_WAY
                + pages * PAGE];
        putCounters(bytes, manifest.counters());
        LittleEndian.putU32(bytes, COUNTS, manifest.files().size());
        LittleEndian.putU32(bytes, COUNTS + 4, manifest.underWay().size());
        int at = HEAD;
        for (Manifest.File file : manifest.files()) {
            putFile(bytes, at, file.number(), file.kind(), file.blocks(), file.first(), file.end());
            LittleEndian.putU128(bytes, at + 32, file.checksum());
            at += FILE;
        }
        for (Manifest.UnderWay file : manifest.underWay()) {
            putFile(bytes, at, file.number(), file.kind(), 0, file.first(), file.end());
            LittleEndian.putU64(bytes, at + 32, file.due());
            at += UNDER_WAY;
        }
        for (int i = 0; i < PageKind.COUNT; i++) {
            LittleEndian.putU32(bytes, COUNTS + 8 + 4 * i, manifest.pages(PageKind.of(i)).size());
            for (Manifest.Page page : manifest.pages(PageKind.of(i))) {
                LittleEndian.putU32(bytes, at, page.file());
                LittleEndian.putU32(bytes, at + 4, page.block());
                LittleEndian.putU64(bytes, at + 8, page.first());
                at += PAGE;
            }
        }
        return bytes;
    }

    private static void putCounters(byte[] bytes, Manifest.Counters c) {
        LittleEndian.putU64(bytes, 0, MAGIC);
        LittleEndian.putU32(bytes, 8, c.segmentRecords());
        LittleEndian.putU32(bytes, 12, c.requestBodyMax());
        LittleEndian.putU64(bytes, 16, c.commitTimestamp());
        LittleEndian.putU64(bytes, 24, c.nextFile());
        LittleEndian.putU64(bytes, 32, c.accounts());
        LittleEndian.putU64(bytes, 40, c.transfers());
        LittleEndian.putU64(bytes, 48, c.expiries());
        LittleEndian.putU64(bytes, 56, c.failedIds());
        LittleEndian.putU64(bytes, 64, c.transfersSealed());
        LittleEndian.putU64(bytes, 72, c.accountsSealed());
        LittleEndian.putU64(bytes, 80, c.expiriesSealed());
        LittleEndian.putU64(bytes, 88, c.openPending());
        LittleEndian.putU32(bytes, 96, c.eventCursor());
        LittleEndian.putU32(bytes, 100, c.expiryCursor());
    }

    private static void putFile(byte[] bytes, int at, long number, FileKind kind, int blocks, long first, long end) {
        LittleEndian.putU64(bytes, at, number);
        LittleEndian.putU32(bytes, at + 8, kind.ordinal());
        LittleEndian.putU32(bytes, at + 12, blocks);
        LittleEndian.putU64(bytes, at + 16, first);
        LittleEndian.putU64(bytes, at + 24, end);
    }

    static Manifest decode(byte[] bytes) {
        require(bytes.length >= HEAD, "it has " + bytes.length + " bytes, fewer than its head");
        long magic = LittleEndian.u64(bytes, 0);
        require(magic << 8 == MAGIC << 8, "it does not begin with VSMANIF");
        require(magic == MAGIC, "it has version " + (magic >>> 56) + ", and only version 1 is known here");
        long fileCount = LittleEndian.u32(bytes, COUNTS);
        long underWayCount = LittleEndian.u32(bytes, COUNTS + 4);
        long pageCount = 0;
        for (int i = 0; i < PageKind.COUNT; i++) pageCount += LittleEndian.u32(bytes, COUNTS + 8 + 4 * i);
        long length = HEAD + fileCount * FILE + underWayCount * UNDER_WAY + pageCount * PAGE;
        require(length == bytes.length, "it has " + bytes.length + " bytes, and its counts make " + length);
        Manifest.Counters counters = counters(bytes);
        List<Manifest.File> files = files(bytes, (int) fileCount, counters.nextFile());
        int at = HEAD + (int) fileCount * FILE;
        List<Manifest.UnderWay> underWay = underWay(bytes, at, (int) underWayCount, counters.nextFile());
        Manifest manifest = new Manifest(counters, files, underWay, pages(bytes, at + (int) underWayCount * UNDER_WAY));
        for (int i = 0; i < PageKind.COUNT; i++) requireFiles(manifest, PageKind.of(i));
        return manifest;
    }

    private static Manifest.Counters counters(byte[] bytes) {
        for (int at = 16; at < 96; at += 8) {
            require(LittleEndian.u64(bytes, at) >= 0, "the number at byte " + at + " is too large");
        }
        require(LittleEndian.u64(bytes, 24) <= Integer.MAX_VALUE, "its next file number is too large");
        return new Manifest.Counters(LittleEndian.i32(bytes, 8), LittleEndian.i32(bytes, 12),
                LittleEndian.u64(bytes, 16), LittleEndian.u64(bytes, 24), LittleEndian.u64(bytes, 32),
                LittleEndian.u64(bytes, 40), LittleEndian.u64(bytes, 48), LittleEndian.u64(bytes, 56),
                LittleEndian.u64(bytes, 64), LittleEndian.u64(bytes, 72), LittleEndian.u64(bytes, 80),
                LittleEndian.u64(bytes, 88), LittleEndian.i32(bytes, 96), LittleEndian.i32(bytes, 100));
    }

    private static List<Manifest.File> files(byte[] bytes, int count, long nextFile) {
        List<Manifest.File> files = new ArrayList<>(count);
        long last = -1;
        for (int at = HEAD, i = 0; i < count; i++, at += FILE) {
            long number = LittleEndian.u64(bytes, at);
            require(number > last && number < nextFile, "file " + number + " is out of order");
            int blocks = LittleEndian.i32(bytes, at + 12);
            require(blocks > 0 && blocks <= BlockTable.BLOCKS_MAX, "file " + number + " has " + blocks + " blocks");
            files.add(new Manifest.File(number, kind(bytes, at), blocks, LittleEndian.u64(bytes, at + 16),
                    end(bytes, at), LittleEndian.u128(bytes, at + 32)));
            last = number;
        }
        return files;
    }

    private static List<Manifest.UnderWay> underWay(byte[] bytes, int from, int count, long nextFile) {
        List<Manifest.UnderWay> files = new ArrayList<>(count);
        for (int at = from, i = 0; i < count; i++, at += UNDER_WAY) {
            long number = LittleEndian.u64(bytes, at);
            require(number >= 0 && number < nextFile, "file " + number + " under way has no number of its time");
            files.add(new Manifest.UnderWay(number, kind(bytes, at), LittleEndian.u64(bytes, at + 16), end(bytes, at),
                    LittleEndian.u64(bytes, at + 32)));
        }
        return files;
    }

    private static FileKind kind(byte[] bytes, int at) {
        FileKind kind = FileKind.of(LittleEndian.i32(bytes, at + 8));
        require(kind != null, "file " + LittleEndian.u64(bytes, at) + " is of no known kind");
        return kind;
    }

    private static long end(byte[] bytes, int at) {
        long first = LittleEndian.u64(bytes, at + 16);
        long end = LittleEndian.u64(bytes, at + 24);
        require(first >= 0 && first <= end, "file " + LittleEndian.u64(bytes, at) + " covers no range");
        return end;
    }

    private static List<List<Manifest.Page>> pages(byte[] bytes, int from) {
        List<List<Manifest.Page>> pages = new ArrayList<>();
        int at = from;
        for (int i = 0; i < PageKind.COUNT; i++) {
            int count = LittleEndian.i32(bytes, COUNTS + 8 + 4 * i);
            List<Manifest.Page> ofKind = new ArrayList<>(count);
            for (int page = 0; page < count; page++, at += PAGE) {
                ofKind.add(new Manifest.Page(LittleEndian.i32(bytes, at), LittleEndian.i32(bytes, at + 4),
                        LittleEndian.u64(bytes, at + 8)));
            }
            pages.add(ofKind);
        }
        return pages;
    }

    private static void requireFiles(Manifest manifest, PageKind kind) {
        for (Manifest.Page page : manifest.pages(kind)) {
            if (page.isAbsent()) continue;
            Manifest.File file = manifest.file(page.file());
            require(file != null && file.kind() == FileKind.PAGES && page.block() >= 0 && page.block() < file.blocks(),
                    "a page of " + kind + " lies in block " + page.block() + " of file " + page.file()
                            + ", which it does not have");
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) throw new Manifest.Malformed(otherwise);
    }
}
