// Signing in with a token that was handed out. A token is used by a click and not by opening its address: programs that
// look at addresses in advance would use it up.

import { getCookie, setCookie } from 'hono/cookie';
import { html } from 'hono/html';
import { harmless } from './harmless.ts';
import { notice, page } from './page.ts';
import type { SignIn } from './ports.ts';
import type { Sessions } from './sessions.ts';

const COOKIE = 'spoorloos_session';

export function tokenSignIn(sessions: Sessions): SignIn {
  return {
    routes(app) {
      app.get('/sign-in', (context) => {
        const view = context.get('view');
        const token = context.req.query('token') ?? '';
        const name = sessions.nameOf(token);
        if (name === undefined)
          return context.html(page(view, view.texts.signIn, html`${notice('bad', view.texts.tokenUsed)}`), 403);
        const body = html`<form method="post" action="/sign-in"><input type="hidden" name="token" value="${token}"><button>${view.texts.signInAs(harmless(name))}</button></form>`;
        return context.html(page({ ...view, here: '/' }, view.texts.signIn, body));
      });
      app.post('/sign-in', async (context) => {
        const view = context.get('view');
        const { token } = await context.req.parseBody();
        const session = typeof token === 'string' ? sessions.use(token) : undefined;
        if (session === undefined) {
          context.get('ports').onRefused?.('sign-in');
          return context.html(page(view, view.texts.signIn, html`${notice('bad', view.texts.tokenUsed)}`), 403);
        }
        setCookie(context, COOKIE, session, { path: '/', sameSite: 'Strict', httpOnly: true });
        return context.redirect('/', 303);
      });
    },
    async identify(context) {
      const cookie = getCookie(context, COOKIE);
      return cookie === undefined ? undefined : sessions.identify(cookie);
    },
    async signOut(context) {
      sessions.signOut(getCookie(context, COOKIE) ?? '');
      return '/';
    },
  };
}
