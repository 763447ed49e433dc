package dev.backstitch.orchestrator;

import dev.backstitch.orchestrator.config.OrchestratorConfig;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.quota.Lane;
import dev.backstitch.orchestrator.quota.QuotaAnswer;
import dev.backstitch.orchestrator.quota.QuotaRules;
import dev.backstitch.orchestrator.quota.QuotaUse;
import dev.backstitch.orchestrator.workflow.ActivityContext;
import dev.backstitch.orchestrator.workflow.Registry;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.Settings;
import dev.backstitch.orchestrator.workflow.Workflow;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

/// A process to be killed: starts one run of bulk calls, each of which takes a permit of the quota
/// and stops there, saying so.
///
/// The account that is charged is a row in the same database, so that all processes share it and
/// nothing that is spent is forgotten.
///
/// Arguments: JDBC address, user, password, and where to stop: `asked`, with the permit and before
/// the request, or `spent`, behind the request and before anybody is told of it.
final class QuotaProgram {
  /// So many bulk calls may be on their way at a time.
  static final int AT_ONCE = 6;

  static final int CALLS = 20;

  /// Permits last for longer than any test: nobody goes on because they are over.
  private static final QuotaRules RULES =
      QuotaRules.DEFAULT.withPace(50, AT_ONCE, 100_000).withLease(600);

  private QuotaProgram() {}

  public static void main(String[] arguments) throws Exception {
    DatabaseAddress database = new DatabaseAddress(arguments[0], arguments[1], arguments[2]);
    Orchestrator orchestrator = open(database, arguments[3]);
    System.out.println(
        "run "
            + orchestrator
                .start(new StartRequest("calls", null, Payload.ofJson("\"BULK " + CALLS + "\"")))
                .runId());
    new CountDownLatch(1).await();
  }

  /// An engine whose bulk calls stop there; `never` for one that works.
  static Orchestrator open(DatabaseAddress database, String stopsWhen) {
    Calls calls = new Calls(new Account(database), stopsWhen);
    return Orchestrator.open(
        OrchestratorConfig.defaults()
            .withLease(Duration.ofSeconds(2))
            .withOutageGrace(Duration.ZERO)
            .withDrain(Duration.ZERO),
        database,
        List.of(new TestModule(calls::register)),
        new Settings(Map.of()));
  }

  /// Makes so many calls at once; its input is the lane and the number.
  private static final class ManyCalls implements Workflow<String, Integer> {
    @Override
    public Integer run(RunContext run, String input) {
      String[] parts = input.split(" ", -1);
      return run.callAll(
              IntStream.range(0, Integer.parseInt(parts[1])).boxed().toList(),
              i -> new Echo(parts[0] + " " + i))
          .size();
    }
  }

  private record Calls(Account account, String stopsWhen) {
    void register(Registry registry) {
      registry.workflow("calls", ManyCalls::new);
      registry.activity(
          Echo.class,
          this::call,
          options ->
              options.withQuota(
                  Echo.class,
                  calls -> QuotaUse.read("octocat", "core", lane(calls.getFirst().text()), RULES)));
    }

    private static Lane lane(String text) {
      return Lane.valueOf(text.split(" ", -1)[0]);
    }

    private String call(Echo call, ActivityContext context) throws Exception {
      context.permit().spend("core", 1, 0);
      stopIf("asked");
      int remaining = account.spend();
      stopIf("spent");
      context
          .permit()
          .answered(
              "core",
              1,
              new QuotaAnswer(
                  1,
                  true,
                  new QuotaAnswer.Reading(
                      "core", 5_000, remaining, 5_000 - remaining, Duration.ofHours(1)),
                  null,
                  null));
      return call.text();
    }

    private void stopIf(String here) throws InterruptedException {
      if (stopsWhen.equals(here)) {
        System.out.println("stopped");
        new CountDownLatch(1).await();
      }
    }
  }

  /// What the server has on its books, which no killed process can forget.
  record Account(DatabaseAddress database) {
    void open(int remaining) throws SQLException {
      try (Connection connection = database.connect("account");
          Statement statement = connection.createStatement()) {
        statement.execute("create table public.account (remaining integer not null)");
        statement.execute("insert into public.account values (" + remaining + ")");
      }
    }

    int spend() throws SQLException {
      return query("update public.account set remaining = remaining - 1 returning remaining");
    }

    int remaining() throws SQLException {
      return query("select remaining from public.account");
    }

    private int query(String sql) throws SQLException {
      try (Connection connection = database.connect("account");
          Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery(sql)) {
        rows.next();
        return rows.getInt(1);
      }
    }
  }
}
