import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import { parseAccept } from 'hono/utils/accept';
import { EN, type Texts } from './texts-en.ts';
import { NL } from './texts-nl.ts';

export const LANGUAGE_COOKIE = 'spoorloos_language';

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
