"use strict";
// The key of a demo phone: P-256, kept by the browser under the phone's number, never readable by any script.
//
// What is kept: { key, publicKey, pairing: { id, fingerprint, expiresAt } } while it waits to be registered,
// then { key, publicKey, deviceId }. `sample` marks a published key.
(function () {
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };

  function opened() {
    return new Promise(function (resolve, reject) {
      const request = indexedDB.open("esik-phones", 1);
      request.onupgradeneeded = function () {
        request.result.createObjectStore("phones");
      };
      request.onsuccess = function () {
        resolve(request.result);
      };
      request.onerror = function () {
        reject(request.error);
      };
    });
  }

  async function within(mode, act) {
    const database = await opened();
    try {
      return await new Promise(function (resolve, reject) {
        const transaction = database.transaction("phones", mode);
        const request = act(transaction.objectStore("phones"));
        transaction.oncomplete = function () {
          resolve(request.result);
        };
        transaction.onerror = transaction.onabort = function () {
          reject(transaction.error);
        };
      });
    } finally {
      database.close();
    }
  }

  function base64url(bytes) {
    const binary = Array.from(new Uint8Array(bytes), function (byte) {
      return String.fromCharCode(byte);
    }).join("");
    return btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function utf8(text) {
    return new TextEncoder().encode(text);
  }

  // The members of RFC 7638 §3.2, in its order.
  function publicHalf(jwk) {
    return { crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y };
  }

  window.phone.keys = {
    supported: Boolean(window.isSecureContext && window.crypto && crypto.subtle && window.indexedDB),
    load: function (number) {
      return within("readonly", function (phones) {
        return phones.get(number);
      });
    },
    save: function (number, kept) {
      return within("readwrite", function (phones) {
        return phones.put(kept, number);
      });
    },
    forget: function (number) {
      return within("readwrite", function (phones) {
        return phones.delete(number);
      });
    },
    made: async function () {
      const pair = await crypto.subtle.generateKey(algorithm, false, ["sign"]);
      const publicKey = publicHalf(await crypto.subtle.exportKey("jwk", pair.publicKey));
      return { key: pair.privateKey, publicKey: publicKey };
    },
    imported: async function (jwk) {
      return { key: await crypto.subtle.importKey("jwk", jwk, algorithm, false, ["sign"]), publicKey: publicHalf(jwk) };
    },
    thumbprint: async function (publicKey) {
      return base64url(await crypto.subtle.digest("SHA-256", utf8(JSON.stringify(publicHalf(publicKey)))));
    },
    // A compact JWS (RFC 7515 §7.1) by ES256.
    signed: async function (key, header, payload) {
      const parts = [Object.assign({ alg: "ES256" }, header), payload].map(function (part) {
        return base64url(utf8(JSON.stringify(part)));
      });
      const input = parts.join(".");
      const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key, utf8(input));
      return input + "." + base64url(signature);
    },
    nonce: function () {
      return base64url(crypto.getRandomValues(new Uint8Array(16)));
    },
  };
})();
