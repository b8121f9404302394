package dev.viewstamp.actors.cli.demo;

import java.io.PrintWriter;

/** Tells a story on stdout: numbered chapters, indented sentences. */
final class Narrator {
    private final PrintWriter out;
    private int chapter;

    Narrator(PrintWriter out) {
        this.out = out;
    }

    void chapter(String title) {
        out.printf("%s%d. %s%n", chapter == 0 ? "" : System.lineSeparator(), ++chapter, title);
        out.flush();
    }

    void say(String format, Object... arguments) {
        out.println("   " + String.format(format, arguments));
        out.flush();
    }
}
