"use strict";
// Reveals a typed password on request, and hides it again before the form leaves.
(function () {
  document.querySelectorAll("[data-toggles-password]").forEach(function (button) {
    const input = document.getElementById(button.dataset.togglesPassword);
    function show(visible) {
      input.type = visible ? "text" : "password";
      button.textContent = visible ? button.dataset.hide : button.dataset.show;
    }
    button.addEventListener("click", function () {
      show(input.type === "password");
    });
    input.form.addEventListener("submit", function () {
      show(false);
    });
    button.hidden = false;
  });
})();
