package dev.backstitch.api.timeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class OutlineTest {

  @Test
  void a_missing_event_is_refused() {
    var history = Histories.started();
    history.schedule(1, "Fetch");
    var outline = new Outline();

    assertThatThrownBy(() -> outline.addAll(history.events().subList(1, 2)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("event 1 was expected");
  }

  @Test
  void pages_run_in_both_directions_over_all_events() {
    Outline outline = twoCallsAndTheirResults();

    assertThat(outline.page(null, true, null, 3)).containsExactly(6, 5, 4);
    assertThat(outline.page(null, true, 4, 3)).containsExactly(3, 2, 1);
    assertThat(outline.page(null, true, 1, 3)).isEmpty();
    assertThat(outline.page(null, false, null, 4)).containsExactly(1, 2, 3, 4);
    assertThat(outline.page(null, false, 4, 4)).containsExactly(5, 6);
  }

  @Test
  void pages_of_one_type_run_in_both_directions() {
    Outline outline = twoCallsAndTheirResults();

    assertThat(outline.page("ActivityScheduled", false, null, 10)).containsExactly(2, 4);
    assertThat(outline.page("ActivityScheduled", true, null, 10)).containsExactly(4, 2);
    assertThat(outline.page("ActivityScheduled", true, 4, 10)).containsExactly(2);
    assertThat(outline.page("ActivityScheduled", false, 2, 10)).containsExactly(4);
    assertThat(outline.page("TimerFired", false, null, 10)).isEmpty();
    assertThat(outline.countsByType())
        .isEqualTo(
            Map.of(
                "RunStarted",
                1,
                "ActivityScheduled",
                2,
                "ActivityCompleted",
                2,
                "RunCompleted",
                1));
  }

  @Test
  void it_can_be_brought_up_to_date_and_knows_when_the_run_is_closed() {
    var history = Histories.started();
    int call = history.schedule(1, "Fetch");
    Outline outline = history.outline();
    history.complete(call, 1, 1, 2).closed(3);

    outline.addAll(history.events().subList(2, 4));

    assertThat(outline.isClosed()).isTrue();
    assertThat(outline.lastSeq()).isEqualTo(4);
    assertThat(outline.commandName(call)).contains("Fetch");
  }

  @Test
  void it_knows_where_the_calls_of_an_activity_returned() {
    assertThat(twoCallsAndTheirResults().returnsOf("Fetch")).containsExactly(3, 5);
    assertThat(twoCallsAndTheirResults().returnsOf("Commit")).isEmpty();
  }

  private static Outline twoCallsAndTheirResults() {
    var history = Histories.started();
    int first = history.schedule(1, "Fetch");
    history.complete(first, 1, 1, 2);
    int second = history.schedule(3, "Fetch");
    return history.complete(second, 1, 3, 4).closed(5).outline();
  }
}
