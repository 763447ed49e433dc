package dev.backstitch.loadtest.original;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The requests the original makes, as its client library makes them: REST only, pages of 30, no
/// conditional requests. Thread-safe.
final class OriginalClient implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(15);
  private static final Pattern NEXT = Pattern.compile("<([^>]+)>; rel=\"next\"");

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI api;
  private final String token;

  OriginalClient(URI api, String token) {
    this.api = api;
    this.token = token;
  }

  /// `Github.get_repo`: looks the repository up before anything else.
  void repository(String nameWithOwner) throws IOException, InterruptedException {
    get(URI.create(api + "/repos/" + nameWithOwner));
  }

  /// `Repository.get_pulls(state="open", base="main")`: all pages.
  List<JsonNode> pullRequests(String nameWithOwner) throws IOException, InterruptedException {
    var all = new ArrayList<JsonNode>();
    Optional<URI> page =
        Optional.of(URI.create(api + "/repos/" + nameWithOwner + "/pulls?state=open&base=main"));
    while (page.isPresent()) {
      HttpResponse<byte[]> answer = get(page.get());
      JSON.readTree(answer.body()).forEach(all::add);
      Matcher next = NEXT.matcher(answer.headers().firstValue("Link").orElse(""));
      page = next.find() ? Optional.of(URI.create(next.group(1))) : Optional.empty();
    }
    return all;
  }

  /// `Repository.get_contents("progress.json", ref=branch)`.
  byte[] progressFile(String nameWithOwner, String branch)
      throws IOException, InterruptedException {
    String ref = URLEncoder.encode(branch, StandardCharsets.UTF_8);
    HttpResponse<byte[]> answer =
        get(URI.create(api + "/repos/" + nameWithOwner + "/contents/progress.json?ref=" + ref));
    String content = JSON.readTree(answer.body()).path("content").asText();
    return Base64.getMimeDecoder().decode(content);
  }

  private HttpResponse<byte[]> get(URI address) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .timeout(TIMEOUT)
            .header("Authorization", "Bearer " + token)
            .header("User-Agent", "original-progress-sync")
            .header("Accept", "application/vnd.github+json")
            .build();
    HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    if (answer.statusCode() != 200) {
      throw new IOException(address + " was answered with " + answer.statusCode());
    }
    return answer;
  }

  @Override
  public void close() {
    http.close();
  }
}
