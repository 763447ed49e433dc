package dev.backstitch.loadtest.simulator.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ContractTest {

  private final OpenApiContract contract = OpenApiContract.shared();

  @Test
  void an_allowed_request_passes() {
    assertThat(
            contract.checkRequest(
                "/repos/a/b/pulls", Map.of("state", "open", "per_page", "100", "page", "2")))
        .isEmpty();
    assertThat(
            contract.checkRequest("/repos/a/b/contents/students%2F1.json", Map.of("ref", "main")))
        .isEmpty();
  }

  @Test
  void a_value_that_github_does_not_know_is_found() {
    List<String> problems = contract.checkRequest("/repos/a/b/pulls", Map.of("state", "opened"));

    assertThat(problems).singleElement().asString().contains("parameter state", "opened");
  }

  @Test
  void an_answer_without_a_required_field_is_found() {
    List<String> problems =
        contract.checkAnswer(
            "/repos/a/b/git/ref/heads%2Fmain",
            200,
            "application/json",
            "{\"ref\": \"refs/heads/main\", \"node_id\": \"x\", \"url\": \"http://localhost/\"}");

    assertThat(problems).singleElement().asString().contains("object");
  }

  @Test
  void an_answer_of_a_wrong_type_is_found() {
    assertThat(
            contract.checkAnswer(
                "/rate_limit", 200, "application/json", "{\"resources\": 1, \"rate\": 2}"))
        .isNotEmpty();
  }

  @Test
  void errors_any_operation_may_give_need_no_description() {
    assertThat(
            contract.checkAnswer(
                "/repos/a/b/pulls", 502, "application/json", "{\"message\": \"no\"}"))
        .isEmpty();
    assertThat(contract.checkAnswer("/repos/a/b/pulls", 304, "", "")).isEmpty();
    assertThat(contract.checkAnswer("/repos/a/b/pulls", 201, "application/json", "{}"))
        .isNotEmpty();
  }
}
