package dev.viewstamp.ledger;

/**
 * Where the fields of the result of one failed event of a legacy, sparse operation lie (ledger
 * spec §2.3). Little-endian, unsigned, no padding.
 *
 * <pre>
 *    0  u32  index
 *    4  u32  status
 *    8
 * </pre>
 */
public final class SparseResultLayout {
    public static final int SIZE = 8;

    public static final int INDEX = 0;
    public static final int STATUS = 4;

    private SparseResultLayout() {}
}
