package dev.viewstamp.actors.gateway;

import dev.viewstamp.ledger.LittleEndian;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.Arrays;

/** A client's end of a connection, without any manners: sends what it is told, and hands over whole frames. */
final class WireSocket implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 20_000;

    private final Aegis128L aegis = new Aegis128L();
    private final Socket socket = new Socket();

    WireSocket(int port) throws IOException {
        this(port, 1 << 16);
    }

    /** @param receiveBuffer bytes that the kernel takes for us unread */
    WireSocket(int port, int receiveBuffer) throws IOException {
        socket.setReceiveBufferSize(receiveBuffer);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
    }

    WireSocket send(byte[]... frames) throws IOException {
        for (byte[] frame : frames) {
            socket.getOutputStream().write(frame);
        }
        return this;
    }

    /** The next frame, its checksums verified. */
    byte[] receive() throws IOException {
        byte[] header = exactly(FrameLayout.HEADER);
        if (!aegis.matches(header, 16, 240, header, 0)) {
            throw new IOException("a header with a wrong checksum");
        }
        int bodySize = LittleEndian.i32(header, FrameLayout.SIZE) - FrameLayout.HEADER;
        byte[] frame = Arrays.copyOf(header, FrameLayout.HEADER + bodySize);
        System.arraycopy(exactly(bodySize), 0, frame, FrameLayout.HEADER, bodySize);
        if (!aegis.matches(frame, 256, bodySize, header, FrameLayout.BODY_CHECKSUM)) {
            throw new IOException("a body with a wrong checksum");
        }
        return frame;
    }

    /** Sends, and receives the answer. */
    byte[] ask(byte[] frame) throws IOException {
        return send(frame).answer();
    }

    /** The next frame that is not news of a view, which may come at any time. */
    byte[] answer() throws IOException {
        byte[] answer = receive();
        while (answer[FrameLayout.COMMAND] == FrameLayout.PONG_CLIENT
                && LittleEndian.u64(answer, FrameLayout.PONG_TIMESTAMP) == FrameWriter.UNASKED) {
            answer = receive();
        }
        return answer;
    }

    /** Whether the other side closes without a word. */
    boolean isClosed() throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException e) {
            return true;                                         // reset
        }
    }

    private byte[] exactly(int size) throws IOException {
        InputStream in = socket.getInputStream();
        byte[] bytes = in.readNBytes(size);
        if (bytes.length < size) {
            throw new EOFException("closed after " + bytes.length + " of " + size + " bytes");
        }
        return bytes;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
