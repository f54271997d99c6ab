// What is on record beside the case itself: whether its document was ever public, its other cases, and the same bytes
// under other names.

import { html } from 'hono/html';
import type { Case } from '../core/records.ts';
import type { ReviewedCase } from '../review/cases.ts';
import type { Past } from '../review/past.ts';
import { harmless, named } from './harmless.ts';
import { type Html, moment, nothing } from './page.ts';
import type { Texts } from './texts-en.ts';

export function pastSection(texts: Texts, { source }: Case, past: Past): Html {
  const words = texts.case.past;
  const { others, twins, hasMore } = past;
  const twinless = source.sha256 === null ? words.notRead : words.noTwins;
  return html`<section aria-labelledby="past"><h2 id="past">${words.heading}</h2>
<p><strong>${said(texts, past)}</strong></p>${times(texts, past)}
<h3>${words.others}</h3>${others.length === 0 ? html`<p>${words.noOthers}</p>` : cases(texts, others, 'version')}
<h3>${words.twins}</h3>${twins.length === 0 ? html`<p>${twinless}</p>` : cases(texts, twins, 'name')}
${hasMore ? html`<p>${words.hasMore}</p>` : nothing}${released(texts, past)}</section>`;
}

function released({ case: { past: words } }: Texts, { released: all, hasMoreReleased }: Past): Html {
  if (all.length === 0) return nothing;
  const rows = all.map(({ key, atMs, isPublic }) => {
    const state = isPublic === undefined ? words.isBeingChanged : isPublic ? words.isPublicNow : words.isNotPublicNow;
    return html`<li>${named(key)}: ${minute(atMs)}, ${state}</li>`;
  });
  return html`<h3>${words.released}</h3><ul>${rows}</ul>${hasMoreReleased ? html`<p>${words.hasMoreReleased}</p>` : nothing}`;
}

function said({ case: { past: words } }: Texts, { isPublic, stretches, wasThere }: Past): string {
  const [last] = stretches;
  if (isPublic === undefined) return words.isChanging;
  if (isPublic) return words.isPublic(last && last.toMs === undefined ? minute(last.fromMs) : undefined);
  if (last) return words.wasPublic(minute(last.fromMs), last.toMs === undefined ? undefined : minute(last.toMs));
  return wasThere ? words.wasThere : words.never;
}

const SHOWN = 10;

function times({ case: { past: words } }: Texts, { stretches, isPublic, isCut }: Past): Html {
  // One stretch is said by the sentence above already.
  const isSaid = stretches.length < 2 && !stretches.some(({ isThis }) => isThis);
  if (isSaid) return isCut ? html`<p>${words.isCut}</p>` : nothing;
  const rows = stretches.slice(0, SHOWN).map(({ fromMs, toMs, isThis }, index) => {
    const isNow = index === 0 && isPublic === true;
    const text = words.stretch(minute(fromMs), toMs === undefined ? undefined : minute(toMs), isNow);
    return html`<li>${text}${isThis ? ` (${words.isThis})` : ''}</li>`;
  });
  const isMore = isCut || stretches.length > SHOWN;
  return html`<h3>${words.times}</h3><ul>${rows}</ul>${isMore ? html`<p>${words.isCut}</p>` : nothing}`;
}

function cases(texts: Texts, rows: readonly ReviewedCase[], by: 'version' | 'name'): Html {
  const { column } = texts;
  const what = by === 'name' ? column.document : texts.case.past.ofVersion;
  return html`<div class="wide"><table><thead><tr><th scope="col">${column.day}</th><th scope="col">${what}</th><th scope="col">${column.why}</th><th scope="col">${column.state}</th></tr></thead>
<tbody>${rows.map(
    ({ evidence: { caseId, key, source, reason, at }, review }) =>
      html`<tr><td>${moment(at)}</td><td class="name"><a href="/cases/${caseId}">${by === 'name' ? named(key) : harmless(source.versionId)}</a></td><td>${texts.reason[reason]}</td><td>${texts.state[review.state]}</td></tr>`,
  )}</tbody></table></div>`;
}

function minute(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
