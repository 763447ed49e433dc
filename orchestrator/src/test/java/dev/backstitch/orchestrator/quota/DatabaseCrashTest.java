package dev.backstitch.orchestrator.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.backstitch.migrations.EmbeddedPostgres;
import dev.backstitch.migrations.EmbeddedPostgresConfig;
import dev.backstitch.migrations.Migrator;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What becomes of the ledger when PostgreSQL itself crashes. Its commits do not wait for the disk,
/// so the last half second of them is forgotten: what was granted, and what answers have told.
final class DatabaseCrashTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int LIMIT = 5_000;
  private static final int RESERVE = 1_000;
  private static final int ABOVE = 20;
  private static final int AT_ONCE = QuotaRules.DEFAULT.bulkAtOnce();
  private static final double UNTIL_RESET = 3_000;

  /// Between two ordinary commits nothing reaches the disk but by the process that is stopped here.
  private static final Map<String, String> SETTINGS =
      Map.of("autovacuum", "off", "bgwriter_lru_maxpages", "0");

  @TempDir private Path folder;

  /// What the API has on its books, which no crash of ours can touch.
  private int remaining = RESERVE + ABOVE + 1;

  @Test
  void bulk_goes_below_the_reserve_by_no_more_than_may_be_on_its_way_and_the_ledger_goes_on()
      throws Exception {
    try (EmbeddedPostgres postgres =
        EmbeddedPostgres.start(EmbeddedPostgresConfig.in(folder).withSettings(SETTINGS))) {
      Migrator.migrate(postgres.dataSource());
      List<Book.Reply> onTheirWay;
      try (Handle handle = Jdbi.create(postgres.dataSource()).open()) {
        Book book = new Book(handle, "octocat");
        send(book.ask(Lane.LIVE), book);
        ProcessHandle writer = stopWriter();
        commitToDisk(handle);
        onTheirWay = spendAllAboveTheReserve(book);
        assertThat(remaining).isEqualTo(RESERVE);

        crash(writer, handle);
      }

      try (Handle handle = reopen(postgres)) {
        Book book = new Book(handle, "octocat");
        assertThat(book.state().remaining()).as("forgotten").isEqualTo(RESERVE + ABOVE);
        assertThat(book.state().bulk()).as("forgotten").isZero();

        List<Book.Reply> more = grantedNow(book);
        remaining -= more.size();
        assertThat(more).hasSize(AT_ONCE);
        assertThat(remaining).isEqualTo(RESERVE - AT_ONCE);

        // The first answer tells the truth, whether it belongs to a permit that is forgotten or
        // not.
        tell(onTheirWay.getFirst(), book);
        assertKept(book);
        onTheirWay.forEach(old -> book.finish(old));
        more.forEach(permit -> tell(permit, book));
        assertKept(book);
        assertThat(remaining).isEqualTo(RESERVE - AT_ONCE);

        assertThat(book.ask(Lane.LIVE).granted()).isTrue();
        book.pass(UNTIL_RESET + 5);
        remaining = LIMIT;
        Book.Reply probe = book.ask(Lane.BULK);
        assertThat(probe.granted()).isTrue();
        send(probe, book);
        assertThat(grantedNow(book)).hasSize(AT_ONCE);
      }
    }
  }

  /// Some are answered, and as many as may be are on their way at the end.
  private List<Book.Reply> spendAllAboveTheReserve(Book book) {
    while (remaining > RESERVE + AT_ONCE) {
      Book.Reply next = book.ask(Lane.BULK);
      assertThat(next.granted()).as(next.reason()).isTrue();
      send(next, book);
    }
    List<Book.Reply> onTheirWay = grantedNow(book);
    remaining -= onTheirWay.size();
    assertKept(book);
    return onTheirWay;
  }

  private static List<Book.Reply> grantedNow(Book book) {
    List<Book.Reply> granted = new ArrayList<>();
    Book.Reply next = book.ask(Lane.BULK);
    while (next.granted()) {
      granted.add(next);
      next = book.ask(Lane.BULK);
    }
    return granted;
  }

  private static void assertKept(Book book) {
    assertThat(book.ask(Lane.BULK).reason()).contains("1000 are kept for live work");
  }

  private void send(Book.Reply granted, Book book) {
    remaining--;
    tell(granted, book);
  }

  private void tell(Book.Reply granted, Book book) {
    book.answerAndFinish(granted, LIMIT, remaining, UNTIL_RESET);
  }

  /// The process that writes to disk what was committed without waiting for it.
  private ProcessHandle stopWriter() throws IOException, InterruptedException {
    String server = Files.readAllLines(folder.resolve("data/postmaster.pid")).getFirst().strip();
    for (ProcessHandle child :
        ProcessHandle.of(Long.parseLong(server)).orElseThrow().children().toList()) {
      if (title(child).contains("walwriter")) {
        signal("STOP", child);
        return child;
      }
    }
    throw new AssertionError("process " + server + " has no walwriter");
  }

  /// What it calls itself; Java knows only how it was started.
  private static String title(ProcessHandle process) throws IOException {
    Process ps =
        new ProcessBuilder("ps", "-o", "args=", "-p", Long.toString(process.pid())).start();
    try (BufferedReader out = ps.inputReader(StandardCharsets.UTF_8)) {
      return String.join("", out.lines().toList());
    }
  }

  /// Everything so far, as any other commit does.
  private static void commitToDisk(Handle handle) {
    handle.execute("create table public.kept ()");
  }

  /// The server loses all that is in its memory when one of its processes is killed, ends every
  /// session, and comes back by itself.
  private static void crash(ProcessHandle writer, Handle handle)
      throws IOException, InterruptedException {
    signal("KILL", writer);
    await().atMost(PATIENCE).until(() -> !handle.getConnection().isValid(1));
  }

  private static Handle reopen(EmbeddedPostgres postgres) {
    return await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> Jdbi.create(postgres.dataSource()).open(), handle -> true);
  }

  private static void signal(String name, ProcessHandle process)
      throws IOException, InterruptedException {
    int exit =
        new ProcessBuilder("sh", "-c", "kill -%s %d".formatted(name, process.pid()))
            .start()
            .waitFor();
    assertThat(exit).isZero();
  }
}
