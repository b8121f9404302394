package dev.viewstamp.ledger;

import static dev.viewstamp.ledger.Invariant.check;

import java.util.Arrays;

/**
 * What events left behind, compactly and in order: of a 256-byte event record (ledger spec §15) only what
 * cannot be read off the transfer and its accounts, which never change. There are two streams, of created
 * transfers (an event's ordinal is the transfer's position) and of expiries. An event is
 *
 * <pre>
 *  +------+------------+----------+---------+-----------------+------------------------------+
 *  | bits | lengths    | balances | pending | requested       | expiries only:               |
 *  | u8   | 8 x 4 bits | 0 … 128  | u16 ?   | u8 length, 0-16 | event timestamp, position of |
 *  |      |            | bytes    | flags   | bytes ?         | the pending transfer u64 x 2 |
 *  +------+------------+----------+---------+-----------------+------------------------------+
 * </pre>
 *
 * where a balance has as many bytes as its nibble says (15 stands for 16). Debit account first; balances as
 * in {@link AccountLayout}. Events do not cross blocks; at a block's end lies, backwards, where every
 * eighth of its events begins (u16). Reading one event therefore skips at most seven. Not thread-safe.
 */
final class EventStream implements Freezable {
    private static final int DEBIT_CLOSED = 0x01;
    private static final int CREDIT_CLOSED = 0x02;
    /** The requested amount was AMOUNT_MAX. */
    private static final int REQUESTED_MAX = 0x04;
    /** The requested amount differs from the amount and is not AMOUNT_MAX. */
    private static final int REQUESTED_OTHER = 0x08;
    private static final int PENDING_FLAGS = 0x10;
    private static final int EXPIRY = 0x20;

    private static final int STRIDE = 8;
    private static final int BALANCES = 8;
    private static final int HEADER = 1 + Integer.BYTES;
    /** The largest event, and the slack that writing whole words needs. */
    private static final int EVENT_MAX = HEADER + BALANCES * 16 + 2 + 17 + 16 + 16;
    private static final int FULL = BlockList.BLOCK;

    /** One event, unpacked. Amounts as hi and lo. */
    static final class Event {
        /** Debit account's four balances, then the credit account's; lo before hi, as in a record. */
        final long[] balances = new long[BALANCES * 2];
        boolean isDebitClosed;
        boolean isCreditClosed;
        boolean isRequestedAmount;                           // else it equals the amount
        long requestedHi;
        long requestedLo;
        int pendingFlags;
        long timestamp;                                      // of an expiry
        long pendingPosition;                                // of an expiry
    }

    private final PageKind kind;
    private final BlockList blocks;
    private final int segment;
    private long[] firstOrdinal = new long[4];               // per block
    private long size;
    private long frozenSize;                                 // at the last checkpoint
    private long sealedEvents;
    private int cursor = FULL;                               // where the next event goes in the last block
    private int body;                                        // where the event being written goes on

    /** @param segment events per sealed file, a power of two; a segment begins in a block of its own */
    EventStream(PageKind kind, SealedFiles files, SpareBlocks spares, int segment) {
        this.kind = kind;
        blocks = new BlockList(files, spares);
        this.segment = segment;
    }

    long size() {
        return size;
    }

    /** Begins the event of a transfer: the state of its accounts after it. Finish with {@link #end}. */
    void begin(AccountStore accounts, int debit, int credit) {
        if (size % STRIDE == 0) beginStride();
        byte[] block = lastBlock();
        int bits = (accounts.isClosed(debit) ? DEBIT_CLOSED : 0) | (accounts.isClosed(credit) ? CREDIT_CLOSED : 0);
        block[cursor] = (byte) bits;
        body = cursor + HEADER;
        int lengths = balances(block, accounts.page(debit), AccountStore.offset(debit), 0);
        lengths |= balances(block, accounts.page(credit), AccountStore.offset(credit), 4);
        LittleEndian.putU32(block, cursor + 1, lengths);
    }

    void pendingFlags(int flags) {
        byte[] block = lastBlock();
        block[cursor] |= PENDING_FLAGS;
        LittleEndian.putU16(block, body, flags);
        body += 2;
    }

    /** Only needed where the requested amount is not the amount. */
    void requested(long hi, long lo) {
        byte[] block = lastBlock();
        if ((hi & lo) == -1L) {
            block[cursor] |= REQUESTED_MAX;
            return;
        }
        block[cursor] |= REQUESTED_OTHER;
        int length = nibble(hi, lo);
        block[body++] = (byte) length;
        number(block, hi, lo);
        body += bytes(length);
    }

