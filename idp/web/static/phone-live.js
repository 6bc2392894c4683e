"use strict";
// Waits for the next message, then takes the new list from the page itself, so that messages are drawn in one place only.
(function () {
  const list = document.getElementById("messages");
  const status = document.getElementById("phone-status");

  function newest() {
    const first = list.querySelector("[data-message-id]");
    return first ? first.dataset.messageId : null;
  }

  async function waitForMessage(seconds, signal) {
    const address = new URL(list.dataset.wait, location.href);
    const after = newest();
    if (after) {
      address.searchParams.set("after", after);
    }
    address.searchParams.set("timeout", String(seconds));
    const answer = await fetch(address, { headers: { Accept: "application/json" }, cache: "no-store", signal: signal });
    if (!answer.ok) {
      throw new Error("status " + answer.status);
    }
    return (await answer.json()).length > 0;
  }

  async function replaceList() {
    const answer = await fetch(list.dataset.page, { cache: "no-store" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("messages");
    if (!fresh) {
      throw new Error("no list");
    }
    const before = newest();
    window.phone.clock.take(page);
    list.replaceChildren(...fresh.childNodes);
    document.dispatchEvent(new Event("messages-replaced"));
    return newest() !== before;
  }

  async function ask(seconds, signal) {
    if (!(await waitForMessage(seconds, signal))) {
      return 0;
    }
    const arrived = await replaceList();
    if (arrived) {
      status.textContent = status.dataset.arrived;
    }
    return arrived ? 0 : 3;
  }

  status.textContent = status.dataset.live;
  window.phone.keepAsking(ask, function () {});
})();
