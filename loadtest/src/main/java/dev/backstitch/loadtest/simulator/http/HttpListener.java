package dev.backstitch.loadtest.simulator.http;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Listens on one port of the loopback and serves each connection on a virtual thread.
///
/// Thread-safe. [#refuse] and [#listen] make the server go away and come back on the same port, as
/// an API that is down for a while does.
public final class HttpListener implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(HttpListener.class);

  /// Connections that wait to be accepted; far more than any client opens at once.
  private static final int BACKLOG = 512;

  /// How long closing waits for requests that are being answered before it interrupts them, and
  /// then once more before it leaves them to themselves.
  private static final Duration GRACE = Duration.ofSeconds(1);

  private final Handler handler;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Set<Thread> serving = ConcurrentHashMap.newKeySet();
  private int port;
  private @Nullable ServerSocket server;
  private boolean closed;

  private HttpListener(int port, Handler handler) {
    this.port = port;
    this.handler = handler;
  }

  /// Starts to listen.
  ///
  /// @param port 0 for any free port
  /// @throws UncheckedIOException when the port is taken
  public static HttpListener start(int port, Handler handler) {
    var listener = new HttpListener(port, handler);
    listener.listen();
    return listener;
  }

  public synchronized int port() {
    return port;
  }

  /// Listens (again) on this listener's port. Does nothing while it listens, or when it is closed.
  public synchronized void listen() {
    if (server != null || closed) {
      return;
    }
    try {
      var socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
      port = socket.getLocalPort();
      server = socket;
      Thread.ofVirtual().name("simulator-accept-" + port).start(() -> accept(socket));
    } catch (IOException e) {
      throw new UncheckedIOException("The simulator cannot listen on port " + port, e);
    }
  }

  /// Refuses connections and breaks the open ones, until [#listen].
  public synchronized void refuse() {
    if (server != null) {
      close(server);
      server = null;
    }
    open.forEach(HttpListener::close);
    open.clear();
  }

  /// Stops for good. When it returns, the handler is no longer at work, unless it does not heed
  /// interrupts.
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      refuse();
    }
    if (!awaitHandlers()) {
      serving.forEach(Thread::interrupt);
      if (!awaitHandlers()) {
        LOG.warn("{} requests are still being answered after the listener closed", serving.size());
      }
    }
  }

  private boolean awaitHandlers() {
    long end = System.nanoTime() + GRACE.toNanos();
    try {
      for (Thread thread : serving) {
        thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return serving.isEmpty();
  }

  private void accept(ServerSocket listening) {
    while (!listening.isClosed()) {
      try {
        Socket socket = listening.accept();
        socket.setTcpNoDelay(true);
        open.add(socket);
        if (listening.isClosed()) {
          // Accepted while refuse() was clearing the set: nobody else would close it.
          close(socket);
        }
        Thread.ofVirtual().name("simulator-connection").start(() -> serve(socket));
      } catch (SocketException e) {
        LOG.debug("The simulator stopped listening: {}", e.getMessage());
      } catch (IOException e) {
        LOG.warn("The simulator could not accept a connection", e);
      }
    }
  }

  private void serve(Socket socket) {
    serving.add(Thread.currentThread());
    try (socket) {
      new Connection(socket, handler).run();
    } catch (IOException e) {
      LOG.debug("A client's connection ended: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(socket);
      serving.remove(Thread.currentThread());
    }
  }

  private static void close(Closeable closeable) {
    try {
      closeable.close();
    } catch (IOException e) {
      LOG.debug("Closing failed: {}", e.getMessage());
    }
  }
}
