package dev.viewstamp.actors.replica;

import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.LogEntry;
import dev.viewstamp.journal.Word128;

/** Log entries for room tests. */
final class Entries {
    static final Word128 CLUSTER = Word128.of(1);
    static final byte[] EMPTY = new byte[0];

    private Entries() {
    }

    /** An entry of {@code view}; {@code salt} makes it differ from another of the same view and op. */
    static EntryHeader header(long op, int view, long commit, Word128 parent, int salt) {
        return EntryHeader.builder().cluster(CLUSTER).body(EMPTY).op(op).view(view).commit(commit).parent(parent)
                .timestamp(op * 1_000 + salt).operation(140).client(Word128.of(5)).request(salt + 1).build();
    }

    static EntryHeader header(long op, int view) {
        return header(op, view, 0, Word128.ZERO, 0);
    }

    static LogEntry entry(long op, int view) {
        return new LogEntry(header(op, view), EMPTY);
    }

    static EntryHeader register(long op, long client) {
        return client(op, client, 0, EntryHeader.OPERATION_REGISTER, client * 1_000);
    }

    static EntryHeader request(long op, long client, int request) {
        return client(op, client, request, 140, client * 1_000 + request);
    }

    private static EntryHeader client(long op, long client, int request, int operation, long requestChecksum) {
        return EntryHeader.builder().cluster(CLUSTER).body(EMPTY).op(op).timestamp(op).operation(operation).release(3)
                .door(EntryHeader.DOOR_AKKA).client(Word128.of(client)).request(request)
                .requestChecksum(Word128.of(requestChecksum)).build();
    }
}
