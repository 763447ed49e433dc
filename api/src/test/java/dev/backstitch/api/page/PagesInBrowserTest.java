package dev.backstitch.api.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.api.testing.Browser;
import dev.backstitch.api.testing.TestApp;
import dev.backstitch.orchestrator.run.RunId;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The pages in a real browser. Without one the tests say that they were skipped, and why.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PagesInBrowserTest {
  private Optional<Browser> browser = Optional.empty();
  private TestApp app;
  private RunId crowd;

  @BeforeAll
  void start() throws Exception {
    browser = Optional.of(Browser.startOrSkip());
    app = TestApp.start();
    crowd = app.run("crowd", "a/b", "{\"items\":185,\"millis\":20}");
    app.run("greet", "<script>document.title='hit'</script>", "{\"name\":\"Ada\"}");
  }

  @AfterAll
  void stop() {
    browser.ifPresent(Browser::close);
    if (app != null) {
      app.close();
    }
  }

  @Test
  void the_list_filters_by_status_without_loading_the_page_anew() {
    Browser page = open("/");
    page.evaluate("window.same = true");

    page.evaluate("document.getElementById('tab-Failed').click()");
    page.await("location.search === '?status=FAILED' && document.querySelector('.empty')");
    page.evaluate("document.querySelector('#tab-All').click()");
    page.await("location.search === '' && document.querySelectorAll('.runs tbody tr').length >= 2");

    assertThat(page.evaluate("window.same === true").asBoolean()).isTrue();
  }

  @Test
  void a_key_is_shown_as_text_whatever_it_holds() {
    Browser page = open("/");

    assertThat(page.text("document.body.innerText")).contains("<script>document.title='hit'");
    assertThat(page.text("document.title")).isEqualTo("Runs · Backstitch");
  }

  @Test
  void a_row_of_the_timeline_opens_by_keyboard_and_lists_its_calls() {
    Browser page = open("/runs/" + crowd);
    page.evaluate("document.getElementById('row-FetchItem').focus()");

    page.press("Enter");
    page.await("document.querySelectorAll('.call').length === 100");

    assertThat(page.text("location.search")).isEqualTo("?expand=FetchItem");
    assertThat(page.text("document.getElementById('row-FetchItem').getAttribute('aria-expanded')"))
        .isEqualTo("true");
    assertThat(page.text("document.querySelector('.call-label').textContent"))
        .isEqualTo("number 0");
  }

  @Test
  void an_event_shows_its_json_when_it_is_opened() {
    Browser page = open("/runs/" + crowd + "?order=oldest");

    page.evaluate("document.querySelector('#event-1 summary').click()");
    page.await("document.querySelector('#event-1 .json')");

    assertThat(page.text("document.querySelector('#event-1 .json').textContent"))
        .contains("\"workflow\": \"crowd\"")
        .contains("\"items\": 185");
  }

  @Test
  void the_event_list_filters_by_type() {
    Browser page = open("/runs/" + crowd);

    page.evaluate(
        "{ const s = document.getElementById('filter-type'); s.value = 'ActivityDeferred';"
            + " s.dispatchEvent(new Event('change', {bubbles: true})); }");
    page.await(
        "location.search.includes('type=ActivityDeferred')"
            + " && document.querySelectorAll('.event').length === 1");

    assertThat(page.text("document.querySelector('.e-summary').textContent"))
        .contains("quota of user:octocat");
  }

  @Test
  void an_open_run_shows_its_end_by_itself_and_an_opened_event_stays_open() {
    try (TestApp own = TestApp.start()) {
      RunId id = own.start("gated", null, "{\"name\":\"Ada\"}");
      Browser page = open(own, "/runs/" + id);
      page.await("document.querySelectorAll('.event').length === 4");
      assertThat(page.text("document.querySelector('.badge').textContent")).contains("Running");
      page.evaluate("document.querySelector('#event-1 summary').click()");
      page.await("document.querySelector('#event-1 .json')");

      own.samples.openGate();
      page.await("document.querySelector('.badge').textContent.includes('Completed')");

      assertThat(page.evaluate("document.querySelector('#event-1 details').open").asBoolean())
          .isTrue();
      assertThat(page.evaluate("document.querySelectorAll('.event').length").asInt()).isEqualTo(6);
      assertThat(page.text("document.querySelector('#result').textContent")).contains("Hello Ada!");
    }
  }

  @ParameterizedTest
  @CsvSource({"1440, false", "1440, true", "390, false", "390, true"})
  void nothing_overflows_and_text_has_contrast(int width, boolean dark) {
    Browser page = browser.orElseThrow();
    page.look(width, 900, dark);
    try {
      for (String path : new String[] {"/", "/runs/" + crowd + "?expand=FetchItem"}) {
        open(path);

        assertThat(page.evaluate("document.documentElement.scrollWidth").asInt())
            .as(path)
            .isLessThanOrEqualTo(width);
        assertThat(page.lowContrast()).as(path + " dark=" + dark).isEmpty();
      }
    } finally {
      page.look(1440, 900, false);
    }
  }

  private Browser open(String path) {
    return open(app, path);
  }

  private Browser open(TestApp from, String path) {
    Browser page = browser.orElseThrow();
    page.open(URI.create(from.address() + path));
    page.await("document.querySelector('main') && window.htmx");
    return page;
  }
}
