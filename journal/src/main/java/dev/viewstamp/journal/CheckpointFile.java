package dev.viewstamp.journal;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Name of one immutable file of a checkpoint. Equal names have equal bytes on every replica.
 *
 * @param number of a {@link Kind#DATA} file as the ledger counts them; else the checkpoint's op
 */
public record CheckpointFile(Kind kind, long number) implements Comparable<CheckpointFile> {
    /** What a file holds. */
    public enum Kind {
        /** Records, index runs or pages of the state machine: blocks of 64 KiB, then a table of their checksums. */
        DATA("data"),
        /** The list of a checkpoint's files. */
        MANIFEST("manifest"),
        /** The session table at a checkpoint. */
        SESSIONS("sessions");

        private final String prefix;

        Kind(String prefix) {
            this.prefix = prefix;
        }
    }

    private static final Pattern NAME = Pattern.compile("(data|manifest|sessions)-(\\d{16})");

    public CheckpointFile {
        if (number < 0 || number >= 10_000_000_000_000_000L) {
            throw new IllegalArgumentException("number is " + number + ": a file's number has at most 16 digits");
        }
    }

    public static CheckpointFile data(long number) {
        return new CheckpointFile(Kind.DATA, number);
    }

    public static CheckpointFile manifest(long op) {
        return new CheckpointFile(Kind.MANIFEST, op);
    }

    public static CheckpointFile sessions(long op) {
        return new CheckpointFile(Kind.SESSIONS, op);
    }

    /** Name in the folder: {@code data-0000000000000012}; the order of names is the order of numbers. */
    public String fileName() {
        return kind.prefix + "-" + String.format("%016d", number);
    }

    /** The file that is called so; empty for any other name. */
    public static Optional<CheckpointFile> ofName(String name) {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        for (Kind kind : Kind.values()) {
            if (kind.prefix.equals(matcher.group(1))) {
                return Optional.of(new CheckpointFile(kind, Long.parseLong(matcher.group(2))));
            }
        }
        return Optional.empty();
    }

    @Override
    public int compareTo(CheckpointFile other) {
        int byKind = kind.compareTo(other.kind);
        return byKind != 0 ? byKind : Long.compare(number, other.number);
    }

    @Override
    public String toString() {
        return fileName();
    }
}
