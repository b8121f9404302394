package dev.viewstamp.journal;

/**
 * What a slot of the prepare ring turned out to hold. Made by {@link EntryCodec} from the slot's bytes.
 *
 * @param state  verdict
 * @param header of the entry if {@link State#INTACT}, else null
 * @param body   the entry's body if it was asked for and the state is INTACT, else null
 */
public record StoredPrepare(State state, EntryHeader header, byte[] body) {
    public enum State {
        /**
         * Header, body and zero padding are as written, for this cluster and this slot. May be the reserved
         * header.
         */
        INTACT,
        /** A checksum fails, or the padding is not zero: torn, rotten or unreadable. */
        DAMAGED,
        /**
         * Whole, but of another cluster or another slot: written, or read, in the wrong place. Never a torn
         * write.
         */
        MISPLACED
    }

    static final StoredPrepare DAMAGED = new StoredPrepare(State.DAMAGED, null, null);
    static final StoredPrepare MISPLACED = new StoredPrepare(State.MISPLACED, null, null);

    public boolean isIntact() {
        return state == State.INTACT;
    }

    /** The entry; only if intact and read with its body. */
    public LogEntry entry() {
        return new LogEntry(header, body);
    }
}
