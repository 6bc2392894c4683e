"use strict";
// Looks again every few seconds and takes the new list from the page itself, so that phones are drawn in one place only.
(function () {
  const list = document.getElementById("phones");
  const status = document.getElementById("phones-status");
  const every = 3000;

  async function look() {
    if (document.hidden) {
      return;
    }
    const answer = await fetch(list.dataset.page, { cache: "no-store" });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("phones");
    if (answer.ok && fresh && fresh.textContent !== list.textContent) {
      list.replaceChildren(...fresh.childNodes);
      status.textContent = status.dataset.arrived;
    }
  }

  status.textContent = status.dataset.live;
  setInterval(function () {
    look().catch(function () {});
  }, every);
})();
