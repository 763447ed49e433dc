package dev.backstitch.orchestrator.checkpoint;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A copy of the migrations with one thing wrong, in the newest definition of one table, trigger or
/// function.
///
/// The text that is changed must be there: a mutant of what is not there any more would live for
/// ever and prove nothing.
final class SqlMutant {
  private final List<String> files;

  private SqlMutant(List<String> files) {
    this.files = List.copyOf(files);
  }

  /// The migrations as they are.
  static SqlMutant healthy() {
    return new SqlMutant(Migrations.texts());
  }

  /// Replaces a text in the newest definition of something.
  ///
  /// @param definition how its statement goes on behind `create`, such as `table history (`
  /// @param which which of several occurrences, from 1
  SqlMutant with(String definition, String text, int which, String replacement) {
    Pattern begin = Pattern.compile("create (or replace )?" + Pattern.quote(definition));
    for (int i = files.size() - 1; i >= 0; i--) {
      String file = files.get(i);
      Matcher found = begin.matcher(file);
      if (found.find()) {
        int start = found.start();
        int end = end(file, start);
        String changed = replaced(file.substring(start, end), text, which, replacement);
        List<String> all = new ArrayList<>(files);
        all.set(i, file.substring(0, start) + changed + file.substring(end));
        return new SqlMutant(all);
      }
    }
    throw new IllegalStateException("no migration has \"create " + definition + "\"");
  }

  /// A function's body ends with its quote, any other statement with its semicolon.
  private static int end(String file, int start) {
    int semicolon = file.indexOf(";\n", start);
    int body = file.indexOf("$$", start);
    return body >= 0 && body < semicolon ? file.indexOf("$$;", body) + 3 : semicolon + 1;
  }

  private static String replaced(String statement, String text, int which, String replacement) {
    int at = -1;
    for (int i = 0; i < which; i++) {
      at = statement.indexOf(text, at + 1);
      if (at < 0) {
        throw new IllegalStateException(
            "there is no " + (i + 1) + ". \"" + text + "\" in\n" + statement);
      }
    }
    return statement.substring(0, at) + replacement + statement.substring(at + text.length());
  }

  /// Makes the schema anew from these files, in a database that nobody else uses.
  ///
  /// @throws IllegalStateException if it can't be made: then nothing can be said about the mutant
  void remake(Connection connection) {
    try (Statement statement = connection.createStatement()) {
      statement.execute("drop schema backstitch cascade");
      statement.execute("create schema backstitch");
      statement.execute("set search_path to backstitch");
      for (String file : files) {
        statement.execute(file);
      }
      statement.execute("reset search_path");
    } catch (SQLException e) {
      throw new IllegalStateException("the mutated migrations can't be applied", e);
    }
  }
}
