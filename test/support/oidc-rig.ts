// The console behind an issuer of OpenID Connect, and browsers that keep the cookies that they are given.

import { openIssuer } from '../../lib/console/oidc-issuer.ts';
import { oidcSessions } from '../../lib/console/oidc-sessions.ts';
import type { ConsolePorts, Identity, Refused } from '../../lib/console/ports.ts';
import { type ProgramSettings, tokenPrograms } from '../../lib/console/programs.ts';
import { oidcSignIn } from '../../lib/console/sign-in-oidc.ts';
import type { ReviewPlaces } from '../../lib/review/act.ts';
import { type ConsoleRig, consoleRig } from './console-rig.ts';
import { type Account, CLIENT, ISSUER, SECRET, testIssuer } from './oidc-issuer.ts';

export const HOST = 'review.example.org';
export const ORIGIN = `https://${HOST}`;

export const ADA: Account = { sub: 'u-1', email: 'ada@example.org', groups: ['staff', 'reviewers', 'leads'] };
export const GRACE: Account = { sub: 'u-2', email: 'grace@example.org', groups: ['approvers'] };
const GROUPS = { viewer: ['staff'], reviewer: ['reviewers'], approver: ['approvers'], lead: ['leads'] };

export type Said = { readonly status: number; readonly text: string; readonly headers: Headers };
export type OidcBrowser = {
  readonly cookies: Map<string, string>;
  /** Of the last page: what its forms are bound to. */
  form: string;
  get(path: string, headers?: Record<string, string>): Promise<Said>;
  post(path: string, fields: Record<string, string>, headers?: Record<string, string>): Promise<Said>;
  /** To the issuer and back; what the console answers then. */
  signIn(account: Account, back?: string): Promise<Said>;
};

type Options = {
  readonly places?: (review: ReviewPlaces) => ReviewPlaces;
  readonly ports?: (review: ReviewPlaces) => Partial<ConsolePorts>;
  readonly onSignedIn?: (review: ReviewPlaces) => (identity: Identity) => Promise<void>;
  readonly programs?: ProgramSettings;
};

export function oidcRig({ places = (review) => review, ports, onSignedIn, programs }: Options = {}) {
  const issuer = testIssuer();
  const refused: Refused[] = [];
  const signedIn: Identity[] = [];
  const base: ConsoleRig = consoleRig();
  const clock = { ms: Date.now() };
  const { ledger } = base.stores;
  const review = places({ ...base.places, ledger, audit: ledger, now: () => new Date(clock.ms) });
  const onRecord = onSignedIn?.(review);
  const hear = async (identity: Identity) => {
    await onRecord?.(identity);
    signedIn.push(identity);
  };
  const settings = { issuer: ISSUER, clientId: CLIENT, ourAddress: ORIGIN, scopes: [], groupsClaim: 'groups' };
  /** As if by another sandbox: nothing in memory is shared. */
  const another = () => {
    const port = openIssuer({ ...settings, clientSecret: async () => SECRET }, issuer.fetch);
    const sessions = oidcSessions(review, port, GROUPS);
    return consoleRig({
      ...{ review, isOurHost: (host: string) => host === HOST, onRefused: (what: Refused) => void refused.push(what) },
      signIn: oidcSignIn(port, sessions, hear),
      ...(programs && { programs: tokenPrograms(port, programs, review.now) }),
      ...ports?.(review),
    });
  };
  const made = another();

  function browser(app: ConsoleRig['app'] = made.app): OidcBrowser {
    const cookies = new Map<string, string>();
    const ask = async (path: string, init: RequestInit, headers: Record<string, string>): Promise<Said> => {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const sent = { host: HOST, ...(cookie && { cookie }), ...headers };
      const response = await app.request(ORIGIN + path, { ...init, headers: sent });
      for (const line of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        if (/max-age=0/i.test(line)) cookies.delete(name);
        else cookies.set(name, decodeURIComponent(value));
      }
      const text = await response.text();
      own.form = /name="form" value="([\w-]+)"/.exec(text)?.[1] ?? own.form;
      return { status: response.status, text, headers: response.headers };
    };
    const own: OidcBrowser = {
      ...{ cookies, form: '' },
      get: (path, headers = {}) => ask(path, {}, headers),
      post(path, fields, headers = {}) {
        const body = new URLSearchParams({ form: own.form, ...fields });
        return ask(path, { method: 'POST', body }, { origin: ORIGIN, ...headers });
      },
      async signIn(account, back = '/') {
        const begun = await own.get(`/sign-in?back=${encodeURIComponent(back)}`);
        return own.get(issuer.authorize(begun.headers.get('location') ?? '', account));
      },
    };
    return own;
  }

  return {
    ...base,
    issuer,
    refused,
    signedIn,
    clock,
    review,
    browser,
    another,
    app: made.app,
    failures: made.failures,
  };
}
export type OidcRig = ReturnType<typeof oidcRig>;

export const SESSION = '__Host-spoorloos_session';
export const ATTEMPT = '__Host-spoorloos_sign_in';
