package dev.viewstamp.actors.cli;

import java.util.Collection;

/** Finds what somebody probably meant. */
public final class Nearest {
    private Nearest() {
    }

    /** The known word with the fewest edits from {@code given}, or null if none is near. */
    public static String to(String given, Collection<String> known) {
        String best = null;
        int bestEdits = Math.max(2, given.length() / 3) + 1;
        for (String word : known) {
            int edits = word.startsWith(given) && given.length() > 2 ? 1 : edits(given, word);
            if (edits < bestEdits) {
                best = word;
                bestEdits = edits;
            }
        }
        return best;
    }

    /** Levenshtein's distance. */
    private static int edits(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
