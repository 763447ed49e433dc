package dev.backstitch.orchestrator.fencing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.orchestrator.fencing.Protocol.Fence;
import dev.backstitch.orchestrator.fencing.Protocol.Settling;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The protocol as it is, and what goes wrong without each of its parts.
///
/// Every result is printed: how many moments were visited, and the trace of a counterexample. A
/// longer exploration: `-Dbackstitch.model.events=3` (1.5 million moments).
final class FencingTest {
  private static final Logger log = LoggerFactory.getLogger(FencingTest.class);
  private static final int EVENTS = Integer.getInteger("backstitch.model.events", 2);
  private static final String ORPHAN = "run 0 is left to nobody, although a worker lives";
  private static final String BLAMED = "run 0 is blamed for a refusal that is no fault of its rows";

  private static Explorer.Result explore(String name, Protocol protocol) {
    Explorer.Result result = Explorer.explore(protocol, 1, EVENTS);
    log.info("event=explored variant=\"{}\" found={}", name, result);
    return result;
  }

  @Test
  void no_order_of_steps_breaks_the_protocol() {
    Explorer.Result result = explore("as it is", Protocol.REAL);

    assertThat(result.violation()).as(result.toString()).isNull();
    // A model in which little can happen proves little.
    assertThat(result.states()).isGreaterThan(400_000);
  }

  @Test
  void a_fence_that_is_read_and_not_locked_lets_a_dead_worker_append() {
    Explorer.Result result = explore("fence read", Protocol.REAL.with(Fence.READ));

    assertThat(result.violation())
        .as(result.toString())
        .isEqualTo("event 1 of run 0 was written after worker 0's fence was gone");
    assertThat(result.trace())
        .containsSubsequence(
            "worker 0: event 1 of run 0 has its right to append",
            "worker 1 deletes worker 0's fence row",
            "worker 1 commits the takeover",
            "worker 0: event 1 of run 0 commits");
  }

  @Test
  void without_a_fence_a_dead_worker_appends() {
    Explorer.Result result = explore("no fence", Protocol.REAL.with(Fence.NONE));

    assertThat(result.violation())
        .as(result.toString())
        .isEqualTo("event 1 of run 0 was written after worker 0's fence was gone");
  }

  @Test
  void a_takeover_that_frees_runs_before_it_waits_for_the_fence_forgets_the_last_one() {
    Explorer.Result result = explore("freed too early", Protocol.REAL.freeingTooEarly());

    assertThat(result.violation()).as(result.toString()).isEqualTo(ORPHAN);
    assertThat(result.trace())
        .containsSubsequence(
            "worker 1 sets worker 0's runs free",
            "worker 0: event 1 of run 0 commits",
            "worker 1 deletes worker 0's fence row");
  }

  @Test
  void a_claim_that_does_not_lock_the_fence_row_gives_a_run_to_a_dead_worker() {
    Explorer.Result result = explore("claim unfenced", Protocol.REAL.claimingWithoutFence());

    assertThat(result.violation()).as(result.toString()).isEqualTo(ORPHAN);
    assertThat(result.trace())
        .containsSubsequence(
            "worker 1 commits the takeover", "worker 0 commits its claim of run 0");
  }

  @Test
  void a_transaction_that_outlives_its_frozen_client_holds_up_the_takeover_for_ever() {
    Explorer.Result result = explore("frozen transaction", Protocol.REAL.waitingForTheFrozen());

    assertThat(result.violation()).as(result.toString()).isEqualTo(ORPHAN);
    assertThat(result.trace())
        .containsSubsequence("worker 0 freezes", "worker 1 locks worker 0's row")
        .doesNotContain("worker 1 deletes worker 0's fence row");
  }

  @Test
  void settling_without_the_lock_blames_a_run_for_rows_that_are_there() {
    Explorer.Result once =
        explore("unlocked", Protocol.REAL.with(new Settling(false, false, false)));
    Explorer.Result twice =
        explore("unlocked, twice", Protocol.REAL.with(new Settling(false, true, false)));

    assertThat(once.violation()).as(once.toString()).isEqualTo(BLAMED);
    assertThat(once.trace())
        .containsSubsequence(
            "worker 0 finds nothing of event 1 of run 0 and sends it again",
            "worker 0: the lost sending of event 1 of run 0 commits",
            "worker 0: event 1 of run 0 finds its seq taken");
    assertThat(twice.violation()).as(twice.toString()).isEqualTo(BLAMED);
    assertThat(twice.trace()).contains("worker 0 sends the parking of run 0");
  }

  /// What the second look after a refusal is for: a flush that reaches the server behind the look.
  @Test
  void a_second_look_makes_up_for_an_event_that_arrives_late_but_not_for_a_parking() {
    Explorer.Result once =
        explore("late, once", Protocol.REAL.with(new Settling(true, false, false)));
    Explorer.Result twice =
        explore("late, twice", Protocol.REAL.with(new Settling(true, true, false)));

    assertThat(once.violation()).as(once.toString()).isEqualTo(BLAMED);
    assertThat(once.trace()).contains("worker 0: event 1 of run 0 finds its seq taken");
    assertThat(twice.violation()).as(twice.toString()).isEqualTo(BLAMED);
    assertThat(twice.trace())
        .containsSubsequence(
            "worker 0: the lost sending of the parking of run 0 commits",
            "worker 0 claims run 0",
            "worker 0: the parking of run 0 finds a run that is not the worker's");
  }

  @Test
  void settling_that_ends_earlier_sendings_needs_no_second_look_however_late_they_come() {
    Explorer.Result result =
        explore("late, ended", Protocol.REAL.with(new Settling(true, false, true)));

    assertThat(result.violation()).as(result.toString()).isNull();
  }

  @Test
  void the_same_moment_has_the_same_key_and_another_one_another() {
    World world = new World(2, 1);
    assertThat(world.copy().key()).isEqualTo(world.key());

    long different =
        IntStream.range(0, 12)
            .mapToObj(i -> {
              World other = world.copy();
              World.Worker worker = other.workers.get(0);
              switch (i) {
                case 1 -> worker.fenced = true;
                case 2 -> worker.silent = true;
                case 3 -> worker.gaveUp = true;
                case 4 -> worker.sentBefore = true;
                case 5 -> worker.life = World.Life.KILLED;
                case 6 -> worker.lane = World.Lane.SETTLING;
                case 7 -> worker.claiming = 0;
                case 8 -> worker.takeover = World.Takeover.FREED;
                case 9 -> worker.known[0] = 0;
                case 10 -> worker.unheard = new World.Flush(0, 1, World.Phase.SENT);
                case 11 -> other.runs.get(0).owner = 0;
                default -> worker.toFree = 0;
              }
              return other.key();
            })
            .distinct()
            .count();
    assertThat(different).isEqualTo(12);
    for (Enum<?>[] values :
        List.<Enum<?>[]>of(
            World.Life.values(),
            World.Lane.values(),
            World.Takeover.values(),
            World.Phase.values())) {
      assertThat(values).extracting(value -> value.name().charAt(0)).doesNotHaveDuplicates();
    }
  }
}
