package dev.backstitch.loadtest.simulator.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// One request as it came over the wire.
///
/// @param method in upper case
/// @param path the path without the query, still percent-encoded
/// @param query the query without its question mark, still percent-encoded; may be empty
/// @param headers names compare without case; repeated headers are joined by ", "
/// @param body decoded from chunks, otherwise untouched
public record Request(
    String method, String path, String query, SortedMap<String, String> headers, Body body) {

  public Request {
    var copy = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    copy.putAll(headers);
    headers = Collections.unmodifiableSortedMap(copy);
  }

  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  /// The path's segments, decoded; a segment may therefore hold a slash.
  public List<String> segments() {
    var segments = new ArrayList<String>();
    int start = 1;
    while (start <= path.length()) {
      int end = path.indexOf('/', start);
      end = end < 0 ? path.length() : end;
      segments.add(decode(path.substring(start, end).replace("+", "%2B")));
      start = end + 1;
    }
    return List.copyOf(segments);
  }

  /// The query's parameters, decoded; of a repeated one the last counts.
  public Map<String, String> parameters() {
    var parameters = new LinkedHashMap<String, String>();
    int start = 0;
    while (start < query.length()) {
      int end = query.indexOf('&', start);
      end = end < 0 ? query.length() : end;
      String pair = query.substring(start, end);
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      parameters.put(decode(name), equals < 0 ? "" : decode(pair.substring(equals + 1)));
      start = end + 1;
    }
    return Collections.unmodifiableMap(parameters);
  }

  /// Whether what is percent-encoded can be decoded.
  public boolean isWellFormed() {
    try {
      segments();
      parameters();
      return true;
    } catch (IllegalArgumentException malformed) {
      return false;
    }
  }

  /// The path and query as they were sent.
  public String target() {
    return query.isEmpty() ? path : path + "?" + query;
  }

  public Request withPath(String newPath) {
    return new Request(method, newPath, query, headers, body);
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
