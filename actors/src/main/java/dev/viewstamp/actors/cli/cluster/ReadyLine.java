package dev.viewstamp.actors.cli.cluster;

/** The one line that {@code start} prints on stdout: when its replica takes part. Scripts wait for it. */
public final class ReadyLine {
    private static final String BEGIN = "ready: ";

    private ReadyLine() {
    }

    /**
     * The line.
     *
     * @param address where replicas and Akka clients reach this one, host:port
     */
    public static String of(int replica, int replicaCount, String address) {
        return BEGIN + "replica " + replica + " of " + replicaCount + " at " + address;
    }

    public static boolean matches(String line) {
        return line.startsWith(BEGIN);
    }
}
