package dev.viewstamp.actors.replica;

import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.Word128;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Requests that wait. At a backup for a moment, because mostly the primary has the same one and the entry soon shows up
 * in the log; it is forwarded if it does not. Whoever came here is answered from here once the entry is executed
 * (replication spec §3.3, wire spec §20). At a primary until what keeps it from being taken has passed; see {@link
 * RequestRuling}. At most one request per client, and at most {@code clientsMax}.
 */
final class HeldRequests {
    /** 100 ms. */
    static final int HOLD_TICKS = 10;

    private static final class Held {
        final Word128 requestChecksum;
        final long dueTick;
        ClientMessage.Request request;                          // null once seen in the log
        boolean isForwarded;

        Held(ClientMessage.Request request, long dueTick) {
            this.requestChecksum = Words.of(request.requestChecksum());
            this.request = request;
            this.dueTick = dueTick;
        }
    }

    private final int clientsMax;
    private final Map<Word128, Held> byClient = new LinkedHashMap<>();

    HeldRequests(int clientsMax) {
        this.clientsMax = clientsMax;
    }

    /** Holds the request; a repetition starts anew, since what was forwarded may be lost. */
    void hold(ClientMessage.Request request, long tick) {
        Word128 client = Words.of(request.client());
        Held held = byClient.remove(client);
        boolean isWaiting = held != null && held.request != null && !held.isForwarded
                && held.requestChecksum.equals(Words.of(request.requestChecksum()));
        if (byClient.size() == clientsMax) {
            Iterator<Word128> eldest = byClient.keySet().iterator();
            eldest.next();
            eldest.remove();
        }
        byClient.put(client, isWaiting ? held : new Held(request, tick + HOLD_TICKS));
    }

    /** The entry of a request is in the log: no need to forward it. */
    void seenInLog(EntryHeader header) {
        Held held = byClient.get(header.client());
        if (held != null && held.requestChecksum.equals(header.requestChecksum())) {
            held.request = null;
        }
    }

    /** Requests whose time is up, in the order of arrival; each is answered once. */
    List<ClientMessage.Request> due(long tick) {
        if (byClient.isEmpty()) {
            return List.of();
        }
        List<ClientMessage.Request> due = new ArrayList<>();
        for (Held held : byClient.values()) {
            if (held.request != null && !held.isForwarded && held.dueTick <= tick) {
                due.add(held.request);
                held.isForwarded = true;
            }
        }
        return due;
    }

    /** Whether the client of an executed entry asked here. Forgets it. */
    boolean take(EntryHeader header) {
        Held held = byClient.get(header.client());
        if (held == null || !held.requestChecksum.equals(header.requestChecksum())) {
            return false;
        }
        byClient.remove(header.client());
        return true;
    }

    /** What this client asks; null if nothing is held. Not held any more. */
    ClientMessage.Request takeOf(Word128 client) {
        Held held = byClient.remove(client);
        return held == null ? null : held.request;
    }

    /**
     * All that were not seen in the log, in the order of arrival, forwarded or not: nobody else may have them. Nothing
     * is held any more.
     */
    List<ClientMessage.Request> takeAll() {
        if (byClient.isEmpty()) {
            return List.of();
        }
        List<ClientMessage.Request> waiting = new ArrayList<>();
        byClient.values().stream().filter(held -> held.request != null).forEach(held -> waiting.add(held.request));
        byClient.clear();
        return waiting;
    }
}
