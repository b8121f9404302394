package dev.viewstamp.ledger;

/**
 * What records can be found by, besides id and timestamp (ledger spec §4). Accounts and transfers have the
 * fields that both have in the same places.
 */
enum IndexField {
    /** By the account's index, not its id. */
    DEBIT_ACCOUNT(4, -1),
    /** By the account's index, not its id. */
    CREDIT_ACCOUNT(4, -1),
    USER_DATA_128(16, TransferLayout.USER_DATA_128),
    USER_DATA_64(8, TransferLayout.USER_DATA_64),
    USER_DATA_32(4, TransferLayout.USER_DATA_32),
    LEDGER(4, TransferLayout.LEDGER),
    CODE(2, TransferLayout.CODE);

    static final int COUNT = 7;
    private static final IndexField[] ALL = values();

    /** Bytes of the field in a record. */
    final int width;
    /** Where it lies in a record; -1 where the index knows better. */
    final int offset;
    /** Bytes of a key in an index run. */
    final int keySize;
    /** Bytes of an entry in the directory of an index run. */
    final int entrySize;
    /** Such entries per block. */
    final int entriesPerBlock;

    IndexField(int width, int offset) {
        this.width = width;
        this.offset = offset;
        keySize = Math.max(width, 4);
        entrySize = keySize + IndexRun.FIRST_AND_WHERE;
        entriesPerBlock = LedgerFiles.BLOCK_SIZE / entrySize;
    }

    static IndexField of(int ordinal) {
        return ALL[ordinal];
    }

    boolean isAccount() {
        return offset < 0;
    }

    /** The low 64 bits of the field in a record. */
    long lo(byte[] record, int at) {
        return switch (width) {
            case 2 -> LittleEndian.u16(record, at + offset);
            case 4 -> LittleEndian.u32(record, at + offset);
            default -> LittleEndian.u64(record, at + offset);
        };
    }

    /** The high 64 bits: zero but for u128. */
    long hi(byte[] record, int at) {
        return width == 16 ? LittleEndian.u64(record, at + offset + Long.BYTES) : 0;
    }
}
