// Signing in with a token that was handed out, and the language, which needs no sign-in. A token is used by a click and
// not by opening its address: programs that look at addresses in advance would use it up.

import type { Hono } from 'hono';
import { setCookie } from 'hono/cookie';
import { html } from 'hono/html';
import type { Env } from './context.ts';
import { harmless } from './harmless.ts';
import { LANGUAGE_COOKIE } from './language.ts';
import { notice, page } from './page.ts';

export const SESSION_COOKIE = 'spoorloos_session';
const YEAR_S = 365 * 24 * 3600;

export function signInRoutes(app: Hono<Env>): void {
  app.post('/language', async (context) => {
    const { to, back } = await context.req.parseBody();
    if (to === 'nl' || to === 'en')
      setCookie(context, LANGUAGE_COOKIE, to, { path: '/', sameSite: 'Strict', httpOnly: true, maxAge: YEAR_S });
    // Only a path of ours: an address that begins with two slashes is somebody else's.
    return context.redirect(typeof back === 'string' && /^\/(?![/\\])[\w./-]*$/.test(back) ? back : '/', 303);
  });
  app.get('/sign-in', (context) => {
    const { signIn } = context.get('ports');
    const view = context.get('view');
    const token = context.req.query('token') ?? '';
    const name = signIn.kind === 'tokens' ? signIn.nameOf(token) : undefined;
    if (name === undefined)
      return context.html(page(view, view.texts.signIn, html`${notice('bad', view.texts.tokenUsed)}`), 403);
    const body = html`<form method="post" action="/sign-in"><input type="hidden" name="token" value="${token}"><button>${view.texts.signInAs(harmless(name))}</button></form>`;
    return context.html(page({ ...view, here: '/' }, view.texts.signIn, body));
  });
  app.post('/sign-in', async (context) => {
    const { signIn } = context.get('ports');
    const view = context.get('view');
    const { token } = await context.req.parseBody();
    const session = signIn.kind === 'tokens' && typeof token === 'string' ? signIn.use(token) : undefined;
    if (session === undefined)
      return context.html(page(view, view.texts.signIn, html`${notice('bad', view.texts.tokenUsed)}`), 403);
    setCookie(context, SESSION_COOKIE, session, { path: '/', sameSite: 'Strict', httpOnly: true });
    return context.redirect('/', 303);
  });
}
