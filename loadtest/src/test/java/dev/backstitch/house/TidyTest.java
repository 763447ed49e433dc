package dev.backstitch.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The habits of the house that no other tool checks. Every ban says why, and what to do instead.
final class TidyTest {
  private static final Path ROOT = Path.of(System.getProperty("backstitch.root", ".."));
  private static final int LONGEST_FILE = 480;

  /// @param where which files it looks at
  /// @param found what must not be there
  record Ban(String name, Predicate<Path> where, Pattern found, String reason, String instead) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Ban> bans() {
    return Stream.of(
        new Ban(
            "default over a sealed type",
            TidyTest::isJava,
            defaultOver(sealedTypes()),
            "a new case would be swallowed silently",
            "name every case"),
        new Ban(
            "class names that say nothing",
            TidyTest::isMainJava,
            Pattern.compile("\\b(class|record|interface|enum) \\w+(Manager|Utils?|Helper|Impl)\\b"),
            "they collect what has no home",
            "the concept's own name"),
        new Ban(
            "printing outside the command line",
            path -> isMainJava(path) && !path.toString().contains("/command/"),
            Pattern.compile("System\\.(out|err)\\b"),
            "output belongs to the command line, everything else is logged",
            "slf4j, or a command's own output"),
        new Ban(
            "changing history",
            path -> isMainJava(path) || path.toString().endsWith(".sql"),
            Pattern.compile("(?i)(update|delete from|truncate)\\s+(backstitch\\.)?history\\b"),
            "facts are never changed",
            "append an event; retention drops partitions"),
        new Ban(
            "SQL outside stores",
            path ->
                isMainJava(path)
                    && !path.toString().contains("/migrations/src/")
                    && !path.toString().endsWith("Store.java"),
            Pattern.compile("\"\"\"\\s+(select|insert into|update|delete from|with)\\s"),
            "statements are read and tested in one place",
            "a method of a *Store class"),
        new Ban(
            "thread locals",
            TidyTest::isMainJava,
            Pattern.compile("\\bThreadLocal\\b"),
            "state that nobody passes is state that nobody sees",
            "a parameter"),
        new Ban(
            "sleeping tests",
            TidyTest::isTestJava,
            Pattern.compile("Thread\\.sleep\\("),
            "a sleep is too long on a quiet machine and too short on a busy one",
            "wait for a condition with a deadline"),
        new Ban(
            "tests that don't run",
            TidyTest::isTestJava,
            Pattern.compile("@Disabled"),
            "a test that does not run proves nothing",
            "repair it or delete it"),
        new Ban(
            "notes to nobody",
            path -> isJava(path) || path.toString().endsWith(".sql"),
            Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b"),
            "nothing tracks them",
            "an issue, or do it now"),
        new Ban(
            "swallowed throwables",
            TidyTest::isMainJava,
            Pattern.compile("catch \\((Exception|Throwable) (_|ignored)\\)"),
            "the fault is gone for good",
            "catch what is expected, and say why nothing is done"));
  }

  @ParameterizedTest
  @MethodSource("bans")
  void nothing_banned_is_in_the_sources(Ban ban) throws IOException {
    List<String> offences = new ArrayList<>();
    for (Path file : sources(ban.where())) {
      if (file.endsWith("TidyTest.java")) {
        continue;
      }
      String text = Files.readString(file);
      Matcher matcher = ban.found().matcher(text);
      while (matcher.find()) {
        long line = text.substring(0, matcher.start()).lines().count();
        offences.add(ROOT.relativize(file) + ":" + line);
      }
    }

    assertThat(offences)
        .as("%s: %s; instead: %s", ban.name(), ban.reason(), ban.instead())
        .isEmpty();
  }

  @Test
  void a_file_can_be_read_in_one_sitting() throws IOException {
    List<String> tooLong = new ArrayList<>();
    for (Path file : sources(TidyTest::isJava)) {
      try (Stream<String> lines = Files.lines(file)) {
        long count = lines.count();
        if (count > LONGEST_FILE) {
          tooLong.add(ROOT.relativize(file) + " has " + count + " lines");
        }
      }
    }

    assertThat(tooLong).as("a long file hides a missing concept; split it").isEmpty();
  }

  @Test
  void a_code_stands_for_one_message() throws IOException {
    Pattern message = Pattern.compile("(BST-[A-Z]+-\\d{3}): (.{0,20})");
    Map<String, Set<String>> messages = new TreeMap<>();
    for (Path file : sources(path -> isMainJava(path) || path.toString().endsWith(".sql"))) {
      Matcher matcher = message.matcher(Files.readString(file));
      while (matcher.find()) {
        messages.computeIfAbsent(matcher.group(1), _ -> new TreeSet<>()).add(matcher.group(2));
      }
    }

    messages.values().removeIf(texts -> texts.size() == 1);
    assertThat(messages).as("who looks a code up must find one problem").isEmpty();
  }

  @Test
  void every_package_says_what_it_is_and_is_null_marked() throws IOException {
    List<Path> folders =
        sources(TidyTest::isMainJava).stream().map(Path::getParent).distinct().toList();

    assertThat(folders)
        .isNotEmpty()
        .allSatisfy(folder -> {
          Path info = folder.resolve("package-info.java");
          assertThat(info).as("a package without package-info.java").exists();
          assertThat(Files.readString(info)).contains("///").contains("@NullMarked");
        });
  }

  /// Our own sealed types: a library's hierarchy may be open, and then needs its default.
  private static String sealedTypes() {
    Pattern declaration = Pattern.compile("sealed interface (\\w+)");
    try {
      return sources(TidyTest::isMainJava).stream()
          .flatMap(file -> declaration.matcher(read(file)).results())
          .map(found -> found.group(1))
          .distinct()
          .collect(Collectors.joining("|"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Pattern defaultOver(String types) {
    return Pattern.compile(
        "case (" + types + ")\\.\\w[^;]*?->(?:(?!switch \\()[\\s\\S])*?default ->");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> sources(Predicate<Path> wanted) throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .filter(Files::isRegularFile)
          .filter(path -> !path.toString().contains("/target/"))
          .filter(wanted)
          .toList();
    }
  }

  private static boolean isJava(Path path) {
    return path.toString().endsWith(".java");
  }

  private static boolean isMainJava(Path path) {
    return isJava(path) && path.toString().contains("/src/main/");
  }

  private static boolean isTestJava(Path path) {
    return isJava(path) && path.toString().contains("/src/test/");
  }
}