    void expiry(long timestamp, long pendingPosition) {
        byte[] block = lastBlock();
        block[cursor] |= EXPIRY;
        LittleEndian.putU64(block, body, timestamp);
        LittleEndian.putU64(block, body + Long.BYTES, pendingPosition);
        body += 2 * Long.BYTES;
    }

    void end() {
        cursor = body;
        size++;
    }

    /** Unpacks one event. */
    void read(long ordinal, Event event) {
        check(ordinal < size, "an event that is read exists");
        int index = blockOf(ordinal);
        byte[] block = blocks.block(index);
        int at = locate(block, (int) (ordinal - firstOrdinal[index]));
        int bits = block[at];
        int lengths = LittleEndian.i32(block, at + 1);
        int next = at + HEADER;
        for (int i = 0; i < BALANCES; i++) {
            int length = bytes(lengths >>> i * 4 & 15);
            event.balances[2 * i] = readLo(block, next, length);
            event.balances[2 * i + 1] = readHi(block, next, length);
            next += length;
        }
        event.isDebitClosed = (bits & DEBIT_CLOSED) != 0;
        event.isCreditClosed = (bits & CREDIT_CLOSED) != 0;
        event.pendingFlags = 0;
        if ((bits & PENDING_FLAGS) != 0) {
            event.pendingFlags = LittleEndian.u16(block, next);
            next += 2;
        }
        event.isRequestedAmount = (bits & (REQUESTED_MAX | REQUESTED_OTHER)) != 0;
        event.requestedHi = -1L;
        event.requestedLo = -1L;
        if ((bits & REQUESTED_OTHER) != 0) {
            int length = bytes(block[next++]);
            event.requestedLo = readLo(block, next, length);
            event.requestedHi = readHi(block, next, length);
            next += length;
        }
        if ((bits & EXPIRY) != 0) {
            event.timestamp = LittleEndian.u64(block, next);
            event.pendingPosition = LittleEndian.u64(block, next + Long.BYTES);
        }
    }

    /** Forgets all events from this ordinal on. */
    void truncate(long sizeBefore) {
        long end = size;                                     // of the last block that is left
        while (blocks.size() > 0 && firstOrdinal[blocks.size() - 1] >= sizeBefore) {
            end = firstOrdinal[blocks.size() - 1];
            blocks.removeLast();
            cursor = FULL;
        }
        if (sizeBefore < end) {
            int last = blocks.size() - 1;
            cursor = locate(blocks.block(last), (int) (sizeBefore - firstOrdinal[last]));
        }
        size = sizeBefore;
    }

    /** The blocks of a segment that is complete, by reference. */
    byte[][] segment(long first) {
        long end = first + segment;
        check(size >= end, "only full segments are sealed");
        if (size == end) finishBlock();
        return blocks.range(blockOf(first), size == end ? blocks.size() : blockOf(end));
    }

    /** The first ordinals of so many blocks of a segment. */
    long[] firstOrdinals(long first, int count) {
        int index = blockOf(first);
        return Arrays.copyOfRange(firstOrdinal, index, index + count);
    }

    /** The next segment is in a file from here on, where its blocks begin with this one. */
    void seal(SealedFile file, int firstBlock, int count) {
        blocks.seal(count, file, firstBlock);
        sealedEvents += segment;
    }

    /** Adds a segment that a checkpoint has in a file. */
    void restore(SealedFile file, int firstBlock, long[] firstOrdinals) {
        int index = blocks.size();
        blocks.addSealed(firstOrdinals.length, file, firstBlock);
        for (int i = 0; i < firstOrdinals.length; i++) putFirstOrdinal(index + i, firstOrdinals[i]);
        sealedEvents += segment;
        size = sealedEvents;
        frozenSize = size;
    }

    /** Adds the next block, read from a checkpoint, of events that are not sealed yet. */
    void restoreTail(byte[] block, long first) {
        blocks.add(block);
        putFirstOrdinal(blocks.size() - 1, first);
    }

    /** Ends restoring. */
    void restoreEnd(long events, int cursorThen) {
        size = events;
        frozenSize = events;
        cursor = cursorThen;
    }

    /** Events in sealed files. */
    long sealedEvents() {
        return sealedEvents;
    }

    /** Where the next event goes in the last block; 65536 if it goes into another. */
    int cursor() {
        return cursor;
    }

    @Override
    public PageKind kind() {
        return kind;
    }

    @Override
    public int firstPage() {
        return blocks.sealedSize();
    }

    @Override
    public int endPage() {
        return blocks.size();
    }

    @Override
    public boolean isPresent(int page) {
        return true;
    }

    @Override
    public boolean isChanged(int page) {
        return (page + 1 == blocks.size() ? size : firstOrdinal[page + 1]) > frozenSize;
    }

    @Override
    public long firstOf(int page) {
        return firstOrdinal[page];
    }

