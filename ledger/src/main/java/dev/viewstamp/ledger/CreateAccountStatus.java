package dev.viewstamp.ledger;

import java.util.Locale;

/**
 * What became of one account of a batch (ledger spec §3.1). Codes are stable and carry no precedence; that lies in
 * the order of the checks. Code 0, the former <i>ok</i>, is retired.
 */
public enum CreateAccountStatus {
    CREATED(-1),
    LINKED_EVENT_FAILED(1),
    LINKED_EVENT_CHAIN_OPEN(2),
    TIMESTAMP_MUST_BE_ZERO(3),
    RESERVED_FIELD(4),
    RESERVED_FLAG(5),
    ID_MUST_NOT_BE_ZERO(6),
    ID_MUST_NOT_BE_INT_MAX(7),
    FLAGS_ARE_MUTUALLY_EXCLUSIVE(8),
    DEBITS_PENDING_MUST_BE_ZERO(9),
    DEBITS_POSTED_MUST_BE_ZERO(10),
    CREDITS_PENDING_MUST_BE_ZERO(11),
    CREDITS_POSTED_MUST_BE_ZERO(12),
    LEDGER_MUST_NOT_BE_ZERO(13),
    CODE_MUST_NOT_BE_ZERO(14),
    EXISTS_WITH_DIFFERENT_FLAGS(15),
    EXISTS_WITH_DIFFERENT_USER_DATA_128(16),
    EXISTS_WITH_DIFFERENT_USER_DATA_64(17),
    EXISTS_WITH_DIFFERENT_USER_DATA_32(18),
    EXISTS_WITH_DIFFERENT_LEDGER(19),
    EXISTS_WITH_DIFFERENT_CODE(20),
    EXISTS(21),
    IMPORTED_EVENT_EXPECTED(22),
    IMPORTED_EVENT_NOT_EXPECTED(23),
    IMPORTED_EVENT_TIMESTAMP_OUT_OF_RANGE(24),
    IMPORTED_EVENT_TIMESTAMP_MUST_NOT_ADVANCE(25),
    IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS(26);

    private static final CreateAccountStatus[] BY_CODE = new CreateAccountStatus[27];

    static {
        for (CreateAccountStatus status : values()) {
            if (status != CREATED) BY_CODE[status.code] = status;
        }
    }

    private final int code;

    CreateAccountStatus(int code) {
        this.code = code;
    }

    /** Always false: a refused account leaves no trace. Here for symmetry with {@link CreateTransferStatus}. */
    public boolean isTransient() {
        return false;
    }

    /** The u32 on the wire; {@link #CREATED} is 0xFFFFFFFF, here -1. */
    public int code() {
        return code;
    }

    /** The name in the specification and in other clients, such as {@code linked_event_failed}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException if no status has this code */
    public static CreateAccountStatus byCode(int code) {
        if (code == CREATED.code) return CREATED;
        CreateAccountStatus status = 0 <= code && code < BY_CODE.length ? BY_CODE[code] : null;
        if (status == null) {
            throw new IllegalArgumentException("no account status has code " + Integer.toUnsignedString(code));
        }
        return status;
    }
}
