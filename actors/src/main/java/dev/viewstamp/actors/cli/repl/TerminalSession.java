package dev.viewstamp.actors.cli.repl;

import dev.viewstamp.actors.cli.VerbFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.jline.reader.EOFError;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** Statements typed at a terminal: line editing, history (kept in the home folder), completion. */
final class TerminalSession {
    private static final String PROMPT = "> ";
    private static final Path HISTORY = Path.of(System.getProperty("user.home"), ".viewstamp_history");

    private final StatementRunner runner;
    private final PrintWriter out;

    TerminalSession(StatementRunner runner, PrintWriter out) {
        this.runner = runner;
        this.out = out;
    }

    /** Until {@code exit} or Ctrl-D. A statement that fails is shown and the session goes on. */
    void run() {
        try (Terminal terminal = TerminalBuilder.builder().system(true).build()) {
            LineReader reader = LineReaderBuilder.builder().terminal(terminal).parser(new Continuing())
                    .completer(new StatementCompleter())
                    .variable(LineReader.HISTORY_FILE, HISTORY)
                    .variable(LineReader.SECONDARY_PROMPT_PATTERN, "  ")
                    .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                    .build();
            out.println("Statements end with Enter; help lists them, Tab completes, Ctrl-D leaves.");
            out.flush();
            while (runLine(reader)) {
                out.flush();
            }
        } catch (IOException e) {
            throw new VerbFailure("cannot use the terminal: " + e.getMessage(), e);
        }
    }

    private boolean runLine(LineReader reader) {
        try {
            return runner.run(StatementParser.parse(reader.readLine(PROMPT)));
        } catch (UserInterruptException e) {
            return true;
        } catch (EndOfFileException e) {
            return false;
        } catch (SyntaxError e) {
            out.println(e.show());
            return true;
        } catch (VerbFailure e) {
            out.println(e.getMessage());
            return true;
        }
    }

    /** A line that ends with a comma goes on; no character quotes or escapes another. */
    private static final class Continuing extends DefaultParser {
        Continuing() {
            setEscapeChars(null);
            setQuoteChars(new char[0]);
        }

        @Override
        public ParsedLine parse(String line, int cursor, ParseContext context) {
            if (context == ParseContext.ACCEPT_LINE && line.stripTrailing().endsWith(",")) {
                throw new EOFError(-1, -1, "the next record is missing");
            }
            return super.parse(line, cursor, context);
        }
    }
}
