package dev.backstitch.orchestrator.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.ValueFailedException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Values that a run computes once, and random ones that it never has to record.
final class RecordedValueTest {

  @Test
  void a_value_is_computed_once_and_read_ever_after() {
    AtomicInteger computed = new AtomicInteger();
    Function<RunContext, String> code =
        context ->
            context.record("count", int.class, computed::incrementAndGet)
                + context.call(new Ask("go"));

    SimulatedRun run = Scripted.start(code);
    Replayer again = new Replayer(Scripted.ID, Scripted.catalog(code), SimulatedRun.CODEC);
    again.replay(run.history());
    List<Event> end = again.play(Scripted.answer(2), SimulatedRun.BEGINNING);

    assertThat(computed).hasValue(1);
    assertThat(end).containsExactly(Scripted.returned("1answer 2"));
  }

  @Test
  void a_value_that_fails_fails_in_the_same_way_on_replay() {
    AtomicBoolean broken = new AtomicBoolean(true);
    Function<RunContext, String> code =
        context -> {
          String value;
          try {
            value = context.record("flag", String.class, () -> read(broken));
          } catch (ValueFailedException e) {
            value = e.failure().type() + ": " + e.failure().message();
          }
          return value + ", " + context.call(new Ask(value));
        };

    SimulatedRun run = Scripted.start(code);
    broken.set(false);
    Replayer again = new Replayer(Scripted.ID, Scripted.catalog(code), SimulatedRun.CODEC);
    again.replay(run.history());

    assertThat(again.divergence()).isEmpty();
    assertThat(again.play(Scripted.answer(2), SimulatedRun.BEGINNING))
        .containsExactly(Scripted.returned("IllegalStateException: no file, answer 2"));
  }

  private static String read(AtomicBoolean broken) {
    if (broken.get()) {
      throw new IllegalStateException("no file");
    }
    return "mended";
  }

  @Test
  void the_code_that_computes_a_value_may_not_use_the_run() {
    Stream<Function<RunContext, String>> uses =
        Stream.of(
            context -> "" + context.random(),
            context -> "" + context.uuid(),
            context -> context.call(new Ask("inside")),
            context -> context.async(() -> "inside").get(),
            context -> context.record("inner", String.class, () -> "inside"),
            context -> "" + context.version("inner", 1, 1));

    uses.forEach(use -> {
      SimulatedRun run =
          Scripted.start(
              context -> context.record("outer", String.class, () -> use.apply(context)));

      assertThat(run.types()).containsExactly("RunStarted", "ValueRecorded", "RunFailed");
      assertThat(run.history().getLast().event())
          .isInstanceOfSatisfying(
              Event.RunFailed.class,
              failed -> assertThat(failed.failure().message()).contains("can't be used by"));
    });
  }

  @Test
  void a_recorded_value_of_another_type_stops_the_run_instead_of_failing_it() {
    Function<RunContext, String> text =
        context ->
            context.record("size", String.class, () -> "large") + context.call(new Ask("go"));
    Function<RunContext, String> number =
        context -> context.record("size", Integer.class, () -> 3) + context.call(new Ask("go"));

    SimulatedRun run = Scripted.start(text);
    Replayer again = new Replayer(Scripted.ID, Scripted.catalog(number), SimulatedRun.CODEC);
    again.replay(run.history());

    assertThat(again.divergence())
        .hasValueSatisfying(divergence -> {
          assertThat(divergence.recorded()).isEqualTo("recorded value 1 named size");
          assertThat(divergence.issued()).contains("a type that does not fit");
        });
  }

  @Test
  void random_values_are_those_of_the_published_algorithm_for_ever() {
    RunRandom random = new RunRandom(1_234_567);

    // The reference values of SplitMix64 for this seed.
    assertThat(Stream.generate(random::nextLong).limit(5).map(Long::toUnsignedString))
        .containsExactly(
            "6457827717110365317",
            "3203168211198807973",
            "9817491932198370423",
            "4593380528125082431",
            "16408922859458223821");
  }

  @Test
  void random_numbers_are_in_their_range_and_uuids_are_of_version_4() {
    RunRandom random = new RunRandom(42);

    for (int i = 0; i < 10_000; i++) {
      assertThat(random.nextDouble()).isBetween(0.0, Math.nextDown(1.0));
      UUID uuid = random.nextUuid();
      assertThat(uuid.version()).isEqualTo(4);
      assertThat(uuid.variant()).isEqualTo(2);
    }
  }
}
