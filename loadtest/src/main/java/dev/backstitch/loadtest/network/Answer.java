package dev.backstitch.loadtest.network;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// What the server says to one request, and what that means for the transaction. Its end is kept,
/// since whoever hears that asks the next. Belongs to one thread.
final class Answer {
  private static final int READY_FOR_QUERY = 'Z';
  private static final int ERROR = 'E';
  private static final int ROW = 'D';
  private static final int COMMAND_COMPLETE = 'C';
  private static final int NOTIFICATION = 'A';
  private static final int IDLE = 'I';
  private static final String ROLLBACK = "ROLLBACK";

  private final List<Message> kept = new ArrayList<>();
  private boolean begun;
  private boolean keepsAll;
  private boolean refused;
  private boolean complete;
  private boolean transactionGoesOn;
  private int rows;

  /// One message.
  static final class Message {
    private final int type;
    private final byte[] body;

    Message(int type, byte[] body) {
      this.type = type;
      this.body = body;
    }

    int type() {
      return type;
    }

    byte[] body() {
      return body;
    }
  }

  /// Whether the answer begins with this message. A notification comes whenever it likes.
  boolean isFirst(Message message) {
    return !begun && message.type() != NOTIFICATION;
  }

  /// Keeps the whole answer until it is known what becomes of it.
  void keepAll() {
    keepsAll = true;
  }

  /// Takes the next message.
  ///
  /// @return whether it is kept
  boolean heard(Message message) {
    begun |= message.type() != NOTIFICATION;
    switch (message.type()) {
      case ERROR -> refused = true;
      case ROW -> rows++;
      case COMMAND_COMPLETE -> refused |= tag(message).startsWith(ROLLBACK);
      case READY_FOR_QUERY -> {
        complete = true;
        transactionGoesOn = message.body()[0] != IDLE;
      }
      default -> {
        // Descriptions and the like say nothing about what became of it.
      }
    }
    boolean keep = keepsAll || complete;
    if (keep) {
      kept.add(message);
    }
    return keep;
  }

  private static String tag(Message message) {
    return new String(message.body(), StandardCharsets.US_ASCII);
  }

  List<Message> kept() {
    return List.copyOf(kept);
  }

  boolean isComplete() {
    return complete;
  }

  boolean mayBeLost() {
    return keepsAll;
  }

  boolean transactionGoesOn() {
    return transactionGoesOn;
  }

  /// Whether it says that a transaction is committed.
  boolean saysCommitted() {
    return complete && !transactionGoesOn && !refused;
  }

  int rows() {
    return rows;
  }
}
