// How the work goes: what came in, what was decided and what is left, day by day. A page of its own, so that the list of
// what waits does not wait for it.

import type { Hono } from 'hono';
import { html } from 'hono/html';
import type { Counted } from '../review/counts.ts';
import { type Trend, trendOf } from '../review/trend.ts';
import { type Env, signedIn } from './context.ts';
import { type Html, nothing, page } from './page.ts';
import type { Texts } from './texts-en.ts';

export function trendRoute(app: Hono<Env>, counts: () => Promise<Counted | undefined>): void {
  app.get('/trend', async (context) => {
    const view = signedIn(context);
    const { review } = context.get('ports');
    const counted = await counts();
    const isWhole = counted && !counted.counts.some(({ isMore }) => isMore);
    const waiting = isWhole ? counted.counts.reduce((sum, { count }) => sum + count, 0) : undefined;
    const trend = await trendOf(review.ledger, view.now, waiting);
    return context.html(page(view, view.texts.trendPage.heading, table(view.texts, trend)));
  });
}

function table(texts: Texts, { days, isCut }: Trend): Html {
  const words = texts.trendPage;
  const most = Math.max(1, ...days.map(({ waiting = 0 }) => waiting));
  const rows = days.map(({ day, opened, ended, waiting }) => {
    const bar = html`<meter min="0" max="${most}" value="${waiting ?? 0}" aria-hidden="true"></meter>`;
    return html`<tr><th scope="row"><time datetime="${day}">${day}</time></th><td>${opened}</td><td>${ended}</td><td>${waiting === undefined ? words.unknown : html`${bar} ${waiting}`}</td></tr>`;
  });
  return html`<p><a href="/">${texts.case.back}</a></p>
<div class="wide" role="group" aria-label="${words.heading}" tabindex="0"><table class="summary"><caption class="unseen">${words.heading}</caption>
<thead><tr><th scope="col">${texts.column.day}</th><th scope="col">${words.opened}</th><th scope="col">${words.ended}</th><th scope="col">${words.waiting}</th></tr></thead><tbody>${rows}</tbody></table></div>
<p>${words.says}</p>${isCut ? html`<p>${words.isCut}</p>` : nothing}`;
}
