package dev.viewstamp.ledger;

import java.util.ArrayList;
import java.util.List;

/** Writes one file, block by block. Files in memory get no table: nobody reads them back. Not thread-safe. */
final class FileWriter {
    private final FileSink sink;
    private final int number;
    private final BlockTable.Writer writer;                  // null: in memory
    private final List<byte[]> held = new ArrayList<>();

    FileWriter(FileSink sink, int number, boolean inMemory) {
        this.sink = sink;
        this.number = number;
        writer = inMemory ? null : new BlockTable.Writer(sink, number);
        if (inMemory) sink.create(number);
    }

    /** Nobody may change the array any more. Returns the block's number. */
    int append(byte[] block) {
        if (writer != null) return writer.append(block);
        sink.append(number, block);
        held.add(block);
        return held.size() - 1;
    }

    /** Blocks so far. */
    int blocks() {
        return writer != null ? writer.blocks() : held.size();
    }

    SealedFile seal(FileKind kind, long first, long end) {
        if (writer != null) return new SealedFile(number, kind, writer.blocks(), first, end, writer.seal(), null);
        sink.seal(number);
        return new SealedFile(number, kind, held.size(), first, end, null, held.toArray(new byte[0][]));
    }
}
