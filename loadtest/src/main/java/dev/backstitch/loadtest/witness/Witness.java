package dev.backstitch.loadtest.witness;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/// The witness's process: appends every line it is told to its file, writes it through to the disk,
/// and only then says so, with one byte per line. It ends when its input does.
public final class Witness {
  private static final int MOST_WAITING = 10_000;
  private static final byte[] HEARD = {'\n'};

  private final FileChannel file;
  private final BlockingQueue<Heard> heard = new ArrayBlockingQueue<>(MOST_WAITING);

  private record Heard(String line, OutputStream teller) {}

  private Witness(FileChannel file) {
    this.file = file;
  }

  /// Listens on any port of the loopback.
  ///
  /// @param arguments the file to append to, and the file that tells the port
  public static void main(String[] arguments) throws IOException {
    try (FileChannel file =
            FileChannel.open(
                Path.of(arguments[0]), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        ServerSocket listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress())) {
      Witness witness = new Witness(file);
      Thread.ofPlatform().daemon().name("write").start(witness::write);
      Thread.ofPlatform().daemon().name("listen").start(() -> witness.listen(listener));
      Path port = Path.of(arguments[1]);
      Path unfinished = port.resolveSibling(port.getFileName() + ".unfinished");
      Files.writeString(unfinished, Integer.toString(listener.getLocalPort()));
      Files.move(unfinished, port, StandardCopyOption.ATOMIC_MOVE);
      while (System.in.read() >= 0) {
        // Only the end of the input means something.
      }
    }
  }

  private void listen(ServerSocket listener) {
    try {
      while (true) {
        Socket teller = listener.accept();
        teller.setTcpNoDelay(true);
        Thread.ofPlatform().daemon().name("hear").start(() -> hear(teller));
      }
    } catch (IOException e) {
      // The listener was closed: the process ends.
    }
  }

  private void hear(Socket teller) {
    try (teller;
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(teller.getInputStream(), StandardCharsets.UTF_8))) {
      String line = lines.readLine();
      while (line != null) {
        heard.put(new Heard(line, teller.getOutputStream()));
        line = lines.readLine();
      }
    } catch (IOException e) {
      // A teller that was killed: what it had said in whole lines is kept.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Many lines per write to the disk, like any log.
  private void write() {
    List<Heard> batch = new ArrayList<>();
    try {
      while (true) {
        batch.clear();
        batch.add(heard.take());
        heard.drainTo(batch);
        StringBuilder text = new StringBuilder();
        batch.forEach(one -> text.append(one.line()).append('\n'));
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(text.toString());
        while (bytes.hasRemaining()) {
          file.write(bytes);
        }
        file.force(false);
        batch.forEach(Witness::confirm);
      }
    } catch (IOException e) {
      // Without its file it is no witness; whoever tells it something sees the connection end.
      Runtime.getRuntime().halt(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void confirm(Heard one) {
    try {
      one.teller().write(HEARD);
      one.teller().flush();
    } catch (IOException e) {
      // The teller is gone and needs no answer; its line stays.
    }
  }
}
