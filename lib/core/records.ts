// What stands in the ledger and travels in queues, as schemas: read back, every record is parsed, never trusted.
// `schemas/*.json` are printed from here (npm run schemas), and a test holds them equal.

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { REASONS } from './refusal.ts';

export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
export const Key = z.string().min(1).max(1024);
export const Instant = z.iso.datetime();
export const PolicyHash = z.string().regex(/^sha256:[0-9a-f]{64}$/);
export const ScannerRecord = z.enum(['clamd', 'clamd-test-signatures', 'guardduty', 'none', 'not-run']);

/** The number of the malware definitions; records from before 2026-11-26 and engines without such a number do not say. */
const DEFINITIONS = { definitions: z.int().nonnegative().optional() };

/** The staging version that a record speaks of. */
export const Source = z.strictObject({ versionId: z.string(), etag: z.string(), size: z.int().nonnegative() });
export type Source = z.infer<typeof Source>;

/** What stands in the public bucket for a key. */
export const Output = z.strictObject({
  key: Key,
  sha256: Sha256,
  mediaType: z.string(),
  /** The public object's etag; absent until it has been written. */
  etag: z.string().optional(),
});
export type Output = z.infer<typeof Output>;

export const STATES = [
  'PROMOTING',
  'DONE',
  'STALE',
  'QUARANTINED',
  'REMOVING',
  'REMOVED',
  'TAKEN_DOWN',
  /** A take-down is being ended: public is empty, and the edge has to stop refusing. */
  'LIFTING',
  /** What stood in public without an original was judged there: `src` is a version of public, cleaned or held. */
  'ADOPTED',
] as const;

/**
 * The ledger's word on one key. The nonce makes every write's etag differ, so that compare-and-swap has no ABA hole
 * (equal bytes have equal etags in S3).
 */
export const Head = z.strictObject({
  v: z.literal(1),
  key: Key,
  nonce: z.string(),
  state: z.enum(STATES),
  src: Source.optional(),
  out: Output.optional(),
  /** The verified bytes that `out` was, or is being, written from. */
  work: Sha256.optional(),
  /** Public keys that earlier versions of this object may still stand under, or in a cache. */
  formers: z.array(Key).optional(),
  caseId: z.string().optional(),
  /** QUARANTINED: the word of the review in view of which it was judged. */
  word: z.uuid().optional(),
  /** With 'withhold' the public object still has to go. */
  previous: z.enum(['kept', 'withhold', 'withheld']).optional(),
  policy: PolicyHash,
  version: z.string(),
  at: Instant,
});
export type Head = z.infer<typeof Head>;

export const FindingRecord = z.strictObject({
  code: z.enum([
    'metadata',
    'active-content',
    'hidden-content',
    'trailing-data',
    'personal-data',
    'failed-redaction',
    'malware',
  ]),
  carrier: z.string(),
  at: z.string(),
  action: z.enum(['removed', 'kept', 'quarantined']),
  tier: z.enum(['H', 'M', 'L']),
  count: z.int().positive(),
});

/** The waiver that a document was judged under, and the rules that it was let through despite. */
export const Waived = z.strictObject({
  id: z.uuid(),
  caseId: z.string(),
  rules: z.array(z.string()).min(1),
  expiresAt: Instant,
  /** The bytes that it holds for under any key, where it is an entry of the allow-list. */
  sha256: Sha256.optional(),
  /** Why its case holds the document back; waivers from before 2026-11-27 do not say. */
  reason: z.enum(REASONS).optional(),
});
export type Waived = z.infer<typeof Waived>;

/** Who made a version, as the store or the console says it: 'AWS:AIDA…', 'local:ada'. It stands in cases alone. */
export const Uploader = z.string().min(1).max(300);

/** One quarantined object under review: `cases/<caseId>/case.json` in the ledger, and beside the payload. */
export const Case = z.strictObject({
  v: z.literal(1),
  caseId: z.string().regex(/^[0-9a-f]{32}$/),
  state: z.literal('open'),
  key: Key,
  source: Source.extend({ sha256: Sha256.nullable() }),
  /** Where it is known. */
  uploader: Uploader.optional(),
  /** Where the source stood, when that was not staging. */
  of: z.literal('public').optional(),
  reason: z.enum(REASONS),
  detail: z.string(),
  format: z.string().nullable(),
  mediaType: z.string().nullable(),
  findings: z.array(FindingRecord),
  /** It was quarantined although these were waived. */
  waived: z.array(Waived).optional(),
  /** The case of the same version that it follows: it was held back for another reason, or was published in between. */
  follows: z.string().optional(),
  scanner: ScannerRecord,
  ...DEFINITIONS,
  policy: PolicyHash,
  version: z.string(),
  at: Instant,
});
export type Case = z.infer<typeof Case>;

