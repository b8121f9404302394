package dev.viewstamp.actors.replica;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.journal.LogEntry;
import org.junit.jupiter.api.Test;

class PrepareCacheTest {
    private final PrepareCache cache = new PrepareCache(4);

    @Test
    void anEntryIsFoundByOpAndChecksumOnly() {
        LogEntry entry = Entries.entry(6, 1);
        cache.put(entry);
        assertSame(entry, cache.find(6, entry.checksum()));
        assertNull(cache.find(6, Entries.entry(6, 2).checksum()));
        assertNull(cache.find(10, entry.checksum()));
        assertFalse(cache.contains(7, entry.checksum()));
        cache.clear();
        assertNull(cache.find(6, entry.checksum()));
    }

    @Test
    void aLaterLapPushesOutTheEarlier() {
        LogEntry early = Entries.entry(6, 1);
        LogEntry late = Entries.entry(10, 1);
        cache.put(early);
        cache.put(late);
        assertNull(cache.find(6, early.checksum()));
        assertSame(late, cache.find(10, late.checksum()));
        cache.checkInvariants();
    }

    @Test
    void onlyTheWindowAheadIsKept() {
        assertFalse(cache.putWithin(Entries.entry(5, 1), 5));
        assertTrue(cache.putWithin(Entries.entry(6, 1), 5));
        assertTrue(cache.putWithin(Entries.entry(9, 1), 5));
        assertFalse(cache.putWithin(Entries.entry(10, 1), 5));
        assertTrue(cache.contains(6, Entries.entry(6, 1).checksum()));
    }
}
