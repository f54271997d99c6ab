// Asking an OpenID Connect issuer who somebody is: authorization code flow with PKCE, state and nonce, by openid-client,
// which is certified for it. Signatures of ID tokens are checked besides the connection that they came by (the library
// leaves that out unless asked), so `none` and shared secrets sign nothing.

import { createHmac } from 'node:crypto';
import { createRemoteJWKSet, customFetch, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import * as oidc from 'openid-client';
import { z } from 'zod';

/** What an attempt to sign in is bound to; only the browser that began it knows this text. */
export type Attempt = string;

/** What the issuer says of somebody. */
export type Granted = {
  /** As the issuer writes it: `iss` and `sub` together are one person. */
  readonly issuer: string;
  readonly subject: string;
  readonly name: string | null;
  readonly groups: readonly string[];
  /** Asks the issuer again later; null where it gave none. */
  readonly refresh: string | null;
};

export type Issuer = {
  /** Where the browser goes to sign in. */
  addressFor(attempt: Attempt): Promise<string>;
  /** Of what the browser brought back; undefined where it does not hold. Rejects with IssuerOutage. */
  signedIn(untrusted: URLSearchParams, attempt: Attempt): Promise<Granted | undefined>;
  /** Undefined where the issuer does not know the person any more. Rejects with IssuerOutage. */
  renewed(refresh: string): Promise<Granted | undefined>;
  /** Where the browser signs out there as well; undefined where the issuer has no such place. */
  signOutAddress(): Promise<string | undefined>;
  /**
   * What a bearer token says that it signed for one of this audience; undefined where it did not, or the token has
   * expired. Rejects with IssuerOutage.
   */
  claimsOf(untrusted: string, audience: readonly string[], now: Date): Promise<JWTPayload | undefined>;
};

export type IssuerSettings = {
  readonly issuer: string;
  readonly clientId: string;
  /** Asked for when it is needed first; without it this is a public client, which PKCE protects. */
  readonly clientSecret?: () => Promise<string>;
  /** Of the console, where browsers reach it: https, without a path. */
  readonly ourAddress: string;
  /** Beside `openid`: some issuers give groups, or a token to ask again, for a scope only. */
  readonly scopes: readonly string[];
  readonly groupsClaim: string;
};

/** The issuer cannot be asked at the moment. */
export class IssuerOutage extends Error {
  override readonly name = 'IssuerOutage';
}

export const CALLBACK = '/sign-in/callback';
export const SIGNED_OUT = '/signed-out';

const TIMEOUT_S = 10;
const CLOCK_TOLERANCE_S = 10;
const MAX_ANSWER_BYTES = 1024 * 1024;
const MAX_GROUPS = 2000;
const MAX_NAME = 200;
/** Those that API Gateway takes: none by which a key that everybody has could sign. */
const SIGNED_BY = ['RS256', 'RS384', 'RS512'];
/** Whoever finds an older token does nothing with it, however long its issuer lets it live. */
const MAX_TOKEN_AGE = '24h';

const Groups = z.array(z.string()).max(MAX_GROUPS);
const Name = z.string().min(1).max(MAX_NAME);

export function openIssuer(settings: IssuerSettings, ask: typeof fetch = fetch): Issuer {
  const redirect = settings.ourAddress + CALLBACK;
  let known: Promise<oidc.Configuration> | undefined;
  const discovered = () => {
    known ??= discover(settings, ask).catch((error) => {
      known = undefined;
      throw error;
    });
    return known;
  };
  let signers: JWTVerifyGetKey | undefined;
  const grantedOf = (tokens: oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers): Granted | undefined => {
    const claims = tokens.claims();
    if (!claims) return undefined;
    const names = [claims.email, claims.preferred_username, claims.name];
    return {
      ...{ issuer: claims.iss, subject: claims.sub },
      name: names.map((one) => Name.safeParse(one).data).find((one) => one !== undefined) ?? null,
      groups: Groups.safeParse(claims[settings.groupsClaim]).data ?? [],
      refresh: tokens.refresh_token ?? null,
    };
  };

  return {
    async addressFor(attempt) {
      const { state, nonce, verifier } = boundTo(attempt);
      const address = oidc.buildAuthorizationUrl(await discovered(), {
        ...{ redirect_uri: redirect, scope: ['openid', ...settings.scopes].join(' '), state, nonce },
        ...{ code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' },
      });
      return address.href;
    },
    async signedIn(untrusted, attempt) {
      const { state, nonce, verifier } = boundTo(attempt);
      const config = await discovered();
      return answered(async () => {
        const came = new URL(`${redirect}?${untrusted}`);
        const checks = {
          pkceCodeVerifier: verifier,
          expectedState: state,
          expectedNonce: nonce,
          idTokenExpected: true,
        };
        return grantedOf(await oidc.authorizationCodeGrant(config, came, checks));
      });
    },
    async renewed(refresh) {
      const config = await discovered();
      return answered(async () => grantedOf(await oidc.refreshTokenGrant(config, refresh)));
    },
    async signOutAddress() {
      const config = await discovered();
      if (config.serverMetadata().end_session_endpoint === undefined) return undefined;
      const back = settings.ourAddress + SIGNED_OUT;
      // The second name is Cognito's.
      return oidc.buildEndSessionUrl(config, { post_logout_redirect_uri: back, logout_uri: back }).href;
    },
    async claimsOf(untrusted, audience, now) {
      const { issuer, jwks_uri } = (await discovered()).serverMetadata();
      signers ??= signersAt(jwks_uri, ask);
      const verify = signers;
      return answered(async () => {
        const { payload } = await jwtVerify(untrusted, verify, {
          ...{ issuer, algorithms: SIGNED_BY, clockTolerance: CLOCK_TOLERANCE_S, currentDate: now },
          ...{ requiredClaims: ['sub', 'exp', 'iat'], maxTokenAge: MAX_TOKEN_AGE },
        });
        // Access tokens of Cognito name their client and no audience. API Gateway takes them so as well.
        const meant = [payload.aud ?? payload.client_id].flat();
        return meant.some((one) => typeof one === 'string' && audience.includes(one)) ? payload : undefined;
      });
    },
  };
}

async function discover({ issuer, clientId, clientSecret }: IssuerSettings, ask: typeof fetch) {
  const secret = await clientSecret?.();
  try {
    return await oidc.discovery(
      new URL(issuer),
      clientId,
      { [oidc.clockTolerance]: CLOCK_TOLERANCE_S },
      secret === undefined ? oidc.None() : oidc.ClientSecretBasic(secret),
      { execute: [oidc.enableNonRepudiationChecks], timeout: TIMEOUT_S, [oidc.customFetch]: bounded(ask) },
    );
  } catch (cause) {
    // Not found, not as it should be, not the issuer that was named: either way nobody can sign in.
    throw new IssuerOutage('the issuer cannot be asked', { cause });
  }
}

/** The issuer's keys, asked for again every ten minutes, and where a token names one that is not known. */
function signersAt(address: string | undefined, ask: typeof fetch): JWTVerifyGetKey {
  if (address === undefined) throw new IssuerOutage('the issuer names no keys');
  const known = createRemoteJWKSet(new URL(address), {
    timeoutDuration: TIMEOUT_S * 1000,
    [customFetch]: bounded(ask),
  });
  return async (header, token) => {
    try {
      return await known(header, token);
    } catch (error) {
      const isToken = error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JOSENotSupported;
      throw isToken ? error : new IssuerOutage('the keys of the issuer cannot be read', { cause: error });
    }
  };
}

/** Answers that are errors of the server are an outage; so is none at all, and one that never ends. */
function bounded(ask: typeof fetch) {
  return async (url: string, options: object): Promise<Response> => {
    try {
      const response = await ask(url, { ...options, redirect: 'error' });
      if (response.status >= 500 || response.status === 429) throw new Error(`status ${response.status}`);
      const { status, headers } = response;
      return new Response(await limited(response), { status, headers });
    } catch (cause) {
      throw new IssuerOutage('the issuer cannot be asked', { cause });
    }
  };
}

async function limited(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.length;
    if (bytes > MAX_ANSWER_BYTES) throw new RangeError('an answer that is too long');
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** Whatever else is wrong with an answer means that nobody is signed in by it. */
async function answered<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
      if (cause instanceof IssuerOutage) throw cause;
    return undefined;
  }
}

/** All of an attempt's secrets follow from the one that its browser keeps, so that nothing is to be stored or sealed. */
function boundTo(attempt: Attempt) {
  const of = (use: string) => createHmac('sha256', attempt).update(`spoorloos sign-in ${use}`).digest('base64url');
  return { state: of('state'), nonce: of('nonce'), verifier: of('verifier') };
}