/** Written by the sanitize role alone; promote accepts a work object only with this beside it. */
export const VerifyRecord = z.strictObject({
  v: z.literal(1),
  work: Sha256,
  key: Key,
  src: Source,
  /** Where the source stood, when that was not staging, and what it was. */
  of: z.literal('public').optional(),
  srcSha256: Sha256.optional(),
  sha256: Sha256,
  bytes: z.int().nonnegative(),
  checks: z.array(z.string()),
  /** Of the original; records from before 2026-11-26 do not say. */
  format: z.string().optional(),
  mediaType: z.string(),
  findings: z.array(FindingRecord),
  /** It was released: what policy would have quarantined was waived by people. */
  waived: z.array(Waived).optional(),
  scanner: ScannerRecord,
  ...DEFINITIONS,
  /** The last scan since then that found nothing. */
  rescanned: z.strictObject({ scanner: ScannerRecord, ...DEFINITIONS, at: Instant }).optional(),
  policy: PolicyHash,
  version: z.string(),
  at: Instant,
});
export type VerifyRecord = z.infer<typeof VerifyRecord>;

/** Who owns a public key that is not the staging key's own (docm published as docx). */
export const Claim = z.strictObject({ v: z.literal(1), publicKey: Key, key: Key, nonce: z.string() });
export type Claim = z.infer<typeof Claim>;

export const RunId = z.string().regex(/^\d{8}T\d{6}Z-[0-9a-f]{8}$/);

export const Rescan = z.enum(['newer', 'all']);
export type Rescan = z.infer<typeof Rescan>;

/** The place of a message in a run: entry `n` of a shard. What a worker judges by has to be what the run was planned for. */
export const RunRef = z.strictObject({
  id: RunId,
  shard: z.int().nonnegative(),
  n: z.int().nonnegative(),
  policy: PolicyHash,
  /** What is settled is scanned again: where definitions are newer than those of its record, or in any case. */
  rescan: Rescan.optional(),
});
export type RunRef = z.infer<typeof RunRef>;

/** Which version an event spoke of, and who had made it. */
export const Upload = z.strictObject({ versionId: z.string().min(1), by: Uploader });
export type Upload = z.infer<typeof Upload>;

/**
 * To sanitize: key K may have changed. S3's own events are turned into this. With a run, what came of it is reported; with an
 * upload, a case of that version says whose it was.
 */
export const ReconcileMessage = z.strictObject({
  kind: z.literal('reconcile'),
  key: Key,
  run: RunRef.optional(),
  upload: Upload.optional(),
});
export type ReconcileMessage = z.infer<typeof ReconcileMessage>;

/**
 * Judge what stands under the key now, and report it; write nothing. `waiting`: since when it comes again, because a malware
 * engine has not looked at it, and which version the engine was asked about.
 */
export const AuditMessage = z.strictObject({
  kind: z.literal('audit'),
  of: z.enum(['staging', 'public']),
  key: Key,
  run: RunRef,
  waiting: z.strictObject({ since: Instant, asked: z.string().min(1).nullable() }).optional(),
});
export type AuditMessage = z.infer<typeof AuditMessage>;

/** How often an adoption was begun anew because the world moved on. */
const Attempt = z.int().nonnegative();
/** To the lane of runs, about a public object that has no original: look into it; judge it; or what a look came to. */
export const AdoptionMessage = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('adopt'), key: Key, attempt: Attempt, run: RunRef }),
  z.strictObject({
    kind: z.literal('taken-in'),
    key: Key,
    src: Source,
    base: z.string().nullable(),
    attempt: Attempt,
    run: RunRef,
  }),
  z.strictObject({ kind: z.literal('looked'), key: Key, found: z.enum(['gone', 'done']), run: RunRef }),
]);
export type AdoptionMessage = z.infer<typeof AdoptionMessage>;

