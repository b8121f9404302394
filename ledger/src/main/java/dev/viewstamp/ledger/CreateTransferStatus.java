package dev.viewstamp.ledger;

import java.util.Locale;

/**
 * What became of one transfer of a batch (ledger spec §3.2). Codes are stable and carry no precedence; that lies in
 * the order of the checks. Codes 0 and 18 are retired.
 */
public enum CreateTransferStatus {
    CREATED(-1),
    LINKED_EVENT_FAILED(1),
    LINKED_EVENT_CHAIN_OPEN(2),
    TIMESTAMP_MUST_BE_ZERO(3),
    RESERVED_FLAG(4),
    ID_MUST_NOT_BE_ZERO(5),
    ID_MUST_NOT_BE_INT_MAX(6),
    FLAGS_ARE_MUTUALLY_EXCLUSIVE(7),
    DEBIT_ACCOUNT_ID_MUST_NOT_BE_ZERO(8),
    DEBIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX(9),
    CREDIT_ACCOUNT_ID_MUST_NOT_BE_ZERO(10),
    CREDIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX(11),
    ACCOUNTS_MUST_BE_DIFFERENT(12),
    PENDING_ID_MUST_BE_ZERO(13),
    PENDING_ID_MUST_NOT_BE_ZERO(14),
    PENDING_ID_MUST_NOT_BE_INT_MAX(15),
    PENDING_ID_MUST_BE_DIFFERENT(16),
    TIMEOUT_RESERVED_FOR_PENDING_TRANSFER(17),
    LEDGER_MUST_NOT_BE_ZERO(19),
    CODE_MUST_NOT_BE_ZERO(20),
    DEBIT_ACCOUNT_NOT_FOUND(21, true),
    CREDIT_ACCOUNT_NOT_FOUND(22, true),
    ACCOUNTS_MUST_HAVE_THE_SAME_LEDGER(23),
    TRANSFER_MUST_HAVE_THE_SAME_LEDGER_AS_ACCOUNTS(24),
    PENDING_TRANSFER_NOT_FOUND(25, true),
    PENDING_TRANSFER_NOT_PENDING(26),
    PENDING_TRANSFER_HAS_DIFFERENT_DEBIT_ACCOUNT_ID(27),
    PENDING_TRANSFER_HAS_DIFFERENT_CREDIT_ACCOUNT_ID(28),
    PENDING_TRANSFER_HAS_DIFFERENT_LEDGER(29),
    PENDING_TRANSFER_HAS_DIFFERENT_CODE(30),
    EXCEEDS_PENDING_TRANSFER_AMOUNT(31),
    PENDING_TRANSFER_HAS_DIFFERENT_AMOUNT(32),
    PENDING_TRANSFER_ALREADY_POSTED(33),
    PENDING_TRANSFER_ALREADY_VOIDED(34),
    PENDING_TRANSFER_EXPIRED(35),
    EXISTS_WITH_DIFFERENT_FLAGS(36),
    EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT_ID(37),
    EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT_ID(38),
    EXISTS_WITH_DIFFERENT_AMOUNT(39),
    EXISTS_WITH_DIFFERENT_PENDING_ID(40),
    EXISTS_WITH_DIFFERENT_USER_DATA_128(41),
    EXISTS_WITH_DIFFERENT_USER_DATA_64(42),
    EXISTS_WITH_DIFFERENT_USER_DATA_32(43),
    EXISTS_WITH_DIFFERENT_TIMEOUT(44),
    EXISTS_WITH_DIFFERENT_CODE(45),
    EXISTS(46),
    OVERFLOWS_DEBITS_PENDING(47),
    OVERFLOWS_CREDITS_PENDING(48),
    OVERFLOWS_DEBITS_POSTED(49),
    OVERFLOWS_CREDITS_POSTED(50),
    OVERFLOWS_DEBITS(51),
    OVERFLOWS_CREDITS(52),
    OVERFLOWS_TIMEOUT(53),
    EXCEEDS_CREDITS(54, true),
    EXCEEDS_DEBITS(55, true),
    IMPORTED_EVENT_EXPECTED(56),
    IMPORTED_EVENT_NOT_EXPECTED(57),
    IMPORTED_EVENT_TIMESTAMP_OUT_OF_RANGE(58),
    IMPORTED_EVENT_TIMESTAMP_MUST_NOT_ADVANCE(59),
    IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS(60),
    IMPORTED_EVENT_TIMESTAMP_MUST_POSTDATE_DEBIT_ACCOUNT(61),
    IMPORTED_EVENT_TIMESTAMP_MUST_POSTDATE_CREDIT_ACCOUNT(62),
    IMPORTED_EVENT_TIMEOUT_MUST_BE_ZERO(63),
    CLOSING_TRANSFER_MUST_BE_PENDING(64),
    DEBIT_ACCOUNT_ALREADY_CLOSED(65, true),
    CREDIT_ACCOUNT_ALREADY_CLOSED(66, true),
    EXISTS_WITH_DIFFERENT_LEDGER(67),
    ID_ALREADY_FAILED(68);

    private static final CreateTransferStatus[] BY_CODE = new CreateTransferStatus[69];

    static {
        for (CreateTransferStatus status : values()) {
            if (status != CREATED) BY_CODE[status.code] = status;
        }
    }

    private final int code;
    private final boolean isTransient;

    CreateTransferStatus(int code) {
        this(code, false);
    }

    CreateTransferStatus(int code, boolean isTransient) {
        this.code = code;
        this.isTransient = isTransient;
    }

    /**
     * Whether the outcome might have been another at another time. The ledger remembers the id of such a transfer for
     * ever and answers {@link #ID_ALREADY_FAILED} to whatever comes with it later (ledger spec §13).
     */
    public boolean isTransient() {
        return isTransient;
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
    public static CreateTransferStatus byCode(int code) {
        if (code == CREATED.code) return CREATED;
        CreateTransferStatus status = 0 <= code && code < BY_CODE.length ? BY_CODE[code] : null;
        if (status == null) {
            throw new IllegalArgumentException("no transfer status has code " + Integer.toUnsignedString(code));
        }
        return status;
    }
}
