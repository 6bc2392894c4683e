"use strict";
// The device API as any registered device uses it: no cookie, only what the key signs.
(function () {
  const base = "/device/v1";
  const keys = window.phone.keys;
  const clock = window.phone.clock;
  const place = document.getElementById("approvals");
  const issuer = place ? place.dataset.issuer : "";

  // The server said no. `status` is its HTTP status, `problem` its problem document (RFC 9457).
  class Refused extends Error {
    constructor(status, problem) {
      super("status " + status);
      this.status = status;
      this.problem = problem;
    }
  }

  async function ask(path, options) {
    const answer = await fetch(path, Object.assign({ cache: "no-store", credentials: "omit" }, options));
    const body = await answer.json().catch(function () {
      return {};
    });
    if (!answer.ok) {
      throw new Refused(answer.status, body);
    }
    return body;
  }

  function post(path, body, signal) {
    const headers = { "Content-Type": "application/json" };
    return ask(path, { method: "POST", headers: headers, body: JSON.stringify(body), signal: signal });
  }

  async function get(kept, path, query, signal) {
    const header = { typ: "esik-device+jwt" };
    if (kept.deviceId) {
      header.kid = kept.deviceId;
    }
    const payload = { aud: issuer, htm: "GET", htu: path, iat: clock.now(), jti: keys.nonce() };
    const token = await keys.signed(kept.key, header, payload);
    return ask(path + query, { headers: { Authorization: "Device " + token }, signal: signal });
  }

  // A machine that slept has lost the time: what is refused as unsigned is signed once more, by the right clock.
  async function onTime(act) {
    try {
      return await act();
    } catch (failure) {
      if (failure.status !== 401) {
        throw failure;
      }
      await clock.sync();
      return act();
    }
  }

  window.phone.api = {
    // → { pairing_id, fingerprint, expires_at }
    pair: async function (kept, code, name) {
      const jkt = await keys.thumbprint(kept.publicKey);
      return onTime(async function () {
        const payload = { aud: issuer, pairing_code: code, jkt: jkt, iat: clock.now() };
        const proof = await keys.signed(kept.key, { typ: "esik-pairing+jwt" }, payload);
        return post(base + "/pairings", { pairing_code: code, name: name, public_key: kept.publicKey, proof: proof });
      });
    },
    // → { status, device_id }
    pairing: function (kept, signal) {
      return onTime(function () {
        return get(kept, base + "/pairings/" + encodeURIComponent(kept.pairing.id), "", signal);
      });
    },
    // → [{ id, service (null: the account pages), account, recovery, browser, place, asked_at, expires_at }]
    approvals: async function (kept, seconds, signal) {
      const answer = await onTime(function () {
        return get(kept, base + "/approvals", "?wait=" + seconds, signal);
      });
      return answer.approvals;
    },
    // → { status }
    decide: function (kept, approval, verdict, number) {
      return onTime(async function () {
        const payload = { aud: issuer, approval: approval, verdict: verdict, iat: clock.now() };
        if (verdict === "approved") {
          payload.number = number;
        }
        const decision = await keys.signed(kept.key, { typ: "esik-approval+jwt", kid: kept.deviceId }, payload);
        return post(base + "/approvals/" + encodeURIComponent(approval) + "/decision", { decision: decision });
      });
    },
  };
})();
