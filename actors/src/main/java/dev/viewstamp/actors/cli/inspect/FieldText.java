package dev.viewstamp.actors.cli.inspect;

import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The fields that {@code --json} prints, for people: a line per field, names in one column; a group indented below its
 * name; a list of groups as a line each.
 */
final class FieldText {
    private static final String INDENT = "  ";

    private final StringBuilder text = new StringBuilder();

    private FieldText() {
    }

    /** @param fields values are texts, numbers, flags, maps like this one, or collections of any of these */
    static String of(Map<String, ?> fields) {
        FieldText text = new FieldText();
        text.group("", fields);
        return text.text.toString();
    }

    private void group(String indent, Map<String, ?> fields) {
        int width = fields.entrySet().stream().filter(field -> !isNested(field.getValue()))
                .mapToInt(field -> field.getKey().length()).max().orElse(0);
        fields.forEach((name, value) -> {
            if (!isNested(value)) {
                text.append(indent).append(String.format("%-" + Math.max(1, width) + "s  %s%n", name, scalar(value)));
                return;
            }
            text.append(indent).append(name).append(System.lineSeparator());
            if (value instanceof Map<?, ?> nested) {
                group(indent + INDENT, named(nested));
            } else {
                ((Collection<?>) value).forEach(element -> text.append(indent).append(INDENT).append(line(element))
                        .append(System.lineSeparator()));
            }
        });
    }

    /** Whether it takes lines of its own. */
    private static boolean isNested(Object value) {
        return value instanceof Map<?, ?> nested && !nested.isEmpty()
                || value instanceof Collection<?> list && list.stream().anyMatch(Map.class::isInstance);
    }

    private static String scalar(Object value) {
        if (value instanceof Collection<?> list) {
            return list.isEmpty() ? "none" : list.stream().map(String::valueOf).collect(Collectors.joining(", "));
        }
        if (value instanceof Map<?, ?>) {
            return "none";
        }
        return value instanceof Boolean flag ? (flag ? "yes" : "no") : String.valueOf(value);
    }

    private static String line(Object element) {
        return element instanceof Map<?, ?> fields
                ? fields.entrySet().stream().map(field -> field.getKey() + " " + scalar(field.getValue()))
                        .collect(Collectors.joining(INDENT))
                : scalar(element);
    }

    private static Map<String, Object> named(Map<?, ?> fields) {
        Map<String, Object> named = new java.util.LinkedHashMap<>();
        fields.forEach((name, value) -> named.put(String.valueOf(name), value));
        return named;
    }
}
