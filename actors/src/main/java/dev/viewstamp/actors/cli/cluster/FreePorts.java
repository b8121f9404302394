package dev.viewstamp.actors.cli.cluster;

import dev.viewstamp.actors.ReplicaSettings;
import dev.viewstamp.actors.cli.VerbFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Finds loopback ports for replicas that live for a demonstration, a benchmark or a test. */
public final class FreePorts {
    /** Below the ports that kernels hand out for outgoing connections, which would come and go. */
    private static final int PORT_MIN = 10_000;
    private static final int PORT_MAX = 30_000;
    private static final int TRIES_MAX = 10_000;

    private FreePorts() {
    }

    /**
     * Ports of client doors. For each, the one {@link ReplicaSettings#ARTERY_PORT_OFFSET} above was free as well.
     *
     * @throws VerbFailure if there are none left
     */
    public static List<Integer> doors(int count) {
        List<Integer> doors = new ArrayList<>();
        for (int i = 0; i < TRIES_MAX && doors.size() < count; i++) {
            int port = ThreadLocalRandom.current().nextInt(PORT_MIN, PORT_MAX);
            int offset = ReplicaSettings.ARTERY_PORT_OFFSET;
            boolean clashes = doors.stream().anyMatch(door -> Math.abs(door - port) % offset == 0);
            if (!clashes && isFree(port) && isFree(port + offset)) {
                doors.add(port);
            }
        }
        if (doors.size() < count) {
            throw new VerbFailure("found no " + count + " free ports from " + PORT_MIN + " to " + PORT_MAX
                    + " on the loopback interface");
        }
        return doors;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
