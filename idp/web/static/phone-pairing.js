"use strict";
// Registering a phone: show the pairing code with a fresh key, compare fingerprints, wait for the citizen's yes.
(function () {
  const every = 2; // seconds between two looks
  const keys = window.phone.keys;

  function inLetters(text) {
    return text.replace(/[\s-]/g, "").toUpperCase();
  }

  // The code as typed, or from anywhere in a scanned address; null if there is none.
  window.phone.pairingCode = function (typed) {
    let candidates = [typed];
    try {
      const address = new URL(typed.trim());
      const fragment = new URLSearchParams(address.hash.slice(1));
      const path = address.pathname.split("/");
      candidates = [...address.searchParams.values(), ...fragment.values(), address.hash.slice(1), path[path.length - 1]];
    } catch {
      // not an address
    }
    const code = candidates.map(inLetters).find(function (candidate) {
      return /^[A-Z0-9]{8}$/.test(candidate);
    });
    return code || null;
  };

  function inFours(fingerprint) {
    return (fingerprint.replace(/\s/g, "").match(/.{1,4}/g) || []).join(" ");
  }

  function whyNot(failure) {
    if (failure.status === 429) {
      return "tooMany";
    }
    return failure.status >= 400 && failure.status < 500 ? "codeRefused" : "unreachable";
  }

  // Resolves to what is to be kept once the code was taken; null if it was not, and the person was told.
  window.phone.pair = async function (field, name) {
    const code = window.phone.pairingCode(field.value);
    if (!code) {
      window.phone.fieldError(field, window.phone.words("codeMalformed"));
      return null;
    }
    try {
      const kept = await keys.made();
      const taken = await window.phone.api.pair(kept, code, name);
      window.phone.fieldError(field, "");
      field.value = "";
      const expiresAt = window.phone.seconds(taken.expires_at);
      kept.pairing = { id: taken.pairing_id, fingerprint: inFours(taken.fingerprint), expiresAt: expiresAt };
      return kept;
    } catch (failure) {
      window.phone.fieldError(field, window.phone.words(whyNot(failure)));
      return null;
    }
  };

  // Looks until the citizen decided. done(status, deviceId): "registered", "refused" or "expired".
  window.phone.followPairing = function (kept, done) {
    async function ask(_, signal) {
      let answer;
      try {
        answer = await window.phone.api.pairing(kept, signal);
      } catch (failure) {
        if (![401, 404, 410].includes(failure.status)) {
          throw failure;
        }
        answer = { status: "expired" };
      }
      const over = answer.status === "claimed" && window.phone.clock.now() > kept.pairing.expiresAt + every;
      if (answer.status !== "claimed" || over) {
        asking.stop();
        done(over ? "expired" : answer.status, answer.device_id);
      }
      return every;
    }
    const asking = window.phone.keepAsking(ask, function () {});
    return asking;
  };
})();
