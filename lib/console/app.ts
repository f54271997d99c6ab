// The console of folder mode: what is waiting, what was published and quarantined, and whether real malware would be
// found. Server-rendered, no script. Object keys are shown, so it listens on loopback only; values never are.

import { Hono } from 'hono';
import { html } from 'hono/html';
import { secureHeaders } from 'hono/secure-headers';
import { Case } from '../core/records.ts';
import type { ObjectStore } from '../core/store.ts';
import type { ScannerName } from '../core/verdict.ts';
import type { StatusPlaces } from '../status/document-status.ts';
import { statusRoute } from './status-route.ts';

export type Status = {
  readonly scanner: ScannerName;
  /** Messages not yet handled. */
  readonly waiting: number;
  readonly published: number;
  readonly quarantined: number;
  /** Both are only what would have been, and nothing was done. */
  readonly isShadow: boolean;
};

const SHOWN = 200;

/** Pages as (Request) => Response. `status` is asked at each view. */
export function consoleApp(places: StatusPlaces & { readonly ledger: ObjectStore }, status: () => Status): Hono {
  const { ledger } = places;
  const app = new Hono();
  app.use(
    secureHeaders({
      contentSecurityPolicy: { defaultSrc: ["'none'"], styleSrc: ["'self'"], frameAncestors: ["'none'"] },
    }),
  );
  // A page elsewhere that resolves its own name to this machine must not read the list (DNS rebinding).
  app.use(async (context, next) => {
    const host = (context.req.header('host') ?? '').replace(/:\d+$/, '');
    return host === '127.0.0.1' || host === 'localhost' ? next() : context.text('not this host', 421);
  });
  app.get('/style.css', (context) => context.body(STYLE, 200, { 'content-type': 'text/css' }));
  app.get('/health', (context) => context.json({ ...status() }));
  app.route('/', statusRoute(places));
  app.get('/', async (context) => {
    const { scanner, waiting, published, quarantined, isShadow } = status();
    const { cases, more } = await openCases(ledger);
    return context.html(html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Spoorloos</title>
<link rel="stylesheet" href="/style.css"></head>
<body><main>
<h1>Spoorloos</h1>
<p class="${scanner === 'clamd' ? 'good' : 'bad'}" role="status">${SCANNER[scanner]}</p>
${isShadow ? html`<p role="status">Shadow mode: documents are judged and put on record. Nothing is published or held back.</p>` : ''}
<dl><dt>Waiting</dt><dd>${waiting}</dd><dt>${isShadow ? 'Would have been published' : 'Published'} since the start</dt><dd>${published}</dd><dt>${isShadow ? 'Would have been held back' : 'Quarantined'} since the start</dt><dd>${quarantined}</dd></dl>
<h2>Quarantined</h2>
${cases.length === 0 ? html`<p>Nothing is in quarantine.</p>` : caseTable(cases)}
${more ? html`<p>And more: the first ${SHOWN} are shown.</p>` : ''}
</main></body></html>`);
  });
  return app;
}

function caseTable(cases: readonly Case[]) {
  return html`<table><thead><tr><th>Since</th><th>Document</th><th>Reason</th><th>Findings</th><th>Case</th></tr></thead>
<tbody>${cases.map(
    ({
      at,
      key,
      reason,
      detail,
      findings,
      caseId,
    }) => html`<tr><td><time>${at}</time></td><td><bdi>${printable(key)}</bdi></td>
<td><strong>${reason}</strong> ${detail}</td><td>${findings.length}</td><td><code>${caseId}</code></td></tr>`,
  )}</tbody></table>`;
}

async function openCases(ledger: ObjectStore): Promise<{ cases: readonly Case[]; more: boolean }> {
  const cases: Case[] = [];
  for await (const { key } of ledger.list('cases/')) {
    if (cases.length === SHOWN) return { cases: newestFirst(cases), more: true };
    const found = await ledger.get(key);
    const parsed = found && Case.safeParse(JSON.parse(Buffer.from(found.body).toString()));
    if (parsed?.success) cases.push(parsed.data);
  }
  return { cases: newestFirst(cases), more: false };
}

function newestFirst(cases: readonly Case[]): readonly Case[] {
  return cases.toSorted((a, b) => (a.at < b.at ? 1 : -1));
}

function printable(key: string): string {
  return key.replace(/[\p{Cc}\p{Cf}]/gu, '\uFFFD');
}

const SCANNER: Record<ScannerName, string> = {
  clamd: 'Malware scanner: clamd with its own signatures.',
  'clamd-test-signatures': 'Malware scanner: only test signatures are loaded. Real malware will not be found.',
  guardduty: 'Malware scanner: GuardDuty.',
  none: 'Malware scanner: none, by choice. Malware will not be found.',
  'not-run': 'Malware scanner: not running. Nothing is published.',
};

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
main { max-width: 70rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid GrayText }
dl { display: grid; grid-template-columns: max-content auto; gap: .2rem 1rem } dd { margin: 0 }
.bad { border: 2px solid; padding: .5rem 1rem; font-weight: bold } td { overflow-wrap: anywhere }
`;
