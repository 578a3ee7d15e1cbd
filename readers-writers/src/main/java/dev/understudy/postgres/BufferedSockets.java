package dev.understudy.postgres;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/// Makes sockets that are read in large pieces. The driver asks the system for 8 KB at a time, and
/// has no setting for it: of a core that reads a wide table, an eighth was system calls. Public
/// only because the driver makes it, by its name.
public final class BufferedSockets extends SocketFactory {
    /// As much as the JDK hands over at one go.
    private static final int PIECE = 1 << 16;

    /// For the driver.
    public BufferedSockets() {}

    @Override
    public Socket createSocket() {
        return new BufferedSocket();
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw unconnected();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
        throw unconnected();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw unconnected();
    }

    @Override
    public Socket createSocket(
            InetAddress address, int port, InetAddress localAddress, int localPort) {
        throw unconnected();
    }

    private static UnsupportedOperationException unconnected() {
        return new UnsupportedOperationException("the driver connects its sockets itself");
    }

    private static final class BufferedSocket extends Socket {
        private InputStream buffered = InputStream.nullInputStream();
        private boolean opened;

        // One for the socket's life: another one would miss what the first has read ahead.
        @Override
        public synchronized InputStream getInputStream() throws IOException {
            if (!opened) {
                buffered = new BufferedInputStream(super.getInputStream(), PIECE);
                opened = true;
            }
            return buffered;
        }
    }
}
