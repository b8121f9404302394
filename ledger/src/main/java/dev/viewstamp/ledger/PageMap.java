package dev.viewstamp.ledger;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where each page lies: in which block of which page file. A freeze moves the pages that have changed into one new
 * file; the others stay where they are. A file that has fewer than half of its pages left is emptied into the new one
 * and goes. So all page files together never hold more than twice what is in use, and what a freeze writes follows
 * what has changed. All of this depends on history alone. Not thread-safe.
 */
final class PageMap {
    private final int[][] file = new int[PageKind.COUNT][0]; // by kind and page
    private final int[][] block = new int[PageKind.COUNT][0];
    private final int[] firstPage = new int[PageKind.COUNT];
    private final int[] endPage = new int[PageKind.COUNT];
    private final Map<Integer, Integer> live = new HashMap<>();              // pages by file; never iterated

    /**
     * Moves what has changed.
     *
     * @param files where page files are known, and numbers come from
     * @return what the new file consists of; its number is 0 … if there is anything in it
     */
    NewFile freeze(List<Freezable> paged, SealedFiles files) {
        NewFile target = new NewFile();
        for (Freezable pages : paged) {
            leave(pages);
            for (int page = pages.firstPage(); page < pages.endPage(); page++) {
                if (pages.isPresent(page) && pages.isChanged(page)) move(pages, page, target, files);
            }
        }
        emptySparseFiles(paged, target, files);
        return target;
    }

    /** The pages of one new file, in the order of its blocks. */
    static final class NewFile {
        final List<byte[]> pages = new ArrayList<>();
        int number = Manifest.Page.ABSENT;
    }

    /** Pages that have gone into sealed files. */
    private void leave(Freezable pages) {
        int kind = pages.kind().ordinal();
        for (int page = firstPage[kind]; page < Math.min(pages.firstPage(), endPage[kind]); page++) forget(kind, page);
        firstPage[kind] = pages.firstPage();
        int end = pages.endPage();
        if (end > file[kind].length) {
            int length = Math.max(end, file[kind].length * 2);
            int known = file[kind].length;
            file[kind] = Arrays.copyOf(file[kind], length);
            block[kind] = Arrays.copyOf(block[kind], length);
            Arrays.fill(file[kind], known, length, Manifest.Page.ABSENT);
        }
        endPage[kind] = end;
    }

    private void move(Freezable pages, int page, NewFile target, SealedFiles files) {
        if (target.number == Manifest.Page.ABSENT) target.number = files.takeNumber();
        int kind = pages.kind().ordinal();
        forget(kind, page);
        place(kind, page, target.number, target.pages.size());
        target.pages.add(pages.frozen(page));
    }

    private void forget(int kind, int page) {
        int old = file[kind][page];
        if (old != Manifest.Page.ABSENT) live.merge(old, -1, Integer::sum);
        file[kind][page] = Manifest.Page.ABSENT;
    }

    private void place(int kind, int page, int number, int blockNumber) {
        file[kind][page] = number;
        block[kind][page] = blockNumber;
        live.merge(number, 1, Integer::sum);
    }

    private void emptySparseFiles(List<Freezable> paged, NewFile target, SealedFiles files) {
        List<SealedFile> sparse = new ArrayList<>();
        for (SealedFile candidate : files.all()) {
            if (candidate.kind() == FileKind.PAGES && live.get(candidate.number()) * 2 < candidate.blocks()) {
                sparse.add(candidate);
            }
        }
        if (sparse.isEmpty()) return;
        for (Freezable pages : paged) {
            int[] fileOf = file[pages.kind().ordinal()];
            for (int page = pages.firstPage(); page < pages.endPage(); page++) {
                if (isIn(sparse, fileOf[page])) move(pages, page, target, files);
            }
        }
        for (SealedFile emptied : sparse) {
            live.remove(emptied.number());
            files.remove(emptied);
        }
    }

    private static boolean isIn(List<SealedFile> files, int number) {
        if (number == Manifest.Page.ABSENT) return false;
        for (SealedFile candidate : files) if (candidate.number() == number) return true;
        return false;
    }

    /** What a manifest tells of the pages. */
    List<List<Manifest.Page>> pages(List<Freezable> paged) {
        List<List<Manifest.Page>> all = new ArrayList<>();
        for (Freezable pages : paged) {
            int kind = pages.kind().ordinal();
            List<Manifest.Page> ofKind = new ArrayList<>();
            for (int page = firstPage[kind]; page < endPage[kind]; page++) {
                ofKind.add(new Manifest.Page(file[kind][page], block[kind][page], pages.firstOf(page)));
            }
            all.add(ofKind);
        }
        return all;
    }

    /** Takes over where a checkpoint has its pages, once they are restored. */
    void restore(List<Freezable> paged, Manifest manifest) {
        for (Freezable pages : paged) {
            int kind = pages.kind().ordinal();
            leave(pages);
            int page = pages.firstPage();
            for (Manifest.Page known : manifest.pages(pages.kind())) {
                if (!known.isAbsent()) place(kind, page, known.file(), known.block());
                page++;
            }
        }
    }
}
