package dev.viewstamp.actors.cli;

import java.io.PrintWriter;

/**
 * How far something has come, on one line that overwrites itself. Silent unless stderr is a terminal. One thread uses
 * it.
 */
public final class ProgressBar {
    private static final int WIDTH = 30;
    private static final long REDRAW_NANOS = 100_000_000;

    private final PrintWriter target;
    private final String label;
    private long drawnAt;
    private boolean isDrawn;

    private ProgressBar(PrintWriter target, String label) {
        this.target = target;
        this.label = label;
    }

    /** One that draws if this process talks to a terminal. */
    public static ProgressBar onTerminal(PrintWriter target, String label) {
        return Terminals.STDERR.isTerminal() ? new ProgressBar(target, label) : silent();
    }

    public static ProgressBar silent() {
        return new ProgressBar(null, "");
    }

    /** May be called often; redraws a few times a second. */
    public void show(long done, long total) {
        if (target == null || total <= 0 || isDrawn && System.nanoTime() - drawnAt < REDRAW_NANOS) {
            return;
        }
        isDrawn = true;
        drawnAt = System.nanoTime();
        int full = (int) (WIDTH * done / total);
        target.printf("\r%s [%s%s] %3d %%", label, "#".repeat(full), " ".repeat(WIDTH - full), 100 * done / total);
        target.flush();
    }

    /** Takes the line away. */
    public void clear() {
        if (isDrawn) {
            target.print("\r\u001b[K");
            target.flush();
            isDrawn = false;
        }
    }
}
