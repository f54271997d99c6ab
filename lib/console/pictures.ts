// Pictures of a case's pages: of the original, with boxes where findings are, and of what it would be rebuilt as. What
// lies under a failed redaction is painted over in the picture itself.

import type { OnPage, Thousandths } from '../core/evidence.ts';
import { recordIn } from '../core/ledger.ts';
import type { Case } from '../core/records.ts';
import { payloadKey } from '../core/records-cases.ts';
import { Evidence, evidenceKey } from '../core/records-evidence.ts';
import type { Reason } from '../core/refusal.ts';
import type { Drawn } from '../preview.ts';
import type { Rebuilt } from '../rebuilt.ts';
import type { ReviewedCase } from '../review/cases.ts';
import type { ConsolePorts } from './ports.ts';

const MAX_DRAWN_BYTES = 100 * 1024 * 1024;
/** A page that people wait for does not wait longer for a document that is being rebuilt. */
const PATIENCE_MS = 4000;

type Ports = Pick<ConsolePorts, 'review' | 'draw' | 'rebuild'>;
export type Evidenced = Evidence['rows'];

export type After =
  | { readonly is: 'picture'; readonly drawn: Drawn }
  | { readonly is: 'waiting' }
  /** It cannot be rebuilt, for that reason; or it can, and nobody can draw it. */
  | { readonly is: 'none'; readonly reason: Reason | undefined };

export async function readEvidence({ review }: Pick<Ports, 'review'>, caseId: string): Promise<Evidenced> {
  const found = await review.ledger.get(evidenceKey(caseId));
  return found ? recordIn(found.body, Evidence).rows : [];
}

export async function readOriginal({ review, draw }: Ports, { evidence, review: { state } }: ReviewedCase) {
  if (!draw || evidence.reason === 'malware' || evidence.source.size > MAX_DRAWN_BYTES) return undefined;
  if (state === 'deleted') return undefined;
  return (await review.quarantine.get(payloadKey(evidence.caseId)))?.body;
}

/** Undefined where there is no picture. */
export async function drawBefore(
  { draw }: Ports,
  { format, findings }: Case,
  original: Uint8Array,
  rows: Evidenced,
  page: number,
): Promise<Drawn | undefined> {
  return draw?.(original, format, page, coveredOn(findings, rows, page));
}

/** Waits for a while only; asked for again, it goes on where it is. */
export async function drawAfter(
  { draw, rebuild }: Ports,
  { key, reason, findings }: Case,
  original: Uint8Array,
  rows: Evidenced,
  page: number,
  patienceMs: number = PATIENCE_MS,
): Promise<After> {
  if (!draw || !rebuild || !MAY_BE_REBUILT[reason]) return { is: 'none', reason };
  const held = findings.filter(({ action }) => action === 'quarantined').map(({ carrier }) => carrier);
  const rebuilt = await within(rebuild(original, key, [...new Set(held)].sort()), patienceMs);
  if (!rebuilt) return { is: 'waiting' };
  if (rebuilt.outcome === 'refused') return { is: 'none', reason: rebuilt.reason };
  const drawn = await draw(rebuilt.body, rebuilt.format, page, coveredOn(findings, rows, page));
  return drawn ? { is: 'picture', drawn } : { is: 'none', reason: undefined };
}

/** What a waiver would help, and what nobody has scanned. The rest would only fail again. */
const MAY_BE_REBUILT: Readonly<Record<Reason, boolean>> = {
  'active-content': true,
  'hidden-content': true,
  'failed-redaction': true,
  'personal-data': true,
  'not-scanned': true,
  malware: false,
  encrypted: false,
  malformed: false,
  unsupported: false,
  'legacy-format': false,
  limit: false,
  timeout: false,
  unverified: false,
  crashed: false,
};

async function within(promise: Promise<Rebuilt>, ms: number): Promise<Rebuilt | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(resolve, ms, undefined);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function coveredOn(findings: Case['findings'], rows: Evidenced, page: number): readonly Thousandths[] {
  const redacted = new Set(findings.filter(({ code }) => code === 'failed-redaction').map(({ carrier }) => carrier));
  return rows.filter(({ carrier }) => redacted.has(carrier)).flatMap(({ on }) => boxesOn(on, page));
}

export function boxesOn(on: readonly OnPage[], page: number): readonly Thousandths[] {
  return on.filter((one) => one.page === page).map(({ box }) => box);
}
