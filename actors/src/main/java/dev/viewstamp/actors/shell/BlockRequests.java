package dev.viewstamp.actors.shell;

import dev.viewstamp.actors.message.ReplicaMessage.Blocks;
import dev.viewstamp.journal.CheckpointFile;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * The pieces of files that this replica lacks, and whom it has asked for them (replication spec §9.5). Knows neither
 * disk nor network: says what to ask, is told what came. Whoever wants a piece verifies it.
 *
 * <p>At most {@link #ASKS_PER_PEER_MAX} asks are open per peer. One that is not answered in time is open no more, and
 * the next time is longer. A peer that does not have a piece, or has it damaged, is not asked for it again until all
 * others were, and then after a while. Urgent pieces hold up commits: they come first, in half of what a peer may be
 * asked. Where to begin among the others is drawn, because two replicas that ask for the same in the same order get in
 * each other's way.
 *
 * <p>Invariant: a piece is wanted, or it is in no open ask's answer that would be taken.
 */
final class BlockRequests {
    static final int ASKS_PER_PEER_MAX = 4;
    private static final long EXPIRY_MIN_MILLIS = 500;
    private static final long EXPIRY_MAX_MILLIS = 10_000;

    /** @param block the piece's number in its file, 64 KiB each */
    record Piece(CheckpointFile file, int block) {
    }

    /** What to ask of whom. */
    record Ask(int peer, CheckpointFile file, int first, int count) {
    }

    private static final class Want {
        private final boolean urgent;
        private int lacking;                                     // bit p: peer p does not have it, or was silent
        private int failures;
        private long pausedUntilMillis;
        private int asked = NOBODY;                              // the peer with an open ask for it

        Want(boolean urgent) {
            this.urgent = urgent;
        }
    }

    private record Open(Ask ask, long expiresAtMillis) {
    }

    private static final int NOBODY = -1;

    private final int self;
    private final int replicaCount;
    private final RandomGenerator random;
    private final Map<Piece, Want> wanted = new LinkedHashMap<>();
    private final List<Open> open = new ArrayList<>();
    private long expired;

    BlockRequests(int self, int replicaCount, RandomGenerator random) {
        this.self = self;
        this.replicaCount = replicaCount;
        this.random = random;
    }

    /** No effect if it is wanted already, but that it may become urgent. */
    void want(Piece piece, boolean urgent) {
        Want known = wanted.get(piece);
        if (known == null || urgent && !known.urgent) {
            wanted.put(piece, new Want(urgent));
        }
    }

    boolean isWanted(Piece piece) {
        return wanted.containsKey(piece);
    }

    /** Pieces that are still wanted. */
    int size() {
        return wanted.size();
    }

    /** Asks that were never answered, since the start. */
    long expired() {
        return expired;
    }

    /** It came and was found to be right. */
    void received(Piece piece) {
        wanted.remove(piece);
    }

    /** Nobody needs these any more. */
    void forget(Predicate<Piece> which) {
        wanted.keySet().removeIf(which);
    }

    /** What came was looked at by nobody: as if nobody had been asked. */
    void askAgain(Piece piece) {
        Want want = wanted.get(piece);
        if (want != null) {
            want.asked = NOBODY;
        }
    }

    /** The peer does not have it, or not intact. */
    void refused(int peer, Piece piece) {
        Want want = wanted.get(piece);
        if (want == null) {
            return;
        }
        want.asked = NOBODY;
        want.lacking |= 1 << peer;
        want.failures++;
    }

    /**
     * Takes note of an answer. False if nobody asked for it (any more): then it must not be looked at. What it holds
     * fewer than was asked counts as refused; the pieces that it does hold the caller judges, one by one.
     */
    boolean answered(int peer, CheckpointFile file, int first, int count) {
        Ask ask = close(peer, file, first);
        if (ask == null) {
            return false;
        }
        for (int block = first + count; block < first + ask.count(); block++) {
            refused(peer, new Piece(file, block));
        }
        return true;
    }

    private Ask close(int peer, CheckpointFile file, int first) {
        for (Iterator<Open> asks = open.iterator(); asks.hasNext();) {
            Ask ask = asks.next().ask();
            if (ask.peer() == peer && ask.first() == first && ask.file().equals(file)) {
                asks.remove();
                return ask;
            }
        }
        return null;
    }

    /** Closes what took too long, and says what to ask now. Call it every few ticks and after answers. */
    List<Ask> next(long nowMillis) {
        expire(nowMillis);
        List<Ask> asks = new ArrayList<>();
        if (replicaCount == 1) {
            return asks;
        }
        List<Piece> ready = new ArrayList<>();
        collect(ready, true, nowMillis);
        place(ready, asks, nowMillis, ASKS_PER_PEER_MAX);
        boolean held = !ready.isEmpty();
        ready.clear();
        collect(ready, false, nowMillis);
        place(ready, asks, nowMillis, held ? ASKS_PER_PEER_MAX / 2 : ASKS_PER_PEER_MAX);
        return asks;
    }

    private void expire(long nowMillis) {
        for (Iterator<Open> asks = open.iterator(); asks.hasNext();) {
            Open late = asks.next();
            if (late.expiresAtMillis() > nowMillis) {
                continue;
            }
            asks.remove();
            expired++;
            for (int block = late.ask().first(); block < late.ask().first() + late.ask().count(); block++) {
                Want want = wanted.get(new Piece(late.ask().file(), block));
                if (want != null && want.asked == late.ask().peer()) {
                    want.lacking = 1 << want.asked;              // the others may have it by now, this one may be gone
                    want.asked = NOBODY;
                    want.failures++;
                }
            }
        }
    }

    /** Pieces that nobody is asked for, those that are not urgent from a drawn one on. */
    private void collect(List<Piece> ready, boolean urgent, long nowMillis) {
        for (Map.Entry<Piece, Want> entry : wanted.entrySet()) {
            Want want = entry.getValue();
            if (want.urgent == urgent && want.asked == NOBODY && want.pausedUntilMillis <= nowMillis) {
                ready.add(entry.getKey());
            }
        }
        if (!urgent && ready.size() > 1) {
            java.util.Collections.rotate(ready, random.nextInt(ready.size()));
        }
    }

    private void place(List<Piece> ready, List<Ask> asks, long nowMillis, int perPeerMax) {
        for (int i = 0; i < ready.size();) {
            Piece first = ready.get(i);
            int peer = choosePeer(wanted.get(first), perPeerMax, nowMillis);
            if (peer == NOBODY) {
                i++;
                continue;
            }
            int count = 1;
            while (count < Blocks.COUNT_MAX && i + count < ready.size()
                    && ready.get(i + count).equals(new Piece(first.file(), first.block() + count))
                    && mayAsk(wanted.get(ready.get(i + count)), peer)) {
                count++;
            }
            int failures = 0;
            for (int block = 0; block < count; block++) {
                Want want = wanted.get(ready.get(i + block));
                want.asked = peer;
                failures = Math.max(failures, want.failures);
            }
            Ask ask = new Ask(peer, first.file(), first.block(), count);
            asks.add(ask);
            open.add(new Open(ask, nowMillis + patience(failures)));
            i += count;
        }
    }

    private int choosePeer(Want want, int perPeerMax, long nowMillis) {
        int everybody = (1 << replicaCount) - 1 & ~(1 << self);
        if ((want.lacking & everybody) == everybody) {
            want.lacking = 0;                                    // perhaps one of them will have it later
            want.pausedUntilMillis = nowMillis + patience(want.failures);
            return NOBODY;
        }
        int start = random.nextInt(replicaCount);
        for (int i = 0; i < replicaCount; i++) {
            int peer = (start + i) % replicaCount;
            if (peer != self && mayAsk(want, peer) && openAt(peer) < perPeerMax) {
                return peer;
            }
        }
        return NOBODY;
    }

    private static boolean mayAsk(Want want, int peer) {
        return (want.lacking >> peer & 1) == 0;
    }

    private int openAt(int peer) {
        int count = 0;
        for (Open ask : open) {
            count += ask.ask().peer() == peer ? 1 : 0;
        }
        return count;
    }

    private long patience(int failures) {
        long base = Math.min(EXPIRY_MAX_MILLIS, EXPIRY_MIN_MILLIS << Math.min(failures, 5));
        return base + random.nextLong(base / 4 + 1);
    }
}
