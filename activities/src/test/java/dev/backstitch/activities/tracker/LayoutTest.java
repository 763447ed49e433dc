package dev.backstitch.activities.tracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backstitch.activities.client.ApiUrl;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.orchestrator.InvalidRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayoutTest {
  @Test
  void what_is_left_out_is_as_git_mastery_has_it() {
    assertThat(Layout.GIT_MASTERY)
        .isEqualTo(new Layout("students", "user_map.json", "latest_sync_hashes.json"));
  }

  @ParameterizedTest
  @CsvSource({
    "../x, a, b, students",
    "x, 'a b', b, userMap",
    "x, a, '', hashes",
    "x, a, 'b\"', hashes",
    "x, x/7.json, b, userMap",
    "x, a, a, three different",
  })
  void a_path_that_can_not_be_is_refused(String students, String users, String hashes, String why) {
    assertThatThrownBy(() -> new Layout(students, users, hashes))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining(why);
  }

  @Test
  void the_usual_layout_leaves_no_trace_in_a_call_so_that_old_histories_fit() throws Exception {
    Repository repository = Repository.of(ApiUrl.parse("https://api.github.com"), "o/r");

    assertThat(new ObjectMapper().writeValueAsString(new TrackerBranch(repository, "tracker")))
        .doesNotContain("layout");
  }
}
