"use strict";
// Sends the one form of the page; the button stays for whoever comes back to it.
(function () {
  var form = document.querySelector("[data-sends-itself]");
  if (form) {
    form.submit();
  }
})();
