package dev.backstitch.orchestrator;

import dev.backstitch.orchestrator.quota.HeaderReader;
import dev.backstitch.orchestrator.quota.Lane;
import dev.backstitch.orchestrator.quota.Permit;
import dev.backstitch.orchestrator.quota.QuotaAnswer;
import dev.backstitch.orchestrator.quota.QuotaRules;
import dev.backstitch.orchestrator.quota.QuotaUse;
import dev.backstitch.orchestrator.workflow.Call;
import dev.backstitch.orchestrator.workflow.Registry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/// Calls to an API that Backstitch knows nothing of. What `docs/quota.md` shows is a part of this
/// file, line by line; [ForeignApiTest] runs it and compares.
record Weather(HttpClient http, URI api, HeaderReader headers) {

  /// For an API with a header of its own: so many of 100 calls are left until the next hour.
  static final HeaderReader OWN =
      (status, header) -> {
        QuotaAnswer.Reading reading =
            header
                .apply("x-calls-left")
                .map(Integer::valueOf)
                .map(left ->
                    new QuotaAnswer.Reading("calls", 100, left, 100 - left, Duration.ofHours(1)))
                .orElse(null);
        QuotaAnswer.Limited limited = status == 429 ? QuotaAnswer.Limited.SECONDARY : null;
        return new QuotaAnswer(1, status == 200, reading, limited, null);
      };

  record GetWeather(String place) implements Call<String> {}

  void register(Registry registry) {
    QuotaRules rules = QuotaRules.DEFAULT.withReserve(200);

    registry.activity(
        GetWeather.class,
        (call, context) -> {
          Permit permit = context.permit();
          permit.spend("calls", 1, 0); // before every request; the first is granted already
          HttpResponse<String> answer;
          try {
            answer = http.send(request(call), BodyHandlers.ofString());
          } catch (IOException | InterruptedException noAnswer) {
            permit.lost("calls", 1); // it may have been charged
            throw noAnswer;
          }
          permit.answered(
              "calls",
              1,
              headers.read(answer.statusCode(), name -> answer.headers().firstValue(name)));
          if (answer.statusCode() != 200) {
            throw new IOException("the weather service said " + answer.statusCode());
          }
          return answer.body();
        },
        options ->
            options.withQuota(
                GetWeather.class,
                calls -> QuotaUse.read("weather/account-7", "calls", Lane.BULK, rules)));
  }

  private HttpRequest request(GetWeather call) {
    return HttpRequest.newBuilder(api.resolve("/" + call.place())).build();
  }
}
