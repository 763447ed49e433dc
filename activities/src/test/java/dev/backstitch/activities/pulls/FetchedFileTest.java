package dev.backstitch.activities.pulls;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

/// What histories hold of files.
class FetchedFileTest {
  private final ObjectMapper json = new ObjectMapper();

  @Test
  void a_file_that_is_too_big_is_written_and_read_as_ever() throws Exception {
    String recorded = "{\"kind\":\"too-big\",\"sizeBytes\":600000,\"maxBytes\":262144}";
    var file = new FetchedFile.TooBig(600_000, 262_144);

    assertThat(json.writeValueAsString(file)).isEqualTo(recorded);
    assertThat(json.readValue(recorded, FetchedFile.class)).isEqualTo(file);
  }

  @Test
  void a_file_that_nobody_looked_at_is_too_big_without_a_size() throws Exception {
    String recorded = "{\"kind\":\"too-big\",\"maxBytes\":4194304,\"what\":\"all of it\"}";
    FetchedFile file = new FetchedFile.TooBig(null, 4_194_304, "all of it");

    assertThat(json.writeValueAsString(file)).isEqualTo(recorded);
    assertThat(json.readValue(recorded, FetchedFile.class)).isEqualTo(file);
  }
}
