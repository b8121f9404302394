package dev.viewstamp.testkit.process;

import dev.viewstamp.testkit.sim.SimRandom;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
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
        try {
            byte[] bytes = Files.readAllBytes(file);
            int offset = random.between(0, bytes.length - 1);
            for (int i = 1; i < bytes.length && bytes[offset] == 0; i++) {
                offset = (offset + 1) % bytes.length;
            }
            at(file, offset, random);
            return offset;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot damage " + file, e);
        }
    }
}
