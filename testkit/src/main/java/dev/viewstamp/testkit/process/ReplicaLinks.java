package dev.viewstamp.testkit.process;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * The network between replica processes: every connection to a replica goes through a proxy here, which learns from
 * the connection's first frame who opened it ({@link LinkAuthors}), so that each direction of each link can be cut by
 * itself. Needs the whole of 127.0.0.0/8 to be this machine, as on Linux.
 *
 * <pre>
 *   replica j calls itself 127.0.1.(j+1):port   the proxy listens there
 *   and listens at         127.0.2.(j+1):port   the proxy connects there
 * </pre>
 *
 * An Artery connection carries messages from who opened it and nothing back, so cutting from a to b loses what a says
 * to b. Clients are nobody's link: always connected. Thread-safe.
 */
final class ReplicaLinks implements AutoCloseable {
    private static final String OUTSIDE = "127.0.1.";
    private static final String INSIDE = "127.0.2.";
    /** Artery opens a connection with "AKKA" and the number of the stream. */
    private static final int PREAMBLE = 5;
    private static final int FIRST_FRAME_MAX = 64 << 10;
    private static final int BUFFER = 64 << 10;

    private record Link(int from, int to) {
    }

    private final List<Integer> ports;
    private final List<ServerSocket> listeners = new ArrayList<>();
    private final Set<Link> cut = ConcurrentHashMap.newKeySet();
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final LinkAuthors authors;
    private final AtomicInteger refused = new AtomicInteger();
    private volatile boolean isClosed;

    /** @param ports of the replicas' own addresses, in replica order */
    ReplicaLinks(List<Integer> ports) {
        this.ports = List.copyOf(ports);
        this.authors = new LinkAuthors(IntStream.range(0, ports.size()).mapToObj(ReplicaLinks::host).toList());
        try {
            for (int replica = 0; replica < ports.size(); replica++) {
                ServerSocket listener = new ServerSocket();
                listeners.add(listener);
                listener.setReuseAddress(true);
                listener.bind(new InetSocketAddress(host(replica), ports.get(replica)));
                int to = replica;
                start("links to " + replica, () -> accept(listener, to));
            }
        } catch (IOException e) {
            close();
            throw new UncheckedIOException("cannot listen for the replicas", e);
        }
    }

    /** What {@code start} of this replica needs to be reached through here. */
    List<String> options(int replica) {
        return List.of("--replicas=" + addresses(), "--set=bind-hostname=\"" + INSIDE + (replica + 1) + '"');
    }

    /** The replicas' addresses as everybody knows them. */
    String addresses() {
        List<String> addresses = new ArrayList<>();
        for (int replica = 0; replica < ports.size(); replica++) {
            addresses.add(host(replica) + ":" + ports.get(replica));
        }
        return String.join(",", addresses);
    }

    private static String host(int replica) {
        return OUTSIDE + (replica + 1);
    }

    /** From now on nothing that {@code from} says reaches {@code to}. Answers how many connections that ended. */
    int cut(int from, int to) {
        cut.add(new Link(from, to));
        List<Connection> ended = connections.stream()
                .filter(connection -> connection.from == from && connection.to == to).toList();
        ended.forEach(Connection::close);
        return ended.size();
    }

    /** Answers how many connections were refused since the links were cut. */
    int mendAll() {
        cut.clear();
        return refused.getAndSet(0);
    }

    private void accept(ServerSocket listener, int to) {
        while (!isClosed) {
            try {
                Socket socket = listener.accept();
                start("link to " + to, () -> serve(socket, to));
            } catch (IOException e) {
                if (!isClosed) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(Socket caller, int to) {
        Connection connection = new Connection(caller, to);
        connections.add(connection);
        try (connection) {
            DataInputStream in = new DataInputStream(caller.getInputStream());
            byte[] preamble = in.readNBytes(PREAMBLE);
            byte[] length = in.readNBytes(4);
            int size = length.length < 4 ? 0 : Integer.reverseBytes(new java.math.BigInteger(length).intValue());
            if (size <= 0 || size > FIRST_FRAME_MAX) {
                return;
            }
            byte[] frame = in.readNBytes(size);
            connection.from = authors.of(frame, to);
            if (cut.contains(new Link(connection.from, to))) {
                refused.incrementAndGet();
                return;
            }
            try (Socket replica = new Socket(INSIDE + (to + 1), ports.get(to))) {
                connection.replica = replica;
                replica.setTcpNoDelay(true);
                start("link from " + to, () -> pump(replica, caller));
                OutputStream out = replica.getOutputStream();
                out.write(preamble);
                out.write(length);
                out.write(frame);
                pump(caller, replica);
            }
        } catch (IOException e) {
            return;                                             // one of both is gone, and so is the connection
        } finally {
            connections.remove(connection);
        }
    }

    private static void pump(Socket from, Socket to) {
        byte[] buffer = new byte[BUFFER];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                out.write(buffer, 0, read);
            }
            to.shutdownOutput();
        } catch (IOException e) {
            closeQuietly(from);
            closeQuietly(to);
        }
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void closeQuietly(java.io.Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            return;                                             // it is of no use any more
        }
    }

    @Override
    public void close() {
        isClosed = true;
        listeners.forEach(ReplicaLinks::closeQuietly);
        connections.forEach(Connection::close);
    }

    private static final class Connection implements AutoCloseable {
        private final Socket caller;
        private final int to;
        private volatile int from = LinkAuthors.CLIENT;
        private volatile Socket replica;

        Connection(Socket caller, int to) {
            this.caller = caller;
            this.to = to;
        }

        @Override
        public void close() {
            closeQuietly(caller);
            Socket other = replica;
            if (other != null) {
                closeQuietly(other);
            }
        }
    }
}
