package dev.backstitch.api.page;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.backstitch.orchestrator.history.Payload;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// JSON laid out for reading, in pieces that a page can colour. Numbers keep their digits.
///
/// @param pieces one after the other they are the text
/// @param complete false if the rest was cut off
public record JsonText(List<Piece> pieces, boolean complete) {
  private static final JsonFactory JSON = new JsonFactory();

  /// What a piece is.
  public enum Kind {
    /// The name of a member.
    NAME,
    /// A text.
    TEXT,
    /// A number.
    NUMBER,
    /// `true`, `false` or `null`.
    WORD,
    /// Brackets, commas, colons, line breaks.
    MARK
  }

  /// A part of the text.
  public record Piece(Kind kind, String text) {}

  /// Copies the list.
  public JsonText {
    pieces = List.copyOf(pieces);
  }

  /// Lays out at most about `mostCharacters`.
  public static JsonText of(Payload payload, int mostCharacters) {
    var layout = new Layout(mostCharacters);
    try (JsonParser parser = JSON.createParser(payload.utf8())) {
      return new JsonText(layout.pieces, layout.write(parser));
    } catch (IOException e) {
      // Not JSON after all: a history must be readable even then.
      String text = payload.json();
      boolean fits = text.length() <= mostCharacters;
      return new JsonText(
          List.of(new Piece(Kind.MARK, fits ? text : text.substring(0, mostCharacters))), fits);
    }
  }

  /// The text without its colours.
  public String text() {
    var text = new StringBuilder();
    pieces.forEach(piece -> text.append(piece.text()));
    return text.toString();
  }

  private static final class Layout {
    private final List<Piece> pieces = new ArrayList<>();
    private int room;
    private int depth;
    private boolean first = true;
    private boolean afterName;

    Layout(int room) {
      this.room = room;
    }

    boolean write(JsonParser parser) throws IOException {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (room < 0) {
          return false;
        }
        write(parser, token);
      }
      return true;
    }

    private void write(JsonParser parser, JsonToken token) throws IOException {
      switch (token) {
        case START_OBJECT -> open("{");
        case START_ARRAY -> open("[");
        case END_OBJECT -> close("}");
        case END_ARRAY -> close("]");
        case FIELD_NAME -> {
          separate();
          add(Kind.NAME, quoted(parser.currentName()));
          add(Kind.MARK, ": ");
          afterName = true;
        }
        case VALUE_STRING -> value(Kind.TEXT, quoted(parser.getText()));
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> value(Kind.NUMBER, parser.getText());
        case VALUE_TRUE, VALUE_FALSE, VALUE_NULL -> value(Kind.WORD, parser.getText());
        case NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
            throw new IllegalStateException("a blocking JSON parser never gives " + token);
      }
    }

    private void value(Kind kind, String text) {
      separate();
      add(kind, text);
      first = false;
    }

    private void open(String bracket) {
      separate();
      add(Kind.MARK, bracket);
      depth++;
      first = true;
    }

    private void close(String bracket) {
      depth--;
      if (!first) {
        newLine();
      }
      add(Kind.MARK, bracket);
      first = false;
    }

    private void separate() {
      if (afterName) {
        afterName = false;
        return;
      }
      if (depth > 0) {
        if (!first) {
          add(Kind.MARK, ",");
        }
        newLine();
      }
      first = false;
    }

    private void newLine() {
      add(Kind.MARK, "\n" + "  ".repeat(depth));
    }

    private void add(Kind kind, String text) {
      room -= text.length();
      if (kind == Kind.MARK && !pieces.isEmpty() && pieces.getLast().kind() == Kind.MARK) {
        pieces.set(pieces.size() - 1, new Piece(kind, pieces.getLast().text() + text));
      } else {
        pieces.add(new Piece(kind, text));
      }
    }

    private static String quoted(String text) {
      return '"' + String.valueOf(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }
  }
}
