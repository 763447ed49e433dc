package dev.backstitch.api.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.backstitch.api.testing.Browser;
import dev.backstitch.api.testing.TestApp;
import dev.backstitch.orchestrator.RunResult;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunStatus;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What somebody wants of a run, by the buttons of its page in a real browser.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WishesInBrowserTest {
  private Optional<Browser> browser = Optional.empty();
  private TestApp app;

  @BeforeAll
  void start() throws Exception {
    browser = Optional.of(Browser.startOrSkip());
    app = TestApp.start();
  }

  @AfterAll
  void stop() {
    browser.ifPresent(Browser::close);
    if (app != null) {
      app.close();
    }
  }

  @Test
  void a_run_receives_what_its_form_sends_digit_for_digit_and_its_page_tells_by_whom() {
    RunId id = patient();
    Browser page = open(id);

    page.evaluate("document.getElementById('open-signal').click()");
    assertThat(page.text("document.activeElement.name")).isEqualTo("name");
    type(page, "name", " number ");
    type(page, "payload", " 1.500 ");
    type(page, "id", "order 7");
    type(page, "actor", "Grace");
    press(page, "signal");
    page.await("document.querySelector('.badge').textContent.includes('Completed')");

    assertThat(app.awaitClosed(id)).isEqualTo(new RunResult.Completed(Payload.ofJson("1.500")));
    assertThat(signals(id))
        .containsExactly(
            new Event.SignalReceived("number", "order 7", "Grace", Payload.ofJson("1.500")));
    page.await("document.querySelector('#live').innerText.includes('number by Grace: 1.500')");
    assertThat(page.text("document.querySelector('.told').innerText"))
        .contains("The signal was accepted");
    assertThat(page.evaluate("document.querySelectorAll('dialog').length").asInt()).isZero();
  }

  @Test
  void a_signal_whose_form_is_sent_twice_is_one_and_the_next_one_is_another() {
    RunId id = patient();
    Browser page = open(id);

    page.evaluate("document.getElementById('open-signal').click()");
    type(page, "name", "other");
    page.evaluate(
        "for (let i = 0; i < 2; i++) document.querySelector('#ask-signal button.signal').click()");
    page.await("document.querySelector('.told').textContent.includes('accepted')");
    page.await("document.querySelectorAll('.mark title').length === 1");
    page.evaluate("document.getElementById('open-signal').click()");
    assertThat(page.text("document.querySelector('.told').textContent")).isEmpty();
    assertThat(page.text("document.querySelector('#ask-signal [name=name]').value")).isEmpty();
    type(page, "name", "other");
    press(page, "signal");
    page.await("document.querySelectorAll('.mark title').length === 2");
    app.post("/api/v1/runs/" + id + "/signals", "{\"name\": \"number\", \"payload\": 1}");
    app.awaitClosed(id);

    // The last one was sent behind all of them, so that none is still to come.
    assertThat(signals(id))
        .extracting(Event.SignalReceived::name)
        .containsExactly("other", "other", "number");
  }

  @Test
  void a_refused_signal_says_why_keeps_what_was_typed_and_is_accepted_when_it_is_right() {
    RunId id = patient();
    Browser page = open(id);

    page.evaluate("document.getElementById('open-signal').click()");
    type(page, "payload", "{\"a\": 1, \"actor\"");
    press(page, "signal");
    page.await(refused("signal", "The payload is no JSON: "));
    type(page, "payload", "7, \"actor\": \"Mallory\"");
    press(page, "signal");
    page.await(refused("signal", "The payload is no JSON: "));
    type(page, "payload", "7");
    press(page, "signal");
    page.await(refused("signal", "'name' is missing: the channel that the run reads."));

    assertThat(page.text("document.querySelector('#ask-signal [name=payload]').value"))
        .isEqualTo("7");
    assertThat(signals(id)).isEmpty();

    type(page, "name", "number");
    press(page, "signal");

    page.await("document.querySelector('.badge').textContent.includes('Completed')");
    assertThat(app.awaitClosed(id)).isEqualTo(new RunResult.Completed(Payload.ofJson("7")));
  }

  @Test
  void a_signal_that_got_no_answer_is_sent_again_as_the_same_one_until_it_is_changed() {
    RunId id = patient();
    Browser page = open(id);
    page.evaluate(
        "{ window.sent = []; const fetched = window.fetch; window.fetch = async (to, how) => {"
            + " const answer = await fetched(to, how); sent.push(JSON.parse(how.body).id);"
            + " if (sent.length !== 2) throw new TypeError('cut'); return answer; }; }");

    page.evaluate("document.getElementById('open-signal').click()");
    type(page, "name", "other");
    press(page, "signal");
    page.await(refused("signal", "It may or may not have happened"));
    type(page, "actor", "Grace");
    press(page, "signal");
    page.await("document.querySelector('.told').textContent.includes('accepted')");
    page.evaluate("document.getElementById('open-signal').click()");
    type(page, "name", "other");
    press(page, "signal");
    page.await("sent.length === 3");
    page.await(refused("signal", "It may or may not have happened"));
    type(page, "payload", "2");
    press(page, "signal");
    page.await("sent.length === 4");

    assertThat(page.text("sent[0]")).isNotBlank().isEqualTo(page.text("sent[1]"));
    assertThat(page.evaluate("new Set(sent).size").asInt()).isEqualTo(3);
  }

  @Test
  void a_run_is_cancelled_by_its_button_and_the_page_shows_who_did_it_and_why() {
    RunId id = patient();
    app.post("/api/v1/runs/" + id + "/signals", "{\"name\": \"other\", \"actor\": \"ci\"}");
    Browser page = open(id);
    page.await("document.querySelector('.mark title').textContent === 'signal other'");

    page.evaluate("document.getElementById('open-cancel').click()");
    page.evaluate("document.querySelector('#ask-cancel [name=actor]').value = ' Grace '");
    page.evaluate("document.querySelector('#ask-cancel [name=reason]').value = 'not needed'");
    page.evaluate("document.querySelector('#ask-cancel button.cancel').click()");
    page.await("document.querySelector('.badge').textContent.includes('Cancelled')");

    assertThat(page.text("document.querySelector('.banner.ended').innerText"))
        .contains("Cancelled by Grace")
        .contains("not needed");
    assertThat(page.evaluate("document.querySelectorAll('dialog').length").asInt()).isZero();
    assertThat(page.text("document.querySelector('#live').innerText"))
        .contains("CancelRequested")
        .contains("RunCancelled");
  }

  @Test
  void a_refused_wish_says_why_and_nothing_is_sent_before_it_is_confirmed() {
    RunId id = patient();
    Browser page = open(id);

    page.evaluate("document.getElementById('open-terminate').click()");
    page.evaluate("document.querySelector('#ask-terminate [data-close]').click()");
    assertThat(page.evaluate("document.querySelector('#ask-terminate').open").asBoolean())
        .isFalse();
    assertThat(app.server().orchestrator().describe(id).orElseThrow().status())
        .isEqualTo(RunStatus.RUNNING);

    page.evaluate(
        "document.querySelector('#ask-terminate form').dataset.post ="
            + " '/api/v1/runs/0000000000001/terminate'");
    page.evaluate("document.getElementById('open-terminate').click()");
    page.evaluate("document.querySelector('#ask-terminate button.terminate').click()");
    page.await(
        "document.querySelector('#ask-terminate .refused').textContent.includes('No run has the"
            + " id')");
  }

  @Test
  void a_run_is_terminated_by_its_button_and_nothing_more_can_be_wished_of_it() {
    RunId id = patient();
    Browser page = open(id);

    page.evaluate("document.getElementById('open-terminate').click()");
    page.evaluate("document.querySelector('#ask-terminate [name=actor]').value = 'Grace'");
    page.evaluate("document.querySelector('#ask-terminate [name=reason]').value = 'it hangs'");
    press(page, "terminate");
    page.await("document.querySelector('.badge').textContent.includes('Terminated')");

    assertThat(app.awaitClosed(id)).isEqualTo(new RunResult.Terminated("Grace", "it hangs"));
    assertThat(page.text("document.querySelector('.banner.ended').innerText"))
        .contains("Terminated by Grace")
        .contains("it hangs");
    assertThat(page.evaluate("document.querySelectorAll('dialog, .actions').length").asInt())
        .isZero();
  }

  @ParameterizedTest
  @CsvSource({"1440, false", "1440, true", "390, false", "390, true"})
  void the_form_of_a_signal_fits_and_can_be_read(int width, boolean dark) {
    Browser page = browser.orElseThrow();
    page.look(width, 900, dark);
    try {
      open(patient());
      page.evaluate("document.getElementById('open-signal').click()");
      type(page, "payload", "{");
      press(page, "signal");
      page.await(refused("signal", "The payload is no JSON"));

      assertThat(page.evaluate("document.documentElement.scrollWidth - innerWidth").asInt())
          .isLessThanOrEqualTo(0);
      assertThat(
              page.evaluate(
                      "(d => d.scrollWidth - d.clientWidth)(document.querySelector('dialog[open]'))")
                  .asInt())
          .isLessThanOrEqualTo(0);
      assertThat(page.lowContrast()).isEmpty();
    } finally {
      page.look(1440, 900, false);
    }
  }

  private RunId patient() {
    return app.start("patient", null, "{\"name\":\"Ada\"}");
  }

  private List<Event.SignalReceived> signals(RunId run) {
    return app.server().orchestrator().history(run, 0, 100).events().stream()
        .map(RecordedEvent::event)
        .filter(Event.SignalReceived.class::isInstance)
        .map(Event.SignalReceived.class::cast)
        .toList();
  }

  private Browser open(RunId run) {
    Browser page = browser.orElseThrow();
    page.open(URI.create(app.address() + "/runs/" + run));
    page.await("document.querySelector('main') && window.htmx");
    return page;
  }

  /// Replaces what a field of the signal's form holds, as a keyboard would.
  private static void type(Browser page, String field, String text) {
    String name = "document.querySelector('#ask-signal [name=" + field + "]')";
    page.evaluate(name + ".select(); " + name + ".focus()");
    page.send("Input.insertText", Map.of("text", text));
  }

  private static void press(Browser page, String verb) {
    page.evaluate("document.querySelector('#ask-" + verb + " button." + verb + "').click()");
  }

  private static String refused(String verb, String why) {
    String refused = "document.querySelector('#ask-" + verb + " .refused:not([hidden])')";
    return refused + ".textContent.includes(" + JsonNodeFactory.instance.textNode(why) + ")";
  }
}
