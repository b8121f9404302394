package dev.viewstamp.actors.gateway;

import akka.io.Inet;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.List;
import java.util.Map;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is set on accepted sockets: no delay, and a dead peer is noticed within 17 s (wire spec §19). */
final class SocketOptions extends Inet.AbstractSocketOption {
    static final List<Inet.SocketOption> ALL = List.of(new SocketOptions());

    private static final Logger LOG = LoggerFactory.getLogger(SocketOptions.class);
    private static final Map<SocketOption<Integer>, Integer> KEEP_ALIVE_TIMES = Map.of(
            ExtendedSocketOptions.TCP_KEEPIDLE, 5,
            ExtendedSocketOptions.TCP_KEEPINTERVAL, 4,
            ExtendedSocketOptions.TCP_KEEPCOUNT, 3);

    private SocketOptions() {
    }

    @Override
    public void afterConnect(Socket socket) {
        try {
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            for (Map.Entry<SocketOption<Integer>, Integer> time : KEEP_ALIVE_TIMES.entrySet()) {
                if (socket.supportedOptions().contains(time.getKey())) {
                    socket.setOption(time.getKey(), time.getValue());
                }
            }
        } catch (IOException e) {
            LOG.debug("a connection was gone before it was let in: {}", e.getMessage()); // reading will find out, too
        }
    }
}
