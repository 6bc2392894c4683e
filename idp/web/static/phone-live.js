"use strict";
// Waits for the next message, then takes the new list from the page itself, so that messages are drawn in one place only.
(function () {
  const list = document.getElementById("messages");
  const status = document.getElementById("phone-status");
  const timeout = 25;

  function newest() {
    const first = list.querySelector("[data-message-id]");
    return first ? first.dataset.messageId : null;
  }

  function rest(seconds) {
    return new Promise(function (resolve) {
      setTimeout(resolve, seconds * 1000);
    });
  }

  async function waitForMessage() {
    const address = new URL(list.dataset.wait, location.href);
    const after = newest();
    if (after) {
      address.searchParams.set("after", after);
    }
    address.searchParams.set("timeout", String(timeout));
    const answer = await fetch(address, { headers: { Accept: "application/json" }, cache: "no-store" });
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
    list.replaceChildren(...fresh.childNodes);
    document.dispatchEvent(new Event("messages-replaced"));
    return newest() !== before;
  }

  async function watch() {
    for (;;) {
      try {
        if (await waitForMessage()) {
          if (await replaceList()) {
            status.textContent = status.dataset.arrived;
          } else {
            await rest(3);
          }
        }
      } catch {
        await rest(5);
      }
    }
  }

  status.textContent = status.dataset.live;
  watch();
})();
