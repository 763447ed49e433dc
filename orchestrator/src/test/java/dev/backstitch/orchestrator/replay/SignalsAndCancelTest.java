package dev.backstitch.orchestrator.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.orchestrator.catalog.Catalog;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.Promise;
import dev.backstitch.orchestrator.workflow.RunCancelledException;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.SignalChannel;
import dev.backstitch.orchestrator.workflow.UnreadableSignalException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a run's code meets when others speak to it.
final class SignalsAndCancelTest {
  private static final RunId ID = Scripted.ID;
  private static final Event.CancelRequested CANCEL =
      new Event.CancelRequested("octocat", "not needed");

  private final List<Replayer> replayers = new ArrayList<>();

  @AfterEach
  void abandon() {
    replayers.forEach(Replayer::abandon);
  }

  private static Catalog catalog(Function<RunContext, String> code) {
    return Scripted.catalog(code);
  }

  private SimulatedRun start(Catalog catalog) {
    SimulatedRun run = SimulatedRun.start(ID, catalog, "scripted", "\"\"");
    replayers.add(run.replayer());
    return run;
  }

  private static Event.SignalReceived signal(String name, String json) {
    return new Event.SignalReceived(name, "id of " + json, "octocat", Payload.ofJson(json));
  }

  /// The run is made again from each of its prefixes, and agrees.
  private void assertReplays(Catalog catalog, SimulatedRun run) {
    for (int prefix = 1; prefix <= run.history().size(); prefix++) {
      Replayer again = new Replayer(ID, catalog, SimulatedRun.CODEC);
      replayers.add(again);
      again.replay(run.history().subList(0, prefix));
      assertThat(again.divergence()).as("prefix %s of%n%s", prefix, run.print()).isEmpty();
    }
  }

  private static String result(SimulatedRun run) {
    return run.history().getLast().event() instanceof Event.RunCompleted(Payload result)
        ? result.json()
        : run.print();
  }

  @Test
  void signals_are_received_in_order_each_once_whether_they_come_early_or_late() {
    Catalog catalog =
        catalog(run -> {
          String asked = run.call(new Ask("first"));
          SignalChannel<String> channel = run.signals("approve", String.class);
          return asked + channel.receive() + channel.receive() + channel.receive() + channel.poll();
        });
    SimulatedRun run = start(catalog);

    run.happen(signal("approve", "\"a\"")).happen(signal("other", "\"x\""));
    run.happen(new Event.ActivityCompleted(1, 1, SimulatedRun.BEGINNING, Payload.ofJson("\"-\"")));
    run.happen(signal("approve", "\"b\"")).happen(signal("approve", "\"c\""));

    assertThat(result(run)).isEqualTo("\"-abcOptional.empty\"");
    assertReplays(catalog, run);
  }

  @Test
  void a_payload_of_the_wrong_type_costs_one_signal_and_not_the_run() {
    Catalog catalog =
        catalog(run -> {
          SignalChannel<Integer> numbers = run.signals("number", Integer.class);
          String first;
          try {
            first = "got " + numbers.receive();
          } catch (UnreadableSignalException e) {
            first = e.failure().type() + " " + e.id() + ", ";
          }
          return first + numbers.next().outcome() + ", " + numbers.receive();
        });
    SimulatedRun run = start(catalog);

    run.happen(signal("number", "\"seven\""))
        .happen(signal("number", "null"))
        .happen(signal("number", "7"));

    assertThat(result(run))
        .startsWith("\"unreadable-signal id of \\\"seven\\\", Failed[failure=Failure[")
        .endsWith(", 7\"");
    assertReplays(catalog, run);
  }

  @Test
  void receiving_ends_with_its_timeout_and_takes_no_signal_that_comes_later() {
    Catalog catalog =
        catalog(run -> {
          SignalChannel<String> channel = run.signals("approve", String.class);
          return channel.receive(Duration.ofSeconds(1)) + " " + channel.receive();
        });
    SimulatedRun run = start(catalog);

    run.happen(new Event.TimerFired(1)).happen(signal("approve", "\"late\""));

    assertThat(result(run)).isEqualTo("\"Optional.empty late\"");
    assertReplays(catalog, run);
  }

  @Test
  void a_cancelled_run_that_cleans_nothing_up_ends_as_cancelled_with_its_open_work() {
    Catalog catalog =
        catalog(run -> {
          run.async(() -> run.call(new Ask("aside")));
          run.timer(Duration.ofHours(1));
          return run.signals("never", String.class).receive();
        });
    SimulatedRun run = start(catalog);

    run.happen(CANCEL);

    assertThat(run.types())
        .containsExactly(
            "RunStarted",
            "TimerSet",
            "ActivityScheduled",
            "CancelRequested",
            "TimerCancelled",
            "ActivityCancelled",
            "RunCancelled");
    assertThat(run.history().getLast().event())
        .isEqualTo(new Event.RunCancelled("octocat", "not needed"));
    assertThat(run.open().activities()).isEmpty();
    assertThat(run.open().timers()).isEmpty();
    assertReplays(catalog, run);
  }

