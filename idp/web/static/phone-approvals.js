"use strict";
// The list of approval requests, newest first. What was answered stays for a while, so that nobody wonders.
(function () {
  const mostSettled = 3;

  window.phone.approvals = function (decide, removed) {
    const list = document.getElementById("approval-list");
    const none = document.querySelector("[data-no-approvals]");
    let cards = [];

    function waiting() {
      return cards.filter(function (card) {
        return !card.settled;
      });
    }

    function known(id) {
      return cards.find(function (card) {
        return card.id === id;
      });
    }

    // What has left the list of the server is over here, too.
    function show(approvals) {
      const ids = approvals.map(function (approval) {
        return approval.id;
      });
      waiting().forEach(function (card) {
        if (!ids.includes(card.id)) {
          card.leave();
        }
      });
      approvals.forEach(function (approval) {
        if (!known(approval.id)) {
          cards.push(window.phone.card(approval, decide, draw, removed));
          window.phone.announce(window.phone.words("asked", { service: window.phone.serviceOf(approval) }));
        }
      });
      draw();
    }

    function draw() {
      cards.sort(function (one, other) {
        return other.askedAt - one.askedAt;
      });
      const settled = cards.filter(function (card) {
        return card.settled;
      });
      settled.slice(mostSettled).forEach(function (card) {
        card.element.remove();
      });
      // Elements already in place are not touched: what somebody types keeps its focus.
      cards.forEach(function (card, index) {
        if (!settled.slice(mostSettled).includes(card) && list.children[index] !== card.element) {
          list.insertBefore(card.element, list.children[index] || null);
        }
      });
      none.hidden = waiting().length > 0;
    }

    // The approval whose QR code was scanned; false if it does not wait here.
    function open(id) {
      const card = known(id);
      if (!card || card.settled) {
        return false;
      }
      card.open();
      return true;
    }

    return { show: show, open: open, waiting: waiting };
  };

  // The id in `{issuer}/mobil-onay/{id}`; null for any other address.
  window.phone.scannedApproval = function (typed, issuer) {
    const beginning = issuer + "/mobil-onay/";
    const address = typed.trim();
    if (!address.startsWith(beginning)) {
      return null;
    }
    const id = address.slice(beginning.length).split(/[/?#]/)[0];
    return id || null;
  };
})();
