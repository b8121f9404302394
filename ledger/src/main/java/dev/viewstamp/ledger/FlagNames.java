package dev.viewstamp.ledger;

import java.util.ArrayList;
import java.util.List;

/** The names of one set of flags, by bit: bit i is called {@code names[i]}. */
final class FlagNames {
    private final String kind;
    private final String[] names;

    FlagNames(String kind, String... names) {
        this.kind = kind;
        this.names = names;
    }

    /** Lowest bit first; a reserved bit is shown as its hexadecimal value. */
    List<String> of(int flags) {
        List<String> result = new ArrayList<>();
        for (int bit = 0; bit < Integer.SIZE; bit++) {
            int flag = 1 << bit;
            if ((flags & flag) != 0) {
                result.add(bit < names.length ? names[bit] : "0x" + Integer.toHexString(flag));
            }
        }
        return List.copyOf(result);
    }

    int parse(String text) {
        int flags = 0;
        if (text.isBlank()) return flags;
        for (String part : text.split("\\|", -1)) {
            flags |= bitOf(part.strip());
        }
        return flags;
    }

    private int bitOf(String name) {
        for (int bit = 0; bit < names.length; bit++) {
            if (names[bit].equals(name)) return 1 << bit;
        }
        throw new IllegalArgumentException(
                "'" + name + "' is no " + kind + " flag; known are " + String.join(", ", names));
    }
}
