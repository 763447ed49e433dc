package dev.backstitch.api.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.orchestrator.history.Payload;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonTextTest {

  @Test
  void json_is_laid_out_and_numbers_keep_their_digits() {
    JsonText text =
        JsonText.of(
            Payload.ofJson("{\"a\":[1.10,1E5,{}],\"b\":null,\"c\":[],\"d\":\"x\\ny\"}"), 1_000);

    assertThat(text.complete()).isTrue();
    assertThat(text.text())
        .isEqualTo(
            """
            {
              "a": [
                1.10,
                1E5,
                {}
              ],
              "b": null,
              "c": [],
              "d": "x\\ny"
            }\
            """);
  }

  @Test
  void what_is_too_long_is_cut_and_says_so() {
    JsonText text = JsonText.of(Payload.ofJson("[" + "1,".repeat(1_000) + "1]"), 100);

    assertThat(text.complete()).isFalse();
    assertThat(text.text().length()).isBetween(100, 130);
  }

  @Test
  void what_is_no_json_is_shown_as_it_is() {
    JsonText text = JsonText.of(Payload.ofJson("{\"a\": oops"), 1_000);

    assertThat(text.text()).isEqualTo("{\"a\": oops");
  }

  @Test
  void calls_are_named_by_what_tells_them_apart() {
    List<String> labels =
        CallLabels.of(
            List.of(
                Payload.ofJson("{\"repository\":{\"owner\":\"a\"},\"sha\":\"f00\",\"path\":\"p\"}"),
                Payload.ofJson(
                    "{\"repository\":{\"owner\":\"a\"},\"sha\":\"ba5\",\"path\":\"p\"}")));

    assertThat(labels).containsExactly("sha f00", "sha ba5");
    assertThat(CallLabels.of(List.of(Payload.NULL))).containsExactly("");
  }
}
