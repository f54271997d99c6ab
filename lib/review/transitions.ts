// What may be done with a case, by whom, in which state: pure, and exhaustive over states and deeds. Four eyes are
// counted here and nowhere else.

import type { Case } from '../core/records.ts';
import {
  type CaseEntry,
  type CaseState,
  type Deed,
  type DeedName,
  type ReviewState,
  type Role,
  Rules,
} from '../core/records-cases.ts';
import { isUnexpired, MALWARE_RULE, waivableRules } from '../core/waivers.ts';
import { samePerson } from './principals.ts';

/** Somebody, as the edge knows them, with the roles that it gives them. */
export type Actor = { readonly principal: string; readonly roles: readonly Role[] };

/** The roles of what follows by itself. */
export const SYSTEM: Actor = { principal: 'spoorloos', roles: [] };

/** An entry of the allow-list is looked at again once a year at least. */
export const MAX_ALLOWED_DAYS = 366;
const MAX_ALLOWED_MS = MAX_ALLOWED_DAYS * 24 * 3_600_000;

export const REFUSALS = [
  'not-found',
  /** The case is in a state in which this cannot be done. */
  'state',
  /** The actor's roles do not allow it. */
  'role',
  'same-person',
  /** The request is not the one that was looked at. */
  'other-request',
  'expired',
  /** No waiver would help: the reason is none of the policy's, or the original was never read. */
  'not-waivable',
  /** A rule that did not hold this document back. */
  'other-rules',
  'held',
  /** The original is not in quarantine any more. */
  'no-payload',
  /** An entry of the allow-list for what a malware engine recognised. */
  'key-only',
  /** For longer than an entry of the allow-list may hold. */
  'too-long',
  /** More than is packed into an archive at once. */
  'too-large',
  /** Somebody else was first, again and again. */
  'busy',
] as const;
export type RefusalCode = (typeof REFUSALS)[number];

/** Where each deed leads from each state; what is not named is refused. */
const LEADS_TO: Readonly<Record<DeedName, Partial<Record<CaseState, CaseState>>>> = {
  'request-release': { open: 'release-requested' },
  withdraw: { 'release-requested': 'open', approved: 'open' },
  approve: { 'release-requested': 'approved' },
  reject: { open: 'rejected', 'release-requested': 'rejected' },
  reopen: { rejected: 'open' },
  rerun: { open: 'open', rejected: 'open' },
  delete: { open: 'deleted', rejected: 'deleted', superseded: 'deleted' },
  assign: staying('open', 'release-requested', 'approved', 'rejected'),
  comment: staying('open', 'release-requested', 'approved', 'released', 'rejected', 'deleted', 'superseded'),
  hold: staying('open', 'release-requested', 'approved', 'released', 'rejected', 'superseded'),
  unhold: staying('open', 'release-requested', 'approved', 'released', 'rejected', 'superseded'),
  download: staying('open', 'release-requested', 'approved', 'released', 'rejected', 'superseded'),
  revoke: staying('approved', 'released', 'deleted', 'superseded'),
  released: { approved: 'released' },
  superseded: { open: 'superseded', 'release-requested': 'superseded', approved: 'superseded' },
  lapsed: { approved: 'open' },
  resumed: { superseded: 'open' },
};

const REVIEWING: readonly Role[] = ['reviewer', 'approver', 'lead'];

/** Who may, by any one of these roles. */
const MAY: Readonly<Record<DeedName, readonly Role[]>> = {
  'request-release': REVIEWING,
  withdraw: REVIEWING,
  approve: ['approver', 'lead'],
  reject: REVIEWING,
  reopen: ['approver', 'lead'],
  rerun: REVIEWING,
  delete: ['lead'],
  assign: REVIEWING,
  comment: REVIEWING,
  hold: REVIEWING,
  unhold: ['lead'],
  download: REVIEWING,
  revoke: REVIEWING,
  released: [],
  superseded: [],
  lapsed: [],
  resumed: [],
};

/** The state that the deed leads to, or why it is not done. */
export function decide(
  evidence: Case,
  review: ReviewState,
  actor: Actor,
  deed: Deed,
  now: Date,
): { readonly to: CaseState } | { readonly refused: RefusalCode } {
  if (!mayDo(actor, deed.what)) return { refused: 'role' };
  const to = LEADS_TO[deed.what][review.state];
  if (to === undefined) return { refused: 'state' };
  const refused = refusalOf(evidence, review, actor, deed, now);
  return refused ? { refused } : { to };
}

/** What people do. */
export const DEEDS = [
  'request-release',
  'withdraw',
  'approve',
  'reject',
  'reopen',
  'rerun',
  'delete',
  'assign',
  'comment',
  'hold',
  'unhold',
  'download',
  'revoke',
] as const satisfies readonly DeedName[];

