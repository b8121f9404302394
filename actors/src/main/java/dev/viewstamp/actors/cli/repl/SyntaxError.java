package dev.viewstamp.actors.cli.repl;

/**
 * A statement that does not parse, and where.
 * Line and column count from 1; the column is that of the first character that cannot be right.
 */
final class SyntaxError extends Exception {
    private static final long serialVersionUID = 1;

    private final String source;
    private final int position;

    /** @param position index into {@code source}, which may be its end */
    SyntaxError(String source, int position, String message) {
        super(message);
        this.source = source;
        this.position = position;
    }

    int line() {
        return 1 + (int) source.substring(0, position).chars().filter(c -> c == '\n').count();
    }

    int column() {
        return position - source.lastIndexOf('\n', position - 1);
    }

    /** The line at fault, a caret under the column, and what is wrong with it. */
    String show() {
        int start = source.lastIndexOf('\n', position - 1) + 1;
        int end = source.indexOf('\n', position);
        String text = source.substring(start, end < 0 ? source.length() : end);
        // Tabs before the caret must stay tabs, or it would point elsewhere.
        String indent = source.substring(start, position).replaceAll("[^\t]", " ");
        return text + "\n" + indent + "^ " + oneLine();
    }

    /** For a terminal that showed the statement already, or a log. */
    String oneLine() {
        return "line " + line() + ", column " + column() + ": " + getMessage();
    }
}
