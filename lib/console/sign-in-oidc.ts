// Signing in with an issuer of OpenID Connect. The cookies have the prefix `__Host-`: no other host, and no page without
// TLS, can set them. They are Lax and not Strict, because the browser comes back from the issuer and from links in
// messages; what changes something asks for a form's token besides.

import { randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { html } from 'hono/html';
import type { Env } from './context.ts';
import { localPath } from './local-path.ts';
import { type Attempt, CALLBACK, type Issuer, IssuerOutage, SIGNED_OUT } from './oidc-issuer.ts';
import type { OidcSessions } from './oidc-sessions.ts';
import { type Html, nothing, notice, page } from './page.ts';
import type { Identity, SignIn } from './ports.ts';
import { oidcTexts } from './texts-oidc.ts';

const SESSION = 'spoorloos_session';
const ATTEMPT = 'spoorloos_sign_in';
/** In the ledger it is kept for a day that an attempt was used up. */
export const ATTEMPT_S = 600;
const COOKIE = { prefix: 'host', path: '/', secure: true, httpOnly: true, sameSite: 'Lax' } as const;

export function oidcSignIn(
  issuer: Issuer,
  sessions: OidcSessions,
  /** Hears of each sign-in, before it counts. */
  onSignedIn: (identity: Identity) => Promise<void>,
): SignIn {
  return {
    routes(app) {
      app.get('/sign-in', async (context) => {
        const attempt = newAttempt(context.get('view').now, localPath(context.req.query('back')));
        try {
          const address = await issuer.addressFor(attempt);
          setCookie(context, ATTEMPT, attempt, { ...COOKIE, maxAge: ATTEMPT_S });
          return context.redirect(address, 303);
        } catch (error) {
          return outage(context, error);
        }
      });
      app.get(CALLBACK, async (context) => {
        const attempt = getCookie(context, ATTEMPT, 'host');
        deleteCookie(context, ATTEMPT, COOKIE);
        const back = attempt === undefined ? undefined : backOf(attempt, context.get('view').now);
        if (attempt === undefined || back === undefined) return refused(context, 'failed');
        try {
          const granted = await issuer.signedIn(new URL(context.req.url).searchParams, attempt);
          if (!granted) return refused(context, 'failed');
          const begun = await sessions.begin(granted, attempt, getCookie(context, SESSION, 'host'));
          if ('refused' in begun) {
            deleteCookie(context, SESSION, COOKIE);
            return refused(context, begun.refused === 'no-role' ? 'noRole' : 'failed');
          }
          await onSignedIn(begun.identity);
          setCookie(context, SESSION, begun.cookie, COOKIE);
          return context.redirect(back, 303);
        } catch (error) {
          return outage(context, error);
        }
      });
      app.get(SIGNED_OUT, async (context) => {
        const address = await issuer.signOutAddress().catch(() => undefined);
        const said = oidcTexts(context.get('view').texts);
        const there = address === undefined ? nothing : html`<p><a href="${address}">${said.outThere}</a></p>`;
        return say(context, 200, html`${notice('good', said.out)}${there}<p><a href="/sign-in">${said.again}</a></p>`);
      });
    },
    async identify(context) {
      const cookie = getCookie(context, SESSION, 'host');
      return cookie === undefined ? undefined : sessions.identify(cookie);
    },
    invite(context) {
      const { req } = context;
      const { here, texts } = context.get('view');
      // Pictures of a page whose sign-in has ended would each begin another.
      const mode = req.header('sec-fetch-mode');
      if (req.method === 'GET' && (mode === undefined || mode === 'navigate'))
        return context.redirect(`/sign-in?back=${encodeURIComponent(localPath(here))}`, 303);
      const said = oidcTexts(texts);
      return say(context, 401, html`${notice('bad', said.needed)}<p><a href="/sign-in">${said.again}</a></p>`);
    },
    async signOut(context) {
      const cookie = getCookie(context, SESSION, 'host');
      if (cookie !== undefined) await sessions.end(cookie);
      deleteCookie(context, SESSION, COOKIE);
      return SIGNED_OUT;
    },
  };
}

function newAttempt(now: Date, back: string): Attempt {
  const parts = [now.getTime(), randomBytes(32).toString('base64url'), Buffer.from(back).toString('base64url')];
  return parts.join('.');
}

/** Where to go then; undefined for what is none of ours, or too old. */
function backOf(untrusted: Attempt, now: Date): string | undefined {
  const [, ms, back] = /^(\d{13})\.[\w-]{43}\.([\w-]{0,400})$/.exec(untrusted) ?? [];
  const age = now.getTime() - Number(ms);
  if (back === undefined || age < 0 || age > ATTEMPT_S * 1000) return undefined;
  return localPath(Buffer.from(back, 'base64url').toString());
}

function refused(context: Context<Env>, why: 'failed' | 'noRole') {
  context.get('ports').onRefused?.('sign-in');
  const said = oidcTexts(context.get('view').texts);
  return say(context, 403, html`${notice('bad', said[why])}<p><a href="/sign-in">${said.again}</a></p>`);
}

function outage(context: Context<Env>, error: unknown) {
  if (!(error instanceof IssuerOutage)) throw error;
  context.get('ports').onFailure(error);
  const said = oidcTexts(context.get('view').texts);
  return say(context, 503, html`${notice('bad', said.outage)}<p><a href="/sign-in">${said.again}</a></p>`);
}

function say(context: Context<Env>, status: 200 | 401 | 403 | 503, body: Html) {
  const view = context.get('view');
  return context.html(page({ ...view, identity: undefined, here: '/' }, view.texts.signIn, body), status);
}
