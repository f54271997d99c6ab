// Pictures of a case's pages: of the original, with boxes where findings are, and of what it would be rebuilt as. What
// lies under a failed redaction is painted over in the picture itself.

import { MAX_EVIDENCE_ROWS, MAX_ON_PAGES, type OnPage, type Thousandths } from '../core/evidence.ts';
import type { Case } from '../core/records.ts';
import type { Evidence } from '../core/records-evidence.ts';
import type { Reason } from '../core/refusal.ts';
import { MAX_DRAWN_BYTES, NO_PICTURE, type PictureAnswer, type PictureOrder } from '../picture-orders.ts';
import type { ReviewedCase } from '../review/cases.ts';
import type { ConsolePorts } from './ports.ts';

/** A page that people wait for does not wait longer for each of its pictures; what is late may be asked for again. */
export const PAGE_PATIENCE_MS = 8000;
/** API Gateway waits for thirty seconds. */
export const PICTURE_PATIENCE_MS = 20_000;

type Ports = Pick<ConsolePorts, 'pictures' | 'onFailure'>;
export type Evidenced = Evidence['rows'];

/** Or whoever draws failed. */
export type Picture = PictureAnswer | { readonly is: 'failed' };

/** Never rejects: a page without its pictures is a page. What a malware engine recognised is opened for nobody. */
export async function pictureOf(
  { pictures, onFailure }: Ports,
  { evidence, review: { state } }: ReviewedCase,
  rows: Evidenced,
  { what, page }: Pick<PictureOrder, 'what' | 'page'>,
  patienceMs: number,
): Promise<Picture> {
  const { caseId, key, format, reason, findings, source } = evidence;
  const isThere = reason !== 'malware' && state !== 'deleted' && source.size <= MAX_DRAWN_BYTES;
  if (!pictures || !isThere || !isKnownWhatToCover(evidence, rows)) return NO_PICTURE;
  if (what === 'after' && !MAY_BE_REBUILT[reason]) return { is: 'none', reason };
  const held = findings.filter(({ action }) => action === 'quarantined').map(({ carrier }) => carrier);
  const order: PictureOrder = {
    ...{ caseId, what, page, format, extension: extensionOf(key) },
    covered: coveredOf(evidence, rows),
    rules: [...new Set(held)].sort(),
  };
  const patience = new AbortController();
  const failed = (error: unknown): Picture => {
    // Nobody waits for it any more.
    if (patience.signal.aborted) return WAITING;
    onFailure(error);
    return { is: 'failed' };
  };
  const { promise: late, resolve } = Promise.withResolvers<Picture>();
  const timer = setTimeout(() => {
    resolve(WAITING);
    patience.abort();
  }, patienceMs);
  try {
    return await Promise.race([pictures(order, patience.signal).catch(failed), late]);
  } finally {
    clearTimeout(timer);
  }
}

const WAITING = { is: 'waiting' } as const;

function extensionOf(key: string): string {
  return /\.([a-z0-9]{1,20})$/i.exec(key)?.[1]?.toLowerCase() ?? '';
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

/** Evidence has so many places and no more: what it leaves out would be seen. */
function isKnownWhatToCover({ findings }: Case, rows: Evidenced): boolean {
  const nameOf = ({ carrier, at, action }: Pick<Evidenced[number], 'carrier' | 'at' | 'action'>) =>
    JSON.stringify([carrier, at, action]);
  const known = new Map(rows.map((row) => [nameOf(row), row.on.length]));
  return findings
    .filter(({ code }) => code === 'failed-redaction')
    .every(
      (finding) => (known.get(nameOf(finding)) ?? (rows.length < MAX_EVIDENCE_ROWS ? 0 : MAX_ON_PAGES)) < MAX_ON_PAGES,
    );
}

function coveredOf({ findings }: Case, rows: Evidenced): PictureOrder['covered'] {
  const redacted = new Set(findings.filter(({ code }) => code === 'failed-redaction').map(({ carrier }) => carrier));
  return rows.filter(({ carrier }) => redacted.has(carrier)).flatMap(({ on }) => on);
}

export function boxesOn(on: readonly OnPage[], page: number): readonly Thousandths[] {
  return on.filter((one) => one.page === page).map(({ box }) => box);
}
