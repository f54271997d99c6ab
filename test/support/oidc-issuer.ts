// An OpenID Connect issuer in the test process, with keys of its own, that keeps to the rules unless it is told otherwise.

import { createHash, createHmac, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';

export const ISSUER = 'https://issuer.example';
export const CLIENT = 'spoorloos-console';
export const SECRET = 'a secret of the tests';

type Claims = Record<string, unknown>;
export type Account = { readonly sub: string; readonly email?: string; groups?: readonly string[] | string };

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
/** Of somebody else, who says that it is the issuer's. */
export const OTHER_KEYS = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwk = { ...keys.publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' };

export type Token = (claims: Claims) => string;

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const signedBy =
  (key: KeyObject): Token =>
  (claims) => {
    const text = `${encoded({ alg: 'RS256', kid: 'one', typ: 'JWT' })}.${encoded(claims)}`;
    return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`;
  };

/** How a token can be signed: the issuer's way, and the ways of those who want to be it. */
export const SIGNED = {
  well: signedBy(keys.privateKey),
  byAnother: signedBy(OTHER_KEYS.privateKey),
  not: (claims: Claims) => `${encoded({ alg: 'none', typ: 'JWT' })}.${encoded(claims)}.`,
  /** With the public key, which everybody has, as if it were a shared secret. */
  withThePublicKey: (claims: Claims) => hs256(claims, keys.publicKey.export({ format: 'pem', type: 'spki' })),
  withTheClientSecret: (claims: Claims) => hs256(claims, SECRET),
  thenChanged: (claims: Claims) => {
    const [head = '', , signature = ''] = signedBy(keys.privateKey)(claims).split('.');
    return `${head}.${encoded({ ...claims, groups: ['leads'] })}.${signature}`;
  },
} satisfies Record<string, Token>;

function hs256(claims: Claims, secret: string | Buffer): string {
  const text = `${encoded({ alg: 'HS256', kid: 'one', typ: 'JWT' })}.${encoded(claims)}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

type Code = {
  readonly account: Account;
  readonly nonce: string;
  readonly challenge: string;
  readonly redirect: string;
};

export type TestIssuer = {
  readonly fetch: typeof fetch;
  readonly asked: string[];
  /** What the browser comes back with, after the account's owner signed in there. */
  authorize(address: string, account: Account): string;
  /** Changes what is signed, or how. */
  claims: (claims: Claims) => Claims;
  signs: Token;
  isDown: boolean;
  /** Answers that there are no keys. */
  isWithoutKeys: boolean;
  /** Takes a code twice. */
  isCareless: boolean;
  givesRefresh: boolean;
  revoke(): void;
  /** An access token; what is undefined is left out. */
  bearer(claims: Claims): string;
  /** Seconds since 1970. */
  now: () => number;
};

export function testIssuer(): TestIssuer {
  const codes = new Map<string, Code>();
  const refreshTokens = new Map<string, { account: Account; nonce: string }>();

  const tokensOf = (account: Account, nonce?: string) => {
    const at = issuer.now();
    const { groups, ...person } = account;
    const claims = { iss: ISSUER, aud: CLIENT, iat: at, exp: at + 300, ...person, ...(groups && { groups }) };
    const refresh = randomUUID();
    if (issuer.givesRefresh) refreshTokens.set(refresh, { account, nonce: nonce ?? '' });
    return Response.json({
      ...{ access_token: randomUUID(), token_type: 'Bearer', expires_in: 300 },
      id_token: issuer.signs(issuer.claims({ ...claims, ...(nonce && { nonce }) })),
      ...(issuer.givesRefresh && { refresh_token: refresh }),
    });
  };
  const invalid = (error: string) => Response.json({ error }, { status: 400 });

  function token(form: URLSearchParams): Response {
    if (form.get('grant_type') === 'refresh_token') {
      const name = form.get('refresh_token') ?? '';
      const known = refreshTokens.get(name);
      if (!known) return invalid('invalid_grant');
      refreshTokens.delete(name);
      return tokensOf(known.account);
    }
    const code = codes.get(form.get('code') ?? '');
    if (!issuer.isCareless) codes.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (code?.challenge !== challenge || code.redirect !== form.get('redirect_uri')) return invalid('invalid_grant');
    return tokensOf(code.account, code.nonce);
  }

  const issuer: TestIssuer = {
    asked: [],
    ...{
      claims: (claims) => claims,
      signs: SIGNED.well,
      isDown: false,
      isWithoutKeys: false,
      isCareless: false,
      givesRefresh: true,
    },
    now: () => Math.floor(Date.now() / 1000),
    revoke: () => refreshTokens.clear(),
    bearer(claims) {
      const at = issuer.now();
      return issuer.signs({ iss: ISSUER, iat: at, exp: at + 3600, ...claims });
    },
    async fetch(input, init) {
      const request = new Request(input, init);
      const { pathname } = new URL(request.url);
      issuer.asked.push(pathname);
      if (issuer.isDown) throw new TypeError('fetch failed');
      if (pathname === '/.well-known/openid-configuration')
        return Response.json({
          ...{ issuer: ISSUER, jwks_uri: `${ISSUER}/jwks`, token_endpoint: `${ISSUER}/token` },
          ...{ authorization_endpoint: `${ISSUER}/authorize`, end_session_endpoint: `${ISSUER}/logout` },
          id_token_signing_alg_values_supported: ['RS256', 'HS256', 'none'],
        });
      if (pathname === '/jwks' && !issuer.isWithoutKeys) return Response.json({ keys: [jwk] });
      if (pathname === '/token') return token(new URLSearchParams(await request.text()));
      return new Response('', { status: 404 });
    },
    authorize(address, account) {
      const query = new URL(address).searchParams;
      const asked = (name: string) => query.get(name) ?? '';
      const code = randomUUID();
      const redirect = asked('redirect_uri');
      codes.set(code, { account, redirect, nonce: asked('nonce'), challenge: asked('code_challenge') });
      return `${new URL(redirect).pathname}?${new URLSearchParams({ code, state: asked('state') })}`;
    },
  };
  return issuer;
}
