package dev.backstitch.loadtest.simulator.http;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// What the listener does with a request.
public sealed interface Reply {

  /// A whole answer. `Content-Length` is added by the listener; `Date` is not.
  record Answer(int status, Map<String, String> headers, Body body) implements Reply {

    public Answer {
      headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    public static Answer of(int status, String contentType, Body body) {
      return new Answer(status, Map.of("Content-Type", contentType), body);
    }

    public static Answer empty(int status) {
      return new Answer(status, Map.of(), Body.EMPTY);
    }

    public Answer with(String name, String value) {
      var extended = new LinkedHashMap<>(headers);
      extended.put(name, value);
      return new Answer(status, extended, body);
    }

    /// The same answer with its body compressed.
    public Answer gzip() {
      return new Answer(status, headers, body.gzip()).with("Content-Encoding", "gzip");
    }
  }

  /// Nothing is answered; the connection is reset.
  record Reset() implements Reply {}

  /// The second half of the answer's body comes this much later than the first.
  record Slow(Answer answer, Duration delay) implements Reply {}

  /// The answer announces its whole length, but only the first `keptBytes` of the body come, then
  /// the connection ends.
  record CutShort(Answer answer, int keptBytes) implements Reply {}
}
