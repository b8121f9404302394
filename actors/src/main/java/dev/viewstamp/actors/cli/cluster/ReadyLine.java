package dev.viewstamp.actors.cli.cluster;

/** The one line that {@code start} prints on stdout: when its replica takes part. Scripts wait for it. */
public final class ReadyLine {
    private static final String FORMAT = "ready: replica %d of %d, cluster %s, clients at %s, replicas at %s";

    private ReadyLine() {
    }

    /**
     * The line.
     *
     * @param door where official clients come in
     * @param replica where replicas and Akka clients come in
     */
    public static String of(int index, int count, Object cluster, String door, String replica) {
        return String.format(FORMAT, index, count, cluster, door, replica);
    }

    public static boolean matches(String line) {
        return line.startsWith("ready: ");
    }
}
