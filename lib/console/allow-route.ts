// The allow-list: which bytes are let through under any name, despite what, until when, and who answers for it.

import type { Hono } from 'hono';
import { html } from 'hono/html';
import { isUnexpired } from '../core/waivers.ts';
import { type AllowList, allowList } from '../review/allow-list.ts';
import { type Env, type SignedIn, signedIn } from './context.ts';
import { personOf } from './harmless.ts';
import { HEADING, type Html, moment, nothing, page } from './page.ts';
import { dataTable } from './table.ts';

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
    const cells = [
      html`<a href="/cases/${caseId}">${texts.case.heading} ${caseId.slice(0, 8)}</a>`,
      html`${rules.map((rule) => html`<code>${rule}</code> `)}`,
      html`<bdi>${personOf(owner)}</bdi>`,
      until,
      words.approved(personOf(approvedBy), approvedAt.slice(0, 10)),
      html`<code>${sha256.slice(0, 16)}…</code>`,
    ];
    return { cells };
  });
  const columns = [texts.case.heading, words.rules, words.owner, words.until, texts.column.what, words.bytes];
  return html`<p><a href="/">${texts.case.back}</a></p><p>${words.says}</p>
${
  rows.length === 0
    ? html`<p>${words.empty}</p>`
    : dataTable({ heading: HEADING, columns, rows, kind: 'summary', isNamed: true })
}${unreadable.length > 0 ? html`<p class="notice bad">${words.unreadable(unreadable.length)}</p>` : nothing}${isCut ? html`<p>${words.isCut}</p>` : nothing}`;
}
