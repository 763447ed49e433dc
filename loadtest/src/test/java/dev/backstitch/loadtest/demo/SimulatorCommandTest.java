package dev.backstitch.loadtest.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The simulator in a process of its own, as another project's tests would use it.
class SimulatorCommandTest {
  private static final Pattern ADDRESS = Pattern.compile("http://127\\.0\\.0\\.1:[0-9]+");

  /// What a process ends with that was asked to end, by SIGTERM.
  private static final int ASKED_TO_END = 128 + 15;

  @TempDir private Path folder;

  private record Ended(int exit, String talk) {}

  @Test
  void it_ends_with_1_and_says_why_when_the_contract_was_broken() throws Exception {
    Ended ended = stoppedAfter("/repos/seam-school/progress/pulls?state=opened");

    assertThat(ended.exit()).as(ended.talk()).isEqualTo(1);
    assertThat(ended.talk()).contains("GitHub's contract was broken once").contains("opened");
  }

  @Test
  void it_ends_as_it_is_told_when_nothing_was_broken() throws Exception {
    Ended ended = stoppedAfter("/user");

    assertThat(ended.exit()).as(ended.talk()).isEqualTo(ASKED_TO_END);
    assertThat(ended.talk()).doesNotContain("contract");
  }

  @Test
  void it_keeps_a_limit_of_processor_time_from_the_start() throws Exception {
    Path talk = folder.resolve("talk");
    Process process = start(talk, "--processor-seconds", "90");
    try (BufferedReader results = process.inputReader(StandardCharsets.UTF_8);
        HttpClient client = HttpClient.newHttpClient()) {
      URI limits = address(results.readLine(), talk).resolve("/_simulator/limits");

      String told =
          client
              .send(
                  HttpRequest.newBuilder(limits)
                      .POST(HttpRequest.BodyPublishers.ofString("{}"))
                      .build(),
                  HttpResponse.BodyHandlers.ofString())
              .body();

      assertThat(told)
          .contains("\"kept\" : true")
          .contains("\"processorSeconds\" : 90", "\"graphQlProcessorSeconds\" : 60");
    } finally {
      process.destroyForcibly();
    }
  }

  private static Process start(Path talk, String... options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.backstitch.api.Main",
            "simulator",
            "--students",
            "2",
            "--port",
            "0"));
    command.addAll(List.of(options));
    return new ProcessBuilder(command).redirectError(talk.toFile()).start();
  }

  private Ended stoppedAfter(String path) throws Exception {
    Path talk = folder.resolve("talk");
    Process process = start(talk, "--fast");
    try (BufferedReader results = process.inputReader(StandardCharsets.UTF_8);
        HttpClient client = HttpClient.newHttpClient()) {
      URI address = address(results.readLine(), talk);
      HttpRequest request =
          HttpRequest.newBuilder(address.resolve(path))
              .GET()
              .header("Authorization", "Bearer simulated-token-of-sync-bot")
              .header("User-Agent", "test")
              .header("X-GitHub-Api-Version", "2022-11-28")
              .build();
      client.send(request, HttpResponse.BodyHandlers.discarding());
      process.destroy();
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).as("it ends").isTrue();
      return new Ended(process.exitValue(), Files.readString(talk));
    } finally {
      process.destroyForcibly();
    }
  }

  private static URI address(String line, Path talk) throws IOException {
    Matcher matcher = ADDRESS.matcher(String.valueOf(line));
    assertThat(matcher.find()).as(line + Files.readString(talk)).isTrue();
    return URI.create(matcher.group());
  }
}
