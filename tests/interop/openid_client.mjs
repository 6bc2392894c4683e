// openid-client as a relying party that a test tells what to do: one JSON request a line on standard input, one JSON
// answer a line on standard output. The names of the verbs are the library's own.

import { createInterface } from 'node:readline'
import { webcrypto } from 'node:crypto'

globalThis.crypto ??= webcrypto // not there by itself in Node.js 18, which Debian 12 has

const client = await import('openid-client')
const jose = await import('jose')

let config
let checks
const keys = {}

const AUTHENTICATIONS = {
  client_secret_basic: (secret) => client.ClientSecretBasic(secret),
  client_secret_post: (secret) => client.ClientSecretPost(secret),
  private_key_jwt: () => client.PrivateKeyJwt({ key: keys.sig.privateKey, kid: keys.sig.kid }),
  none: () => client.None(),
}

function authentication(metadata, secret) {
  const method = metadata.token_endpoint_auth_method ?? 'client_secret_basic'
  return AUTHENTICATIONS[method](secret)
}

function readable(tokens) {
  return { ...tokens, claims: tokens.claims?.(), header: tokens.id_token && header(tokens.id_token) }
}

function header(token) {
  return jose.decodeProtectedHeader(token)
}

const VERBS = {
  // Make a key pair; answers the public half as a JWK that a registration can hold.
  async key({ use, alg }) {
    const pair = await jose.generateKeyPair(alg, { extractable: true })
    keys[use] = { ...pair, kid: `${use}-${alg}` }
    return { ...(await jose.exportJWK(pair.publicKey)), kid: keys[use].kid, use, alg }
  },

  async discovery({ issuer, client_id, metadata = {}, secret }) {
    config = await client.discovery(new URL(issuer), client_id, metadata, authentication(metadata, secret))
    return config.serverMetadata()
  },

  async dynamicClientRegistration({ issuer, metadata, initial_access_token }) {
    const options = initial_access_token ? { initialAccessToken: initial_access_token } : {}
    const method = metadata.token_endpoint_auth_method ?? 'client_secret_basic'
    const given = method.startsWith('client_secret') ? undefined : authentication(metadata)
    config = await client.dynamicClientRegistration(new URL(issuer), metadata, given, options)
    return config.clientMetadata()
  },

  async enableDecryptingResponses({ encs }) {
    client.enableDecryptingResponses(config, encs, { key: keys.enc.privateKey, kid: keys.enc.kid })
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
    const asked = {
      ...parameters,
      state: checks.expectedState,
      nonce: checks.expectedNonce,
      code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
      code_challenge_method: 'S256',
    }
    const signed = { key: keys.sig?.privateKey, kid: keys.sig?.kid }
    const url = jar
      ? await client.buildAuthorizationUrlWithJAR(config, asked, signed)
      : client.buildAuthorizationUrl(config, asked)
    return { url: url.href }
  },

  // The address that the browser came back to, or the form that it posted there.
  async authorizationCodeGrant({ url, form, parameters }) {
    const current = form ? new Request(url, { method: 'POST', body: new URLSearchParams(form) }) : new URL(url)
    return readable(await client.authorizationCodeGrant(config, current, checks, parameters))
  },

  async refreshTokenGrant({ refresh_token, parameters }) {
    return readable(await client.refreshTokenGrant(config, refresh_token, parameters))
  },

  async clientCredentialsGrant({ parameters }) {
    return client.clientCredentialsGrant(config, parameters)
  },

  async fetchUserInfo({ access_token, sub }) {
    return client.fetchUserInfo(config, access_token, sub)
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
  return { error: error.error ?? error.code ?? error.name, message: String(error.cause?.message ?? error.message) }
}

for await (const line of createInterface({ input: process.stdin })) {
  const { verb, ...given } = JSON.parse(line)
  const answer = await VERBS[verb](given).then((result) => ({ result }), (error) => ({ error: told(error) }))
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}
