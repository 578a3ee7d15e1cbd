package dev.understudy.launcher;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/// The way to a server, which can break after so many bytes: all connections end, and whoever
/// connects again is turned away until it is mended. Or it holds what comes after so many bytes
/// until it is released.
final class CutProxy implements AutoCloseable {
    private final ServerSocket entrance;
    private final int server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicLong left = new AtomicLong(Long.MAX_VALUE);
    private final AtomicLong passing = new AtomicLong(Long.MAX_VALUE);
    private final CountDownLatch released = new CountDownLatch(1);

    CutProxy(int server) throws IOException {
        this.server = server;
        entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return entrance.getLocalPort();
    }

    void cutAfter(long bytes) {
        left.set(bytes);
    }

    void mend() {
        left.set(Long.MAX_VALUE);
    }

    void holdAfter(long bytes) {
        passing.set(bytes);
    }

    void release() {
        passing.set(Long.MAX_VALUE);
        released.countDown();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = entrance.accept();
                if (left.get() <= 0) {
                    client.close();
                    continue;
                }
                var target = new Socket(InetAddress.getLoopbackAddress(), server);
                sockets.add(client);
                sockets.add(target);
                Thread.ofVirtual().start(() -> pass(client, target));
                Thread.ofVirtual().start(() -> pass(target, client));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void pass(Socket from, Socket to) {
        try (from;
                to) {
            var buffer = new byte[1 << 14];
            int length = from.getInputStream().read(buffer);
            while (length >= 0) {
                if (left.addAndGet(-length) <= 0) {
                    cut();
                    return;
                }
                if (passing.addAndGet(-length) <= 0) {
                    released.await();
                }
                to.getOutputStream().write(buffer, 0, length);
                length = from.getInputStream().read(buffer);
            }
        } catch (IOException | InterruptedException e) {
            // Either end has gone; the other one goes, too.
        }
    }

    private void cut() throws IOException {
        for (Socket each : sockets) {
            each.close();
        }
        sockets.clear();
    }

    @Override
    public void close() throws IOException {
        entrance.close();
        cut();
    }
}
