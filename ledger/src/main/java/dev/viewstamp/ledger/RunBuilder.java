package dev.viewstamp.ledger;

/**
 * Builds the index run of a segment of records, a field per step. Works on records that no longer change. Not
 * thread-safe.
 */
final class RunBuilder {
    private final TailIndex.Records records;
    private final TailIndex tail;
    private final long first;
    private final int segment;
    private final IndexRunWriter writer;
    private final RadixSort sort = new RadixSort();
    private final long[] keys;
    private final int[] ordinals;
    private int fieldNumber;
    private int used = -1;                                   // a bit per field that has values; -1: not looked yet

    /** @param tail over the same records; full, and left as it is meanwhile */
    RunBuilder(TailIndex.Records records, TailIndex tail, int segment, FileWriter file) {
        this.records = records;
        this.tail = tail;
        this.segment = segment;
        first = tail.start();
        keys = new long[segment];
        ordinals = new int[segment];
        writer = new IndexRunWriter(file, first);
    }

    /** Adds the next field; false if there is none left. */
    boolean addField() {
        if (fieldNumber == IndexField.COUNT) return false;
        IndexField field = IndexField.of(fieldNumber++);
        if (used < 0) used = fieldsWithValues();
        writer.beginField(field);
        if ((used & 1 << field.ordinal()) != 0) add(field);
        writer.endField();
        return true;
    }

    /** User data is often left out; one look at all records saves one for each field without values. */
    private int fieldsWithValues() {
        long userData128 = 0;
        long userData64 = 0;
        long userData32 = 0;
        for (int ordinal = 0; ordinal < segment; ordinal++) {
            byte[] block = records.block(first + ordinal);
            int at = records.at(first + ordinal);
            userData128 |= IndexField.USER_DATA_128.lo(block, at) | IndexField.USER_DATA_128.hi(block, at);
            userData64 |= IndexField.USER_DATA_64.lo(block, at);
            userData32 |= IndexField.USER_DATA_32.lo(block, at);
        }
        int fields = bit(IndexField.LEDGER, true) | bit(IndexField.CODE, true);
        boolean hasAccounts = tail.hasAccounts();
        fields |= bit(IndexField.DEBIT_ACCOUNT, hasAccounts) | bit(IndexField.CREDIT_ACCOUNT, hasAccounts);
        return fields | bit(IndexField.USER_DATA_128, userData128 != 0) | bit(IndexField.USER_DATA_64, userData64 != 0)
                | bit(IndexField.USER_DATA_32, userData32 != 0);
    }

    private static int bit(IndexField field, boolean isUsed) {
        return isUsed ? 1 << field.ordinal() : 0;
    }

    IndexRun finish(FileKind kind, SealedFile.Source source) {
        return writer.end(kind, first + segment, source);
    }

    private void add(IndexField field) {
        int count = field.isAccount() ? collectAccounts(field) : collect(field);
        sort.sort(keys, ordinals, count);
        if (field.width != 16) {
            for (int i = 0; i < count; i++) writer.add(keys[i], 0, first + ordinals[i], first + ordinals[i]);
            return;
        }
        // A stable sort by the high half, of what is sorted by the low half, sorts by both.
        for (int i = 0; i < count; i++) {
            keys[i] = field.hi(records.block(first + ordinals[i]), records.at(first + ordinals[i]));
        }
        sort.sort(keys, ordinals, count);
        for (int i = 0; i < count; i++) {
            long position = first + ordinals[i];
            writer.add(field.lo(records.block(position), records.at(position)), keys[i], position, position);
        }
    }

    private int collectAccounts(IndexField field) {
        for (int ordinal = 0; ordinal < segment; ordinal++) {
            keys[ordinal] = tail.accountOf(field.ordinal(), first + ordinal);
            ordinals[ordinal] = ordinal;
        }
        return segment;
    }

    /** Zero cannot be searched for and is left out. */
    private int collect(IndexField field) {
        int count = 0;
        boolean wide = field.width == 16;
        for (int ordinal = 0; ordinal < segment; ordinal++) {
            byte[] block = records.block(first + ordinal);
            int at = records.at(first + ordinal);
            long lo = field.lo(block, at);
            if (lo == 0 && (!wide || field.hi(block, at) == 0)) continue;
            keys[count] = lo;
            ordinals[count++] = ordinal;
        }
        return count;
    }
}
