// Cases as a pipeline and its reviewers leave them behind: evidence, heads, marks, and the reviews of those that somebody
// has touched. Everything follows from the number of a case, so that two ledgers of one size are the same.

import { MARK, markFor, markKey } from '../../lib/core/case-index.ts';
import { toJson } from '../../lib/core/ledger.ts';
import { Case, caseKey, Head, headKey } from '../../lib/core/records.ts';
import { type CaseState, Review, reviewKey } from '../../lib/core/records-cases.ts';
import type { Reason } from '../../lib/core/refusal.ts';
import { sha256 } from '../../lib/core/verify.ts';
import { unreviewed } from '../../lib/review/transitions.ts';

/** The last one was quarantined at this moment. */
export const NEWEST = Date.UTC(2026, 0, 1);
export const ME = 'local:ada';

export type Written = { readonly key: string; readonly body: Uint8Array };

// As often as they are named: most of what is held back hides something, little of it is malware.
const REASONS: readonly Reason[] = [
  ...Array<Reason>(40).fill('hidden-content'),
  ...Array<Reason>(20).fill('unverified'),
  ...Array<Reason>(12).fill('failed-redaction'),
  ...Array<Reason>(10).fill('personal-data'),
  ...Array<Reason>(8).fill('legacy-format'),
  ...Array<Reason>(4).fill('unsupported'),
  ...Array<Reason>(3).fill('encrypted'),
  ...(['malformed', 'limit', 'malware'] as const),
];
const FORMATS = ['pdf', 'docx', 'xlsx', 'pptx', 'odt'] as const;
const PRODUCERS = 50;

export const idOf = (n: number): string => sha256(Buffer.from(`case ${n}`)).slice(0, 32);

export const producerOf = (n: number): string => `producer-${String(n % PRODUCERS).padStart(2, '0')}`;

/** What stands in the ledger about the n-th of `count` cases, spread over so many days. */
export function caseOf(n: number, count: number, days: number): readonly Written[] {
  const at = new Date(NEWEST - Math.floor(((count - n) / count) * days * 86_400_000)).toISOString();
  const reason = REASONS[(n * 37) % REASONS.length] ?? 'limit';
  const tier = (['H', 'M', 'L'] as const)[n % 3] ?? 'H';
  const evidence = Case.parse({
    ...{ v: 1, caseId: idOf(n), state: 'open', reason, detail: 'a sheet that nobody sees', scanner: 'clamd' },
    key: `${producerOf(n)}/2026/document-${String(n).padStart(6, '0')}.pdf`,
    ...{ format: FORMATS[n % FORMATS.length] ?? null, mediaType: 'application/pdf' },
    source: { versionId: `v${n}`, etag: `"${idOf(n)}"`, size: 100_000 + n, sha256: sha256(Buffer.from(`${n}`)) },
    findings: Array.from({ length: 5 }, (_, i) => ({
      ...{ code: 'hidden-content', carrier: `xlsx.sheet.hidden`, at: `sheet ${i + 1}`, count: 1, tier },
      action: i === 0 ? 'quarantined' : 'removed',
    })),
    ...{ policy: `sha256:${'a'.repeat(64)}`, version: '0.1.0', at },
  });
  const body = toJson(evidence);
  const { key, caseId, source, policy, version } = evidence;
  const { sha256: _, ...src } = source;
  const head = Head.parse({ v: 1, key, nonce: `n${n}`, state: 'QUARANTINED', src, caseId, policy, version, at });
  const state = stateOf(n);
  const assignee = n % 11 === 0 ? ME : null;
  const written = [
    { key: caseKey(caseId), body },
    { key: headKey(key), body: toJson(head) },
    { key: markKey(markFor(evidence, state, at)), body: MARK },
  ];
  if (state === 'open' && assignee === null) return written;
  const review = Review.parse({ ...unreviewed(evidence, sha256(body)), state, assignee, nonce: `n${n}` });
  return [...written, { key: reviewKey(caseId), body: toJson(review) }];
}

/** One in ten has been decided; the others wait. */
function stateOf(n: number): CaseState {
  if (n % 10 === 9) return 'rejected';
  return n % 100 === 50 ? 'release-requested' : 'open';
}
