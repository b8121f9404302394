package dev.viewstamp.actors.cli.repl;

import dev.viewstamp.actors.cli.repl.RecordForm.Field;
import java.util.ArrayList;
import java.util.List;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/** What may come next in a statement: its command, a field that the record lacks, a flag. */
final class StatementCompleter implements Completer {
    @Override
    public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
        String before = line.line().substring(0, line.cursor());
        // What JLine replaces is the current word, so candidates must begin with the part of it that stays.
        String word = line.word().substring(0, line.wordCursor());
        for (String next : continuations(before)) {
            String typed = lastPart(word);
            String kept = word.substring(0, word.length() - typed.length());
            boolean complete = !next.endsWith("=");
            candidates.add(new Candidate(kept + next, next, null, null, null, null, complete));
        }
    }

    /** All that the last part of this text, possibly empty, may become. */
    static List<String> continuations(String before) {
        String statement = before.substring(before.lastIndexOf(';') + 1).stripLeading();
        String typed = lastPart(statement);
        List<String> possible = new ArrayList<>();
        int blank = firstBlank(statement);
        if (blank < 0) {
            possible.addAll(Command.words());
            possible.addAll(List.of("help", "exit"));
        } else {
            Command command = Command.of(statement.substring(0, blank));
            if (command != null) {
                possible.addAll(withinRecord(command, statement.substring(blank)));
            }
        }
        possible.removeIf(word -> !word.startsWith(typed));
        return possible;
    }

    private static List<String> withinRecord(Command command, String arguments) {
        String record = arguments.substring(arguments.lastIndexOf(',') + 1);
        int equals = record.lastIndexOf('=');
        boolean inValue = equals >= 0 && record.substring(equals + 1).stripLeading().matches("\\S*(\\s*\\|\\s*\\S*)*")
                && !record.substring(equals + 1).matches(".*[^|\\s]\\s+");
        if (inValue) {
            String[] names = record.substring(0, equals).strip().split("\\s+");
            Field field = command.event().field(names[names.length - 1]);
            return field != null && field.isFlags() ? flagNames(field) : List.of();
        }
        return command.event().fields().stream()
                .filter(field -> !record.matches("(?s).*\\b" + field.name() + "\\s*=.*"))
                .map(field -> field.name() + "=").toList();
    }

    private static List<String> flagNames(Field field) {
        // Reserved bits are named in hexadecimal.
        return field.names().apply(-1).stream().filter(name -> !name.startsWith("0x")).toList();
    }

    private static String lastPart(String text) {
        int end = text.length();
        int start = end;
        while (start > 0 && "|=,; \t\n".indexOf(text.charAt(start - 1)) < 0) {
            start--;
        }
        return text.substring(start, end);
    }

    private static int firstBlank(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isWhitespace(text.charAt(i))) {
                return i;
            }
        }
        return -1;
    }
}
