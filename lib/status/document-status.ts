// Where one document is, from the ledger and staging alone: read-only, so that a publisher's role can ask. Codes, counts
// and names of keys; never a value of a document, and not why somebody had it taken down.

import { z } from 'zod';
import { recordIn, UnreadableRecord } from '../core/ledger.ts';
import {
  Case,
  caseKey,
  FindingRecord,
  type Head,
  Head as HeadSchema,
  headKey,
  VerifyRecord,
  verifyKey,
} from '../core/records.ts';
import type { ShadowRecord } from '../core/records-shadow.ts';
import { REASONS } from '../core/refusal.ts';
import { readShadow } from '../core/shadow-on.ts';
import type { ObjectStore, ObjectVersion } from '../core/store.ts';
import { explain } from './reasons.ts';

const MAX_PLACES = 10;

export const WHERE = [
  /** What staging holds now is public, or what was public before was cleaned where it stood. */
  'published',
  /** It is staged and neither published nor quarantined yet. */
  'waiting',
  /** The channel was in shadow mode: it was judged, and nothing was done about it. */
  'shadow',
  'quarantined',
  /** It was deleted from staging and is on its way out. */
  'removing',
  'removed',
  /** Nothing brings it back but the end of the take-down. */
  'taken-down',
  /** Neither staging nor the ledger knows the key. */
  'unknown',
] as const;

export const DocumentStatus = z.strictObject({
  v: z.literal(1),
  key: z.string(),
  where: z.enum(WHERE),
  /** Since when it is so; null where nothing is on record. */
  since: z.iso.datetime().nullable(),
  /** What staging holds now. */
  staged: z.strictObject({ versionId: z.string(), bytes: z.int().nonnegative(), at: z.string() }).nullable(),
  /** Where it can be read, and whether that is an earlier version than the staged one. */
  public: z.strictObject({ keys: z.array(z.string()), isEarlier: z.boolean() }),
  quarantine: z
    .strictObject({
      caseId: z.string(),
      reason: z.enum(REASONS),
      detail: z.string(),
      means: z.string(),
      mend: z.string(),
    })
    .nullable(),
  /** What would have become of the staged version, where that is all that was done. */
  shadow: z
    .strictObject({
      outcome: z.enum(['published', 'quarantined']),
      /** Under which name, how large, and whether as the very bytes that were staged. */
      out: z.strictObject({ key: z.string(), bytes: z.int().nonnegative(), isUnchanged: z.boolean() }).nullable(),
      reason: z.enum(REASONS).nullable(),
      detail: z.string().nullable(),
      means: z.string().nullable(),
      mend: z.string().nullable(),
    })
    .nullable(),
  /** By carrier, with the first places: ordinals and numbers, never names from the document. */
  findings: z.array(FindingRecord.omit({ tier: true, at: true }).extend({ at: z.array(z.string()).max(MAX_PLACES) })),
});
export type DocumentStatus = z.infer<typeof DocumentStatus>;
type Finding = DocumentStatus['findings'][number];

/** What is read: whoever asks needs no more. */
export type StatusPlaces = {
  readonly ledger: Pick<ObjectStore, 'get'>;
  readonly staging: Pick<ObjectStore, 'head'>;
};

/**
 * Needs to read staging (a look, no bytes) and the ledger's `heads/`, `cases/`, `verified/` and `shadow/`. Rejects for outages, and
 * for records that cannot be read.
 */
