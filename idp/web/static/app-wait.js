"use strict";
// Waits for the decision on the registered device. Without it, or where the stream fails, the main button does the same.
// The stream sends `approved`, `denied` or `expired`, each with an (empty) data line: browsers drop events without one.
(function () {
  const form = document.querySelector("form[data-approval-events]");
  const status = document.querySelector("[data-approval-status]");
  if (!form || !window.EventSource) {
    return;
  }
  const events = new EventSource(form.dataset.approvalEvents);
  let sent = false;

  function goOn() {
    if (!sent) {
      sent = true;
      form.submit();
    }
  }

  function showAgain() {
    // A page that answers a POST is asked for again by GET; a fragment would keep the browser on the same page.
    location.replace(location.pathname + location.search);
  }

  form.addEventListener("submit", function () {
    sent = true;
    events.close();
  });
  window.addEventListener("pagehide", function () {
    events.close();
  });
  events.addEventListener("approved", function () {
    events.close();
    status.textContent = status.dataset.approved;
    goOn();
  });
  ["denied", "expired"].forEach(function (name) {
    events.addEventListener(name, function () {
      events.close();
      if (!sent) {
        showAgain();
      }
    });
  });
})();
