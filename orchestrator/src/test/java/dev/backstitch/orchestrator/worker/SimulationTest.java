package dev.backstitch.orchestrator.worker;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.backstitch.orchestrator.worker.SimulatedCluster.Flaw;
import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// The engine through thousands of bad days, each made up from a seed.
///
/// A failure names its seed and prints its story; `-Dbackstitch.simulation.first=SEED
/// -Dbackstitch.simulation.seeds=1` tells it again.
final class SimulationTest {
  private static final org.slf4j.Logger log = LoggerFactory.getLogger(SimulationTest.class);
  private static final long FIRST = Long.getLong("backstitch.simulation.first", 1);
  private static final int SEEDS = Integer.getInteger("backstitch.simulation.seeds", 4_000);

  private static final Logger ENGINE =
      (Logger) LoggerFactory.getLogger("dev.backstitch.orchestrator");

  /// Killed, fenced and cut off in every story, the engine has more to say than anybody reads.
  @BeforeAll
  static void silence() {
    ENGINE.setLevel(Level.OFF);
    ((Logger) log).setLevel(Level.INFO);
  }

  @AfterAll
  static void speak() {
    ENGINE.setLevel(null);
  }

  /// What happened in all stories together.
  private record Totals(
      int runs,
      int flushes,
      int deaths,
      int takeovers,
      Correspondence.Tally messages,
      PostVerdict.Tally posts) {
    static final Totals NONE =
        new Totals(0, 0, 0, 0, Correspondence.Tally.NONE, PostVerdict.Tally.NONE);

    static Totals of(SimulatedCluster.Story story) {
      return new Totals(
          story.runs(),
          story.flushes(),
          story.deaths(),
          story.takeovers(),
          story.messages(),
          story.posts());
    }

    Totals plus(Totals other) {
      return new Totals(
          runs + other.runs,
          flushes + other.flushes,
          deaths + other.deaths,
          takeovers + other.takeovers,
          messages.plus(other.messages),
          posts.plus(other.posts));
    }
  }

  @Test
  void whatever_happens_nothing_acknowledged_is_lost_and_every_run_ends() {
    long began = System.nanoTime();
    Totals totals =
        LongStream.range(FIRST, FIRST + SEEDS)
            .parallel()
            .mapToObj(seed -> {
              SimulatedCluster.Story story = SimulatedCluster.play(seed, Flaw.NONE);
              assertThat(story.violations()).as(story::toString).isEmpty();
              return Totals.of(story);
            })
            .reduce(Totals.NONE, Totals::plus);
    Duration time = Duration.ofNanos(System.nanoTime() - began);
    log.info(
        "event=simulated seeds={} seconds={} runs={} flushes={} deaths={} takeovers={} messages={}"
            + " posts={}",
        SEEDS,
        time.toMillis() / 1000.0,
        totals.runs(),
        totals.flushes(),
        totals.deaths(),
        totals.takeovers(),
        totals.messages(),
        totals.posts());
    if (SEEDS >= 100) {
      // Stories in which nothing goes wrong prove nothing.
      assertThat(totals.runs()).isGreaterThan(2 * SEEDS);
      assertThat(totals.deaths()).isGreaterThan(SEEDS);
      assertThat(totals.takeovers()).isGreaterThan(SEEDS / 2);
      assertThat(totals.messages().taken()).isGreaterThan(SEEDS);
      assertThat(totals.messages().doubles()).isGreaterThan(SEEDS / 20);
      assertThat(totals.messages().cancelled()).isGreaterThan(SEEDS / 4);
      assertThat(totals.messages().terminated()).isGreaterThan(SEEDS / 20);
      assertThat(totals.posts().recorded()).isGreaterThan(2 * SEEDS);
      assertThat(totals.posts().finals()).isGreaterThan(SEEDS);
      assertThat(totals.posts().superseded()).isGreaterThan(SEEDS);
      assertThat(totals.posts().unchanged()).isGreaterThan(SEEDS / 20);
      assertThat(totals.posts().asked()).isGreaterThan(SEEDS / 10);
      assertThat(totals.posts().twice()).isGreaterThan(SEEDS / 100);
    }
  }

