// What the routes share: who asks, in which language, and how something is refused.

import type { Context } from 'hono';
import { html } from 'hono/html';
import { type Html, notice, page, type View } from './page.ts';
import type { ConsolePorts, Identity } from './ports.ts';

/** What every route knows. `authorizer`: what API Gateway says of a token that it checked, where it did. */
export type Env = { Variables: { view: View; ports: ConsolePorts }; Bindings: { authorizer?: unknown } };
/** What a route behind the sign-in knows besides. */
export type SignedIn = View & { readonly identity: Identity };

export function wrong(
  context: Context,
  status: 403 | 404 | 413 | 422 | 429 | 500,
  say: (texts: View['texts']) => string,
): Response | Promise<Response> {
  const view: View | undefined = context.get('view');
  if (status === 403 || status === 429) context.get('ports')?.onRefused?.(status === 429 ? 'too-many' : 'forbidden');
  if (!view) return context.text('refused', status);
  const body: Html = html`${notice('bad', say(view.texts))}<p><a href="/">${view.texts.case.back}</a></p>`;
  return context.html(page(view, view.texts.title, body), status);
}

export function signedIn(context: Context<Env>): SignedIn {
  const view = context.get('view');
  const { identity } = view;
  if (!identity) throw new Error('a route behind the sign-in without anybody signed in');
  return { ...view, identity };
}
