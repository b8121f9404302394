package dev.viewstamp.testkit.planted;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A rule of the protocol broken on purpose: a few lines of the product's source replaced by others. The list stands
 * in {@code planted-bugs.txt}:
 *
 * <pre>
 * == name (seeds, replicas): what rule is broken
 * {@literal @} path of a source file
 * - line to be found, once, whatever its indentation; several: lines that follow each other
 * + line to stand there instead
 * </pre>
 *
 * @param seedsMax how many seeds of the simulation may pass before it is caught
 * @param replicaCount of the simulated clusters; 0: each seed decides
 * @param rule what it breaks, for people
 */
record PlantedBug(String name, int seedsMax, int replicaCount, String rule, List<Change> changes) {
    /** Lines of one file, and what stands there instead. */
    record Change(String path, List<String> old, List<String> replacement) {
    }

    private static final class Draft {
        private String path;
        private List<String> old = new ArrayList<>();
        private List<String> replacement = new ArrayList<>();
        private final List<Change> changes = new ArrayList<>();

        void finishChange() {
            if (!old.isEmpty()) {
                changes.add(new Change(path, old, replacement));
                old = new ArrayList<>();
                replacement = new ArrayList<>();
            }
        }
    }

    static List<PlantedBug> parse(List<String> lines) {
        List<PlantedBug> bugs = new ArrayList<>();
        String head = null;
        Draft draft = null;
        for (String line : lines) {
            if (line.startsWith("== ")) {
                finish(head, draft, bugs);
                head = line.substring(3);
                draft = new Draft();
            } else if (line.startsWith("@ ")) {
                draft.finishChange();
                draft.path = line.substring(2).strip();
            } else if (line.startsWith("- ")) {
                if (!draft.replacement.isEmpty()) {
                    draft.finishChange();
                }
                draft.old.add(line.substring(2).strip());
            } else if (line.startsWith("+")) {
                draft.replacement.add(line.substring(1).strip());
            } else if (!line.isBlank() && !line.startsWith("#")) {
                throw new IllegalArgumentException("planted-bugs.txt: what is '" + line + "'?");
            }
        }
        finish(head, draft, bugs);
        return bugs;
    }

    private static void finish(String head, Draft draft, List<PlantedBug> bugs) {
        if (head == null) {
            return;
        }
        draft.finishChange();
        String name = head.substring(0, head.indexOf(" ("));
        String[] limits = head.substring(head.indexOf('(') + 1, head.indexOf(')')).split(", ");
        bugs.add(new PlantedBug(name, Integer.parseInt(limits[0]), limits.length > 1 ? Integer.parseInt(limits[1]) : 0,
                head.substring(head.indexOf("): ") + 3), draft.changes));
    }

    Set<String> paths() {
        return sourcesAsKeys().keySet();
    }

    private Map<String, String> sourcesAsKeys() {
        Map<String, String> paths = new LinkedHashMap<>();
        changes.forEach(change -> paths.put(change.path, ""));
        return paths;
    }

    /**
     * The changed sources, by path.
     *
     * @param sources the originals of {@link #paths}
     * @throws IllegalArgumentException if a place is not found, or found twice
     */
    Map<String, String> apply(Map<String, String> sources) {
        Map<String, String> changed = new TreeMap<>(sources);
        for (Change change : changes) {
            List<String> lines = new ArrayList<>(changed.get(change.path).lines().toList());
            int at = place(change, lines);
            lines.subList(at, at + change.old.size()).clear();
            lines.addAll(at, change.replacement);
            changed.put(change.path, String.join("\n", lines) + "\n");
        }
        return changed;
    }

    private int place(Change change, List<String> lines) {
        List<Integer> found = new ArrayList<>();
        for (int at = 0; at + change.old.size() <= lines.size(); at++) {
            boolean same = true;
            for (int i = 0; i < change.old.size(); i++) {
                same &= lines.get(at + i).strip().equals(change.old.get(i));
            }
            if (same) {
                found.add(at);
            }
        }
        if (found.size() != 1) {
            throw new IllegalArgumentException("planted-bugs.txt, " + name + ": " + change.old + " stands "
                    + found.size() + " times in " + change.path + "; the code has moved on, move the bug with it");
        }
        return found.get(0);
    }
}
