package dev.viewstamp.ledger.model;

import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The ledger's state as ledger spec §4 lists it: maps of immutable values. Every change goes through
 * {@link #put} or {@link #remove}, so that a chain can be undone.
 */
final class ModelState {
    static final int NONE = 0;
    static final int PENDING = 1;
    static final int POSTED = 2;
    static final int VOIDED = 3;
    static final int EXPIRED = 4;

    record Expiry(long expiresAt, long timestamp) implements Comparable<Expiry> {
        @Override
        public int compareTo(Expiry other) {
            int order = Long.compare(expiresAt, other.expiresAt);
            return order != 0 ? order : Long.compare(timestamp, other.timestamp);
        }
    }

    final Map<BigInteger, ModelAccount> accounts = new HashMap<>(); // never iterated, nor are the transfers
    final TreeMap<Long, BigInteger> accountTimes = new TreeMap<>();
    final Map<BigInteger, ModelTransfer> transfers = new HashMap<>();
    final TreeMap<Long, BigInteger> transferTimes = new TreeMap<>();
    final TreeMap<Long, Integer> pendingStatus = new TreeMap<>();
    final TreeMap<Expiry, BigInteger> expiry = new TreeMap<>();
    final TreeMap<Long, ModelRecord> records = new TreeMap<>();
    final TreeSet<BigInteger> failedIds = new TreeSet<>();
    long commitTimestamp;

    private Deque<Runnable> undo;

    void beginChain() {
        undo = new ArrayDeque<>();
    }

    void keepChain() {
        undo = null;
    }

    void undoChain() {
        while (!undo.isEmpty()) undo.pop().run();
        undo = null;
    }

    <K, V> void put(Map<K, V> map, K key, V value) {
        V before = map.put(key, value);
        if (undo == null) return;
        undo.push(() -> {
            if (before == null) map.remove(key);
            else map.put(key, before);
        });
    }

    <K, V> void remove(Map<K, V> map, K key) {
        V before = map.remove(key);
        if (undo != null && before != null) undo.push(() -> map.put(key, before));
    }

    void putAccount(ModelAccount account) {
        put(accounts, account.id(), account);
        put(accountTimes, account.timestamp(), account.id());
    }

    void putTransfer(ModelTransfer transfer) {
        put(transfers, transfer.id(), transfer);
        put(transferTimes, transfer.timestamp(), transfer.id());
    }

    long maxAccountTimestamp() {
        return accountTimes.isEmpty() ? 0 : accountTimes.lastKey();
    }

    long maxTransferTimestamp() {
        return transferTimes.isEmpty() ? 0 : transferTimes.lastKey();
    }
}
