// What stands in the ledger about reviewing. `cases/<id>/case.json` is the evidence and is never changed;
// `reviews/<id>.json` is where the case stands, by compare-and-swap; `trail/<id>/<n>.json`, beside the audit trail, says who
// did what. Neither begins as what the sanitizer may write begins: who opens hostile bytes approves nothing.
// Each of these entries holds the hash of the one before it, and enough to make the review's record anew: an entry is
// written before the record is, so that nothing happens to a case that is not in its trail.

import { z } from 'zod';
import { headKey, Instant, Key, Sha256 } from './records.ts';
import { REASONS } from './refusal.ts';

export const CaseId = z.string().regex(/^[0-9a-f]{32}$/);

/** What still waits for somebody; a case without a record of its review is open. */
export const WAITING_STATES = ['open', 'release-requested', 'approved'] as const;
export const ENDED_STATES = ['released', 'rejected', 'deleted', 'superseded'] as const;
export const CASE_STATES = [...WAITING_STATES, ...ENDED_STATES] as const;
export type CaseState = (typeof CASE_STATES)[number];

/** `break-glass` may ask for the release of what a malware engine recognised; nobody has it by another role. */
export const ROLES = ['viewer', 'reviewer', 'approver', 'lead', 'break-glass'] as const;
export const Role = z.enum(ROLES);
export type Role = z.infer<typeof Role>;

/** Who somebody is, as the edge knows them and they cannot choose: 'local:ada', 'aws:…', 'oidc:…'. */
export const Principal = z.string().min(1).max(300);

/** May speak of people: it stands in the ledger and the trail, in no event and no log. */
export const ReviewText = z.string().min(1).max(4000);

/** Carrier ids of the case's quarantining findings; `malware` for what an engine recognised. */
export const Rules = z
  .array(z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)*$/))
  .min(1)
  .max(200);

/** Of the request; an approval names it, so that nobody approves what they have not seen. */
export const RequestId = z.uuid();

export const ReleaseRequest = z.strictObject({
  id: RequestId,
  by: Principal,
  reason: ReviewText,
  rules: Rules,
  expiresAt: Instant,
  /** For these bytes under any key: an entry of the allow-list, and who answers for it. */
  allow: z.strictObject({ owner: Principal }).optional(),
  at: Instant,
});
export type ReleaseRequest = z.infer<typeof ReleaseRequest>;

/** `waiver` is the id of the waiver that the approval made. */
export const Approval = z.strictObject({ by: Principal, at: Instant, waiver: z.uuid() });
export type Approval = z.infer<typeof Approval>;

export const Hold = z.strictObject({ by: Principal, reason: ReviewText, at: Instant });

/**
 * A newer version was uploaded · it was removed · the same version was judged again, and published, or held back as
 * another case.
 */
export const EndedBy = z.enum(['newer', 'removed', 'published', 'another-case']);

/** `reviews/<id>.json`. */
export const Review = z.strictObject({
  v: z.literal(1),
  caseId: CaseId,
  nonce: z.string(),
  state: z.enum(CASE_STATES),
  /** Since when it is in that state. */
  since: Instant,
  assignee: Principal.nullable(),
  /** A legal hold: nothing of the case is deleted. */
  hold: Hold.nullable(),
  comments: z.int().nonnegative(),
  request: ReleaseRequest.nullable(),
  approval: Approval.nullable(),
  /** The entry of the allow-list that was approved does not hold any more. */
  revoked: z.strictObject({ by: Principal, at: Instant }).optional(),
  /** Why it ended by itself. */
  ended: z.strictObject({ why: EndedBy, caseId: CaseId.nullable() }).nullable(),
  /** The last entry of the trail that this record knows, and the hash of its bytes. */
  trail: z.strictObject({ seq: z.int().nonnegative(), sha256: Sha256 }),
});
export type Review = z.infer<typeof Review>;
/** Without what makes each write of it another. */
export type ReviewState = Omit<Review, 'nonce'>;

