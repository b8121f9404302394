package dev.viewstamp.actors.cli.repl;

import dev.viewstamp.actors.cli.repl.RecordForm.Field;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Results as JSON: one object per record, fields in the order of the record, numbers as strings (a u128 does not fit a
 * JSON reader's number), flags as a list of names. Reserved bytes are not shown.
 */
final class ResultText {
    private ResultText() {
    }

    /** Number of records in an answer's batch. */
    static int count(RecordForm form, byte[] results) {
        return results.length / form.size();
    }

    /** Objects behind each other, two blanks deep, as TigerBeetle's REPL prints them. */
    static String objects(RecordForm form, byte[] results) {
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < results.length; at += form.size()) {
            int record = at;
            text.append(form.fields().stream()
                    .map(field -> "  \"" + field.name() + "\": " + value(field, results, record))
                    .collect(Collectors.joining(",\n", "{\n", "\n}\n")));
        }
        return text.toString();
    }

    /** One JSON array on one line. */
    static String array(RecordForm form, byte[] results) {
        StringBuilder text = new StringBuilder("[");
        for (int at = 0; at < results.length; at += form.size()) {
            int record = at;
            text.append(at == 0 ? "" : ",").append(form.fields().stream()
                    .map(field -> "\"" + field.name() + "\":" + value(field, results, record))
                    .collect(Collectors.joining(",", "{", "}")));
        }
        return text.append(']').toString();
    }

    private static String value(Field field, byte[] results, int at) {
        if (field.names() == null) {
            return "\"" + field.read(results, at) + "\"";
        }
        List<String> names = field.names().apply((int) field.read(results, at).lo());
        return field.isFlags()
                ? names.stream().map(name -> "\"" + name + "\"").collect(Collectors.joining(",", "[", "]"))
                : "\"" + names.get(0) + "\"";
    }
}