    @Override
    public byte[] frozen(int page) {
        byte[] block = blocks.block(page);
        if (page + 1 < blocks.size() || cursor == FULL) return block;
        byte[] copy = block.clone();
        int strides = (int) (size - firstOrdinal[page] + STRIDE - 1) / STRIDE;
        Arrays.fill(copy, cursor, BlockList.BLOCK - Short.BYTES * strides, (byte) 0);
        return copy;
    }

    @Override
    public void freeze() {
        frozenSize = size;
    }

    @Override
    public void release() {
        // What is frozen here never changes.
    }

    private void beginStride() {
        int footer = footer();
        if (cursor + STRIDE * EVENT_MAX > footer || size % segment == 0) {
            finishBlock();
            Arrays.fill(blocks.add(), (byte) 0);
            putFirstOrdinal(blocks.size() - 1, size);
            cursor = 0;
            footer = BlockList.BLOCK - Short.BYTES;
        }
        LittleEndian.putU16(lastBlock(), footer, cursor);
    }

    private void putFirstOrdinal(int index, long ordinal) {
        if (index >= firstOrdinal.length) {
            firstOrdinal = Arrays.copyOf(firstOrdinal, Math.max(index + 1, firstOrdinal.length * 2));
        }
        firstOrdinal[index] = ordinal;
    }

    /** Clears what lies between events and footer: an undone chain may have left something there. */
    private void finishBlock() {
        if (cursor < FULL) Arrays.fill(lastBlock(), cursor, footer() + Short.BYTES, (byte) 0);
        cursor = FULL;
    }

    /** Where the beginning of the next stride is noted, if the next event begins one in the last block. */
    private int footer() {
        int index = blocks.size() - 1;
        int strides = index < 0 ? 0 : (int) (size - firstOrdinal[index]) / STRIDE;
        return BlockList.BLOCK - Short.BYTES * (strides + 1);
    }

    private byte[] lastBlock() {
        return blocks.block(blocks.size() - 1);
    }

    private int blockOf(long ordinal) {
        int index = Arrays.binarySearch(firstOrdinal, 0, blocks.size(), ordinal);
        return index >= 0 ? index : -index - 2;
    }

    /** Where the event of this number within the block begins. */
    private static int locate(byte[] block, int number) {
        int at = LittleEndian.u16(block, BlockList.BLOCK - Short.BYTES * (number / STRIDE + 1));
        for (int i = number % STRIDE; i > 0; i--) at += length(block, at);
        return at;
    }

    private static int length(byte[] block, int at) {
        int bits = block[at];
        int lengths = LittleEndian.i32(block, at + 1);
        int length = HEADER;
        for (int i = 0; i < BALANCES; i++) length += bytes(lengths >>> i * 4 & 15);
        if ((bits & PENDING_FLAGS) != 0) length += 2;
        if ((bits & REQUESTED_OTHER) != 0) length += 1 + bytes(block[at + length]);
        if ((bits & EXPIRY) != 0) length += 2 * Long.BYTES;
        return length;
    }

    /** Writes an account's four balances; returns their nibbles, shifted to where the header wants them. */
    private int balances(byte[] block, byte[] page, int at, int first) {
        int lengths = 0;
        for (int i = 0; i < 4; i++) {
            int field = at + AccountLayout.DEBITS_PENDING + i * 16;
            long lo = LittleEndian.u64(page, field);
            long hi = LittleEndian.u64(page, field + Long.BYTES);
            int nibble = nibble(hi, lo);
            number(block, hi, lo);
            body += bytes(nibble);
            lengths |= nibble << (first + i) * 4;
        }
        return lengths;
    }

    /** Writes all 16 bytes; the caller keeps as many as count. */
    private void number(byte[] block, long hi, long lo) {
        LittleEndian.putU64(block, body, lo);
        if (hi != 0) LittleEndian.putU64(block, body + Long.BYTES, hi);
    }

    private static int nibble(long hi, long lo) {
        int bits = hi != 0 ? 128 - Long.numberOfLeadingZeros(hi) : 64 - Long.numberOfLeadingZeros(lo);
        return Math.min(bits + 7 >>> 3, 15);
    }

    private static int bytes(int nibble) {
        return nibble == 15 ? 16 : nibble;
    }

    private static long readLo(byte[] block, int at, int length) {
        return LittleEndian.u64(block, at) & mask(Math.min(length, Long.BYTES));
    }

    private static long readHi(byte[] block, int at, int length) {
        if (length <= Long.BYTES) return 0;
        return LittleEndian.u64(block, at + Long.BYTES) & mask(length - Long.BYTES);
    }

    private static long mask(int bytes) {
        return bytes == 0 ? 0 : -1L >>> Long.SIZE - bytes * Byte.SIZE;
    }
}
