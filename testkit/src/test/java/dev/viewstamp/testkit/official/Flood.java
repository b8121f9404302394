package dev.viewstamp.testkit.official;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * So many connections at once, each with half a header sent; when all were opened, the oldest give way to new ones for
 * as long as it lasts, at a steady rate that a machine of two cores can bear beside what it measures.
 */
final class Flood implements AutoCloseable {
    private static final int PER_ROUND = 20;
    private static final long ROUND_NANOS = 10_000_000;

    private final List<InetSocketAddress> doors = new ArrayList<>();
    private final int connections;
    private final AtomicLong opened = new AtomicLong();
    private final Thread thread = new Thread(this::run, "flood");
    private volatile boolean ending;

    /** @param addresses as clients take them */
    Flood(String addresses, int connections) {
        for (String address : addresses.split(",")) {
            doors.add(new InetSocketAddress(InetAddress.getLoopbackAddress(),
                    Integer.parseInt(address.substring(address.lastIndexOf(':') + 1))));
        }
        this.connections = connections;
        thread.start();
    }

    /** Connections opened so far. */
    long opened() {
        return opened.get();
    }

    private void run() {
        ArrayDeque<SocketChannel> open = new ArrayDeque<>();
        try {
            while (!ending) {
                for (int i = 0; i < PER_ROUND; i++) {
                    open.add(connect(doors.get((int) (opened.get() % doors.size()))));
                    if (open.size() > connections) {
                        open.poll().close();
                    }
                }
                LockSupport.parkNanos(ROUND_NANOS);
            }
        } catch (IOException e) {
            throw new IllegalStateException("after " + opened + " connections", e);
        } finally {
            open.forEach(Flood::closed);
        }
    }

    private SocketChannel connect(InetSocketAddress door) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.connect(door);
            channel.write(ByteBuffer.allocate(100));
        } catch (IOException e) {
            channel.close();                                     // reset already: it counts all the same
        }
        opened.incrementAndGet();
        return channel;
    }

    private static void closed(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws InterruptedException {
        ending = true;
        thread.join();
    }
}
