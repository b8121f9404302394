package dev.viewstamp.ledger.table;

import java.util.Map;
import java.util.TreeMap;

/** Which row of which table first produced each status. */
final class Coverage {
    private final Map<String, String> accounts = new TreeMap<>();
    private final Map<String, String> transfers = new TreeMap<>();

    void saw(boolean isAccount, String status, String row) {
        (isAccount ? accounts : transfers).putIfAbsent(status, row);
    }

    /** Null if no row did. */
    String rowOf(boolean isAccount, String status) {
        return (isAccount ? accounts : transfers).get(status);
    }
}
