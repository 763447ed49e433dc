package dev.backstitch.api.http;

import io.javalin.http.Context;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The query parameters of one request. Unknown and repeated ones are refused; an empty value (what
/// a form sends for a field that was left empty) is the same as none.
public final class QueryParameters {
  private static final Pattern AMOUNT = Pattern.compile("(\\d{1,9})(ms|s|m)");

  private final Context ctx;

  private QueryParameters(Context ctx) {
    this.ctx = ctx;
  }

  /// The parameters of a request.
  ///
  /// @param allowed the names that this route reads
  /// @param repeatable those of them that may occur more than once
  /// @throws ProblemException if there is another, or one of the others twice
  public static QueryParameters of(Context ctx, List<String> allowed, List<String> repeatable) {
    ctx.queryParamMap()
        .forEach((name, values) -> {
          if (!allowed.contains(name)) {
            throw ProblemException.unknownParameter(name, allowed);
          }
          if (values.size() > 1 && !repeatable.contains(name)) {
            throw ProblemException.invalidParameter(
                name,
                "'" + name + "' may be given once, was given " + values.size() + " times.",
                List.of());
          }
        });
    return new QueryParameters(ctx);
  }

  /// As [#of(Context, List, List)], none repeatable.
  public static QueryParameters of(Context ctx, String... allowed) {
    return of(ctx, List.of(allowed), List.of());
  }

  /// A text, if it is there and not empty.
  public Optional<String> text(String name) {
    return Optional.ofNullable(ctx.queryParam(name)).filter(value -> !value.isEmpty());
  }

  /// All values of a repeatable parameter.
  public List<String> texts(String name) {
    return ctx.queryParams(name);
  }

  /// A whole number from `least` to `most`.
  ///
  /// @throws ProblemException naming the parameter and its range
  public Optional<Integer> number(String name, int least, int most) {
    return text(name).map(value -> number(name, value, least, most));
  }

  private static int number(String name, String value, int least, int most) {
    try {
      int number = Integer.parseInt(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below, with the range.
    }
    throw ProblemException.invalidParameter(
        name,
        "'"
            + name
            + "' must be a whole number from "
            + least
            + " to "
            + most
            + ", was '"
            + value
            + "'.",
        List.of());
  }

  /// One of an enum's names, in upper case.
  ///
  /// @throws ProblemException naming the parameter and all names
  public <E extends Enum<E>> Optional<E> oneOf(String name, Class<E> type) {
    return text(name)
        .map(value ->
            Arrays.stream(type.getEnumConstants())
                .filter(constant -> constant.name().equals(value))
                .findFirst()
                .orElseThrow(() -> notOneOf(name, value, names(type))));
  }

  /// One of these words.
  ///
  /// @throws ProblemException naming the parameter and the words
  public Optional<String> oneOf(String name, List<String> words) {
    text(name)
        .filter(value -> !words.contains(value))
        .ifPresent(value -> {
          throw notOneOf(name, value, words);
        });
    return text(name);
  }

  private static ProblemException notOneOf(String name, String value, List<String> allowed) {
    return ProblemException.invalidParameter(
        name,
        "'" + name + "' must be one of " + String.join(", ", allowed) + ", was '" + value + "'.",
        allowed);
  }

  private static <E extends Enum<E>> List<String> names(Class<E> type) {
    return Arrays.stream(type.getEnumConstants()).map(Enum::name).toList();
  }

  /// A duration such as `500ms`, `30s`, `2m` or `PT30S`, from zero to `most`.
  ///
  /// @throws ProblemException naming the parameter and its range
  public Optional<Duration> duration(String name, Duration most) {
    return text(name)
        .map(value ->
            parseDuration(value)
                .filter(duration -> !duration.isNegative() && duration.compareTo(most) <= 0)
                .orElseThrow(() ->
                    ProblemException.invalidParameter(
                        name,
                        "'"
                            + name
                            + "' must be a duration such as 500ms, 30s, 1m or PT30S, at most "
                            + most.toSeconds()
                            + "s, was '"
                            + value
                            + "'.",
                        List.of())));
  }

  private static Optional<Duration> parseDuration(String value) {
    Matcher amount = AMOUNT.matcher(value);
    if (amount.matches()) {
      long number = Long.parseLong(amount.group(1));
      return Optional.of(
          switch (amount.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            default -> Duration.ofMinutes(number);
          });
    }
    try {
      return value.toUpperCase(Locale.ROOT).startsWith("P")
          ? Optional.of(Duration.parse(value))
          : Optional.empty();
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
