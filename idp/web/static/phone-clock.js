"use strict";
// The server's time. What a phone signs must be fresh by the server's clock; the browser's own may be wrong.
window.phone = {};
(function () {
  let read = 0;
  let since = 0;

  function take(page) {
    const place = page.querySelector("[data-now]");
    if (place) {
      read = Number(place.dataset.now);
      since = performance.now();
    }
  }

  window.phone.clock = {
    take: take,
    // Seconds since the epoch.
    now: function () {
      return read + Math.floor((performance.now() - since) / 1000);
    },
    // A machine that slept may have stopped counting: this asks the page again.
    sync: async function () {
      const answer = await fetch(location.pathname, { cache: "no-store" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      take(page);
      return page;
    },
  };

  take(document);
})();
