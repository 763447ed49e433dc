// Keeps the page's main element up to date: fetches the page's own address again and lets htmx put
// the new element in the place of the old one. Everything else works without this script.
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
    return (selection && !selection.isCollapsed) || (focus && focus.matches("input[type=search], select"));
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

  document.addEventListener("toggle", remember, true);
  document.addEventListener("change", (event) => {
    if (event.target.matches("select[data-submit]")) {
      event.target.form.requestSubmit();
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
