package dev.backstitch.orchestrator.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.orchestrator.checkpoint.Checkpoint.RunChange;
import dev.backstitch.orchestrator.checkpoint.CheckpointStore.Settled;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.run.RunId;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// What a lane makes of the answers it gets: a script stands for the database, and everything that
/// is queued before the lane begins is one batch.
final class CheckpointWriterTest {
  private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");

  private final List<String> log = new ArrayList<>();
  private final Deque<String> script = new ArrayDeque<>();
  private final List<Duration> pauses = new ArrayList<>();
  private final AtomicInteger fenced = new AtomicInteger();

  /// Answers as the script says, and with success when it has run out. A word is an SQLSTATE, `ok`,
  /// `landed`, `missing`, `lost` or `away`; `always 3 23505` is for every batch that has run 3.
  private final class Scripted implements LaneStore {
    @Override
    public Map<RunId, Optional<RunId>> write(List<Checkpoint> batch) throws SQLException {
      log.add("write " + ids(batch));
      String word = next(batch);
      if (word.equals("lost")) {
        return Map.of(batch.getFirst().runId(), Optional.of(new RunId(99)));
      }
      if (!word.equals("ok")) {
        throw new SQLException("the script says " + word, word);
      }
      return Map.of();
    }

    @Override
    public Settled settle(List<Checkpoint> batch) throws SQLException {
      log.add("settle " + ids(batch));
      return switch (next(batch)) {
        case "landed" -> new Settled.Landed(Map.of());
        case "missing" -> new Settled.Missing();
        case "BS001" -> new Settled.Fenced();
        default -> throw new SQLException("still away", "08001");
      };
    }

    private String next(List<Checkpoint> batch) {
      String word = script.peek();
      if (word != null && word.startsWith("always ")) {
        String[] words = word.split(" ", 3);
        return ids(batch).contains(words[1]) ? words[2] : "ok";
      }
      return word == null ? "ok" : script.remove();
    }

    @Override
    public void disconnect() {
      log.add("disconnect");
    }
  }

  private static String ids(List<Checkpoint> batch) {
    return batch.stream().map(c -> Long.toString(c.runId().value())).toList().toString();
  }

  private Checkpoint checkpoint(long run, boolean withdrawn) {
    return new Checkpoint(
        new RunId(run),
        null,
        List.of(
            new RecordedEvent(new RunId(run), 1, AT, new Event.TimerFired(1)),
            new RecordedEvent(new RunId(run), 2, AT, new Event.TimerFired(2))),
        List.of(),
        new RunChange.None(),
        new Checkpoint.Listener() {
          @Override
          public boolean withdrawn() {
            return withdrawn;
          }

          @Override
          public void durable() {
            log.add(run + " durable");
            if (run == 13) {
              throw new IllegalStateException("a listener that is broken");
            }
          }

          @Override
          public void lost(Optional<RunId> holder) {
            log.add(run + " lost to " + holder.orElseThrow().value());
          }

          @Override
          public void refused(String problem) {
            log.add(run + " refused");
            assertThat(problem).startsWith("BST-RUN-002").contains("23505");
          }
        });
  }

  private CheckpointWriter lane(int maxBatch, LaneLoop.Pause pause) {
    return new CheckpointWriter(
        new Scripted(),
        maxBatch,
        fenced::incrementAndGet,
        new LaneLoop("lane-0", Thread.ofPlatform().factory(), new LinkedBlockingQueue<>(), pause));
  }

  private CheckpointWriter write(int maxBatch, long... runs) {
    CheckpointWriter lane = lane(maxBatch, pauses::add);
    LongStream.of(runs).forEach(run -> lane.submit(checkpoint(Math.abs(run), run < 0)));
    assertThat(lane.queued()).isEqualTo(runs.length);
    lane.start();
    lane.close();
    assertThat(log.removeLast()).isEqualTo("disconnect");
    assertThat(lane.queued()).isZero();
    return lane;
  }

  @Test
  void what_is_queued_is_written_together_up_to_the_largest_batch() {
    CheckpointWriter lane = write(2, 1, 2, 3);

    assertThat(log)
        .containsExactly("write [1, 2]", "1 durable", "2 durable", "write [3]", "3 durable");
    assertThat(lane.flushes()).isEqualTo(2);
    assertThat(lane.events()).isEqualTo(6);
    assertThat(lane.trouble()).isEmpty();
  }

