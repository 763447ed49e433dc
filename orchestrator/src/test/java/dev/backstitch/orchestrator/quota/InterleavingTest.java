package dev.backstitch.orchestrator.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.migrations.testkit.TestDatabase;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;

/// The two promises of the ledger, over thousands of stories, on the real functions.
final class InterleavingTest {
  private static final int SEEDS = Integer.getInteger("backstitch.quota.seeds", 3_000);
  private static final int STEPS = 60;
  private static final int PLAYERS = 3;

  private record Tally(
      long stories,
      long withCrash,
      long bulk,
      long live,
      long waits,
      long inPlacesOfTheDead,
      long unseenSpend) {
    static final Tally NONE = new Tally(0, 0, 0, 0, 0, 0, 0);

    static Tally of(Interleaving story) {
      return new Tally(
          1,
          story.crashes() > 0 ? 1 : 0,
          story.bulkGrants(),
          story.liveGrants(),
          story.bulkWaits(),
          story.inPlacesOfTheDead(),
          story.unseenSpend());
    }

    Tally plus(Tally other) {
      return new Tally(
          stories + other.stories,
          withCrash + other.withCrash,
          bulk + other.bulk,
          live + other.live,
          waits + other.waits,
          inPlacesOfTheDead + other.inPlacesOfTheDead,
          unseenSpend + other.unseenSpend);
    }
  }

  @Test
  void bulk_never_goes_below_the_reserve_and_live_never_waits_for_bulk() throws Exception {
    try (TestDatabase database = TestDatabase.create();
        ExecutorService players = Executors.newFixedThreadPool(PLAYERS)) {
      List<Callable<Tally>> parts =
          IntStream.range(0, PLAYERS)
              .<Callable<Tally>>mapToObj(player -> () -> play(database, player))
              .toList();
      Tally all = Tally.NONE;
      for (Future<Tally> part : players.invokeAll(parts)) {
        all = all.plus(part.get());
      }

      assertThat(all.stories()).isEqualTo(SEEDS);
      assertThat(all.withCrash()).as("a worker died with permits: %s", all).isEqualTo(SEEDS);
      assertThat(all.bulk()).as("bulk was let through").isGreaterThan(SEEDS);
      assertThat(all.live()).as("live was let through").isGreaterThan(SEEDS);
      assertThat(all.waits()).as("bulk was held back").isGreaterThan(SEEDS);
      assertThat(all.inPlacesOfTheDead()).as("the dead made room").isGreaterThan(SEEDS / 20);
      assertThat(all.unseenSpend())
          .as("bulk was let through while others spent")
          .isGreaterThan(SEEDS / 20);
    }
  }

  private static Tally play(TestDatabase database, int player) {
    Tally tally = Tally.NONE;
    try (Handle handle = Book.open(database)) {
      for (long seed = player; seed < SEEDS; seed += PLAYERS) {
        Interleaving story = new Interleaving(handle, seed);
        story.play(STEPS);
        tally = tally.plus(Tally.of(story));
      }
    }
    return tally;
  }
}
