package dev.viewstamp.journal;

import java.nio.ByteBuffer;
import java.util.List;

/** A formatted replica on a {@link MemoryStorage}, with verbs to put entries and damage on its rings by hand. */
final class Wal {
    static final Word128 CLUSTER = Word128.of(7);
    static final int WRITES_MAX = 2;

    final ClusterConstants constants;
    final WalGeometry geometry;
    final MemoryStorage storage;
    SuperBlock superBlock;

    Wal(ClusterConstants constants, int replica) throws Exception {
        this.constants = constants;
        this.geometry = constants.walGeometry();
        this.storage = new MemoryStorage(DataDirectoryLayout.of(constants));
        this.superBlock = SuperBlock.first(CLUSTER, constants, VsrState.root(CLUSTER, replica));
        ZoneFormat.write(storage, superBlock, (bytes, total) -> { });
    }

    /** Three replicas, this one a backup of view 0; 32 slots of 8 KiB. */
    static Wal ofThree() throws Exception {
        return new Wal(constants(3), 1);
    }

    static Wal solo() throws Exception {
        return new Wal(constants(1), 0);
    }

    static ClusterConstants constants(int replicaCount) {
        return new ClusterConstants(replicaCount, 32, 8192, 8192 - EntryHeader.SIZE, 4, 7, 4);
    }

    /** An entry whose body (of 5000 bytes, so two sectors) differs by op and view. */
    static LogEntry entry(long op, int view, Word128 parent) {
        byte[] body = new byte[5000];
        ByteBuffer.wrap(body).putLong(op).putInt(view);
        return entry(op, view, parent, body);
    }

    static LogEntry entry(long op, int view, Word128 parent, byte[] body) {
        EntryHeader header = EntryHeader.builder().cluster(CLUSTER).op(op).view(view).parent(parent).operation(130)
                .client(Word128.of(9)).request(1).timestamp(op * 10 + 1)
                .commit(Math.max(0, op - 1)).body(body).build();
        return new LogEntry(header, body);
    }

    static LogEntry entry(long op, int view) {
        return entry(op, view, Word128.of(op - 1));
    }

    /** Ops from..to of one view as one chain on top of {@code parent}. */
    static LogEntry[] chain(long from, long to, int view, Word128 parent) {
        LogEntry[] entries = new LogEntry[(int) (to - from + 1)];
        Word128 last = parent;
        for (int i = 0; i < entries.length; i++) {
            entries[i] = entry(from + i, view, last);
            last = entries[i].checksum();
        }
        return entries;
    }

    static EntryHeader root() {
        return EntryHeader.root(CLUSTER);
    }

    void append(LogEntry... entries) {
        for (LogEntry entry : entries) {
            writePrepare(entry);
            writeHeader(entry.header());
        }
    }

    void writePrepare(LogEntry entry) {
        writePrepareAt(geometry.slotOf(entry.op()), entry);
    }

    void writePrepareAt(int slot, LogEntry entry) {
        storage.write(Storage.Zone.WAL_PREPARES, geometry.prepareOffset(slot), encoded(entry));
    }

    static byte[] encoded(LogEntry entry) {
        ByteBuffer buffer = ByteBuffer.allocate(EntryCodec.encodedSize(entry.header()));
        EntryCodec.encode(entry, buffer);
        return buffer.array();
    }

    void writeHeader(EntryHeader header) {
        writeHeaderAt(geometry.slotOf(header.op()), header);
    }

    void writeHeaderAt(int slot, EntryHeader header) {
        storage.write(Storage.Zone.WAL_HEADERS, (long) slot * EntryHeader.SIZE, header.toBytes());
    }

    EntryHeader headerOnDisk(int slot) {
        return EntryHeader.read(storage.bytes(Storage.Zone.WAL_HEADERS, (long) slot * EntryHeader.SIZE,
                EntryHeader.SIZE), 0);
    }

    EntryHeader reserved(int slot) {
        return EntryHeader.reserved(CLUSTER, slot);
    }

    void writeReservedPrepare(int slot) {
        writePrepareAt(slot, new LogEntry(reserved(slot), new byte[0]));
    }

    void damageHeader(int slot) {
        storage.damage(Storage.Zone.WAL_HEADERS, (long) slot * EntryHeader.SIZE + 130);
    }

    /** In the body, as a torn or rotten prepare would be. */
    void damagePrepare(int slot) {
        storage.damage(Storage.Zone.WAL_PREPARES, geometry.prepareOffset(slot) + 300);
    }

    /** Whatever is in the slot, its prepare is now garbage. */
    void tearPrepare(int slot) {
        storage.damage(Storage.Zone.WAL_PREPARES, geometry.prepareOffset(slot) + 130);
    }

    void state(VsrState state) throws Exception {
        superBlock = superBlock.successor(state);
        new SuperBlockZone(storage).write(superBlock);
    }

    void view(int view, int logView, EntryHeader... viewHeaders) throws Exception {
        state(superBlock.vsrState().withView(view, logView, 0, List.of(viewHeaders)));
    }

    void checkpoint(EntryHeader header) throws Exception {
        CheckpointState state = new CheckpointState(header, superBlock.vsrState().checkpoint().id(), Word128.ZERO,
                Word128.of(5), 100, Word128.ZERO, 0, 1);
        state(superBlock.vsrState().withCheckpoint(state, header.op() + 4, 0, 0, List.of(header)));
    }

    OpenedLog open() throws Exception {
        return OpenedLog.open(storage, superBlock, WRITES_MAX);
    }

    WalRecovery recover() throws Exception {
        return WalRecovery.recover(superBlock, new WalReader(storage, CLUSTER, geometry).readAll(), WRITES_MAX);
    }
}