  @Test
  void behind_a_flush_of_many_a_lane_waits_as_long_as_more_come() {
    long[] crowd = LongStream.rangeClosed(101, 116).toArray();
    Deque<Long> late = new ArrayDeque<>(List.of(2L, 3L));
    CheckpointWriter[] lane = new CheckpointWriter[1];
    lane[0] =
        lane(
            16,
            duration -> {
              pauses.add(duration);
              if (!late.isEmpty()) {
                lane[0].submit(checkpoint(late.remove(), false));
              }
            });
    LongStream.of(crowd).forEach(run -> lane[0].submit(checkpoint(run, false)));
    lane[0].submit(checkpoint(1, false));

    lane[0].start();
    lane[0].close();

    assertThat(log)
        .filteredOn(line -> line.startsWith("write"))
        .hasSize(2)
        .last()
        .isEqualTo("write [1, 2, 3]");
    // One for each that came, and one in which nobody did.
    assertThat(pauses).hasSize(3).allMatch(pause -> pause.compareTo(Duration.ofMillis(1)) < 0);
  }

  @Test
  void a_lane_does_not_wait_for_ever_for_those_who_come_one_by_one() {
    CheckpointWriter[] lane = new CheckpointWriter[1];
    AtomicInteger next = new AtomicInteger(200);
    lane[0] =
        lane(
            16,
            duration -> {
              pauses.add(duration);
              lane[0].submit(checkpoint(next.getAndIncrement(), false));
            });
    LongStream.rangeClosed(101, 117).forEach(run -> lane[0].submit(checkpoint(run, false)));

    lane[0].start();
    lane[0].close();

    assertThat(log).filteredOn(line -> line.startsWith("write")).hasSize(2);
    assertThat(pauses.stream().mapToLong(Duration::toNanos).sum()).isLessThan(1_000_000);
  }

  @Test
  void behind_a_flush_of_few_a_lane_writes_at_once() {
    write(15, LongStream.rangeClosed(1, 40).toArray());

    assertThat(log).filteredOn(line -> line.startsWith("write")).hasSize(3);
    assertThat(pauses).isEmpty();
  }

  @Test
  void a_lane_tells_how_much_it_wrote_at_once_and_what_its_time_went_into() {
    LaneMetrics none = LaneMetrics.none();

    LaneMetrics metrics = none.plus(write(3, 1, 2, 3, 4, 5, 6, 7).metrics());

    assertThat(metrics.checkpoints().flushes()).isEqualTo(3);
    assertThat(metrics.checkpoints().counts()).startsWith(1L, 0L, 2L, 0L);
    assertThat(metrics.checkpoints().upTo(1)).isEqualTo(1);
    assertThat(metrics.checkpoints().upTo(2)).isEqualTo(3);
    assertThat(metrics.events().counts()).startsWith(0L, 1L, 0L, 2L, 0L);
    assertThat(metrics.lanes()).isEqualTo(1);
    assertThat(metrics.waiting()).isPositive();
    assertThat(metrics.writing()).isPositive();
    assertThat(metrics.telling()).isPositive();
    assertThat(metrics.since(metrics).events()).isEqualTo(FlushSizes.none());
  }

  @Test
  void a_flush_is_counted_below_the_first_border_that_it_does_not_exceed() {
    assertThat(IntStream.of(0, 1, 2, 3, 4, 5, 8, 9, 65_536, 65_537, Integer.MAX_VALUE).boxed())
        .extracting(FlushSizes::indexOf)
        .containsExactly(0, 0, 1, 2, 2, 3, 3, 4, 16, 16, 16);
    assertThat(FlushSizes.border(FlushSizes.BORDERS - 1)).isEqualTo(65_536);
  }

  @Test
  void what_was_withdrawn_is_not_written_and_nobody_is_told() {
    CheckpointWriter lane = write(10, -1, 2, -3);

    assertThat(log).containsExactly("write [2]", "2 durable");
    assertThat(lane.events()).isEqualTo(2);
    log.clear();
    write(10, -1);
    assertThat(log).isEmpty();
  }

