package dev.backstitch.api.http;

/// A [Problem] for people: what a browser gets that asked for a page.
@FunctionalInterface
public interface ErrorPage {
  /// The whole page, UTF-8 HTML.
  byte[] render(Problem problem);
}
