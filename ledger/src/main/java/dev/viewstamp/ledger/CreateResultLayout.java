package dev.viewstamp.ledger;

/**
 * Where the fields of the result of one created account or transfer lie (ledger spec §2.3).
 * Little-endian, unsigned, no padding.
 *
 * <pre>
 *    0  u64  timestamp
 *    8  u32  status
 *   12  u32  reserved (zero)
 *   16
 * </pre>
 */
public final class CreateResultLayout {
    public static final int SIZE = 16;

    public static final int TIMESTAMP = 0;
    public static final int STATUS = 8;
    public static final int RESERVED = 12;

    private CreateResultLayout() {}
}
