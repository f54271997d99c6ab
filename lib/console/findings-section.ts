// What was found, the gravest first: what, where, and how often. Of metadata and personal data a masked value says enough
// to look for it in the original; of what lies under a cover or was hidden nothing does.

import { html } from 'hono/html';
import type { Case } from '../core/records.ts';
import { hintsAmong } from '../review/masked.ts';
import { harmless } from './harmless.ts';
import { type Html, nothing } from './page.ts';
import type { Evidenced } from './pictures.ts';
import { dataTable } from './table.ts';
import type { Texts } from './texts-en.ts';

const SHOWN = 200;
const GRAVITY = { quarantined: 0, kept: 1, removed: 2 } as const;

export function findingsSection(texts: Texts, { caseId, findings: all }: Case, evidence: Evidenced): Html {
  const { column } = texts;
  const words = texts.case;
  if (all.length === 0)
    return html`<section aria-labelledby="findings"><h2 id="findings">${words.findings}</h2><p>${words.noFindings}</p></section>`;
  const hintsOf = hintsAmong(evidence);
  // What holds the document back comes first.
  const ordered = all.toSorted(
    (a, b) => GRAVITY[a.action] - GRAVITY[b.action] || (a.tier < b.tier ? -1 : a.tier > b.tier ? 1 : 0),
  );
  const rows = ordered.slice(0, SHOWN).map((finding) => {
    const { code, carrier, at, count, tier, action } = finding;
    const { place, masked: hints } = hintsOf(finding);
    const where = place
      ? html`<a href="/cases/${caseId}?page=${place.page}#pages">${harmless(at)}</a>`
      : html`${harmless(at)}`;
    const masked = html`<br>${words.masked}: ${hints.map((hint) => html`<bdi class="masked">${harmless(hint)}</bdi> `)}`;
    const what = html`${texts.code[code]}<br><code>${carrier}</code>${hints.length > 0 ? masked : nothing}`;
    return { kind: action, cells: [what, where, `${count}`, texts.tier[tier], texts.action[action]] };
  });
  const columns = [column.what, column.where, column.count, column.tier, column.state];
  return html`<section aria-labelledby="findings"><h2 id="findings">${words.findings}</h2>${dataTable({ heading: 'findings', columns, rows })}${all.length > SHOWN ? html`<p>${texts.atLeast(SHOWN)}: ${all.length}</p>` : ''}</section>`;
}
