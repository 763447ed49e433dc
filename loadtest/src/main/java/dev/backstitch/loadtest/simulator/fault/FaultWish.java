package dev.backstitch.loadtest.simulator.fault;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A rule for [Faults] as somebody outside this process writes it:
///
/// ```json
/// {"operation": "commit", "fault": "reset-after-write", "times": 2}
/// {"operation": "graphql", "fault": "status", "status": 502, "rate": 0.05, "seed": 7}
/// ```
///
/// A fault's fields are the components of its record; durations are texts such as `2s`, `500ms` is
/// `0.5s`. At most one of `nth`, `times`, `rate` (with `seed`), `during` and `always` says when;
/// without one it is the next such request.
public final class FaultWish {
  private static final Set<String> WHEN = Set.of("nth", "times", "rate", "during", "always");

  private final JsonNode json;

  private FaultWish(JsonNode json) {
    this.json = json;
  }

  /// Adds the rule.
  ///
  /// @throws IllegalArgumentException saying what is wrong and what is allowed
  public static void add(JsonNode json, Faults faults) {
    new FaultWish(json).addTo(faults);
  }

  /// The names of all faults, each with the names of its fields.
  public static List<String> faultNames() {
    return kinds()
        .map(kind ->
            Stream.concat(
                    Stream.of(name(kind)),
                    Arrays.stream(kind.getRecordComponents()).map(FaultWish::described))
                .collect(Collectors.joining(" ")))
        .sorted()
        .toList();
  }

  /// The names of all operations.
  public static List<String> operationNames() {
    return names(Operation.class);
  }

  private void addTo(Faults faults) {
    var operation = (Operation) constant(Operation.class, "operation");
    Class<?> kind = kind();
    Fault fault = (Fault) make(kind);
    refuseOthers(kind);
    List<String> when = WHEN.stream().filter(json::has).toList();
    if (when.size() > 1) {
      throw new IllegalArgumentException("only one of " + new TreeSet<>(WHEN) + " may say when");
    }
    switch (when.isEmpty() ? "" : when.getFirst()) {
      case "nth" -> faults.nth(operation, number("nth"), fault);
      case "times" -> faults.times(operation, number("times"), fault);
      case "rate" ->
          faults.rate(
              operation, json.path("rate").asDouble(-1), fault, json.path("seed").asLong(1));
      case "during" -> faults.during(operation, duration("during", json), fault);
      case "always" -> faults.always(operation, fault);
      default -> faults.next(operation, fault);
    }
  }

  private Class<?> kind() {
    String wanted = json.path("fault").asText();
    return kinds()
        .filter(kind -> name(kind).equals(wanted))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "fault must be one of %s, not '%s'"
                    .formatted(kinds().map(FaultWish::name).sorted().toList(), wanted)));
  }

  private Object make(Class<?> kind) {
    var types = new ArrayList<Class<?>>();
    var values = new ArrayList<>();
    for (RecordComponent component : kind.getRecordComponents()) {
      types.add(component.getType());
      values.add(value(component));
    }
    try {
      return kind.getDeclaredConstructor(types.toArray(Class<?>[]::new))
          .newInstance(values.toArray());
    } catch (InvocationTargetException e) {
      throw e.getCause() instanceof IllegalArgumentException wrong
          ? wrong
          : new IllegalStateException(e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("A fault is a public record: " + kind, e);
    }
  }

  private Object value(RecordComponent component) {
    String name = component.getName();
    Class<?> type = component.getType();
    if (type == Optional.class) {
      return Optional.ofNullable(json.path(name).isMissingNode() ? null : json.path(name).asText());
    }
    if (type == int.class) {
      return number(name);
    }
    if (type == boolean.class) {
      return json.path(name).asBoolean(false);
    }
    if (type == Duration.class) {
      return duration(name, json);
    }
    if (type.isEnum()) {
      return constant(type, name);
    }
    throw new IllegalStateException("No text is a " + type);
  }

  private void refuseOthers(Class<?> kind) {
    var known = new TreeSet<>(WHEN);
    known.addAll(List.of("operation", "fault", "seed"));
    Arrays.stream(kind.getRecordComponents()).map(RecordComponent::getName).forEach(known::add);
    json.fieldNames()
        .forEachRemaining(field -> {
          if (!known.contains(field)) {
            throw new IllegalArgumentException(
                "'%s' has no field '%s'; there are %s".formatted(name(kind), field, known));
          }
        });
  }

  private int number(String field) {
    JsonNode value = json.path(field);
    if (!value.isInt()) {
      throw new IllegalArgumentException(field + " must be given and be a whole number");
    }
    return value.intValue();
  }

  /// A duration such as `2s`, `-2m` or `1h30m`.
  ///
  /// @throws IllegalArgumentException if it is none
  public static Duration duration(String field, JsonNode json) {
    String text = json.path(field).asText();
    try {
      return Duration.parse("PT" + text);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "%s must be a duration such as 2s, 0.5s or 1m, not '%s'".formatted(field, text), e);
    }
  }

  private Object constant(Class<?> type, String field) {
    String text = json.path(field).asText();
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> name((Enum<?>) constant).equals(text))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "%s must be one of %s, not '%s'".formatted(field, names(type), text)));
  }

  private static List<String> names(Class<?> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(constant -> name((Enum<?>) constant))
        .toList();
  }

  private static Stream<Class<?>> kinds() {
    return Arrays.stream(Fault.class.getPermittedSubclasses());
  }

  private static String described(RecordComponent component) {
    Class<?> type = component.getType();
    return component.getName() + (type.isEnum() ? names(type) : "");
  }

  private static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String name(Class<?> kind) {
    return kind.getSimpleName().replaceAll("(?<=.)([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }
}
