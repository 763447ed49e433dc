package dev.backstitch.loadtest.network;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One connection through the proxy: two threads, one per direction, message by message.
final class Link implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Link.class);
  private static final int SSL_REQUEST = 80_877_103;
  private static final int GSS_REQUEST = 80_877_104;
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int LONGEST_MESSAGE_BYTES = 1 << 30;

  private final Socket client;
  private final Socket server;
  private final PostgresProxy.Gate gate;
  private final Losses losses;
  private final Requests requests = new Requests();

  /// Which answers are lost.
  interface Losses {
    /// Asked when an answer begins: whether it may have to be lost.
    boolean concern(Requests requests);

    /// Asked when such an answer says that its transaction is committed: whether it is lost.
    ///
    /// @param statements of the whole transaction
    /// @param rows how many the transaction has returned
    boolean takes(List<String> statements, int rows);
  }

  Link(Socket client, Socket server, PostgresProxy.Gate gate, Losses losses) {
    this.client = client;
    this.server = server;
    this.gate = gate;
    this.losses = losses;
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
      int rows = 0;
      while (true) {
        Answer answer = relay(fromServer);
        rows += answer.rows();
        if (answer.mayBeLost()
            && answer.saysCommitted()
            && losses.takes(requests.transaction(), rows)) {
          return;
        }
        if (!answer.transactionGoesOn()) {
          rows = 0;
        }
        // Before the client hears the end of the answer: then it asks the next.
        requests.answered(answer.transactionGoesOn());
        for (Answer.Message message : answer.kept()) {
          send(client.getOutputStream(), message.type(), message.body());
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

  /// Passes an answer on but for its end, or keeps all of it if it may have to be lost.
  private Answer relay(DataInputStream fromServer) throws IOException, InterruptedException {
    Answer answer = new Answer();
    while (!answer.isComplete()) {
      int type = fromServer.readByte();
      Answer.Message message = new Answer.Message(type, body(fromServer));
      if (answer.isFirst(message) && losses.concern(requests)) {
        answer.keepAll();
      }
      if (!answer.heard(message)) {
        send(client.getOutputStream(), type, message.body());
      }
    }
    return answer;
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
