package dev.viewstamp.ledger;

/**
 * One kind of object that can be created in batches: its checks and effects (ledger spec §8 to §13). Status
 * codes cross this border as their wire numbers, because the two kinds number theirs differently.
 */
interface Creation {
    /** Codes that both kinds share. */
    int CREATED = -1;
    int LINKED_EVENT_FAILED = 1;
    int LINKED_EVENT_CHAIN_OPEN = 2;
    int TIMESTAMP_MUST_BE_ZERO = 3;

    /** The bit of {@code flags} that means imported. */
    int importedFlag();

    int importedEventExpected();

    int importedEventNotExpected();

    int importedEventTimestampOutOfRange();

    int importedEventTimestampMustNotAdvance();

    /** Events that are looked at ahead, together. */
    int WINDOW = 64;

    /** Call before a batch of so many events. */
    void reserve(int count);

    /** Looks at the next events, at most {@link #WINDOW}, before the first of them is created. */
    void lookAhead(byte[] body, int at, int count);

    /** Checks one event and applies it if nothing speaks against it; returns the status. */
    int create(byte[] body, int at, long slot);

    /** After {@link #create} answered created or exists: when that object was created. */
    long timestamp();

    /** Whether {@link #timestamp} belongs into a result of this status. */
    boolean hasTimestamp(int status);

    /** Called with what an event ended with, after its chain was undone. */
    void failed(byte[] body, int at, int status);
}
