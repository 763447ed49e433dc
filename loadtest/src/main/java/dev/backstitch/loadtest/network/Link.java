package dev.backstitch.loadtest.network;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One connection through the proxy: two threads, one per direction, message by message.
final class Link implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Link.class);
  private static final int SSL_REQUEST = 80_877_103;
  private static final int GSS_REQUEST = 80_877_104;
  private static final int READY_FOR_QUERY = 'Z';
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int LONGEST_MESSAGE_BYTES = 1 << 30;

  private final Socket client;
  private final Socket server;
  private final PostgresProxy.Gate gate;
  private final Predicate<List<String>> loses;
  private final Requests requests = new Requests();

  /// @param loses asked once per answer, with the statements of the request that it answers
  Link(Socket client, Socket server, PostgresProxy.Gate gate, Predicate<List<String>> loses) {
    this.client = client;
    this.server = server;
    this.gate = gate;
    this.loses = loses;
  }

  /// Serves the connection until either side ends it.
  void run() throws IOException, InterruptedException {
    DataInputStream fromClient = input(client);
    DataInputStream fromServer = input(server);
    introduce(fromClient, fromServer);
    Thread answers = Thread.ofVirtual().name("proxy-answers").start(() -> answer(fromServer));
    try {
      while (true) {
        int type = fromClient.readByte();
        byte[] body = body(fromClient);
        requests.asked(type, body);
        send(server.getOutputStream(), type, body);
      }
    } catch (EOFException e) {
      // The client has hung up.
    } finally {
      close();
      answers.join();
    }
  }

  /// The messages before the first ordinary one have no type byte.
  private void introduce(DataInputStream fromClient, DataInputStream fromServer)
      throws IOException {
    while (true) {
      byte[] message = body(fromClient);
      OutputStream toServer = server.getOutputStream();
      toServer.write(ByteBuffer.allocate(4).putInt(message.length + 4).array());
      toServer.write(message);
      toServer.flush();
      int code = ByteBuffer.wrap(message).getInt();
      if (code != SSL_REQUEST && code != GSS_REQUEST) {
        return;
      }
      int verdict = fromServer.readByte();
      if (verdict != 'N') {
        throw new IOException("the server encrypts, and the proxy can't look inside");
      }
      client.getOutputStream().write(verdict);
      client.getOutputStream().flush();
    }
  }

  private void answer(DataInputStream fromServer) {
    try {
      boolean first = true;
      boolean lost = false;
      while (true) {
        int type = fromServer.readByte();
        byte[] body = body(fromServer);
        if (first) {
          lost = loses.test(requests.current());
          first = false;
        }
        if (!lost) {
          send(client.getOutputStream(), type, body);
        }
        if (type == READY_FOR_QUERY) {
          requests.answered();
          first = true;
          if (lost) {
            return;
          }
        }
      }
    } catch (IOException e) {
      log.debug("event=proxy_answers_ended", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      close();
    }
  }

  private void send(OutputStream to, int type, byte[] body)
      throws IOException, InterruptedException {
    gate.pass();
    to.write(
        ByteBuffer.allocate(5 + body.length)
            .put((byte) type)
            .putInt(body.length + 4)
            .put(body)
            .array());
    to.flush();
  }

  private static byte[] body(DataInputStream from) throws IOException {
    int length = from.readInt();
    if (length < 4 || length > LONGEST_MESSAGE_BYTES) {
      throw new IOException("not PostgreSQL's protocol: a message of " + length + " bytes");
    }
    byte[] body = new byte[length - 4];
    from.readFully(body);
    return body;
  }

  private static DataInputStream input(Socket socket) throws IOException {
    return new DataInputStream(new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES));
  }

  @Override
  public void close() {
    for (Socket socket : List.of(client, server)) {
      try {
        socket.close();
      } catch (IOException e) {
        log.debug("event=proxy_close_failed", e);
      }
    }
  }
}
