package dev.backstitch.activities.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiUrlTest {

  @ParameterizedTest
  @CsvSource({
    "https://api.github.com, https://api.github.com/graphql",
    "https://api.github.com/, https://api.github.com/graphql",
    "https://github.example.edu/api/v3, https://github.example.edu/api/graphql",
    "https://github.example.edu/api/v3/, https://github.example.edu/api/graphql",
    "http://127.0.0.1:8080, http://127.0.0.1:8080/graphql",
    "http://localhost:8080, http://localhost:8080/graphql",
  })
  void graphql_documents_go_where_each_kind_of_github_expects_them(String api, String graphql) {
    assertThat(ApiUrl.parse(api).graphql()).isEqualTo(URI.create(graphql));
  }

  @ParameterizedTest
  @CsvSource({
    "https://api.github.com, https://github.com/",
    "https://API.github.com:443, https://github.com/",
    "https://api.campus.ghe.com, https://campus.ghe.com/",
    "https://github.example.edu/api/v3, https://github.example.edu/",
    "https://github.example.edu:8443/api/v3, https://github.example.edu:8443/",
    "http://127.0.0.1:8080, http://127.0.0.1:8080/",
    "http://127.0.0.1:8080/api/v3, http://127.0.0.1:8080/",
    "http://localhost:8080, http://localhost:8080/",
  })
  void the_git_host_is_the_one_that_belongs_to_the_api(String api, String host) {
    assertThat(ApiUrl.parse(api).gitHost()).contains(URI.create(host));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://api.github.com/v4",
        "https://api.github.com:8443",
        "https://api.github.com.example.org",
        "https://api.example.org",
        "https://api.a.b.ghe.com",
        "https://proxy.example.edu/github",
        "http://127.0.0.1:8080/github",
      })
  void no_git_host_is_guessed_beside_any_other_address(String api) {
    assertThat(ApiUrl.parse(api).gitHost()).isEmpty();
  }

  @Test
  void rest_paths_go_below_the_address() {
    assertThat(ApiUrl.parse("https://github.example.edu/api/v3").rest("/repos/o/r"))
        .isEqualTo(URI.create("https://github.example.edu/api/v3/repos/o/r"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "api.github.com",
        "http://api.github.com",
        "http://127.0.0.1.example.com",
        "ftp://127.0.0.1",
        "https://user:secret@api.github.com",
        "https://api.github.com?x=1",
        "file:///etc/passwd",
      })
  void a_token_is_sent_to_no_other_kind_of_address(String api) {
    assertThatThrownBy(() -> ApiUrl.parse(api))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("an API address looks like")
        .hasMessageNotContaining("secret");
  }

  @Test
  void an_origin_is_scheme_host_and_port() {
    ApiUrl api = ApiUrl.parse("https://api.github.com");

    assertThat(api.isSameOrigin(URI.create("https://API.github.com:443/repositories/1"))).isTrue();
    assertThat(api.isSameOrigin(URI.create("http://api.github.com/"))).isFalse();
    assertThat(api.isSameOrigin(URI.create("https://api.github.com:8443/"))).isFalse();
    assertThat(api.isSameOrigin(URI.create("https://codeload.github.com/"))).isFalse();
  }
}
