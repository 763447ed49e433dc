package dev.backstitch.api.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.backstitch.api.sync.RecordedSyncs;
import dev.backstitch.api.testing.Browser;
import dev.backstitch.api.testing.TestApp;
import dev.backstitch.orchestrator.run.RunId;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The pages as wide as a phone, in a real browser: none is to be moved sideways.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NarrowInBrowserTest {
  private static final int WIDTH = 390;

  /// What sticks out, unless it can be moved on its own, or is only for those who listen.
  private static final String STICKING_OUT =
      """
      [...document.querySelectorAll('body *')]
        .filter(e => !e.closest('.spoken, .skip, thead, svg, .tabs'))
        .filter(e => e.getClientRects().length && e.getBoundingClientRect().right > %d + 0.5)
        .filter(e => { for (let p = e.parentElement; p; p = p.parentElement)
          if (getComputedStyle(p).overflowX !== 'visible') return false; return true; })
        .map(e => e.tagName + '.' + e.className).join(' ')
      """
          .formatted(WIDTH);

  private Optional<Browser> browser = Optional.empty();
  private TestApp app;
  private RunId crowd;
  private RunId frugal;

  @BeforeAll
  void start() throws Exception {
    browser = Optional.of(Browser.startOrSkip());
    browser.get().look(WIDTH, 844, false);
    app = TestApp.startWith(new RecordedSyncs(), Map.of());
    crowd =
        app.run(
            "crowd",
            "a-school-with-a-long-name/a-course-with-a-long-name",
            "{\"items\":185,\"millis\":20}");
    frugal = app.start("frugal", null, "1000");
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> app.get("/quotas").body().contains("bulk calls wait for their turn"));
    app.put(
        "/api/v1/syncs/a-name-that-is-as-long-as-the-name-of-a-sync-may-be-63-letters",
        """
        {"repositories": ["a-school-with-a-long-name/a-course-with-a-long-name"], "webhook": true,
         "schedule": {"cron": "*/30 6-22 * * mon-fri", "zone": "America/Argentina/Buenos_Aires"}}
        """);
  }

  @AfterAll
  void stop() {
    browser.ifPresent(Browser::close);
    if (app != null) {
      app.close();
    }
  }

  Stream<String> pages() {
    return Stream.of(
        "/",
        "/?status=FAILED",
        "/runs/" + crowd,
        "/runs/" + crowd + "?expand=FetchItem&order=oldest",
        "/runs/" + frugal,
        "/runs/" + crowd + "/events/1",
        "/syncs",
        "/quotas",
        "/runs/0000000000000");
  }

  @ParameterizedTest
  @MethodSource("pages")
  void no_page_is_wider_than_a_phone(String path) {
    Browser page = browser.orElseThrow();
    page.open(URI.create(app.address() + path));
    page.await("document.querySelector('main') && window.htmx");

    assertThat(page.text(STICKING_OUT)).isEmpty();
    assertThat(page.evaluate("document.documentElement.scrollWidth").asInt())
        .isLessThanOrEqualTo(WIDTH);
  }
}
