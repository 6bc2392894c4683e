"use strict";
// Shows while typing which rules a new password meets. Only those a browser can know; the server judges all of them.
//
//   [data-password-rules="ID"]   the list of rules for the field with that id
//   [data-rule="length"]         a line of it, with data-least: the least number of characters
//   [data-rule="classes"]        a line of it: lower case, upper case, digit and symbol are required
//   [data-rule-met]              in such a line, hidden until the rule is met
//   [data-password-status]       role=status beside the field; data-missing introduces what is missing, named by
//                                data-length, data-lower, data-upper, data-digit, data-symbol; data-done: nothing is
(function () {
  // Only ASCII letters and digits count, as on the server.
  const classes = {
    lower: /[a-z]/,
    upper: /[A-Z]/,
    digit: /[0-9]/,
    symbol: /[.,:;_*?!="^+%&/()<>#${}'~-]/,
  };

  function missingOf(line, password) {
    if (line.dataset.rule === "length") {
      return Array.from(password).length < Number(line.dataset.least) ? ["length"] : [];
    }
    return Object.keys(classes).filter(function (name) {
      return !classes[name].test(password);
    });
  }

  document.querySelectorAll("[data-password-rules]").forEach(function (list) {
    const input = document.getElementById(list.dataset.passwordRules);
    const status = document.querySelector("[data-password-status]");
    const lines = list.querySelectorAll("[data-rule]");
    let pause;

    function mark(line, met) {
      line.classList.toggle("met", met);
      line.querySelector("[data-rule-met]").hidden = !met;
    }

    function words(missing) {
      if (missing.length === 0) {
        return status.dataset.done;
      }
      const names = missing.map(function (name) {
        return status.dataset[name];
      });
      return status.dataset.missing + " " + names.join(", ");
    }

    function tell(missing) {
      status.textContent = input.value === "" ? "" : words(missing);
    }

    function judge() {
      // The server hashes the NFKC form of a password and judges the same.
      const password = input.value.normalize("NFKC");
      const missing = [];
      lines.forEach(function (line) {
        const ofLine = missingOf(line, password);
        mark(line, ofLine.length === 0);
        missing.push(...ofLine);
      });
      // Told after a pause in typing, so that a screen reader is not interrupted at every letter.
      clearTimeout(pause);
      pause = setTimeout(tell, 600, missing);
    }

    input.addEventListener("input", judge);
    judge();
  });
})();
