// How the work goes: what came in, what was decided and what is left, day by day. A page of its own, so that the list of
// what waits does not wait for it.

import type { Hono } from 'hono';
import { html } from 'hono/html';
import type { ReviewPlaces } from '../review/act.ts';
import { behindPage } from '../review/behind-page.ts';
import type { Counted } from '../review/counts.ts';
import { type Trend, trendOf } from '../review/trend.ts';
import { type Env, signedIn } from './context.ts';
import { HEADING, type Html, nothing, page } from './page.ts';
import { dataTable } from './table.ts';
import type { Texts } from './texts-en.ts';

// What was opened and ended: as many are gone through for every page.
const FEW = 500;
const STALE_MS = 60_000;

export function trendRoute(
  app: Hono<Env>,
  { ledger, now }: Pick<ReviewPlaces, 'ledger' | 'now'>,
  counts: () => Promise<Counted | undefined>,
): void {
  const known = behindPage(
    async () => {
      const counted = await counts();
      const isWhole = counted && !counted.counts.some(({ isMore }) => isMore);
      const waiting = isWhole ? counted.counts.reduce((sum, { count }) => sum + count, 0) : undefined;
      return trendOf(ledger, now(), waiting);
    },
    ({ days }) => days.reduce((sum, { opened, ended }) => sum + opened + ended, 0) <= FEW,
    { now },
  );
  app.get('/trend', async (context) => {
    const view = signedIn(context);
    const { texts } = view;
    const found = await known();
    const sinceMs = found ? view.now.getTime() - found.atMs : 0;
    const body = html`<p><a href="/">${texts.case.back}</a></p>
${found ? table(texts, found.value) : html`<p role="status">${texts.counting}</p>`}
${sinceMs < STALE_MS ? nothing : html`<p>${texts.countedAgo(texts.ago(sinceMs))}</p>`}`;
    return context.html(page(view, texts.trendPage.heading, body));
  });
}

function table(texts: Texts, { days, isCut }: Trend): Html {
  const words = texts.trendPage;
  const most = Math.max(1, ...days.map(({ waiting = 0 }) => waiting));
  const rows = days.map(({ day, opened, ended, waiting }) => {
    const bar = html`<meter min="0" max="${most}" value="${waiting ?? 0}" aria-hidden="true"></meter>`;
    const left = waiting === undefined ? words.unknown : html`${bar} ${waiting}`;
    return { cells: [html`<time datetime="${day}">${day}</time>`, `${opened}`, `${ended}`, left] };
  });
  const columns = [texts.column.day, words.opened, words.ended, words.waiting];
  return html`${dataTable({ heading: HEADING, columns, rows, kind: 'summary', isNamed: true })}
<p>${words.says}</p>${isCut ? html`<p>${words.isCut}</p>` : nothing}`;
}
