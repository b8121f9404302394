package dev.viewstamp.testkit.process;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a story measured, in the order in which it is printed, and which targets it missed. One thread writes. */
final class Figures {
    private final Map<String, Object> fields = new LinkedHashMap<>();
    private final List<String> missed = new ArrayList<>();

    Figures put(String name, Object value) {
        fields.put(name, value instanceof Double number ? rounded(number) : value);
        return this;
    }

    /** A figure that must not be larger. */
    void atMost(String name, double value, double limit) {
        put(name, value);
        if (!(value <= limit)) {
            missed.add(String.format("%s is %.3f: more than %.3f", name, value, limit));
        }
    }

    /** A figure that must not be smaller. */
    void atLeast(String name, double value, double limit) {
        put(name, value);
        if (!(value >= limit)) {
            missed.add(String.format("%s is %.3f: less than %.3f", name, value, limit));
        }
    }

    /** Something that must be so. */
    void holds(String name, boolean value) {
        put(name, value);
        if (!value) {
            missed.add(name + " does not hold");
        }
    }

    Object get(String name) {
        return fields.get(name);
    }

    Map<String, Object> fields() {
        return fields;
    }

    /** One line for each target that was missed. */
    List<String> missed() {
        return missed;
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
