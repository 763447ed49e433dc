package dev.backstitch.loadtest.load.draw;

/// Text as it may stand in HTML and SVG.
public final class Markup {
  private Markup() {}

  /// Escapes what would be markup, for content and for quoted attributes. Characters that XML
  /// forbids are left out.
  public static String escaped(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    text.codePoints()
        .forEach(character -> {
          switch (character) {
            case '&' -> safe.append("&amp;");
            case '<' -> safe.append("&lt;");
            case '>' -> safe.append("&gt;");
            case '"' -> safe.append("&quot;");
            case '\'' -> safe.append("&#39;");
            default -> {
              if (character >= ' ' || character == '\n' || character == '\t') {
                safe.appendCodePoint(character);
              }
            }
          }
        });
    return safe.toString();
  }
}
