"use strict";
// Goes on by itself once every relying party's frame has loaded, or the slowest had its time.
(function () {
  var patience = 4000; // milliseconds
  var link = document.querySelector("[data-goes-on]");
  var gone = false;
  function goOn() {
    if (!gone) {
      gone = true;
      window.location.replace(link.href);
    }
  }
  if (link) {
    window.addEventListener("load", goOn);
    window.setTimeout(goOn, patience);
  }
})();
