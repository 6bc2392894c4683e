"use strict";
// Passkeys: opens the browser's own prompt when the button is pressed, and sends what the authenticator answered.
//
// A form takes part by one of these attributes; both hold JSON with base64url strings, as the server writes it:
//   data-passkey-get      PublicKeyCredentialRequestOptionsJSON: log in with a passkey
//   data-passkey-create   PublicKeyCredentialCreationOptionsJSON: register one
// Inside the form:
//   input[name=credential]   hidden; receives the credential as JSON (RegistrationResponseJSON, AuthenticationResponseJSON)
//   button[type=submit]      with `hidden`; shown where passkeys work, so that it is never a dead button
//   [data-passkey-status]    role=status, and the words for each moment:
//     data-asking        the prompt is open
//     data-failed        cancelled, timed out or refused
//     data-unsupported   this browser has no passkeys
//     data-registered    this authenticator holds one already (only where one is created)
// Other fields of the form, a name for instance, are sent along.
(function () {
  const supported = Boolean(window.PublicKeyCredential && navigator.credentials);

  function bytes(text) {
    const base64 = text.replace(/-/g, "+").replace(/_/g, "/");
    return Uint8Array.from(atob(base64), function (character) {
      return character.charCodeAt(0);
    }).buffer;
  }

  function base64url(buffer) {
    const binary = Array.from(new Uint8Array(buffer), function (byte) {
      return String.fromCharCode(byte);
    }).join("");
    return btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function descriptors(list) {
    return (list || []).map(function (entry) {
      return Object.assign({}, entry, { id: bytes(entry.id) });
    });
  }

  function requestOptions(json) {
    if (PublicKeyCredential.parseRequestOptionsFromJSON) {
      return PublicKeyCredential.parseRequestOptionsFromJSON(json);
    }
    return Object.assign({}, json, {
      challenge: bytes(json.challenge),
      allowCredentials: descriptors(json.allowCredentials),
    });
  }

  function creationOptions(json) {
    if (PublicKeyCredential.parseCreationOptionsFromJSON) {
      return PublicKeyCredential.parseCreationOptionsFromJSON(json);
    }
    return Object.assign({}, json, {
      challenge: bytes(json.challenge),
      user: Object.assign({}, json.user, { id: bytes(json.user.id) }),
      excludeCredentials: descriptors(json.excludeCredentials),
    });
  }

  function credentialJson(credential) {
    if (credential.toJSON) {
      return credential.toJSON();
    }
    const answer = credential.response;
    const response = { clientDataJSON: base64url(answer.clientDataJSON) };
    ["attestationObject", "authenticatorData", "signature", "userHandle"].forEach(function (name) {
      if (answer[name]) {
        response[name] = base64url(answer[name]);
      }
    });
    if (answer.getTransports) {
      response.transports = answer.getTransports();
    }
    return {
      id: credential.id,
      rawId: base64url(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment || undefined,
      clientExtensionResults: credential.getClientExtensionResults(),
      response: response,
    };
  }

  function ask(form) {
    if ("passkeyCreate" in form.dataset) {
      return navigator.credentials.create({ publicKey: creationOptions(JSON.parse(form.dataset.passkeyCreate)) });
    }
    return navigator.credentials.get({ publicKey: requestOptions(JSON.parse(form.dataset.passkeyGet)) });
  }

  document.querySelectorAll("form[data-passkey-get], form[data-passkey-create]").forEach(function (form) {
    const status = form.querySelector("[data-passkey-status]");
    let asking = false;

    function tell(name) {
      status.textContent = status.dataset[name] || status.dataset.failed;
      status.classList.toggle("warning", name !== "asking");
    }

    async function answer() {
      tell("asking");
      try {
        const credential = await ask(form);
        form.querySelector("input[name=credential]").value = JSON.stringify(credentialJson(credential));
        form.submit();
      } catch (failure) {
        // InvalidStateError: an authenticator of excludeCredentials. Why anything else failed, browsers hide on purpose.
        const registered = failure.name === "InvalidStateError" && status.dataset.registered;
        tell(registered ? "registered" : "failed");
        asking = false;
      }
    }

    if (!supported) {
      tell("unsupported");
      return;
    }
    form.querySelector("button[type=submit]").hidden = false;
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      if (!asking) {
        asking = true;
        answer();
      }
    });
  });
})();
