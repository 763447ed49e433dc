package dev.backstitch.activities.pulls;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backstitch.activities.client.ApiUrl;
import dev.backstitch.activities.client.GraphQlAnswer;
import dev.backstitch.activities.client.GraphQlError;
import dev.backstitch.activities.client.Repository;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FilesQueryTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Repository REPOSITORY =
      Repository.of(ApiUrl.parse("https://api.github.com"), "course/progress");

  private final FetchFile first = file(1, "aaa");
  private final FetchFile again = file(1, "bbb");
  private final FetchFile second = file(2, "ccc");
  private final FilesQuery query = FilesQuery.of(List.of(first, again, second));

  @Test
  void each_pull_request_is_asked_once_for_where_it_stands() {
    assertThat(query.document())
        .containsOnlyOnce("h1: pullRequest(number: 1) { headRefOid state }")
        .containsOnlyOnce("h2: pullRequest(number: 2) { headRefOid state }")
        .contains("p1: object(oid: $p1)", "p1_2: object(oid: $p1_2)", "p2: object(oid: $p2)");
  }

  @Test
  void where_a_pull_request_stands_is_known_for_all_of_its_files() {
    JsonNode shown = json("{\"h1\": {\"headRefOid\": \"bbb\"}, \"h2\": null, \"p1\": {}}");

    assertThat(query.heads(shown)).containsOnly(entry(first, "bbb"), entry(again, "bbb"));
  }

  @Test
  void files_of_pull_requests_that_are_closed_or_merged_are_told() {
    JsonNode shown = json("{\"h1\": {\"state\": \"MERGED\"}, \"h2\": {\"state\": \"OPEN\"}}");

    assertThat(query.closed(shown)).containsExactlyInAnyOrder(first, again);
    assertThat(query.closed(json("{\"h1\": {\"state\": \"CLOSED\"}, \"h2\": null}")))
        .containsExactlyInAnyOrder(first, again);
  }

  @Test
  void a_pull_request_that_is_not_shown_makes_no_file_doubtful() {
    GraphQlAnswer answer =
        answer(
            "{\"h1\": null, \"p1\": {}, \"p1_2\": null, \"p2\": {}}",
            new GraphQlError("NOT_FOUND", List.of("repository", "h1"), "no such number"));

    assertThat(query.doubtful(answer)).isEmpty();
  }

  @Test
  void an_error_that_points_nowhere_makes_every_file_doubtful_that_did_not_come() {
    GraphQlAnswer answer =
        answer(
            "{\"h1\": {}, \"p1\": {}, \"p1_2\": null}",
            new GraphQlError("SOMETHING", List.of(), "went wrong"));

    assertThat(query.doubtful(answer)).containsExactlyInAnyOrder("p1_2", "p2");
  }

  private static FetchFile file(int number, String commit) {
    return new FetchFile(REPOSITORY, number, commit, null, "progress.json");
  }

  private static GraphQlAnswer answer(String repository, GraphQlError error) {
    return new GraphQlAnswer(
        json("{\"repository\": " + repository + "}"), List.of(error), List.of());
  }

  private static Map.Entry<FetchFile, String> entry(FetchFile file, String head) {
    return Map.entry(file, head);
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(text, e);
    }
  }
}
