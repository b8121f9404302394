package dev.viewstamp.actors.cli;

/**
 * Which of stdin, stdout and stderr are terminals. The launcher finds out and says so: Java 17 cannot tell them apart,
 * and later versions answer differently.
 */
public enum Terminals {
    STDIN('0'), STDOUT('1'), STDERR('2');

    private final char descriptor;

    Terminals(char descriptor) {
        this.descriptor = descriptor;
    }

    /** Without the launcher's word: no. */
    public boolean isTerminal() {
        return System.getProperty("viewstamp.terminals", "").indexOf(descriptor) >= 0;
    }
}
