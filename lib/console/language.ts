import type { Context, Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { parseAccept } from 'hono/utils/accept';
import type { Env } from './context.ts';
import { localPath } from './local-path.ts';
import { EN, type Texts } from './texts-en.ts';
import { NL } from './texts-nl.ts';

const LANGUAGE_COOKIE = 'spoorloos_language';
const YEAR_S = 365 * 24 * 3600;

/** What was chosen, else what the browser asks for, else English. */
export function textsFor(context: Context): Texts {
  const chosen = getCookie(context, LANGUAGE_COOKIE);
  if (chosen === 'nl') return NL;
  if (chosen === 'en') return EN;
  const asked = parseAccept(context.req.header('accept-language') ?? '')
    .filter(({ type }) => /^(?:nl|en)\b/i.test(type))
    .sort((a, b) => b.q - a.q)[0];
  return asked && /^nl\b/i.test(asked.type) ? NL : EN;
}

/** Needs no sign-in. */
export function languageRoute(app: Hono<Env>): void {
  app.post('/language', async (context) => {
    const { to, back } = await context.req.parseBody();
    if (to === 'nl' || to === 'en')
      setCookie(context, LANGUAGE_COOKIE, to, { path: '/', sameSite: 'Strict', httpOnly: true, maxAge: YEAR_S });
    return context.redirect(localPath(back), 303);
  });
}