/** The deeds that this person could do now, for buttons; whether they succeed is decided when they are done. */
export function possible(evidence: Case, review: ReviewState, actor: Actor): readonly DeedName[] {
  const isMalware = evidence.reason === 'malware';
  return DEEDS.filter((what) => {
    if (!mayDo(actor, what) || LEADS_TO[what][review.state] === undefined) return false;
    switch (what) {
      case 'request-release':
        return waivableRules(evidence) !== undefined && (!isMalware || actor.roles.includes('break-glass'));
      case 'approve':
        return !isOwn(review, actor) && (!isMalware || actor.roles.includes('lead'));
      case 'delete':
        return review.hold === null;
      case 'hold':
        return review.hold === null;
      case 'unhold':
        return review.hold !== null;
      case 'revoke':
        return isAllowing(review);
      default:
        return actor !== SYSTEM;
    }
  });
}

function mayDo(actor: Actor, what: DeedName): boolean {
  const roles = MAY[what];
  // What follows by itself is nobody's to say.
  return roles.length === 0 ? actor === SYSTEM : roles.some((role) => actor.roles.includes(role));
}

function isOwn({ request }: ReviewState, { principal }: Actor): boolean {
  return request !== null && samePerson(request.by, principal);
}

function refusalOf(evidence: Case, review: ReviewState, actor: Actor, deed: Deed, now: Date): RefusalCode | undefined {
  switch (deed.what) {
    case 'request-release': {
      const rules = waivableRules(evidence);
      if (!rules) return 'not-waivable';
      const { request } = deed;
      if (!Rules.safeParse(request.rules).success || !request.rules.every((rule) => rules.includes(rule)))
        return 'other-rules';
      if (request.rules.includes(MALWARE_RULE) && !actor.roles.includes('break-glass')) return 'role';
      if (request.allow && request.rules.includes(MALWARE_RULE)) return 'key-only';
      if (request.allow && isUnexpired(request, new Date(now.getTime() + MAX_ALLOWED_MS))) return 'too-long';
      return isUnexpired(request, now) ? undefined : 'expired';
    }
    case 'approve': {
      const { request } = review;
      if (request?.id !== deed.request) return 'other-request';
      if (isOwn(review, actor)) return 'same-person';
      if (request.rules.includes(MALWARE_RULE) && !actor.roles.includes('lead')) return 'role';
      return isUnexpired(request, now) ? undefined : 'expired';
    }
    case 'withdraw':
      // One's own request, or somebody's who decides.
      return isOwn(review, actor) || actor.roles.some((role) => role === 'approver' || role === 'lead')
        ? undefined
        : 'role';
    case 'rerun':
      return evidence.of ? 'not-waivable' : undefined;
    case 'delete':
      return review.hold ? 'held' : undefined;
    case 'released':
      return review.approval?.waiver === deed.waiver ? undefined : 'other-request';
    case 'hold':
      return review.hold ? 'held' : undefined;
    case 'unhold':
      return review.hold ? undefined : 'state';
    case 'revoke':
      return isAllowing(review) ? undefined : 'state';
    default:
      return undefined;
  }
}

/** Is something on the allow-list because of it? Whatever became of its document since: it may stand elsewhere. */
export function isAllowing({ request, approval, revoked }: ReviewState): boolean {
  return request?.allow !== undefined && approval !== null && revoked === undefined;
}

/** What the review's record says after an entry of the trail. The records are the sum of their entries. */
export function afterEntry(review: ReviewState, entry: CaseEntry, sha256: string): ReviewState {
  const { deed, by, at, to, seq } = entry;
  const since = to === review.state ? review.since : at;
  const next = { ...review, state: to, since, trail: { seq, sha256 } };
  switch (deed.what) {
    case 'request-release': {
      const { revoked: _, ...asked } = next;
      return { ...asked, request: deed.request, approval: null };
    }
    case 'approve':
      return { ...next, approval: { by, at, waiver: deed.waiver } };
    case 'withdraw':
    case 'lapsed':
      return { ...next, request: null, approval: null };
    case 'assign':
      return { ...next, assignee: deed.to };
    case 'comment':
      return { ...next, comments: review.comments + 1 };
    case 'hold':
      return { ...next, hold: { by, reason: deed.reason, at } };
    case 'unhold':
      return { ...next, hold: null };
    case 'revoke':
      return { ...next, revoked: { by, at } };
    case 'resumed':
      return { ...next, request: null, approval: null, ended: null };
    case 'superseded':
      return { ...next, ended: { why: deed.why, caseId: deed.caseId } };
    case 'reject':
    case 'reopen':
    case 'rerun':
    case 'delete':
    case 'download':
    case 'released':
      return next;
  }
}

/** Of a case that nobody has done anything with: the trail begins with the evidence. */
export function unreviewed({ caseId, at }: Case, evidenceSha256: string): ReviewState {
  const nothing = { assignee: null, hold: null, comments: 0, request: null, approval: null, ended: null };
  return { v: 1, caseId, state: 'open', since: at, ...nothing, trail: { seq: 0, sha256: evidenceSha256 } };
}

function staying(...states: readonly CaseState[]): Partial<Record<CaseState, CaseState>> {
  return Object.fromEntries(states.map((state) => [state, state]));
}
