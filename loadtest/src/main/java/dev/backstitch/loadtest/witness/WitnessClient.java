package dev.backstitch.loadtest.witness;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One process's way to the witness. Safe for any thread; many may wait at a time.
public final class WitnessClient implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 30;

  private final Socket socket;
  private final ReentrantLock lock = new ReentrantLock();
  private final Queue<CompletableFuture<Void>> waiting = new ArrayDeque<>();

  private WitnessClient(Socket socket) {
    this.socket = socket;
  }

  /// Connects.
  ///
  /// @param port where the witness listens
  /// @throws UncheckedIOException if it does not
  public static WitnessClient connect(int port) {
    try {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
      WitnessClient client = new WitnessClient(socket);
      Thread.ofVirtual().name("witness-answers").start(client::readAnswers);
      return client;
    } catch (IOException e) {
      throw new UncheckedIOException("the witness does not listen on port " + port, e);
    }
  }

  /// Tells the witness, and waits until it has written it down.
  ///
  /// @throws IllegalStateException if it does not say that it has
  /// @throws InterruptedException if interrupted meanwhile; it may have been written down
  public void tell(Statement statement) throws InterruptedException {
    CompletableFuture<Void> written = new CompletableFuture<>();
    byte[] line = (statement.line() + "\n").getBytes(StandardCharsets.UTF_8);
    lock.lock();
    try {
      waiting.add(written);
      socket.getOutputStream().write(line);
      socket.getOutputStream().flush();
    } catch (IOException e) {
      throw new IllegalStateException("the witness can't be told", e);
    } finally {
      lock.unlock();
    }
    try {
      written.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the witness does not answer", e);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException("the way to the witness could not be closed", e);
    }
  }

  private void readAnswers() {
    try {
      InputStream answers = socket.getInputStream();
      while (answers.read() >= 0) {
        answered(null);
      }
    } catch (IOException e) {
      // Closed by us, or the witness is gone: told below.
    }
    while (answered(new IllegalStateException("the witness is gone"))) {
      // Each round tells one who waits.
    }
  }

  private boolean answered(@Nullable RuntimeException failure) {
    CompletableFuture<Void> first;
    lock.lock();
    try {
      first = waiting.poll();
    } finally {
      lock.unlock();
    }
    if (first == null) {
      return false;
    }
    if (failure == null) {
      first.complete(null);
    } else {
      first.completeExceptionally(failure);
    }
    return true;
  }
}
