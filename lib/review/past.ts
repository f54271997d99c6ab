// What else is on record of a case's document: whether something of it was public, its other cases, and other documents
// of the same bytes. A bounded number of reads, however much there is; what is cut off is said to be.

import { headIn, readHead } from '../core/ledger.ts';
import {
  type CaseMark,
  caseMarkOf,
  casesOfBytes,
  casesOfKey,
  type HistoryMark,
  historyMarkOf,
  historyOf,
  type ReleasedMark,
  releasedBy,
  releasedMarkOf,
  versionMark,
} from '../core/past-index.ts';
import type { Case, Head } from '../core/records.ts';
import type { ObjectStore } from '../core/store.ts';
import { inParallel } from '../stores/in-pages.ts';
import { ifReadable, type ReviewedCase, readCase } from './cases.ts';

/** A time in which something of the document was public. */
export type Stretch = {
  readonly fromMs: number;
  /** Undefined where its end is not on record: it goes on, if anything is public now. */
  readonly toMs: number | undefined;
  /** Whether the very version of the case was public in it. */
  readonly isThis: boolean;
};

/** A document that was published because of a release of the case. */
export type Released = { readonly key: string; readonly atMs: number; readonly isPublic: boolean | undefined };

export type Past = {
  /** Whether something of the document is public now; undefined while that is being changed. */
  readonly isPublic: boolean | undefined;
  /** It stood in public before anything was on record of it. */
  readonly wasThere: boolean;
  /** Newest first. */
  readonly stretches: readonly Stretch[];
  /** There is more than was looked at: stretches may have begun earlier. */
  readonly isCut: boolean;
  /** Other cases of the same key, and cases of the same bytes under other keys, newest first. */
  readonly others: readonly ReviewedCase[];
  readonly twins: readonly ReviewedCase[];
  readonly hasMore: boolean;
  /** The newest first; each key once. By an entry of the allow-list there may be many. */
  readonly released: readonly Released[];
  readonly hasMoreReleased: boolean;
};

type Ledger = Pick<ObjectStore, 'get' | 'list'>;

/** What one listing answers. */
const MAX_MARKS = 1000;
const MAX_CASES = 20;
const MAX_RELEASED = 50;

/** Rejects for outages, and where the head of the key was edited; what else was edited is left out. */
export async function pastOf(ledger: Ledger, evidence: Case): Promise<Past> {
  const { key, caseId, source } = evidence;
  const [head, history, ofKey, ofBytes, released] = await Promise.all([
    readHead(ledger, key),
    marksUnder(ledger, historyOf(key), historyMarkOf, MAX_MARKS),
    marksUnder(ledger, casesOfKey(key), caseMarkOf, MAX_CASES + 1),
    source.sha256 === null ? NONE : marksUnder(ledger, casesOfBytes(source.sha256), caseMarkOf, MAX_CASES + 1),
    marksUnder(ledger, releasedBy(caseId), releasedMarkOf, MAX_RELEASED),
  ]);
  const [others, same] = [await casesOf(ledger, ofKey.marks, caseId), await casesOf(ledger, ofBytes.marks, caseId)];
  return {
    isPublic: isPublicUnder(head),
    wasThere: evidence.of === 'public',
    stretches: stretchesOf(history.marks, versionMark(source.versionId)),
    isCut: history.isCut,
    others: others.found.filter((one) => one.evidence.key === key),
    twins: same.found.filter((one) => one.evidence.key !== key && one.evidence.source.sha256 === source.sha256),
    hasMore: ofKey.isCut || ofBytes.isCut || others.isCut || same.isCut,
    released: await releasedOf(ledger, released.marks),
    hasMoreReleased: released.isCut,
  };
}

const NONE = { marks: [], isCut: false };

async function marksUnder<M>(ledger: Ledger, prefix: string, read: (key: string) => M | undefined, max: number) {
  const marks: M[] = [];
  for await (const { key } of ledger.list(prefix)) {
    if (marks.length === max) return { marks, isCut: true };
    const mark = read(key);
    if (mark) marks.push(mark);
  }
  return { marks, isCut: false };
}

/** A mark is a hint: the records decide. One that was edited hides no other. */
async function casesOf(ledger: Ledger, marks: readonly CaseMark[], but: string) {
  const ids = [...new Set(marks.map(({ caseId }) => caseId))].filter((id) => id !== but).slice(0, MAX_CASES);
  const read = await inParallel(ids, (id) => ifReadable(() => readCase(ledger, id)));
  return { found: read.filter((one) => one !== undefined), isCut: read.includes(undefined) };
}

async function releasedOf(ledger: Ledger, marks: readonly ReleasedMark[]): Promise<readonly Released[]> {
  const newest = new Map(marks.toReversed().map((mark) => [mark.headKey, mark]));
  const found = await inParallel([...newest.values()], async ({ headKey, atMs }) => {
    const stored = await ledger.get(headKey);
    const head = stored && (await ifReadable(async () => headIn(stored)));
    return head && { key: head.key, atMs, isPublic: isPublicUnder(head) };
  });
  return found.filter((one) => one !== undefined).toSorted((a, b) => b.atMs - a.atMs);
}

function isPublicUnder(head: Head | undefined): boolean | undefined {
  switch (head?.state) {
    case undefined:
    case 'REMOVED':
      return false;
    case 'TAKEN_DOWN':
      return head.previous === 'withheld' ? false : undefined;
    case 'DONE':
    case 'STALE':
      return true;
    case 'ADOPTED':
      return head.previous === 'kept' || head.out !== undefined;
    case 'QUARANTINED':
      if (head.previous === 'withhold') return undefined;
      return head.previous === 'kept' && head.out !== undefined;
    default:
      return undefined;
  }
}

/** Marks come newest first, and may come twice. */
export function stretchesOf(marks: readonly HistoryMark[], version: string): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let open: { fromMs: number; isThis: boolean } | undefined;
  for (const mark of marks.toReversed()) {
    if (mark.what === 'public') {
      const isThis = mark.version === version;
      open = { fromMs: open?.fromMs ?? mark.atMs, isThis: isThis || (open?.isThis ?? false) };
    } else if (open) {
      stretches.unshift({ ...open, toMs: mark.atMs });
      open = undefined;
    }
  }
  return open ? [{ ...open, toMs: undefined }, ...stretches] : stretches;
}
