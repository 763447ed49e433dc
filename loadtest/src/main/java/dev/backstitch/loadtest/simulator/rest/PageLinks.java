package dev.backstitch.loadtest.simulator.rest;

import dev.backstitch.loadtest.simulator.http.Reply.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Which part of a list a request gets, and the `Link` header that leads to the other parts.
record PageLinks(int page, int perPage, int total) {

  private static final int DEFAULT_PER_PAGE = 30;
  private static final int MAX_PER_PAGE = 100;

  /// Reads `page` and `per_page`; like GitHub it takes the nearest allowed value for a wrong one.
  static PageLinks of(Map<String, String> parameters, int total) {
    return new PageLinks(
        Math.max(1, number(parameters, "page", 1)),
        Math.clamp(number(parameters, "per_page", DEFAULT_PER_PAGE), 1, MAX_PER_PAGE),
        total);
  }

  private static int number(Map<String, String> parameters, String name, int otherwise) {
    String text = parameters.getOrDefault(name, "");
    return text.matches("[0-9]{1,6}") ? Integer.parseInt(text) : otherwise;
  }

  int from() {
    return Math.min(total, (page - 1) * perPage);
  }

  int to() {
    return Math.min(total, from() + perPage);
  }

  private int lastPage() {
    return Math.max(1, (total + perPage - 1) / perPage);
  }

  /// The header's value; empty when everything is on this page.
  Optional<String> header(String url, Map<String, String> parameters) {
    var links = new ArrayList<String>();
    if (page > 1) {
      links.add(link(url, parameters, Math.min(page - 1, lastPage()), "prev"));
    }
    if (page < lastPage()) {
      links.add(link(url, parameters, page + 1, "next"));
      links.add(link(url, parameters, lastPage(), "last"));
    }
    if (page > 1) {
      links.add(link(url, parameters, 1, "first"));
    }
    return links.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", links));
  }

  /// An answer with the header, if it needs one.
  Answer linked(Answer answer, String url, Map<String, String> parameters) {
    return header(url, parameters).map(value -> answer.with("Link", value)).orElse(answer);
  }

  private static String link(
      String url, Map<String, String> parameters, int page, String relation) {
    var query = new TreeMap<>(parameters);
    query.put("page", Integer.toString(page));
    String text =
        query.entrySet().stream()
            .map(entry -> encode(entry.getKey()) + "=" + encode(entry.getValue()))
            .collect(Collectors.joining("&"));
    return "<%s?%s>; rel=\"%s\"".formatted(url, text, relation);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
