package dev.viewstamp.ledger;

import java.util.Locale;

/**
 * Everything the ledger can be asked to do, with stable wire codes (ledger spec §6.1). Codes below 128
 * belong to the replication protocol and do not occur here.
 *
 * <p>An <i>event</i> is one element of a request, a <i>result</i> one element of a reply. <i>Batchable</i>
 * operations take any number of events per batch, the others exactly one. Bodies of <i>framed</i> operations
 * carry one or more batches behind each other, told apart by a trailer ({@link MultiBatch}).
 */
public enum Operation {
    /** Expires pending transfers that are due. Made by the primary alone; no client may send it. */
    PULSE(128, 0, 0, false, false),

    /** Legacy: without framing, and answers failures only. */
    CREATE_ACCOUNTS_UNFRAMED_SPARSE(129, 128, 8, true, false),
    /** Legacy: without framing, and answers failures only. */
    CREATE_TRANSFERS_UNFRAMED_SPARSE(130, 128, 8, true, false),
    /** Legacy: without framing. */
    LOOKUP_ACCOUNTS_UNFRAMED(131, 16, 128, true, false),
    /** Legacy: without framing. */
    LOOKUP_TRANSFERS_UNFRAMED(132, 16, 128, true, false),
    /** Legacy: without framing. */
    GET_ACCOUNT_TRANSFERS_UNFRAMED(133, 128, 128, false, false),
    /** Legacy: without framing. */
    GET_ACCOUNT_BALANCES_UNFRAMED(134, 128, 128, false, false),
    /** Legacy: without framing. */
    QUERY_ACCOUNTS_UNFRAMED(135, 64, 128, false, false),
    /** Legacy: without framing. */
    QUERY_TRANSFERS_UNFRAMED(136, 64, 128, false, false),

    GET_CHANGE_EVENTS(137, 64, 384, false, false),

    /** Legacy: answers failures only. */
    CREATE_ACCOUNTS_SPARSE(138, 128, 8, true, true),
    /** Legacy: answers failures only. */
    CREATE_TRANSFERS_SPARSE(139, 128, 8, true, true),

    LOOKUP_ACCOUNTS(140, 16, 128, true, true),
    LOOKUP_TRANSFERS(141, 16, 128, true, true),
    GET_ACCOUNT_TRANSFERS(142, 128, 128, false, true),
    GET_ACCOUNT_BALANCES(143, 128, 128, false, true),
    QUERY_ACCOUNTS(144, 64, 128, false, true),
    QUERY_TRANSFERS(145, 64, 128, false, true),
    CREATE_ACCOUNTS(146, 128, 16, true, true),
    CREATE_TRANSFERS(147, 128, 16, true, true);

    /** The smallest code that belongs to the ledger. */
    public static final int CODE_MIN = 128;

    private static final Operation[] BY_CODE = new Operation[256];

    static {
        for (Operation operation : values()) BY_CODE[operation.code] = operation;
    }

    private final int code;
    private final int eventSize;
    private final int resultSize;
    private final boolean batchable;
    private final boolean framed;

    Operation(int code, int eventSize, int resultSize, boolean batchable, boolean framed) {
        this.code = code;
        this.eventSize = eventSize;
        this.resultSize = resultSize;
        this.batchable = batchable;
        this.framed = framed;
    }

    /** 128 … 255, a u8 on the wire. */
    public int code() {
        return code;
    }

    /** Bytes; 0 for the pulse. */
    public int eventSize() {
        return eventSize;
    }

    /** Bytes; 0 for the pulse, 8 for sparse create results. */
    public int resultSize() {
        return resultSize;
    }

    public boolean isBatchable() {
        return batchable;
    }

    public boolean isFramed() {
        return framed;
    }

    /** Whether the reply names failed events only, as {@code index u32, status u32}. */
    public boolean isSparse() {
        return resultSize == 8;
    }

    /** Whether the code is kept only for older clients. */
    public boolean isLegacy() {
        return this != current();
    }

    /** Whether it creates accounts or transfers, and so takes a timestamp per event. */
    public boolean isCreate() {
        return current() == CREATE_ACCOUNTS || current() == CREATE_TRANSFERS;
    }

    /** Whether it is a query whose single event is a filter. */
    public boolean isQuery() {
        return !batchable && this != PULSE;
    }

    /** The operation of today that means the same as this legacy one; any other is its own. */
    public Operation current() {
        return switch (this) {
            case CREATE_ACCOUNTS_UNFRAMED_SPARSE, CREATE_ACCOUNTS_SPARSE -> CREATE_ACCOUNTS;
            case CREATE_TRANSFERS_UNFRAMED_SPARSE, CREATE_TRANSFERS_SPARSE -> CREATE_TRANSFERS;
            case LOOKUP_ACCOUNTS_UNFRAMED -> LOOKUP_ACCOUNTS;
            case LOOKUP_TRANSFERS_UNFRAMED -> LOOKUP_TRANSFERS;
            case GET_ACCOUNT_TRANSFERS_UNFRAMED -> GET_ACCOUNT_TRANSFERS;
            case GET_ACCOUNT_BALANCES_UNFRAMED -> GET_ACCOUNT_BALANCES;
            case QUERY_ACCOUNTS_UNFRAMED -> QUERY_ACCOUNTS;
            case QUERY_TRANSFERS_UNFRAMED -> QUERY_TRANSFERS;
            default -> this;
        };
    }

    /** The name for people, such as {@code create_accounts}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Events that one batch may hold when it is alone in its request, under the request body limit L
     * (ledger spec §6.2). 1 for queries, 0 for the pulse.
     */
    public int eventMax(int requestBodyMax) {
        if (this == PULSE) return 0;
        if (!batchable) return 1;
        int request = (requestBodyMax - smallestTrailer(eventSize)) / eventSize;
        int reply = (LedgerLimits.BODY_MAX - smallestTrailer(resultSize)) / resultSize;
        return Math.min(request, reply);
    }

    /**
     * Results that one batch may be answered with under the request body limit L (ledger spec §6.2). For queries
     * that is the cap on the filter's limit; only {@link #GET_CHANGE_EVENTS} depends on L there.
     */
    public int resultMax(int requestBodyMax) {
        if (this == PULSE) return 0;
        if (batchable) return eventMax(requestBodyMax);
        int reply = (LedgerLimits.BODY_MAX - smallestTrailer(resultSize)) / resultSize;
        if (this != GET_CHANGE_EVENTS) return reply;
        // Each event needs two accounts: the limit is half of what a lookup of accounts could name.
        return Math.min(reply, LOOKUP_ACCOUNTS_UNFRAMED.eventMax(requestBodyMax) / 2);
    }

    /** The operation with this code, or null: it belongs to the protocol or to nobody. */
    public static Operation byCode(int code) {
        return 0 <= code && code < BY_CODE.length ? BY_CODE[code] : null;
    }

    private int smallestTrailer(int elementSize) {
        return framed ? MultiBatch.trailerSize(elementSize, 1) : 0;
    }
}