export async function statusOf(
  ledger: StatusPlaces['ledger'],
  staging: StatusPlaces['staging'],
  key: string,
): Promise<DocumentStatus> {
  const [version, head] = await Promise.all([staging.head(key), read(ledger, headKey(key), HeadSchema)]);
  if (head && head.key !== key) throw new UnreadableRecord('a head that speaks of another key');
  const ofHead = whereIs(head, version);
  const aside = ofHead === 'waiting' ? await readShadow(ledger, key) : undefined;
  const isAside = aside !== undefined && aside.src.versionId === version?.versionId;
  const where = isAside ? 'shadow' : ofHead;
  const isCase = where === 'quarantined' && head?.caseId !== undefined;
  const opened = isCase ? await read(ledger, caseKey(head.caseId ?? ''), Case) : undefined;
  if (isCase && !opened) throw new UnreadableRecord('the head names a case that is not in the ledger');
  const work = where === 'published' && head?.work ? await read(ledger, verifyKey(head.work), VerifyRecord) : undefined;
  const keys = publicKeys(head);
  return {
    v: 1,
    key,
    where,
    since: where === 'waiting' ? (version?.modifiedAt ?? null) : ((isAside ? aside.at : head?.at) ?? null),
    staged: version ? { versionId: version.versionId, bytes: version.size, at: version.modifiedAt } : null,
    public: { keys, isEarlier: keys.length > 0 && where !== 'published' },
    quarantine: opened ? quarantineOf(opened) : null,
    shadow: isAside ? shadowOf(aside) : null,
    findings: byCarrier((isAside ? aside.findings : undefined) ?? opened?.findings ?? work?.findings ?? []),
  };
}

function quarantineOf({ caseId, reason, detail }: Case): DocumentStatus['quarantine'] {
  return { caseId, reason, detail, ...explain(reason) };
}

function shadowOf({ outcome, out, input, reason, detail }: ShadowRecord): DocumentStatus['shadow'] {
  const { means, mend } = reason === null ? { means: null, mend: null } : explain(reason);
  const published = out && { key: out.key, bytes: out.bytes, isUnchanged: out.sha256 === input };
  return { outcome, out: published, reason, detail, means, mend };
}

function whereIs(head: Head | undefined, version: ObjectVersion | undefined): DocumentStatus['where'] {
  if (head?.state === 'TAKEN_DOWN') return 'taken-down';
  if (!head) return version ? 'waiting' : 'unknown';
  if (!version && head.state === 'ADOPTED') return head.caseId === undefined ? 'published' : 'quarantined';
  if (!version) return head.state === 'REMOVED' ? 'removed' : 'removing';
  const isThis = head.src?.versionId === version.versionId;
  if (isThis && head.state === 'DONE') return 'published';
  return isThis && head.state === 'QUARANTINED' ? 'quarantined' : 'waiting';
}

/** Under which names something stands, as far as the ledger knows. */
function publicKeys(head: Head | undefined): string[] {
  switch (head?.state) {
    case 'DONE':
    case 'STALE':
      return head.out ? [head.out.key] : [];
    case 'ADOPTED':
      return head.previous === 'kept' || head.out ? [head.key] : [];
    case 'QUARANTINED':
      return head.out?.etag !== undefined && head.previous === 'kept' ? [head.out.key] : [];
    default:
      // While it is being promoted, removed or taken down, what stands there may change at any moment.
      return [];
  }
}

/** A carrier that occurs in a thousand cells is one line. */
function byCarrier(findings: readonly FindingRow[]): Finding[] {
  const rows = new Map<string, Finding>();
  for (const { carrier, code, action, count, at } of findings) {
    const name = `${carrier} ${action}`;
    const before = rows.get(name) ?? { carrier, code, action, count: 0, at: [] };
    rows.set(name, { ...before, count: before.count + count, at: [...before.at, at].slice(0, MAX_PLACES) });
  }
  const order = ['quarantined', 'removed', 'kept'];
  return [...rows.values()].sort(
    (a, b) => order.indexOf(a.action) - order.indexOf(b.action) || (a.carrier < b.carrier ? -1 : 1),
  );
}

type FindingRow = z.infer<typeof FindingRecord>;

async function read<T>(
  ledger: StatusPlaces['ledger'],
  recordKey: string,
  schema: z.ZodType<T>,
): Promise<T | undefined> {
  const found = await ledger.get(recordKey);
  return found && recordIn(found.body, schema);
}
