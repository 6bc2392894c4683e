"use strict";
// One approval request: who asks, the number to enter, and three answers. Drawn from the page's own template.
(function () {
  const clock = window.phone.clock;
  const loopback = /^(127\.|::1$)/;
  const local = /^(10|192\.168|169\.254|172\.(1[6-9]|2[0-9]|3[01]))\.|^(f[cd]..|fe[89ab].):/;
  let made = 0;

  // The words of the page, with their values put in.
  window.phone.words = function (name, values) {
    const text = document.getElementById("phone-words").dataset[name];
    return Object.entries(values || {}).reduce(function (filled, entry) {
      return filled.replace("{" + entry[0] + "}", entry[1]);
    }, text);
  };

  window.phone.announce = function (text) {
    document.getElementById("phone-status").textContent = text;
  };

  // Shows what is wrong beside a field, or nothing; the field then names the error as its description.
  window.phone.fieldError = function (field, text) {
    const error = document.getElementById(field.id + "-error");
    const hint = document.getElementById(field.id + "-hint");
    const described = [hint && hint.id, text && error.id].filter(Boolean).join(" ");
    error.textContent = text;
    error.hidden = !text;
    field.closest(".field").classList.toggle("has-error", Boolean(text));
    if (text) {
      field.setAttribute("aria-invalid", "true");
      field.focus();
    } else {
      field.removeAttribute("aria-invalid");
    }
    if (described) {
      field.setAttribute("aria-describedby", described);
    } else {
      field.removeAttribute("aria-describedby");
    }
  };

  // Seconds since the epoch, from RFC 3339.
  window.phone.seconds = function (instant) {
    return Math.floor(Date.parse(instant) / 1000);
  };

  // Who asks: a service by its name, or the account pages, which have none.
  window.phone.serviceOf = function (approval) {
    return approval.service || window.phone.words("ownPages");
  };

  // Where a request comes from, in the words of the account pages: the network's address, which the API gives.
  function placeOf(address) {
    if (!address) {
      return window.phone.words("unknown");
    }
    const kind = loopback.test(address) ? "thisComputer" : local.test(address) ? "localNetwork" : "address";
    return window.phone.words(kind, { address: address });
  }

  // As the clocks in Turkey show it: UTC+3 all year.
  function timeOfDay(at) {
    const minutes = Math.floor(at / 60) + 180;
    const two = function (value) {
      return String(value).padStart(2, "0");
    };
    return window.phone.words("time", { hour: two(Math.floor(minutes / 60) % 24), minute: two(minutes % 60) });
  }

  // decide(id, verdict, number) asks the API; settled() is called when the request is over here, removed() when the API
  // no longer knows this device.
  window.phone.card = function (approval, decide, settled, removed) {
    const element = document.getElementById("approval-card").content.cloneNode(true).firstElementChild;
    const part = function (selector) {
      return element.querySelector(selector);
    };
    const form = part("form");
    const field = part("input[name=number]");
    const alarm = part("[data-alarm]");
    const notMe = part("[data-not-me]");
    const outcome = part("[data-outcome]");
    const service = window.phone.serviceOf(approval);
    const expiresAt = window.phone.seconds(approval.expires_at);
    const card = { element: element, id: approval.id, settled: false, askedAt: window.phone.seconds(approval.asked_at) };
    let busy = false;

    function fill() {
      part("[data-field=service]").textContent = service;
      part("[data-field=browser]").textContent = approval.browser || window.phone.words("unknown");
      part("[data-field=place]").textContent = placeOf(approval.place);
      part("[data-recovery]").hidden = !approval.recovery;
      part("[data-field=asked_at]").textContent = timeOfDay(card.askedAt);
      part("[data-countdown]").dataset.countdown = String(Math.max(0, expiresAt - clock.now()));
      made += 1;
      // Ids are unique in a page, and each card has a field of its own.
      element.querySelectorAll("[id]").forEach(function (named) {
        named.id = named.id.replace("number", "number-" + made);
      });
      part("label").htmlFor = field.id;
    }

    function settle(name) {
      const focused = element.contains(document.activeElement);
      card.settled = true;
      form.hidden = true;
      element.classList.add("settled", name === "approved" ? "good" : "bad");
      outcome.textContent = service + ": " + window.phone.words(name);
      outcome.hidden = false;
      window.phone.announce(outcome.textContent);
      if (focused) {
        outcome.focus();
      }
      settled();
    }

    // Why the API said no, as far as a person can do something about it.
    function refused(failure) {
      const left = failure.problem ? failure.problem.tries_left : undefined;
      if (failure.status === 401) {
        removed();
      } else if (failure.status === 422 && left === 0) {
        settle("usedUp");
      } else if (failure.status === 422 && left > 0) {
        field.value = "";
        window.phone.fieldError(field, window.phone.words("numberWrong", { n: left }));
      } else if ([404, 409, 410].includes(failure.status)) {
        card.leave();
      } else {
        window.phone.fieldError(field, window.phone.words(failure.status === 429 ? "tooMany" : "unreachable"));
      }
    }

    async function answer(verdict, number) {
      if (busy || card.settled) {
        return;
      }
      busy = true;
      element.setAttribute("aria-busy", "true");
      try {
        await decide(approval.id, verdict, number);
        settle(verdict === "not_me" ? "notMe" : verdict);
      } catch (failure) {
        refused(failure);
      } finally {
        busy = false;
        element.removeAttribute("aria-busy");
      }
    }

    function approve(event) {
      event.preventDefault();
      const typed = field.value.replace(/\s/g, "");
      if (!/^[0-9]{1,2}$/.test(typed)) {
        window.phone.fieldError(field, window.phone.words("numberMalformed"));
        return;
      }
      window.phone.fieldError(field, "");
      answer("approved", typed.padStart(2, "0"));
    }

    function ask(open) {
      alarm.hidden = !open;
      notMe.setAttribute("aria-expanded", String(open));
      (open ? alarm.firstElementChild : notMe).focus();
    }

    // It is no longer among those that wait: somebody answered, it was replaced, or its time is over.
    card.leave = function () {
      settle(clock.now() >= expiresAt ? "over" : "gone");
    };
    card.open = function () {
      element.scrollIntoView({ block: "center" });
      field.focus();
    };

    fill();
    form.addEventListener("submit", approve);
    part("[data-deny]").addEventListener("click", function () {
      answer("denied");
    });
    notMe.addEventListener("click", function () {
      ask(alarm.hidden);
    });
    part("[data-back]").addEventListener("click", function () {
      ask(false);
    });
    part("[data-stop]").addEventListener("click", function () {
      answer("not_me");
    });
    return card;
  };
})();
