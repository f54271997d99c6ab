// What was found, the gravest first: what, where, and how often. Of metadata and personal data a masked value says enough
// to look for it in the original; of what lies under a cover or was hidden nothing does.

import { html } from 'hono/html';
import type { Case } from '../core/records.ts';
import { harmless } from './harmless.ts';
import { hintsAmong } from './hints.ts';
import { type Html, nothing } from './page.ts';
import type { Evidenced } from './pictures.ts';
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
    return html`<tr class="${action}"><td>${texts.code[code]}<br><code>${carrier}</code>${hints.length > 0 ? html`<br>${words.masked}: ${hints.map((hint) => html`<bdi class="masked">${harmless(hint)}</bdi> `)}` : nothing}</td><td>${where}</td><td>${count}</td><td>${texts.tier[tier]}</td><td>${texts.action[action]}</td></tr>`;
  });
  return html`<section aria-labelledby="findings"><h2 id="findings">${words.findings}</h2><div class="wide" role="group" aria-labelledby="findings" tabindex="0"><table>
<thead><tr><th scope="col">${column.what}</th><th scope="col">${column.where}</th><th scope="col">${column.count}</th><th scope="col">${column.tier}</th><th scope="col">${column.state}</th></tr></thead>
<tbody>${rows}</tbody></table></div>${all.length > SHOWN ? html`<p>${texts.atLeast(SHOWN)}: ${all.length}</p>` : ''}</section>`;
}
