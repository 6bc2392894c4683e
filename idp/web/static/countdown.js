"use strict";
// Counts down from the seconds the server measured, so a wrong clock in the browser changes nothing.
(function () {
  const ends = new WeakMap();
  const status = document.querySelector("[data-countdown-status]");
  let told = "";

  function tell(name) {
    if (status && told !== name) {
      told = name;
      status.textContent = status.dataset[name];
    }
  }

  function tick() {
    const now = performance.now();
    document.querySelectorAll("[data-countdown]").forEach(function (element) {
      if (!ends.has(element)) {
        ends.set(element, now + Number(element.dataset.countdown) * 1000);
      }
      const seconds = Math.max(0, Math.ceil((ends.get(element) - now) / 1000));
      const text = Math.floor(seconds / 60) + ":" + String(seconds % 60).padStart(2, "0");
      element.querySelector(".digits").textContent = text;
      element.hidden = false;
      if (seconds === 0) {
        tell("over");
      } else if (seconds <= 20) {
        tell("soon");
      }
    });
  }

  tick();
  setInterval(tick, 1000);
})();
