"use strict";
// The phone as a registered device: which part of the page is shown, and what happens between them.
//   nothing kept → the form for a pairing code → waiting for the citizen's yes → registered → (removed → the form again)
(function () {
  const place = document.getElementById("approvals");
  if (!place) {
    return;
  }
  const phone = window.phone;
  const number = place.dataset.number;
  const part = function (selector) {
    return place.querySelector(selector);
  };
  const forget = document.querySelector("[data-phone-forget]");
  let kept = null;
  let asking = null;
  let approvals = null;

  function show(...names) {
    place.querySelectorAll("[data-part]").forEach(function (element) {
      element.hidden = !names.includes(element.dataset.part);
    });
    part("[data-sample-note]").hidden = !(kept && kept.sample);
    forget.hidden = !(kept && kept.deviceId && !kept.sample);
  }

  function stopAsking() {
    if (asking) {
      asking.stop();
      asking = null;
    }
  }

  // A sample person's published device, while the account has it.
  function sampleOn(page) {
    const found = page.getElementById("approvals");
    return found && found.dataset.sample ? JSON.parse(found.dataset.sample) : null;
  }

  async function takeSample(sample) {
    kept = await phone.keys.imported(sample.private_key);
    kept.deviceId = sample.id;
    kept.sample = true;
    await phone.keys.save(number, kept);
  }

  // The account no longer knows this device. Where the published one is there, it takes its place.
  async function removed() {
    stopAsking();
    const former = kept;
    if (!former) {
      return;
    }
    const sample = sampleOn(await phone.clock.sync());
    if (sample && !(former.sample && former.deviceId === sample.id)) {
      await takeSample(sample);
      listen();
      return;
    }
    kept = null;
    await phone.keys.forget(number);
    show("removed", "unpaired");
    phone.announce(part("[data-part=removed]").textContent);
  }

  function decide(approval, verdict, typed) {
    return phone.api.decide(kept, approval, verdict, typed);
  }

  async function ask(seconds, signal) {
    let found;
    try {
      // A request that waits would be answered at once, again and again: then it is enough to look now and then.
      found = await phone.api.approvals(kept, approvals.waiting().length ? 0 : seconds, signal);
    } catch (failure) {
      if (failure.status !== 401) {
        throw failure;
      }
      await removed();
      return 0;
    }
    approvals.show(found);
    return approvals.waiting().length ? 3 : 0;
  }

  function listen() {
    if (!approvals) {
      approvals = phone.approvals(decide, removed);
    }
    show("registered");
    stopAsking();
    asking = phone.keepAsking(ask, function (works) {
      part("[data-offline]").hidden = works;
    });
  }

  function wait() {
    show("pairing");
    part("[data-fingerprint]").textContent = kept.pairing.fingerprint;
    phone.announce(phone.words("pairingWaiting"));
    const claimed = kept;
    asking = phone.followPairing(claimed, async function (status, deviceId) {
      if (kept !== claimed) {
        return; // given up while the answer was on its way
      }
      if (status !== "registered") {
        await giveUp();
        phone.announce(phone.words(status));
        return;
      }
      kept = { key: kept.key, publicKey: kept.publicKey, deviceId: deviceId };
      await phone.keys.save(number, kept);
      phone.announce(phone.words("registered"));
      listen();
    });
  }

  async function giveUp() {
    stopAsking();
    kept = null;
    await phone.keys.forget(number);
    show("unpaired");
  }

  async function pair(event) {
    event.preventDefault();
    const paired = await phone.pair(event.target.elements.namedItem("pairing-code"), place.dataset.deviceName);
    if (paired) {
      kept = paired;
      await phone.keys.save(number, kept);
      wait();
    }
  }

  // "Mobil Onay": look now, and say so if there is nothing.
  async function look() {
    try {
      approvals.show(await phone.api.approvals(kept, 0));
      if (!approvals.waiting().length) {
        phone.announce(phone.words("none"));
      }
    } catch (failure) {
      if (failure.status === 401) {
        await removed();
      } else {
        phone.announce(phone.words("unreachable"));
      }
    }
  }

  // "Karekod ile Giriş": the very request whose address was scanned.
  async function openScanned(event) {
    event.preventDefault();
    const field = event.target.elements.namedItem("qr-address");
    const id = phone.scannedApproval(field.value, place.dataset.issuer);
    if (!id) {
      phone.fieldError(field, phone.words("qrForeign"));
      return;
    }
    await look();
    const opened = kept !== null && approvals.open(id);
    phone.fieldError(field, opened || !kept ? "" : phone.words("qrGone"));
    if (opened) {
      field.value = "";
      field.closest("details").open = false;
      approvals.open(id);
    }
  }

  async function start() {
    if (!phone.keys.supported) {
      show("unsupported");
      return;
    }
    const sample = sampleOn(document);
    kept = (await phone.keys.load(number)) || null;
    if (sample && (!kept || kept.sample)) {
      await takeSample(sample);
    }
    if (kept && kept.deviceId) {
      listen();
    } else if (kept) {
      wait();
    } else {
      show("unpaired");
    }
  }

  part("form[data-part=unpaired]").addEventListener("submit", pair);
  part("[data-give-up]").addEventListener("click", giveUp);
  part("[data-look]").addEventListener("click", look);
  part("[data-qr-form]").addEventListener("submit", openScanned);
  forget.querySelector("button").addEventListener("click", giveUp);
  start().catch(function () {
    show("unsupported");
  });
})();
