// People who review what histories hold back. What they do goes through the real functions; each operation stands at a
// gate of theirs, so that they stall, fail and are killed as workers are.

import { waivableRules } from '../../lib/core/waivers.ts';
import { actOn, type Order, type ReviewPlaces } from '../../lib/review/act.ts';
import { type ReviewedCase, readCase } from '../../lib/review/cases.ts';
import type { Actor } from '../../lib/review/transitions.ts';
import { MadeFault } from './scheduler.ts';

const NAMES = ['ada', 'grace'] as const;
export type Person = (typeof NAMES)[number];
/** Each could do everything alone, but for being two. */
export const PEOPLE: Readonly<Record<Person, Actor>> = {
  ada: { principal: 'local:ada', roles: ['reviewer', 'approver', 'lead'] },
  grace: { principal: 'local:grace', roles: ['reviewer', 'approver', 'lead'] },
};
/** `allow`: asks for a release of these bytes under any key. */
export const DEEDS = [
  'request-release',
  'allow',
  'approve',
  'withdraw',
  'reject',
  'reopen',
  'rerun',
  'delete',
  'revoke',
] as const;

export type Decision = {
  readonly does: 'decide';
  readonly key: string;
  readonly by: Person;
  readonly what: (typeof DEEDS)[number];
  /** Of which of the key's cases, counted from the newest. */
  readonly back: number;
};

/** How long a release is asked for, and how far time is put forward at once. */
export const RELEASE_MS = 3_600_000;
export const LATER_MS = 2 * RELEASE_MS;

/** Done over what the person saw a moment ago. Resolves whatever happens; says what no fault explains. */
export async function decide(
  places: ReviewPlaces,
  seen: Pick<ReviewPlaces, 'ledger' | 'now'>,
  caseId: string,
  { by, what }: Decision,
): Promise<{ readonly done: boolean; readonly wrong?: string }> {
  const looked = await readCase(seen.ledger, caseId);
  const order = looked && orderOf(what, PEOPLE[by], looked, seen.now());
  if (!order) return { done: false };
  try {
    return { done: (await actOn(places, PEOPLE[by], caseId, order)).done };
  } catch (error) {
    return { done: false, ...(!(error instanceof MadeFault) && { wrong: `${by} could not ${what}: ${error}` }) };
  }
}

function orderOf(
  what: Decision['what'],
  { principal: owner }: Actor,
  { evidence, review }: ReviewedCase,
  now: Date,
): Order | undefined {
  const reason = 'somebody asked';
  switch (what) {
    case 'request-release':
    case 'allow': {
      const rules = waivableRules(evidence);
      const expiresAt = new Date(now.getTime() + RELEASE_MS).toISOString();
      const allow = what === 'allow' ? { owner } : undefined;
      return rules && { what: 'request-release', reason, rules, expiresAt, ...(allow && { allow }) };
    }
    case 'approve':
      return review.request ? { what, request: review.request.id, reason: null } : undefined;
    default:
      return { what, reason };
  }
}
