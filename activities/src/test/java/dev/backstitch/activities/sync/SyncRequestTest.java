package dev.backstitch.activities.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import dev.backstitch.activities.pulls.Author;
import dev.backstitch.activities.sync.AnnouncedPull.Move;
import dev.backstitch.activities.tracker.Layout;
import dev.backstitch.orchestrator.InvalidRequestException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SyncRequestTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void what_is_left_out_has_a_default() throws Exception {
    SyncRequest request =
        JSON.readValue("{\"repository\": \"git-mastery/progress\"}", SyncRequest.class);

    assertThat(request)
        .isEqualTo(
            new SyncRequest(
                "git-mastery/progress", "progress.json", "main", "tracker", null, null));
  }

  @Test
  void a_request_survives_the_history() throws Exception {
    SyncRequest request =
        new SyncRequest("o/r", "a/b.json", "dev", "x/y", "https://h/api/v3", null);

    assertThat(JSON.readValue(JSON.writeValueAsString(request), SyncRequest.class))
        .isEqualTo(request);
  }

  @Test
  void what_only_some_requests_have_survives_too() throws Exception {
    SyncRequest request =
        SyncRequest.of("o/r")
            .in(new Layout("a", "b", "c"))
            .of(
                List.of(
                    new AnnouncedPull(
                        1, new Author("ann", 7L), null, List.of(new Move("x", "y", true)))))
            .previewed();

    assertThat(JSON.readValue(JSON.writeValueAsString(request), SyncRequest.class))
        .isEqualTo(request);
    assertThat(JSON.writeValueAsString(SyncRequest.of("o/r")))
        .doesNotContain("layout", "dryRun", "announced");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | input.repository | repository is required",
        "{\"repository\": \"progress\"} | input.repository | must be OWNER/NAME",
        "{\"repository\": \"a/b/c\"} | input.repository | must be OWNER/NAME",
        "{\"repository\": \"a/..\"} | input.repository | must be OWNER/NAME",
        "{\"repository\": \"a b/c\"} | input.repository | must be OWNER/NAME",
        "{\"repository\": \"o/r\", \"file\": \"../x\"} | input.file | a path inside",
        "{\"repository\": \"o/r\", \"file\": \"/etc/passwd\"} | input.file | a path inside",
        "{\"repository\": \"o/r\", \"file\": \"a//b\"} | input.file | a path inside",
        "{\"repository\": \"o/r\", \"file\": \"\"} | input.file | a path inside",
        "{\"repository\": \"o/r\", \"file\": \"a\\u0000b\"} | input.file | a path inside",
        "{\"repository\": \"o/r\", \"base\": \"a b\"} | input.base | the name of a branch",
        "{\"repository\": \"o/r\", \"branch\": \"\"} | input.branch | the name of a branch",
      })
  void a_wrong_field_is_named_with_what_is_allowed(String json, String field, String message) {
    assertThatThrownBy(() -> JSON.readValue(json, SyncRequest.class))
        .isInstanceOf(ValueInstantiationException.class)
        .hasCauseInstanceOf(InvalidRequestException.class)
        .cause()
        .satisfies(cause -> assertThat(((InvalidRequestException) cause).field()).isEqualTo(field))
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a..b",
        "a~b",
        "a^b",
        "a:b",
        "a?b",
        "a*b",
        "a[b",
        "a\\b",
        "/a",
        "a/",
        "-a",
        ".a",
        "a/.b",
        "a.lock",
        "a.lock/b",
        "a.",
        "a//b",
        "a@{b",
        "a\nb"
      })
  void a_branch_that_git_forbids_is_refused(String branch) {
    assertThatThrownBy(() -> new SyncRequest("o/r", null, null, branch, null, null))
        .isInstanceOf(InvalidRequestException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "release/1.x", "feature/a-b_c", "v1.0", "a@b", "ü"})
  void a_branch_that_git_allows_is_accepted(String branch) {
    assertThat(new SyncRequest("o/r", null, branch, null, null, null).base()).isEqualTo(branch);
  }
}
