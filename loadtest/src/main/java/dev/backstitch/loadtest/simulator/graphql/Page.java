package dev.backstitch.loadtest.simulator.graphql;

import graphql.schema.DataFetchingEnvironment;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One page of a connection. Cursors hold the key of their item, so that a page begins after that
/// key even when items were added or removed meanwhile.
record Page<T>(List<Edge<T>> edges, int totalCount, boolean hasNextPage, boolean hasPreviousPage) {

  private static final int MAX = 100;
  private static final String PREFIX = "cursor:v2:";

  /// One item with its cursor.
  record Edge<T>(String cursor, T node) {}

  Page {
    edges = List.copyOf(edges);
  }

  /// What cursors hold.
  ///
  /// @param text a key as a cursor holds it
  /// @param parse the key that a cursor holds; may throw if it holds none
  /// @param order how two keys stand to each other
  record Keys<K>(Function<K, String> text, Function<String, K> parse, Comparator<K> order) {}

  /// Cuts the page that the field's arguments `first`, `last`, `after` and `before` ask for.
  ///
  /// @param items all of them, in the order asked for
  /// @param key what a cursor remembers of an item
  static <T, K> Page<T> cut(
      DataFetchingEnvironment environment, List<T> items, Function<T, K> key, Keys<K> keys) {
    @Nullable Integer first = environment.getArgument("first");
    @Nullable Integer last = environment.getArgument("last");
    checkBounds(environment, first, last);
    @Nullable K after = decode(environment.getArgument("after"), keys);
    @Nullable K before = decode(environment.getArgument("before"), keys);
    List<T> range =
        items.stream()
            .filter(item -> after == null || keys.order().compare(key.apply(item), after) > 0)
            .filter(item -> before == null || keys.order().compare(key.apply(item), before) < 0)
            .toList();
    int start = 0;
    int end = range.size();
    if (first != null) {
      end = Math.min(end, first);
    }
    if (last != null) {
      start = Math.max(start, end - last);
    }
    return new Page<>(
        range.subList(start, end).stream()
            .map(item -> new Edge<>(encode(keys.text().apply(key.apply(item))), item))
            .toList(),
        items.size(),
        end < range.size(),
        start > 0 || after != null);
  }

  /// How many items of a connection must be known to cut its page: the first few, unless the page
  /// is counted from elsewhere or the total is asked for.
  static int itemsNeeded(DataFetchingEnvironment environment) {
    @Nullable Integer first = environment.getArgument("first");
    boolean fromTheStart =
        environment.getArgument("after") == null
            && environment.getArgument("before") == null
            && environment.getArgument("last") == null
            && !environment.getSelectionSet().contains("totalCount");
    return first != null && fromTheStart ? Math.min(first, MAX) + 1 : Integer.MAX_VALUE;
  }

  List<T> nodes() {
    return edges.stream().map(Edge::node).toList();
  }

  /// The same page of other nodes, each made of one of this page's.
  <U> Page<U> map(Function<T, U> change) {
    return new Page<>(
        edges.stream().map(edge -> new Edge<>(edge.cursor(), change.apply(edge.node()))).toList(),
        totalCount,
        hasNextPage,
        hasPreviousPage);
  }

  @Nullable String startCursor() {
    return edges.isEmpty() ? null : edges.getFirst().cursor();
  }

  @Nullable String endCursor() {
    return edges.isEmpty() ? null : edges.getLast().cursor();
  }

  private static void checkBounds(
      DataFetchingEnvironment environment, @Nullable Integer first, @Nullable Integer last) {
    String connection = environment.getField().getName();
    if (first == null && last == null) {
      if (environment.getSelectionSet().containsAnyOf("nodes", "edges")) {
        throw new GitHubErrorException(
            "MISSING_PAGINATION_BOUNDARIES",
            "You must provide a `first` or `last` value to properly paginate the `%s` connection."
                .formatted(connection));
      }
      return;
    }
    checkBound(connection, "first", first);
    checkBound(connection, "last", last);
  }

  private static void checkBound(String connection, String argument, @Nullable Integer value) {
    if (value != null && (value < 1 || value > MAX)) {
      throw new GitHubErrorException(
          "EXCESSIVE_PAGINATION",
          "Requesting %d records on the `%s` connection exceeds the `%s` limit of %d records."
              .formatted(value, connection, argument, MAX));
    }
  }

  private static String encode(String key) {
    return Base64.getEncoder().encodeToString((PREFIX + key).getBytes(StandardCharsets.UTF_8));
  }

  private static <K> @Nullable K decode(@Nullable String cursor, Keys<K> keys) {
    if (cursor == null) {
      return null;
    }
    try {
      String text = new String(Base64.getDecoder().decode(cursor), StandardCharsets.UTF_8);
      if (text.startsWith(PREFIX)) {
        return keys.parse().apply(text.substring(PREFIX.length()));
      }
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      // Not base64, or no key: refused below like any other text that is no cursor of ours.
    }
    throw new GitHubErrorException(
        "INVALID_CURSOR_ARGUMENTS", "`%s` does not appear to be a valid cursor.".formatted(cursor));
  }
}