const Etag = z.string().nullable();
const Adopting = { key: Key, attempt: Attempt, policy: PolicyHash, version: z.string(), run: RunRef };
/** From sanitize to promote. `base` is the etag of the head that the decision was made over; null: there was none. */
export const PromoteMessage = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('promote'),
    key: Key,
    src: Source,
    base: Etag,
    work: Sha256,
    out: Output,
    /** The waiver that it was judged under. */
    waiver: z.uuid().optional(),
    policy: PolicyHash,
    version: z.string(),
  }),
  z.strictObject({ kind: z.literal('remove'), key: Key }),
  z.strictObject({ kind: z.literal('confirm'), key: Key, base: z.string() }),
  z.strictObject({ kind: z.literal('take-in'), ...Adopting }),
  z.strictObject({ kind: z.literal('replace'), ...Adopting, src: Source, base: Etag, work: Sha256, out: Output }),
  z.strictObject({
    kind: z.literal('hold'),
    ...Adopting,
    src: Source,
    base: Etag,
    caseId: z.string(),
    withhold: z.boolean(),
  }),
]);
export type PromoteMessage = z.infer<typeof PromoteMessage>;
/** About documents that are staged. */
export type StagedMessage = Extract<PromoteMessage, { readonly kind: 'promote' | 'remove' | 'confirm' }>;

/** What the world is told, through SNS and EventBridge (source `spoorloos`, detail-type `type`). */
export const DocumentEvent = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('Document Promoted'),
    key: Key,
    versionId: z.string(),
    publicKey: Key,
    sha256: Sha256,
    mediaType: z.string(),
    findings: z.int().nonnegative(),
    policy: PolicyHash,
    version: z.string(),
    at: Instant,
    /** It was public before, and has no original in staging: `versionId` is of public. */
    inPlace: z.literal(true).optional(),
  }),
  z.strictObject({
    type: z.literal('Document Quarantined'),
    key: Key,
    versionId: z.string(),
    caseId: z.string(),
    reason: z.enum(REASONS),
    findings: z.int().nonnegative(),
    policy: PolicyHash,
    version: z.string(),
    at: Instant,
  }),
  /** Beside `Document Promoted`: people waived what policy held back. */
  z.strictObject({
    type: z.literal('Document Released'),
    key: Key,
    versionId: z.string(),
    publicKey: Key,
    sha256: Sha256,
    caseId: z.string(),
    waiver: z.uuid(),
    rules: z.array(z.string()),
    /** Why it was quarantined, where the waiver says. */
    reason: z.enum(REASONS).optional(),
    at: Instant,
  }),
  z.strictObject({ type: z.literal('Document Removed'), key: Key, publicKeys: z.array(Key), at: Instant }),
  z.strictObject({ type: z.literal('Processing Failed'), key: Key, at: Instant }),
]);
export type DocumentEvent = z.infer<typeof DocumentEvent>;

/** Spreads heads over 256 prefixes: S3 serves 3,500 puts and 5,500 gets a second for each. */
export const headKey = (key: string) => headKeyOf(headHash(key));
/** What stands for a key where its head is named by it. */
export const headHash = (key: string) => digest(key);
export const headKeyOf = (hash: string) => `heads/${hash.slice(0, 2)}/${hash}.json`;

/** Beside the heads, spread as they are. */
export function shadowKey(key: string): string {
  const hash = digest(key);
  return `shadow/${hash.slice(0, 2)}/${hash}.json`;
}

export function claimKey(publicKey: string): string {
  const hash = digest(publicKey);
  return `claims/${hash.slice(0, 2)}/${hash}.json`;
}

/**
 * The same object under the same policy has the same case, so quarantining twice is once. `more` tells apart what was
 * taken from public, and what review had judged again.
 */
export function caseIdOf(key: string, src: Source, policy: string, ...more: readonly string[]): string {
  return digest(key, src.versionId, policy, ...more).slice(0, 32);
}

export function workIdOf(key: string, src: Source, policy: string, version: string, of?: 'public'): string {
  return digest(key, src.versionId, policy, version, ...(of ? [of] : []));
}

/** Where in work a version of public lies that is to be judged: written by promote alone, read by sanitize. */
export const takenInKey = (key: string, { versionId, etag }: Source) => `intake/${digest(key, versionId, etag)}`;

export const caseKey = (caseId: string) => `cases/${caseId}/case.json`;
export const verifyKey = (work: string) => `verified/${work.slice(0, 2)}/${work}.json`;

/** Each part with its length before it, so that no two lists of parts read the same. */
function digest(...parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return hash.digest('hex');
}