  @Test
  void the_same_seed_tells_the_same_story() {
    LongStream.range(0, 20)
        .forEach(seed -> {
          SimulatedCluster.Story once = SimulatedCluster.play(seed, Flaw.NONE);
          SimulatedCluster.Story again = SimulatedCluster.play(seed, Flaw.NONE);

          assertThat(again.lines()).isEqualTo(once.lines()).isNotEmpty();
        });
  }

  @Test
  @Tag("flaws")
  void without_the_fence_check_a_seed_is_found_soon_in_which_the_dead_write() {
    assertFinds(Flaw.NO_FENCE_CHECK, "wrote after its end");
  }

  @Test
  @Tag("flaws")
  void without_waiting_for_memory_a_seed_is_found_soon_in_which_a_run_is_nobodys() {
    assertFinds(Flaw.LOADS_WHAT_IS_STILL_IN_MEMORY, "is told to blame run");
  }

  @Test
  @Tag("flaws")
  void when_a_park_overlooks_a_message_a_seed_is_found_soon_in_which_a_run_sleeps_for_ever() {
    assertFinds(Flaw.PARKS_WITHOUT_LOOKING, "at the end");
  }

  @Test
  @Tag("flaws")
  void when_a_lost_batch_is_not_known_by_what_it_took_a_seed_is_found_soon_that_blames_a_run() {
    assertFinds(Flaw.SETTLES_WITHOUT_MESSAGES, "is told to blame run");
  }

  @Test
  @Tag("flaws")
  void without_the_senders_id_a_seed_is_found_soon_in_which_a_run_hears_one_thing_twice() {
    assertFinds(Flaw.RETRIES_UNDER_ANOTHER_ID, "heard of");
  }

  @Test
  @Tag("flaws")
  void without_versions_a_seed_is_found_soon_in_which_a_target_goes_back() {
    assertFinds(Flaw.POSTS_WITHOUT_VERSIONS, "is newer");
  }

  @Test
  @Tag("flaws")
  void without_asking_a_seed_is_found_soon_in_which_a_target_is_sent_one_thing_twice() {
    assertFinds(Flaw.SENDS_AGAIN_WITHOUT_ASKING, "was sent twice");
  }

  @Test
  @Tag("flaws")
  void with_two_deliveries_at_once_a_seed_is_found_soon_in_which_a_target_goes_back() {
    assertFinds(Flaw.TWO_DELIVERIES_AT_ONCE, "was sent twice");
  }

  @Test
  @Tag("flaws")
  void when_a_late_courier_begins_a_seed_is_found_soon_in_which_a_target_sees_it() {
    assertFinds(Flaw.SENDS_BEHIND_ITS_LEASE, "was sent twice");
  }

  @Test
  @Tag("flaws")
  void when_a_target_is_asked_too_soon_a_seed_is_found_soon_in_which_it_is_sent_one_thing_twice() {
    assertFinds(Flaw.ASKS_WITHOUT_GRACE, "was sent twice");
  }

  private static void assertFinds(Flaw flaw, String violation) {
    SimulatedCluster.Story found =
        LongStream.range(0, 2_000)
            .mapToObj(seed -> SimulatedCluster.play(seed, flaw))
            .filter(story -> story.violations().stream().anyMatch(v -> v.contains(violation)))
            .findFirst()
            .orElseThrow(() -> new AssertionError("2,000 seeds found nothing of " + flaw));

    log.info("event=found flaw={} seed={} as={}", flaw, found.seed(), found.violations());
    assertThat(SimulatedCluster.play(found.seed(), Flaw.NONE).violations()).isEmpty();
  }
}
