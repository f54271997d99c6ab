// The allow-list: which bytes are let through under any name, despite what, until when, and who answers for it.

import type { Hono } from 'hono';
import { html } from 'hono/html';
import { isUnexpired } from '../core/waivers.ts';
import { type AllowList, allowList } from '../review/allow-list.ts';
import { type Env, type SignedIn, signedIn } from './context.ts';
import { personOf } from './harmless.ts';
import { type Html, moment, nothing, page } from './page.ts';

const MAX_SHOWN = 500;

export function allowRoute(app: Hono<Env>): void {
  app.get('/allowed', async (context) => {
    const view = signedIn(context);
    const list = await allowList(context.get('ports').review.ledger, MAX_SHOWN);
    return context.html(page(view, view.texts.allow.heading, table(view, list)));
  });
}

function table({ texts, now }: SignedIn, { entries, unreadable, isCut }: AllowList): Html {
  const words = texts.allow;
  const rows = entries.map(({ owner, sha256, waiver }) => {
    const { caseId, rules, approvedBy, approvedAt, expiresAt } = waiver;
    const until = isUnexpired(waiver, now)
      ? moment(expiresAt)
      : html`<strong>${words.expired}</strong> ${moment(expiresAt)}`;
    return html`<tr><th scope="row"><a href="/cases/${caseId}">${texts.case.heading} ${caseId.slice(0, 8)}</a></th><td>${rules.map((rule) => html`<code>${rule}</code> `)}</td>
<td><bdi>${personOf(owner)}</bdi></td><td>${until}</td><td>${words.approved(personOf(approvedBy), approvedAt.slice(0, 10))}</td><td><code>${sha256.slice(0, 16)}…</code></td></tr>`;
  });
  const columns = [texts.case.heading, words.rules, words.owner, words.until, texts.column.what, words.bytes];
  return html`<p><a href="/">${texts.case.back}</a></p><p>${words.says}</p>
${
  rows.length === 0
    ? html`<p>${words.empty}</p>`
    : html`<div class="wide" role="group" aria-label="${words.heading}" tabindex="0"><table class="summary"><caption class="unseen">${words.heading}</caption>
<thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div>`
}${unreadable.length > 0 ? html`<p class="notice bad">${words.unreadable(unreadable.length)}</p>` : nothing}${isCut ? html`<p>${words.isCut}</p>` : nothing}`;
}
