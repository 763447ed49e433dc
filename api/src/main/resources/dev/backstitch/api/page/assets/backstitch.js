// Keeps the page's main element up to date: fetches the page's own address again and lets htmx put
// the new element in the place of the old one. Also asks before it sends what somebody
// wants of a run. Everything else works without this script.
(() => {
  "use strict";
  const PAUSE = 350; // between two refreshes, in milliseconds
  const IDLE = 2000; // an open run's clock goes on even when no event comes
  const POLL = 3000;

  let busy = false;
  let wanted = false;
  let stream = null;

  const main = () => document.getElementById("live");

  const disturbs = () => {
    const selection = document.getSelection();
    const focus = document.activeElement;
    return document.querySelector("dialog[open]") || (selection && !selection.isCollapsed) || (focus && focus.matches("input[type=search], select"));
  };

  async function refresh() {
    if (busy) {
      wanted = true;
      return;
    }
    busy = true;
    wanted = false;
    try {
      await htmx.ajax("GET", location.pathname + location.search, {
        source: main(), target: "#live", select: "#live", swap: "outerHTML show:none",
      });
    } finally {
      setTimeout(() => {
        busy = false;
        if (wanted) {
          refresh();
        }
      }, PAUSE);
    }
  }

  function idle() {
    if (document.visibilityState === "visible" && !disturbs()) {
      refresh();
    }
  }

  function listen() {
    const address = main().dataset.stream;
    if (stream || !address) {
      return;
    }
    stream = new EventSource(address);
    stream.addEventListener("recorded", () => {
      if (!disturbs()) {
        refresh();
      }
    });
    stream.addEventListener("closed", () => {
      stream.close();
      refresh();
    });
  }

  // Times in the reader's own zone; the server writes UTC.
  function localTimes() {
    const format = new Intl.DateTimeFormat(undefined, {dateStyle: "medium", timeStyle: "medium"});
    for (const time of document.querySelectorAll("time[datetime]:not([data-keep])")) {
      time.title = time.textContent + (time.title ? " (" + time.title + ")" : "");
      time.textContent = format.format(new Date(time.dateTime));
      time.dataset.keep = "";
    }
  }

  // What the reader folded or unfolded stays so.
  const remembered = new Map();
  function remember(event) {
    if (event.target.matches && event.target.matches("details[data-remember]")) {
      remembered.set(event.target.id, event.target.open);
    }
  }
  function restore() {
    for (const [id, open] of remembered) {
      const details = document.getElementById(id);
      if (details) {
        details.open = open;
      }
    }
  }

  // What somebody wants of a run: a dialog asks for the particulars, keeps them when it is refused,
  // and says why.
  const ACTOR = "backstitch.actor";
  function ask(dialog) {
    dialog.querySelector("[name=actor]").value = localStorage.getItem(ACTOR) || "";
    dialog.querySelector(".refused").hidden = true;
    tell("");
    dialog.showModal();
  }
  function tell(text) {
    const told = document.querySelector(".told");
    if (told) {
      told.textContent = text;
    }
  }
  // The form's JSON. A payload goes as it was typed, so that a number keeps its digits.
  function wishOf(form) {
    const members = [];
    for (const field of form.querySelectorAll("[name]")) {
      const text = field.value.trim() || made(field);
      if (text) {
        members.push(JSON.stringify(field.name) + ": " + ("json" in field.dataset ? checked(text) : JSON.stringify(text)));
      }
    }
    return "{" + members.join(", ") + "}";
  }
  function checked(json) {
    try {
      JSON.parse(json);
    } catch (wrong) {
      throw new Error("The payload is no JSON: " + wrong.message);
    }
    return json;
  }
  // An id that nobody typed stays until the wish is accepted or becomes another one, so that
  // pressing twice, or again after silence, is one wish. randomUUID() would need https or the loopback.
  function made(field) {
    if (!("made" in field.dataset)) {
      return "";
    }
    field.dataset.made ||= Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    return field.dataset.made;
  }
  function forgetMade(form) {
    for (const field of form.querySelectorAll("[data-made]")) {
      field.dataset.made = "";
    }
  }
  // One at a time: a second answer would close the dialog that was opened after the first.
  async function sendOnce(form) {
    if ("sending" in form.dataset) {
      return;
    }
    form.dataset.sending = "";
    try {
      await send(form);
    } finally {
      delete form.dataset.sending;
    }
  }
  async function send(form) {
    const refused = form.querySelector(".refused");
    const refuse = (why) => {
      refused.textContent = why;
      refused.hidden = false;
    };
    refused.hidden = true;
    let wish;
    try {
      wish = wishOf(form);
    } catch (wrong) {
      refuse(wrong.message);
      return;
    }
    localStorage.setItem(ACTOR, form.querySelector("[name=actor]").value.trim());
    try {
      const answer = await fetch(form.dataset.post, {
        method: "POST", headers: {"Content-Type": "application/json"}, body: wish,
      });
      if (!answer.ok) {
        refuse((await answer.json()).detail);
        return;
      }
    } catch {
      refuse("The server does not answer. It may or may not have happened; asking again does it no second time.");
      return;
    }
    form.closest("dialog").close();
    form.reset();
    forgetMade(form);
    tell(form.dataset.told);
    refresh();
  }
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) {
      ask(document.getElementById(opener.dataset.dialog));
    } else if (event.target.closest("[data-close]")) {
      event.target.closest("dialog").close();
    }
  });
  document.addEventListener("submit", (event) => {
    if (event.target.matches("form[data-post]")) {
      event.preventDefault();
      sendOnce(event.target);
    }
  });
  document.addEventListener("input", (event) => {
    if (event.target.matches("form[data-post] [name]:not([name=actor])")) {
      forgetMade(event.target.form);
    }
  });

  document.addEventListener("toggle", remember, true);
  document.addEventListener("change", (event) => {
    if (event.target.matches("select[data-submit]")) {
      event.target.form.requestSubmit();
    }
  });
  // Somebody may have opened a dialog since the new element was asked for: what they type stays.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (document.querySelector("dialog[open]")) {
      event.detail.shouldSwap = false;
    }
  });
  document.addEventListener("htmx:afterSettle", () => {
    restore();
    localTimes();
    listen();
  });
  setInterval(() => {
    if (main().dataset.live === "stream") {
      idle();
    }
  }, IDLE);
  setInterval(() => {
    if (main().dataset.live === "poll") {
      idle();
    }
  }, POLL);
  localTimes();
  listen();
})();
