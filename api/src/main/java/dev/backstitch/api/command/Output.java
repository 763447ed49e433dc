package dev.backstitch.api.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.backstitch.orchestrator.history.EventCodec;
import java.io.Console;
import java.io.PrintWriter;
import java.util.Optional;

/// What a command prints: results to standard output, talk to standard error.
public final class Output {
  private final PrintWriter results = new PrintWriter(System.out, true, System.out.charset());
  private final PrintWriter talk = new PrintWriter(System.err, true, System.err.charset());

  /// A line of the result.
  public void print(String line) {
    results.println(line);
  }

  /// The result as JSON.
  public void printJson(Object document) {
    try {
      results.println(
          EventCodec.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(document));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a document can't be written as JSON", e);
    }
  }

  /// A line that is not part of the result.
  public void say(String line) {
    talk.println(line);
  }

  /// Whether a person watches.
  public boolean isWatched() {
    return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
  }

  /// Replaces the line that a person watches.
  public void replaceLine(String line) {
    talk.print("\r\u001b[K" + line);
    talk.flush();
  }
}
