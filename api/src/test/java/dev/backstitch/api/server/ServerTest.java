package dev.backstitch.api.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstitch.api.http.PortTakenException;
import dev.backstitch.api.testing.SampleModule;
import dev.backstitch.api.testing.TestApp;
import dev.backstitch.migrations.MigrationException;
import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import dev.backstitch.orchestrator.workflow.Settings;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerTest {
  @TempDir private Path temporary;

  @Test
  void a_server_says_where_it_listens_for_as_long_as_it_does() throws Exception {
    Path home;
    try (var app = TestApp.start()) {
      home = app.home;
      ServerFile file = ServerFile.read(home).orElseThrow();

      assertThat(file.address()).isEqualTo(app.address());
      assertThat(file.pid()).isEqualTo(ProcessHandle.current().pid());
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(home.resolve("server.json"))))
          .isEqualTo("rw-------");
      assertThat(RunningServer.find(home)).contains(app.address());
    }
    assertThat(home.resolve("server.json")).doesNotExist();
    assertThat(RunningServer.find(home)).isEmpty();
  }

  @Test
  void a_second_server_on_the_same_home_is_told_of_the_first() {
    try (var app = TestApp.start();
        var database = TestDatabase.create()) {
      assertThatThrownBy(() -> start(TestApp.config(app.home, database)))
          .isInstanceOf(HomeInUseException.class)
          .hasMessageContaining("already runs")
          .hasMessageContaining(app.address().toString())
          .hasMessageContaining("--home");
      assertThat(ServerFile.read(app.home)).isPresent();
    }
  }

  @Test
  void a_file_that_a_killed_server_left_is_no_running_server() throws Exception {
    try (var app = TestApp.start()) {
      Files.writeString(
          temporary.resolve("server.json"),
          "{\"address\":\"%s\",\"port\":1,\"pid\":1,\"startedAt\":\"2026-11-02T10:00:00Z\"}"
              .formatted(app.address()));

      assertThat(RunningServer.find(temporary)).isEmpty();
    }
  }

  @Test
  void a_quiet_server_works_beside_the_announced_one() {
    try (var app = TestApp.start();
        var database = TestDatabase.create();
        var quiet = start(TestApp.config(app.home, database).quiet())) {
      assertThat(RunningServer.answers(quiet.address())).isTrue();
      assertThat(RunningServer.find(app.home)).contains(app.address());
    }
  }

  @Test
  void a_port_that_is_taken_is_named_with_what_to_pass_and_the_home_is_free_again()
      throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var database = TestDatabase.create()) {
      ServerConfig config = TestApp.config(temporary, database);

      assertThatThrownBy(() -> start(config.withAddress("127.0.0.1", taken.getLocalPort())))
          .isInstanceOf(PortTakenException.class)
          .hasMessageContaining("Port " + taken.getLocalPort() + " on 127.0.0.1")
          .hasMessageContaining("--port");
      try (var server = start(config)) {
        assertThat(RunningServer.find(temporary)).contains(server.address());
      }
    }
  }

  @Test
  void a_database_that_does_not_answer_is_a_clear_message_without_the_password() throws Exception {
    int nobody;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = socket.getLocalPort();
    }
    ServerConfig config =
        ServerConfig.in(temporary)
            .withAddress("127.0.0.1", 0)
            .withDatabase(
                new DatabaseAddress(
                    "jdbc:postgresql://127.0.0.1:" + nobody + "/x", "me", "s3cret"));

    assertThatThrownBy(() -> start(config))
        .isInstanceOf(MigrationException.class)
        .hasMessageContaining("cannot be reached")
        .hasMessageNotContaining("s3cret");
  }

  @ParameterizedTest
  @CsvSource({
    "jdbc:postgresql://db:5432/name, jdbc:postgresql://db:5432/name, given, pass",
    "jdbc:postgresql://db/name?user=u&ssl=true&password=p%40, jdbc:postgresql://db/name?ssl=true, u, p@",
    "postgresql://u:p%3A@db:6432/name, jdbc:postgresql://db:6432/name, u, p:",
    "'postgres://u@a:1,b:2/name', 'jdbc:postgresql://a:1,b:2/name', u, pass"
  })
  void an_address_is_read_with_its_secrets_taken_out(
      String url, String shown, String user, String password) {
    DatabaseAddress address =
        DatabaseUrl.parse(
            url,
            url.contains("u:") || url.contains("u@") || url.contains("user=")
                ? Optional.empty()
                : Optional.of("given"),
            password.equals("pass") ? Optional.of("pass") : Optional.empty());

    assertThat(address.jdbcUrl()).isEqualTo(shown);
    assertThat(address.user()).isEqualTo(user);
    assertThat(address.password()).isEqualTo(password);
    assertThat(address.toString()).doesNotContain(password + "@").doesNotContain(":" + password);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mysql://db/name",
        "jdbc:postgresql:name",
        "jdbc:postgresql://db",
        "jdbc:postgresql://u:s3cret@/name"
      })
  void a_malformed_address_is_refused_without_being_repeated(String url) {
    assertThatThrownBy(() -> DatabaseUrl.parse(url, Optional.empty(), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("BACKSTITCH_DATABASE_PASSWORD")
        .hasMessageNotContaining("s3cret");
  }

  private static Server start(ServerConfig config) {
    return Server.start(config, List.of(new SampleModule()), new Settings(Map.of()));
  }
}
