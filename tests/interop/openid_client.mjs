// openid-client as a relying party that a test tells what to do: one JSON request a line on standard input, one JSON
// answer a line on standard output. The names of the verbs are the library's own.

import { createInterface } from 'node:readline'
import { webcrypto } from 'node:crypto'

// Node.js 18, which Debian 12 has, does not put them there by itself.
globalThis.crypto ??= webcrypto
globalThis.CryptoKey ??= webcrypto.CryptoKey

const client = await import('openid-client')
const jose = await import('jose')

let config
let checks
const keys = {}

const AUTHENTICATIONS = {
  client_secret_basic: (secret) => client.ClientSecretBasic(secret),
  client_secret_post: (secret) => client.ClientSecretPost(secret),
  private_key_jwt: () => client.PrivateKeyJwt(keys.sig),
  none: () => client.None(),
}

function authentication(metadata, secret) {
  const method = metadata.token_endpoint_auth_method ?? 'client_secret_basic'
  return AUTHENTICATIONS[method](secret)
}

function readable(tokens) {
  return { ...tokens, claims: tokens.claims?.(), header: tokens.id_token && jose.decodeProtectedHeader(tokens.id_token) }
}

// The address that the browser came back to, or the form that it posted there.
function answered(url, form) {
  return form ? new Request(url, { method: 'POST', body: new URLSearchParams(form) }) : new URL(url)
}

const VERBS = {
  // Make a key pair; answers the public half as a JWK that a registration can hold.
  async key({ use, alg }) {
    const { privateKey, publicKey } = await jose.generateKeyPair(alg, { extractable: true })
    const kid = `${use}-${alg}`
    keys[use] = { key: privateKey, kid, alg }
    return { ...(await jose.exportJWK(publicKey)), kid, use, alg }
  },

  async discovery({ issuer, client_id, metadata = {}, secret }) {
    config = await client.discovery(new URL(issuer), client_id, metadata, authentication(metadata, secret))
    client.enableNonRepudiationChecks(config)
    return config.serverMetadata()
  },

  async dynamicClientRegistration({ issuer, metadata }) {
    config = await client.dynamicClientRegistration(new URL(issuer), metadata, authentication(metadata))
    client.enableNonRepudiationChecks(config)
    return config.clientMetadata()
  },

  async enableDecryptingResponses({ encs }) {
    client.enableDecryptingResponses(config, encs, { key: keys.enc.key, kid: keys.enc.kid })
    return {}
  },

  // Where to send the browser; what must be remembered until it is back stays here.
  async buildAuthorizationUrl({ parameters, jar = false }) {
    checks = {
      pkceCodeVerifier: client.randomPKCECodeVerifier(),
      expectedState: client.randomState(),
      expectedNonce: client.randomNonce(),
      idTokenExpected: true,
      maxAge: parameters.max_age && Number(parameters.max_age),
    }
    const asked = { ...parameters, state: checks.expectedState, nonce: checks.expectedNonce }
    if (parameters.response_type === undefined) {
      asked.code_challenge = await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier)
      asked.code_challenge_method = 'S256'
    }
    const url = jar
      ? await client.buildAuthorizationUrlWithJAR(config, asked, keys.sig)
      : client.buildAuthorizationUrl(config, asked)
    return { url: url.href }
  },

  async useIdTokenResponseType() {
    client.useIdTokenResponseType(config)
    return {}
  },

  async authorizationCodeGrant({ url, form }) {
    return readable(await client.authorizationCodeGrant(config, answered(url, form), checks))
  },

  async implicitAuthentication({ url, form }) {
    const { expectedNonce, ...others } = checks
    return client.implicitAuthentication(config, answered(url, form), expectedNonce, others)
  },

  async refreshTokenGrant({ refresh_token }) {
    return readable(await client.refreshTokenGrant(config, refresh_token))
  },

  async clientCredentialsGrant() {
    return client.clientCredentialsGrant(config)
  },

  async fetchUserInfo({ access_token, sub }) {
    const claims = await client.fetchUserInfo(config, access_token, sub)
    return { claims, was_encrypted: client.getDecryptedResponses(claims) !== undefined }
  },

  async tokenIntrospection({ token }) {
    return client.tokenIntrospection(config, token)
  },

  async tokenRevocation({ token }) {
    await client.tokenRevocation(config, token)
    return {}
  },

  async buildEndSessionUrl({ parameters }) {
    return { url: client.buildEndSessionUrl(config, parameters).href }
  },
}

function told(error) {
  const answered = error.cause?.[0] ?? error.cause // a challenge is a list, for there may be several
  const refused = answered?.parameters?.error ?? error.error
  return { error: refused ?? error.code ?? error.name, message: `${error.message} ${JSON.stringify(answered)}` }
}

for await (const line of createInterface({ input: process.stdin })) {
  const { verb, ...given } = JSON.parse(line)
  const answer = await VERBS[verb](given).then((result) => ({ result }), (error) => ({ error: told(error) }))
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}
