package dev.backstitch.orchestrator.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.orchestrator.config.OutboxConfig;
import dev.backstitch.orchestrator.quota.Admission;
import dev.backstitch.orchestrator.quota.Permit;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.PostOutcome;
import dev.backstitch.orchestrator.workflow.PostTarget;
import dev.backstitch.orchestrator.workflow.PostVersion;
import dev.backstitch.orchestrator.workflow.RetryPolicy;
import dev.backstitch.orchestrator.workflow.Target;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// For how long a courier leaves a target alone, by how often it has failed in a row.
final class CourierTest {
  private static final Target WALL = new Target("wall", "here");
  private static final OutboxConfig CONFIG =
      OutboxConfig.defaults()
          .withBreaker(
              3,
              new RetryPolicy(1, Duration.ofSeconds(10), 2.0, Duration.ofSeconds(100), Set.of()));

  private static final PostOutcome FAILED = new PostOutcome.Failed("the wall is wet");
  private static final PostOutcome UNKNOWN = new PostOutcome.Unknown("no answer");
  private static final PostOutcome DELIVERED = new PostOutcome.Delivered(null);
  private static final PostOutcome REFUSED = new PostOutcome.Refused("too large");

  /// One delivery that is due, and what was reported of it.
  private record Desk(Taken due, List<Report> reports) implements Outbox {
    @Override
    public Optional<Taken> take(long workerId, Terms terms) {
      return Optional.of(due);
    }

    @Override
    public boolean finish(Report report) {
      return reports.add(report);
    }
  }

  private record Wall(List<PostOutcome> outcomes) implements PostTarget {
    @Override
    public List<PostOutcome> deliver(Delivery delivery) {
      return outcomes;
    }

    @Override
    public List<ReadBack> readBack(Target target, List<Doubt> doubts, Permit permit) {
      throw new IllegalStateException("the wall can't be asked");
    }
  }

  /// The pause behind a delivery with these outcomes; without any, behind a question that failed.
  ///
  /// @param failures deliveries in a row that failed before it
  /// @param jitter how much of the longest pause is drawn
  private static Duration pause(int failures, double jitter, PostOutcome... outcomes) {
    boolean asks = outcomes.length == 0;
    List<Outbox.Post> posts =
        IntStream.range(0, asks ? 1 : outcomes.length)
            .mapToObj(
                i -> new Outbox.Post("key-" + i, new PostVersion(new RunId(7), i + 2), 0, 41, "1"))
            .toList();
    Desk desk = new Desk(new Outbox.Taken(42, WALL, failures, asks, posts), new ArrayList<>());
    Courier courier =
        new Courier(
            desk,
            List.of("wall"),
            _ -> new Wall(List.of(outcomes)),
            new Courier.Bearings(
                1,
                new Deliverer.Gates(
                    () -> true,
                    (_, _, _) -> new Admission.Granted(Permit.NONE),
                    InstantSource.system()),
                () -> 0,
                () -> jitter),
            CONFIG);
    courier.run(courier.look().orElseThrow());
    assertThat(desk.reports()).hasSize(1);
    return desk.reports().getFirst().pause();
  }

  static Stream<List<PostOutcome>> outages() {
    return Stream.of(
        List.of(FAILED), List.of(UNKNOWN), List.of(FAILED, UNKNOWN), List.<PostOutcome>of());
  }

  @ParameterizedTest
  @MethodSource("outages")
  void a_target_that_fails_on_is_left_alone_for_longer_and_longer_up_to_a_cap(
      List<PostOutcome> outage) {
    PostOutcome[] outcomes = outage.toArray(PostOutcome[]::new);

    List<Long> seconds =
        IntStream.range(0, 9).mapToObj(before -> pause(before, 0.5, outcomes).toSeconds()).toList();

    assertThat(seconds)
        .as("half of 10, 20, 40, 80 and then 100 seconds, from the third failure on")
        .containsExactly(0L, 0L, 5L, 10L, 20L, 40L, 50L, 50L, 50L);
  }

  @Test
  void those_that_fail_together_do_not_come_back_together() {
    assertThat(pause(4, 0.1, FAILED)).isEqualTo(Duration.ofSeconds(4));
    assertThat(pause(4, 0.9, FAILED)).isEqualTo(Duration.ofSeconds(36));
  }

  @Test
  void a_target_that_answers_is_not_left_alone_however_often_it_failed() {
    assertThat(pause(9, 0.5, DELIVERED)).isZero();
    assertThat(pause(9, 0.5, FAILED, DELIVERED)).isZero();
    assertThat(pause(9, 0.5, UNKNOWN, REFUSED)).isZero();
  }

  @Test
  void a_target_that_says_when_is_left_alone_until_then() {
    PostOutcome later = new PostOutcome.Later("nothing is left", Duration.ofMinutes(20));

    assertThat(pause(0, 0.5, later)).isEqualTo(Duration.ofMinutes(20));
    assertThat(pause(9, 0.5, FAILED, later)).isEqualTo(Duration.ofMinutes(20));
  }
}