/** What people do, and what follows by itself (`released`, `superseded`, `lapsed`, `resumed`). */
export const Deed = z.discriminatedUnion('what', [
  z.strictObject({ what: z.literal('request-release'), request: ReleaseRequest }),
  z.strictObject({ what: z.literal('withdraw'), reason: ReviewText }),
  z.strictObject({ what: z.literal('approve'), request: RequestId, waiver: z.uuid(), reason: ReviewText.nullable() }),
  z.strictObject({ what: z.literal('reject'), reason: ReviewText }),
  z.strictObject({ what: z.literal('reopen'), reason: ReviewText }),
  z.strictObject({ what: z.literal('rerun'), reason: ReviewText, run: z.uuid() }),
  z.strictObject({ what: z.literal('delete'), reason: ReviewText }),
  z.strictObject({ what: z.literal('assign'), to: Principal.nullable() }),
  z.strictObject({ what: z.literal('comment'), text: ReviewText }),
  z.strictObject({ what: z.literal('hold'), reason: ReviewText }),
  z.strictObject({ what: z.literal('unhold'), reason: ReviewText }),
  z.strictObject({ what: z.literal('download'), reason: ReviewText }),
  z.strictObject({ what: z.literal('revoke'), reason: ReviewText }),
  z.strictObject({ what: z.literal('released'), waiver: z.uuid() }),
  z.strictObject({ what: z.literal('superseded'), why: EndedBy, caseId: CaseId.nullable() }),
  /** The waiver expired before it was used. */
  z.strictObject({ what: z.literal('lapsed') }),
  /** It holds its document back after all: somebody had looked while its head was still to be written. */
  z.strictObject({ what: z.literal('resumed') }),
]);
export type Deed = z.infer<typeof Deed>;
export type DeedName = Deed['what'];
/** What is nobody's to say. */
export type ByItself = 'released' | 'superseded' | 'lapsed' | 'resumed';

/** `trail/<id>/<n>.json`, written once. The first one follows the evidence itself. */
export const CaseEntry = z.strictObject({
  v: z.literal(1),
  caseId: CaseId,
  seq: z.int().positive(),
  /** Of the bytes of the entry before; of `case.json` for the first. */
  prev: Sha256,
  at: Instant,
  by: Principal,
  roles: z.array(Role),
  from: z.enum(CASE_STATES),
  to: z.enum(CASE_STATES),
  deed: Deed,
  nonce: z.string(),
});
export type CaseEntry = z.infer<typeof CaseEntry>;

/** A reviewed, bounded permission to publish despite rules. */
export const Waiver = z.strictObject({
  id: z.uuid(),
  sha256: Sha256,
  rules: Rules,
  caseId: CaseId,
  requestedBy: Principal,
  approvedBy: Principal,
  approvedAt: Instant,
  expiresAt: Instant,
  /** Why the case holds the document back; waivers from before 2026-11-27 do not say. */
  reason: z.enum(REASONS).optional(),
});
export type Waiver = z.infer<typeof Waiver>;

/**
 * `waivers/<hash of key>.json`: what review has to say about one key. Its id is another each time that there is reason
 * to judge again what is quarantined; a head names the one that it was judged in view of.
 */
export const ReviewWord = z.strictObject({
  v: z.literal(1),
  key: Key,
  nonce: z.string(),
  id: z.uuid(),
  waiver: Waiver.nullable(),
  at: Instant,
});
export type ReviewWord = z.infer<typeof ReviewWord>;

/**
 * `waivers/bytes/<sha256>.json`: an entry of the allow-list. Its waiver holds for these bytes whatever their key; null once
 * it was revoked. `formers` are the waivers that stood here before: none of them comes back.
 */
export const AllowEntry = z.strictObject({
  v: z.literal(1),
  sha256: Sha256,
  nonce: z.string(),
  owner: Principal,
  waiver: Waiver.nullable(),
  formers: z.array(z.uuid()),
  at: Instant,
});
export type AllowEntry = z.infer<typeof AllowEntry>;

export const REVIEWS = 'reviews/';
export const reviewKey = (caseId: string) => `${REVIEWS}${caseId}.json`;
export const TRAIL = 'trail/';
export const entriesPrefix = (caseId: string) => `${TRAIL}${caseId}/`;
export const entryKey = (caseId: string, seq: number) => `${entriesPrefix(caseId)}${String(seq).padStart(8, '0')}.json`;
export const wordKey = (key: string) => headKey(key).replace(/^heads\//, 'waivers/');
export const ALLOW_LIST = 'waivers/bytes/';
export const allowKey = (sha256: string) => `${ALLOW_LIST}${sha256}.json`;
/** The original of the case, in the quarantine bucket; empty where it was deleted. */
export const payloadKey = (caseId: string) => `${caseId}/payload`;
