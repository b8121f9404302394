package dev.viewstamp.actors.cli.repl;

import dev.viewstamp.actors.cli.Nearest;
import dev.viewstamp.actors.cli.repl.RecordForm.Field;
import dev.viewstamp.ledger.LedgerLimits;
import dev.viewstamp.ledger.Uint128;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads statements as TigerBeetle's REPL takes them.
 *
 * <pre>
 * script    := statement (";" statement)* [";"]
 * statement := "help" | "exit" | "quit" | command record ("," record)*
 * record    := (field "=" value)+
 * value     := number | flag ("|" flag)*
 * number    := ["-"] digits               decimal, 0x…, 0o… or 0b…, with _ anywhere; -n is the field's maximum less n
 * </pre>
 *
 * White space, line ends among it, may stand between any two of them.
 */
final class StatementParser {
    private final String source;
    private int position;

    private StatementParser(String source) {
        this.source = source;
    }

    /** All statements of a script, in order; empty ones are left out. */
    static List<Statement> parse(String source) throws SyntaxError {
        StatementParser parser = new StatementParser(source);
        List<Statement> statements = new ArrayList<>();
        while (true) {
            parser.skipBlanks();
            if (parser.atEnd()) {
                return statements;
            }
            if (parser.take(';')) {
                continue;
            }
            statements.add(parser.statement());
        }
    }

    private Statement statement() throws SyntaxError {
        int start = position;
        String word = word();
        Statement plain = switch (word) {
            case "help" -> new Statement.Help();
            case "exit", "quit" -> new Statement.Exit();
            default -> null;
        };
        if (plain != null) {
            expectEnd(word + " takes no arguments");
            return plain;
        }
        Command command = Command.of(word);
        if (command == null) {
            throw new SyntaxError(source, start, unknownCommand(word));
        }
        byte[] events = records(command);
        String text = source.substring(start, position).strip();
        take(';');
        return new Statement.Request(command, text, events);
    }

    private byte[] records(Command command) throws SyntaxError {
        ByteArrayOutputStream events = new ByteArrayOutputStream();
        int max = command.operation().eventMax(LedgerLimits.BODY_MAX);
        int count = 0;
        do {
            skipBlanks();
            if (++count > max) {
                throw new SyntaxError(source, position, max == 1
                        ? command.word() + " takes a single record"
                        : command.word() + " takes at most " + max + " records; split it into several statements");
            }
            events.writeBytes(fields(command));
        } while (take(','));
        return events.toByteArray();
    }

    private byte[] fields(Command command) throws SyntaxError {
        byte[] record = command.blank();
        Set<String> seen = new HashSet<>();
        while (true) {
            skipBlanks();
            if (atEnd() || peek() == ';' || peek() == ',') {
                if (seen.isEmpty()) {
                    throw new SyntaxError(source, position, "expected a field and its value, such as "
                            + command.event().fields().get(0).name() + "=1");
                }
                return record;
            }
            field(command, record, seen);
        }
    }

    private void field(Command command, byte[] record, Set<String> seen) throws SyntaxError {
        int start = position;
        String name = word();
        if (name.isEmpty()) {
            throw new SyntaxError(source, start, "unexpected '" + peek() + "'; expected a field such as "
                    + command.event().fields().get(0).name() + "=1, a comma or a semicolon");
        }
        Field field = command.event().field(name);
        if (field == null) {
            throw new SyntaxError(source, start, unknownField(command, name));
        }
        if (!seen.add(name)) {
            throw new SyntaxError(source, start, name + " is given twice; a comma begins the next record");
        }
        skipBlanks();
        if (!take('=')) {
            throw new SyntaxError(source, position, "expected = after " + name);
        }
        skipBlanks();
        field.write(record, field.isFlags() ? flags(field) : number(field));
    }

    private Uint128 number(Field field) throws SyntaxError {
        int start = position;
        while (!atEnd() && (isWordPart(peek()) || peek() == '-')) {
            position++;
        }
        String text = source.substring(start, position);
        if (text.isEmpty()) {
            throw new SyntaxError(source, start, "expected a value for " + field.name());
        }
        boolean fromMax = text.startsWith("-");
        String digits = (fromMax ? text.substring(1) : text).replace("_", "");
        int radix = digits.startsWith("0x") ? 16 : digits.startsWith("0o") ? 8 : digits.startsWith("0b") ? 2 : 10;
        String magnitude = radix == 10 ? digits : digits.substring(2);
        BigInteger max = field.max().toBigInteger();
        try {
            // BigInteger would take a sign here as well.
            BigInteger value = magnitude.startsWith("-") ? null : new BigInteger(magnitude, radix);
            if (value != null && value.compareTo(max) <= 0) {
                return Uint128.of(fromMax ? max.subtract(value) : value);
            }
        } catch (NumberFormatException e) {
            throw new SyntaxError(source, start, "'" + text + "' is no number; " + expected(field));
        }
        throw new SyntaxError(source, start, "'" + text + "' does not fit; " + expected(field));
    }

    private static String expected(Field field) {
        return field.name() + " takes a " + field.type() + ", 0 to "
                + (field.size() == 16 ? "2^128 - 1" : field.max().toString());
    }

    private Uint128 flags(Field field) throws SyntaxError {
        int flags = 0;
        do {
            skipBlanks();
            int start = position;
            String name = word();
            if (name.isEmpty()) {
                throw new SyntaxError(source, start, "expected the name of a flag");
            }
            int flag;
            try {
                flag = field.parse().applyAsInt(name);
            } catch (IllegalArgumentException e) {
                throw new SyntaxError(source, start, e.getMessage());
            }
            if ((flags & flag) != 0) {
                throw new SyntaxError(source, start, "flag " + name + " is given twice");
            }
            flags |= flag;
            int end = position;
            skipBlanks();
            if (atEnd() || peek() != '|') {
                position = end;
            }
        } while (take('|'));
        return Uint128.of(flags);
    }

    private String unknownCommand(String word) {
        List<String> known = new ArrayList<>(Command.words());
        known.addAll(List.of("help", "exit"));
        if (word.isEmpty()) {
            return "unexpected '" + peek() + "'; a statement begins with " + String.join(", ", known);
        }
        String near = Nearest.to(word, known);
        return "unknown statement '" + word + "'"
                + (near != null ? "; did you mean " + near + "?" : "; known are " + String.join(", ", known));
    }

    private static String unknownField(Command command, String name) {
        if (Command.of(name) != null) {
            return "a semicolon must end the statement before " + name;
        }
        List<String> known = command.event().fields().stream().map(Field::name).toList();
        String near = Nearest.to(name, known);
        return command.word() + " has no field '" + name + "'"
                + (near != null ? "; did you mean " + near + "?" : "; it has " + String.join(", ", known));
    }

    private void expectEnd(String otherwise) throws SyntaxError {
        skipBlanks();
        if (!atEnd() && !take(';')) {
            throw new SyntaxError(source, position, otherwise);
        }
    }

    private String word() {
        int start = position;
        while (!atEnd() && isWordPart(peek())) {
            position++;
        }
        return source.substring(start, position);
    }

    private static boolean isWordPart(char c) {
        return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_';
    }

    private void skipBlanks() {
        while (!atEnd() && Character.isWhitespace(peek())) {
            position++;
        }
    }

    private boolean take(char c) {
        if (atEnd() || peek() != c) {
            return false;
        }
        position++;
        return true;
    }

    private boolean atEnd() {
        return position == source.length();
    }

    private char peek() {
        return source.charAt(position);
    }
}
