package dev.backstitch.loadtest.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class FakeClockTest {

  @Test
  void a_jump_always_changes_the_clock_and_may_go_to_each_of_the_other_times() {
    for (long now : List.of(-3_600L, 0L, 3_600L)) {
      Set<Long> jumps =
          LongStream.rangeClosed(-10, 10)
              .mapToObj(lot -> FakeClock.another(now, lot))
              .collect(Collectors.toSet());

      assertThat(jumps).hasSize(2).doesNotContain(now);
    }
  }
}
