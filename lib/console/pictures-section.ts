// The original's page with the finding's boxes, and beside it what would be published. Boxes are drawn as SVG over the
// picture: attributes need no style of their own, which the page's policy would not let in.

import { html } from 'hono/html';
import { LIMITS } from '../core/limits.ts';
import { isPrintable } from '../core/printed-formats.ts';
import type { Case } from '../core/records.ts';
import { type Html, nothing } from './page.ts';
import { boxesOn, type Evidenced, type Picture } from './pictures.ts';
import type { Texts } from './texts-en.ts';

export type Pictures = {
  readonly page: number;
  readonly rows: Evidenced;
  /** Of the original. */
  readonly before: Picture;
  readonly after: Picture;
};

export function picturesSection(texts: Texts, evidence: Case, pictures: Pictures): Html {
  return html`<section aria-labelledby="pages"><h2 id="pages">${texts.case.pages}</h2>${shown(texts, evidence, pictures)}</section>`;
}

function shown(texts: Texts, evidence: Case, pictures: Pictures): Html {
  const words = texts.case;
  const { page, before } = pictures;
  switch (before.is) {
    case 'picture':
      return beside(texts, evidence, pictures, before.pages);
    case 'waiting':
      return notYet(texts, evidence, page, words.pictureWaits);
    case 'failed':
      return notYet(texts, evidence, page, words.pictureFailed);
    case 'no-converter':
      return html`<p>${words.noConverter}</p>`;
    case 'none':
      return html`<p>${words.noPicture}</p>`;
  }
}

function beside(texts: Texts, evidence: Case, pictures: Pictures, pages: number): Html {
  const words = texts.case;
  const { page, after } = pictures;
  const to = (number: number) => linkTo(evidence, number);
  return html`<div class="beside">${before(texts, evidence, pictures, pages)}<figure><figcaption>${words.after}</figcaption>${afterwards(texts, evidence, after, page)}</figure></div>
<p class="pages">${page > 1 ? html`<a rel="prev" href="${to(page - 1)}">${words.previousPage}</a>` : ''} ${page < pages ? html`<a rel="next" href="${to(page + 1)}">${words.nextPage}</a>` : ''}</p>${isPrintable(evidence.format) ? html`<p>${words.printed(LIMITS.maxRenderedPages)}</p>` : nothing}`;
}

function linkTo({ caseId }: Case, page: number): string {
  return `/cases/${caseId}?page=${page}#pages`;
}

function notYet(texts: Texts, evidence: Case, page: number, says: string): Html {
  return html`<p>${says} <a href="${linkTo(evidence, page)}">${texts.case.lookAgain}</a></p>`;
}

function before(texts: Texts, { caseId, findings }: Case, { page, rows }: Pictures, pages: number): Html {
  const words = texts.case;
  const codes = new Map(findings.map(({ carrier, code }) => [carrier, code]));
  const shown = rows.flatMap(({ carrier, action, on }) => {
    const boxes = boxesOn(on, page);
    const code = codes.get(carrier);
    return boxes.length > 0 && code ? [{ action, boxes, code }] : [];
  });
  const boxes = shown.flatMap(({ action, boxes }) =>
    boxes.map(
      ([left, top, right, bottom]) =>
        html`<rect class="${action}" x="${left}" y="${top}" width="${right - left}" height="${bottom - top}"/>`,
    ),
  );
  const legend = new Map<string, number>();
  for (const { action, boxes, code } of shown) {
    const name = `${texts.code[code]} (${texts.action[action]})`;
    legend.set(name, (legend.get(name) ?? 0) + boxes.length);
  }
  return html`<figure><figcaption>${words.picture(page, pages)}</figcaption>
<div class="boxed"><img src="/cases/${caseId}/pages/${page}.png" alt="${words.picture(page, pages)}">${boxes.length > 0 ? html`<svg viewBox="0 0 1000 1000" preserveAspectRatio="none" aria-hidden="true">${boxes}</svg>` : nothing}</div>
${legend.size > 0 ? html`<p>${words.boxes}</p><ul>${[...legend].map(([name, count]) => html`<li>${count} × ${name}</li>`)}</ul>` : nothing}</figure>`;
}

function afterwards(texts: Texts, evidence: Case, after: Picture, page: number): Html {
  const words = texts.case;
  switch (after.is) {
    case 'picture': {
      const shown = Math.min(page, after.pages);
      const text = words.pictureAfter(shown, after.pages);
      return html`<div class="boxed"><img src="/cases/${evidence.caseId}/rebuilt/${shown}.png" alt="${text}"></div><p>${words.afterIs}</p>`;
    }
    case 'waiting':
      return notYet(texts, evidence, page, words.afterWaits);
    case 'failed':
      return notYet(texts, evidence, page, words.pictureFailed);
    case 'no-converter':
      return html`<p>${words.noConverter}</p>`;
    case 'none':
      return html`<p>${after.reason === null ? words.afterUndrawn : words.afterNone(texts.explain(after.reason).means)}</p>`;
  }
}
