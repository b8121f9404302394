package dev.viewstamp.testkit.process;

import dev.viewstamp.testkit.sim.SimRandom;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** Flips bits in files of a replica that does not run. */
final class FlippedByte {
    private FlippedByte() {
    }

    /** One bit of the byte at {@code offset}. */
    static void at(Path file, long offset, SimRandom random) {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(offset);
            int old = bytes.read();
            bytes.seek(offset);
            bytes.write(old ^ 1 << random.between(0, 7));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot damage " + file, e);
        }
    }

    /** One bit of a byte that means something: gaps and ends of blocks are zeros. Answers where. Not of empty files. */
    static long somewhere(Path file, SimRandom random) {
        long offset = within(file, 0, (int) file.toFile().length(), random);
        if (offset < 0) {
            at(file, 0, random);
        }
        return Math.max(0, offset);
    }

    /** The same for {@code length} bytes from {@code start}. Answers where, or -1 if there are only zeros. */
    static long within(Path file, long start, int length, SimRandom random) {
        byte[] bytes = new byte[length];
        try (RandomAccessFile source = new RandomAccessFile(file.toFile(), "r")) {
            source.seek(start);
            source.readFully(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot damage " + file, e);
        }
        int first = random.between(0, length - 1);
        for (int i = 0; i < length; i++) {
            int offset = (first + i) % length;
            if (bytes[offset] != 0) {
                at(file, start + offset, random);
                return start + offset;
            }
        }
        return -1;
    }
}
