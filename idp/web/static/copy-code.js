"use strict";
// Copies a code. Works for messages that arrive later, too: the buttons are found when they are pressed.
(function () {
  const status = document.getElementById("phone-status");

  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-copies]");
    if (!button) {
      return;
    }
    navigator.clipboard.writeText(button.dataset.copies).then(
      function () {
        status.textContent = status.dataset.copied;
      },
      function () {
        status.textContent = status.dataset.copyFailed;
      },
    );
  });

  function reveal() {
    // Browsers offer the clipboard only in a secure context: https, or this very machine.
    if (navigator.clipboard) {
      document.querySelectorAll("[data-copies]").forEach(function (button) {
        button.hidden = false;
      });
    }
  }

  document.addEventListener("messages-replaced", reveal);
  reveal();
})();
