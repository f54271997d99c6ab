// What the security team sees first: how much is waiting, why and how long; then the cases themselves.

import { html } from 'hono/html';
import { tierOf } from '../core/case-index.ts';
import { REASONS } from '../core/refusal.ts';
import type { ReviewedCase } from '../review/cases.ts';
import type { Counted } from '../review/counts.ts';
import type { CasePage, Count } from '../review/list.ts';
import { named, personOf } from './harmless.ts';
import { type Asked, addressOf, filters, isEverything } from './list-filters.ts';
import { formToken, type Html, nothing, notice, type View } from './page.ts';
import type { ConsoleStatus } from './ports.ts';
import { dataTable } from './table.ts';
import type { Texts } from './texts-en.ts';

export type Listed = {
  readonly asked: Asked;
  readonly page: CasePage;
  /** Undefined while nothing has been counted yet. */
  readonly counted: Counted | undefined;
  readonly status: ConsoleStatus | undefined;
  readonly mayUpload: boolean;
  /** The deeds that could be done with many at once. */
  readonly bulk: readonly ('reject' | 'rerun' | 'assign')[];
  readonly said: Html;
};

export function casesPage(view: View, listed: Listed): Html {
  const { texts, now } = view;
  const { asked, page, counted, status } = listed;
  return html`${listed.said}${status ? state(texts, status) : ''}
${counted ? summary(view, counted) : html`<p role="status">${texts.counting}</p>`}
${listed.mayUpload ? upload(view) : ''}
<section aria-labelledby="cases"><h2 id="cases">${asked.show === 'ended' ? texts.endedHeading : texts.waitingHeading}</h2>
${filters(texts, asked)}
${page.unreadable.length > 0 ? notice('bad', `${texts.unreadable} ${page.unreadable.join(', ')}`) : ''}
${page.rows.length > 0 ? table(view, listed, now) : page.next ? '' : html`<p>${isEverything(asked) ? texts.nothingWaits : texts.nothing}</p>`}
${
  page.next
    ? html`<p class="pages">${page.rows.length === 0 ? texts.partly : ''} <a rel="next" href="${addressOf({ ...asked, after: page.next })}">${texts.next}</a></p>`
    : ''
}${asked.after ? html`<p class="pages"><a href="${addressOf({ ...asked, after: undefined })}">${texts.first}</a></p>` : ''}
</section><p><a href="/trend">${texts.trendPage.heading}</a> · <a href="/allowed">${texts.allow.heading}</a></p><p class="keys">${texts.keys}</p>`;
}

function state(texts: Texts, { scanner, waiting, published, quarantined, isShadow }: ConsoleStatus): Html {
  return html`<p class="${scanner === 'clamd' || scanner === 'guardduty' ? 'scanner' : 'notice bad'}" role="status">${texts.scanner[scanner]}</p>
${isShadow ? notice('good', texts.shadow) : ''}
<dl class="counts"><div><dt>${texts.counts.queued}</dt><dd>${waiting}</dd></div><div><dt>${texts.counts.published}</dt><dd>${published}</dd></div><div><dt>${texts.counts.quarantined}</dt><dd>${quarantined}</dd></div></dl>`;
}

// What is said of time is said in minutes.
const STALE_MS = 60_000;

/** Ten seconds: how many, why, and how long. */
function summary({ texts, now }: View, { counts, atMs }: Counted): Html {
  const byReason = REASONS.flatMap((reason) => {
    const own = counts.filter((count) => count.reason === reason);
    return own.length > 0 ? [{ reason, ...sum(own) }] : [];
  }).sort((a, b) => b.count - a.count);
  if (byReason.length === 0) return nothing;
  const all = sum(counts);
  const ago = (ms: number | null) => (ms === null ? '' : texts.ago(now.getTime() - ms));
  const sinceMs = now.getTime() - atMs;
  const said = ({ count, isMore }: { count: number; isMore: boolean }) => (isMore ? texts.atLeast(count) : `${count}`);
  const most = Math.max(...byReason.map(({ count }) => count));
  return html`<section aria-labelledby="summary"><h2 id="summary">${texts.summary(said(all), ago(all.oldestMs))}</h2>
<table class="summary"><thead><tr><th scope="col">${texts.column.why}</th><th scope="col">${texts.column.count}</th><th scope="col">${texts.column.oldest}</th></tr></thead>
<tbody>${byReason.map(
    (
      one,
    ) => html`<tr><th scope="row"><a href="${addressOf({ reason: one.reason })}">${texts.reason[one.reason]}</a></th>
<td><meter min="0" max="${most}" value="${one.count}" aria-hidden="true"></meter> ${said(one)}</td><td>${ago(one.oldestMs)}</td></tr>`,
  )}</tbody></table>${sinceMs < STALE_MS ? '' : html`<p>${texts.countedAgo(texts.ago(sinceMs))}</p>`}</section>`;
}

function sum(counts: readonly Count[]) {
  const oldest = counts.flatMap(({ oldestMs }) => (oldestMs === null ? [] : [oldestMs]));
  return {
    count: counts.reduce((total, { count }) => total + count, 0),
    isMore: counts.some(({ isMore }) => isMore),
    oldestMs: oldest.length > 0 ? Math.min(...oldest) : null,
  };
}

function table(view: View, { page: { rows }, asked, bulk }: Listed, now: Date): Html {
  const { texts } = view;
  const { document, why, tier, state, since, day, assignee } = texts.column;
  const isBulk = bulk.length > 0 && asked.show === 'waiting';
  const columns = [document, why, tier, state, asked.show === 'waiting' ? since : day, assignee];
  const cells = dataTable({
    ...{ heading: 'cases', kind: 'cases', columns: isBulk ? ['', ...columns] : columns },
    rows: rows.map((row) => ({ cells: line(texts, row, asked, now, isBulk) })),
  });
  if (!isBulk) return cells;
  return html`<form method="post" action="/cases">${formToken(view.form)}${cells}
<fieldset class="bulk"><legend>${texts.form.forAll}</legend>
<label>${texts.form.reason} <input name="reason" required maxlength="4000" autocomplete="off"></label>
${bulk.map((what) => html`<button name="what" value="${what}"${what === 'assign' ? ' formnovalidate' : ''}>${texts.button[what]}</button>`)}
<p>${texts.form.tryFirst}.</p></fieldset></form>`;
}

function line(texts: Texts, { evidence, review }: ReviewedCase, asked: Asked, now: Date, isBulk: boolean) {
  const { caseId, key, reason, at } = evidence;
  const tier = tierOf(evidence);
  const choose = html`<input type="checkbox" name="case" value="${caseId}" aria-label="${texts.column.choose} ${caseId.slice(0, 8)}">`;
  return [
    ...(isBulk ? [choose] : []),
    html`<a href="/cases/${caseId}">${named(key)}</a>`,
    texts.reason[reason],
    tier ? texts.tier[tier] : '',
    html`${texts.state[review.state]}${review.hold ? html` · ${texts.filter.held}` : ''}`,
    asked.show === 'waiting' ? texts.ago(now.getTime() - Date.parse(at)) : review.since.slice(0, 10),
    review.assignee === null ? '' : html`<bdi>${personOf(review.assignee)}</bdi>`,
  ];
}

function upload({ texts, form }: View): Html {
  return html`<form class="upload" method="post" action="/upload" enctype="multipart/form-data" data-drop>${formToken(form)}
<fieldset><legend>${texts.upload.heading}</legend><label>${texts.upload.file} <input type="file" name="document" multiple required></label>
<button>${texts.upload.send}</button> <span class="hint">${texts.upload.drop}</span></fieldset></form>`;
}