  @Test
  void shielded_code_cleans_up_and_can_wait_for_more_than_one_answer() {
    Catalog catalog =
        catalog(run -> {
          try {
            return run.call(new Ask("work"));
          } catch (RunCancelledException e) {
            run.shielded(() -> run.call(new Ask("undo 1")) + run.call(new Ask("undo 2")));
            throw e;
          }
        });
    SimulatedRun run = start(catalog);

    run.happen(CANCEL);
    assertThat(run.isOver()).isFalse();
    run.happen(signal("ignored", "1"));
    run.happen(new Event.ActivityCompleted(3, 1, SimulatedRun.BEGINNING, Payload.ofJson("\"\"")));
    run.happen(new Event.ActivityCompleted(4, 1, SimulatedRun.BEGINNING, Payload.ofJson("\"\"")));

    assertThat(run.types()).endsWith("ActivityCompleted", "RunCancelled");
    assertReplays(catalog, run);
  }

  @Test
  void a_cancel_leaves_what_is_shielded_already_alone() {
    Catalog catalog =
        catalog(run -> {
          String kept = run.shielded(() -> run.call(new Ask("must end")));
          try {
            return run.call(new Ask("never asked"));
          } catch (RunCancelledException e) {
            return kept + " and then " + e.actor();
          }
        });
    SimulatedRun run = start(catalog);

    run.happen(CANCEL);
    run.happen(
        new Event.ActivityCompleted(1, 1, SimulatedRun.BEGINNING, Payload.ofJson("\"kept\"")));

    assertThat(result(run)).isEqualTo("\"kept and then octocat\"");
    assertThat(run.types()).doesNotContain("ActivityCancelled");
    assertReplays(catalog, run);
  }

  @Test
  void every_kind_of_waiting_ends_with_a_cancel() {
    Catalog catalog =
        catalog(run -> {
          List<Promise<String>> lines =
              List.of(
                  line(run, () -> run.call(new Ask("call"))),
                  line(run, () -> run.sleep(Duration.ofHours(1))),
                  line(run, () -> run.awaitUntil(() -> false, Duration.ofHours(1))),
                  line(run, () -> run.race(List.of(run.timer(Duration.ofHours(2))))),
                  line(run, () -> run.signals("s", String.class).next().outcome()),
                  line(run, () -> run.callAll(List.of(1, 2, 3), 2, n -> new Ask("all " + n))));
          return run.shielded(() -> run.all(lines).toString());
        });
    SimulatedRun run = start(catalog);

    run.happen(CANCEL);

    assertThat(result(run))
        .isEqualTo("\"[" + "Success[value=cancelled], ".repeat(5) + "Success[value=cancelled]]\"");
    assertReplays(catalog, run);
  }

  private static Promise<String> line(RunContext run, Runnable waiting) {
    return run.async(() -> {
      try {
        waiting.run();
        return "went on";
      } catch (RunCancelledException e) {
        return "cancelled";
      }
    });
  }

  @Test
  void a_promise_from_before_the_cancel_is_over_even_for_shielded_code() {
    Catalog catalog =
        catalog(run -> {
          Promise<String> call = run.start(new Ask("call"));
          Promise<String> signal = run.signals("s", String.class).next();
          try {
            run.sleep(Duration.ofHours(1));
          } catch (RunCancelledException e) {
            return run.shielded(() ->
                call.outcome()
                    + " "
                    + signal.outcome()
                    + " "
                    + run.signals("s", String.class).receive());
          }
          return "not cancelled";
        });
    SimulatedRun run = start(catalog);

    run.happen(CANCEL).happen(signal("s", "\"for the clean-up\""));

    assertThat(result(run)).contains("cancelled by octocat: not needed");
    assertThat(result(run)).endsWith("for the clean-up\"");
    assertReplays(catalog, run);
  }

  @Test
  void code_that_returns_in_spite_of_a_cancel_has_completed() {
    Catalog catalog =
        catalog(run -> {
          try {
            return run.call(new Ask("call"));
          } catch (RunCancelledException e) {
            return "what there was";
          }
        });
    SimulatedRun run = start(catalog);

    run.happen(CANCEL);

    assertThat(result(run)).isEqualTo("\"what there was\"");
    assertReplays(catalog, run);
  }

  @Test
  void a_terminated_history_ends_where_it_was_cut() {
    Catalog catalog = catalog(run -> run.call(new Ask("call")));
    SimulatedRun run = start(catalog);

    run.happen(new Event.RunTerminated("octocat", "it hangs"));

    assertThat(run.types()).endsWith("ActivityScheduled", "RunTerminated");
    assertThat(run.open().activities()).isEmpty();
    assertReplays(catalog, run);
  }

  @Test
  void code_without_the_cancellation_of_the_history_diverges() {
    Catalog before = catalog(run -> run.call(new Ask("call")));
    SimulatedRun run = start(before);
    run.happen(CANCEL);
    Catalog after = catalog(run2 -> run2.shielded(() -> run2.call(new Ask("call"))));

    Replayer again = new Replayer(ID, after, SimulatedRun.CODEC);
    replayers.add(again);
    again.replay(run.history());

    assertThat(again.divergence().orElseThrow().recorded()).isEqualTo("cancellation of activity 1");
  }
}
