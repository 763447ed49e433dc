package dev.backstitch.loadtest.network;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What the client of one connection is asking: the SQL of the request that is not answered yet,
/// and of those before it in the same transaction.
///
/// A statement's text travels once (Parse); later requests only name it (Bind). Safe for the two
/// threads of a link.
final class Requests {
  private final Map<String, String> prepared = new HashMap<>();
  private final List<String> current = new ArrayList<>();
  private final List<String> before = new ArrayList<>();

  /// A message from the client, before it is sent on.
  synchronized void asked(int type, byte[] body) {
    switch (type) {
      case 'P' -> {
        String name = text(body, 0);
        prepared.put(name, text(body, name.getBytes(StandardCharsets.UTF_8).length + 1));
      }
      case 'B' -> {
        String portal = text(body, 0);
        String name = text(body, portal.getBytes(StandardCharsets.UTF_8).length + 1);
        current.add(prepared.getOrDefault(name, ""));
      }
      case 'Q' -> current.add(text(body, 0));
      default -> {
        // Execute, Sync and the rest say nothing new.
      }
    }
  }

  synchronized List<String> current() {
    return List.copyOf(current);
  }

  /// The same with what was answered before it in its transaction.
  synchronized List<String> transaction() {
    List<String> all = new ArrayList<>(before);
    all.addAll(current);
    return List.copyOf(all);
  }

  /// @param transactionGoesOn whether the next request belongs to the same transaction
  synchronized void answered(boolean transactionGoesOn) {
    if (transactionGoesOn) {
      before.addAll(current);
    } else {
      before.clear();
    }
    current.clear();
  }

  private static String text(byte[] body, int from) {
    int end = from;
    while (end < body.length && body[end] != 0) {
      end++;
    }
    return new String(body, from, end - from, StandardCharsets.UTF_8);
  }
}
