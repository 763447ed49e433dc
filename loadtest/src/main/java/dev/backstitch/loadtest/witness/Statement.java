package dev.backstitch.loadtest.witness;

import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunStatus;
import dev.backstitch.orchestrator.workflow.Effect;
import java.util.List;

/// What somebody tells the witness: one line of text, its fields between tabs.
public sealed interface Statement {

  /// The run it is about.
  RunId run();

  /// An activity is about to do what it does.
  ///
  /// @param input the call's input, as text that says what the code had seen
  /// @param process which process does it, a new name after every restart
  /// @param stalledMillis for how long that process had just been standing still
  record Begun(
      RunId run,
      int ordinal,
      int attempt,
      String idempotencyKey,
      Effect effect,
      String input,
      String process,
      long stalledMillis)
      implements Statement {}

  /// A client was told that its run has started.
  record StartAcknowledged(RunId run, String key) implements Statement {}

  /// A client was told that its signal is accepted.
  ///
  /// @param id the client's name for it
  record SignalAcknowledged(RunId run, String id) implements Statement {}

  /// A client is about to have its run end.
  ///
  /// @param how `CANCELLED` or `TERMINATED`
  record EndAsked(RunId run, RunStatus how) implements Statement {}

  /// A client was told that its run will end so, or has ended so.
  ///
  /// @param how as in [EndAsked]
  record EndAccepted(RunId run, RunStatus how) implements Statement {}

  /// A client was told how its run ended.
  record EndAcknowledged(RunId run) implements Statement {}

  /// The line, without its end.
  ///
  /// @throws IllegalArgumentException if a field has a tab or a line break
  default String line() {
    List<Object> fields =
        switch (this) {
          case Begun b ->
              List.of(
                  "begun",
                  b.run(),
                  b.ordinal(),
                  b.attempt(),
                  b.idempotencyKey(),
                  b.effect(),
                  b.input(),
                  b.process(),
                  b.stalledMillis());
          case StartAcknowledged s -> List.of("started", s.run(), s.key());
          case SignalAcknowledged s -> List.of("signal", s.run(), s.id());
          case EndAsked e -> List.of("end asked", e.run(), e.how());
          case EndAccepted e -> List.of("end accepted", e.run(), e.how());
          case EndAcknowledged e -> List.of("ended", e.run());
        };
    for (Object field : fields) {
      if (field.toString().matches("(?s).*[\t\r\n].*")) {
        throw new IllegalArgumentException("a field has a tab or a line break: " + field);
      }
    }
    return String.join("\t", fields.stream().map(Object::toString).toList());
  }

  /// Reads a line back.
  ///
  /// @throws IllegalArgumentException if it is none
  static Statement parse(String line) {
    String[] fields = line.split("\t", -1);
    return switch (fields[0]) {
      case "begun" ->
          new Begun(
              RunId.parse(fields[1]),
              Integer.parseInt(fields[2]),
              Integer.parseInt(fields[3]),
              fields[4],
              Effect.valueOf(fields[5]),
              fields[6],
              fields[7],
              Long.parseLong(fields[8]));
      case "started" -> new StartAcknowledged(RunId.parse(fields[1]), fields[2]);
      case "signal" -> new SignalAcknowledged(RunId.parse(fields[1]), fields[2]);
      case "end asked" -> new EndAsked(RunId.parse(fields[1]), RunStatus.valueOf(fields[2]));
      case "end accepted" -> new EndAccepted(RunId.parse(fields[1]), RunStatus.valueOf(fields[2]));
      case "ended" -> new EndAcknowledged(RunId.parse(fields[1]));
      default -> throw new IllegalArgumentException("not a line of the witness: " + line);
    };
  }
}