  @Test
  void the_loser_of_a_key_is_told_and_its_events_are_not_counted() {
    script.add("lost");

    CheckpointWriter lane = write(10, 1, 2);

    assertThat(log).containsExactly("write [1, 2]", "1 lost to 99", "2 durable");
    assertThat(lane.events()).isEqualTo(2);
  }

  @Test
  void a_listener_that_throws_keeps_nobody_from_hearing() {
    write(10, 13, 2);

    assertThat(log).containsExactly("write [13, 2]", "13 durable", "2 durable");
  }

  @Test
  void a_refused_batch_is_halved_until_the_offender_is_alone() {
    script.add("always 3 23505");

    CheckpointWriter lane = write(10, 1, 2, 3, 4);

    assertThat(log)
        .containsExactly(
            "write [1, 2, 3, 4]",
            "write [1, 2]",
            "1 durable",
            "2 durable",
            "write [3, 4]",
            "write [3]",
            "3 refused",
            "write [4]",
            "4 durable");
    assertThat(lane.flushes()).isEqualTo(2);
  }

  @Test
  void without_the_fence_the_lane_ends_and_tells_once() {
    script.add("BS001");

    CheckpointWriter lane = write(1, 1, 2);

    assertThat(log).containsExactly("write [1]");
    assertThat(fenced).hasValue(1);
    assertThat(lane.flushes()).isZero();
  }

  @Test
  void an_answer_that_is_lost_is_looked_for_and_found() {
    script.addAll(List.of("08006", "landed"));

    CheckpointWriter lane = write(10, 1);

    assertThat(log).containsExactly("write [1]", "disconnect", "settle [1]", "1 durable");
    assertThat(lane.flushes()).isEqualTo(1);
    assertThat(lane.trouble()).isEmpty();
    assertThat(pauses).containsExactly(Duration.ofMillis(50));
  }

  @Test
  void what_is_not_there_is_written_again() {
    script.addAll(List.of("08006", "missing"));

    write(10, 1);

    assertThat(log)
        .containsExactly("write [1]", "disconnect", "settle [1]", "write [1]", "1 durable");
  }

  @Test
  void a_lane_that_finds_itself_fenced_while_it_looks_tells_nobody_else() {
    script.addAll(List.of("08006", "BS001"));

    write(10, 1);

    assertThat(log).containsExactly("write [1]", "disconnect", "settle [1]");
    assertThat(fenced).hasValue(1);
  }

  @Test
  void pauses_grow_to_two_seconds_while_the_database_is_away() {
    script.addAll(List.of("57P01", "away", "away", "away", "away", "away", "away", "missing"));

    write(10, 1);

    assertThat(pauses)
        .extracting(Duration::toMillis)
        .containsExactly(50L, 100L, 200L, 400L, 800L, 1_600L, 2_000L);
  }

  @Test
  void a_refusal_of_what_was_sent_twice_is_looked_at_once_more() {
    script.addAll(List.of("08006", "missing", "23505", "away", "landed"));

    write(10, 1);

    assertThat(log)
        .containsExactly(
            "write [1]",
            "disconnect",
            "settle [1]",
            "write [1]",
            "settle [1]",
            "disconnect",
            "settle [1]",
            "1 durable");
  }

  @Test
  void rows_that_are_refused_and_not_there_are_blamed_after_all() {
    script.addAll(List.of("08006", "missing", "23505", "missing", "ok", "23505", "missing"));

    write(10, 1, 2);

    // Its halves may be there, too.
    assertThat(log)
        .containsExactly(
            "write [1, 2]",
            "disconnect",
            "settle [1, 2]",
            "write [1, 2]",
            "settle [1, 2]",
            "write [1]",
            "1 durable",
            "write [2]",
            "settle [2]",
            "2 refused");
  }

  @Test
  void trouble_is_shown_while_it_lasts() {
    List<Optional<String>> seen = new ArrayList<>();
    script.addAll(List.of("08006", "missing"));
    CheckpointWriter[] lane = new CheckpointWriter[1];
    lane[0] = lane(10, _ -> seen.add(lane[0].trouble()));
    lane[0].submit(checkpoint(1, false));

    lane[0].start();
    lane[0].close();

    assertThat(seen).containsExactly(Optional.of("the script says 08006"));
    assertThat(lane[0].trouble()).isEmpty();
  }
}
