// What another policy would do to one document, from what is on record of it. A record says what was found and what was
// done with it, not what stands behind: what was removed is only looked into when it is kept, what is behind the first
// reason to hold a document back is not known, and a proof that was never made cannot be foreseen. Where that matters the
// answer is that the document has to be judged again.

import { type Carrier, type CarrierId, type Finding, reasonOf } from '../core/finding.ts';
import type { Policy, RuleAction } from '../core/policy.ts';
import type { Reason } from '../core/refusal.ts';

/** A document as a record, or the result of a run, has it. */
export type OnRecord = {
  readonly outcome: 'published' | 'quarantined';
  readonly reason: Reason | null;
  /** Null where it is not on record. */
  readonly format: string | null;
  readonly carriers: readonly Pick<Finding, 'carrier' | 'action'>[];
};

export type PolicyChange = {
  readonly before: Policy;
  readonly after: Policy;
  readonly known: ReadonlyMap<CarrierId, Carrier>;
  /** The formats that `legacyFormats` is about. */
  readonly convertible: ReadonlySet<string>;
};

/** One carrier of a document, and what would become of it. */
export type Moved = { readonly carrier: CarrierId; readonly from: RuleAction; readonly to: RuleAction };

/** Why it cannot be known. */
export type Unclear =
  /** A carrier on record is one that this release does not have. */
  | 'carrier-unknown'
  /** Held back for what no rule decides, and something in it would be treated otherwise. */
  | 'other-reason'
  /** What holds it back would still do so, unless it stands inside something that would be removed now. */
  | 'may-be-inside'
  /** The record does not say the format. */
  | 'format-unknown';

export type PolicyEffect =
  /** As it is now: published with the same bytes, or held back. */
  | { readonly effect: 'same' }
  /** Published now, and would be held back. */
  | { readonly effect: 'quarantined'; readonly reason: Reason; readonly moved: readonly Moved[] }
  /** Published now; something in it would be treated otherwise, and the result has to be made and proven anew. */
  | { readonly effect: 'changed'; readonly moved: readonly Moved[] }
  /** Held back now; nothing on record would hold it back any more. */
  | { readonly effect: 'may-pass'; readonly reason: Reason; readonly moved: readonly Moved[] }
  | { readonly effect: 'unknown'; readonly why: Unclear; readonly moved: readonly Moved[] };

// Said before policy is asked.
const BEFORE_POLICY: readonly Reason[] = ['malware', 'encrypted', 'not-scanned'];

export function policyEffect(document: OnRecord, change: PolicyChange): PolicyEffect {
  if (document.reason && BEFORE_POLICY.includes(document.reason)) return { effect: 'same' };
  const moved = movedIn(document, change);
  const legacy = legacyEffect(document, change, moved);
  if (legacy) return legacy;
  const isStrange = document.carriers.some(({ carrier }) => !change.known.has(carrier));
  const effect = document.outcome === 'published' ? ofPublished(moved, change) : ofHeld(document, moved, change);
  // What is certain stays certain, whatever else was found.
  return isStrange && effect.effect !== 'quarantined' ? { effect: 'unknown', why: 'carrier-unknown', moved } : effect;
}

function ofPublished(moved: readonly Moved[], { known }: PolicyChange): PolicyEffect {
  if (moved.length === 0) return { effect: 'same' };
  const fatal = moved.find(({ to }) => to === 'quarantine');
  // What stands inside something that is kept now and removed then is not looked at then.
  const hides = moved.some(({ from, to }) => from === 'keep' && drops(to));
  const code = fatal && known.get(fatal.carrier)?.code;
  if (!code || hides) return { effect: 'changed', moved };
  return { effect: 'quarantined', reason: reasonOf(code), moved };
}

function ofHeld({ reason, carriers }: OnRecord, moved: readonly Moved[], { after }: PolicyChange): PolicyEffect {
  if (moved.length === 0 || !reason) return { effect: 'same' };
  const holders = carriers.filter(({ action }) => action === 'quarantined').map(({ carrier }) => carrier);
  const isOfPolicy = holders.length > 0 && RULED.includes(reason);
  if (!isOfPolicy) return { effect: 'unknown', why: 'other-reason', moved };
  if (!holders.some((carrier) => after.actionFor(carrier) === 'quarantine'))
    return { effect: 'may-pass', reason, moved };
  return moved.some(({ to }) => drops(to)) ? { effect: 'unknown', why: 'may-be-inside', moved } : { effect: 'same' };
}

const RULED: readonly Reason[] = ['personal-data', 'active-content', 'hidden-content', 'failed-redaction'];

/** Whether documents from before 2007 are converted is no rule but a setting. */
function legacyEffect(
  { outcome, reason, format }: OnRecord,
  { before, after, convertible }: PolicyChange,
  moved: readonly Moved[],
): PolicyEffect | undefined {
  if (before.legacyFormats === after.legacyFormats) return undefined;
  if (format === null && outcome === 'published') return { effect: 'unknown', why: 'format-unknown', moved };
  if (format === null || !convertible.has(format)) return undefined;
  if (after.legacyFormats === 'quarantine')
    return outcome === 'published' ? { effect: 'quarantined', reason: 'legacy-format', moved } : { effect: 'same' };
  return reason === 'legacy-format'
    ? { effect: 'may-pass', reason, moved }
    : { effect: 'unknown', why: 'other-reason', moved };
}

/** The carriers of the document for which the policies differ, and what was done is not what would be. */
function movedIn({ carriers }: OnRecord, { before, after, known }: PolicyChange): readonly Moved[] {
  const moved = new Map<CarrierId, Moved>();
  for (const { carrier, action } of carriers) {
    if (!known.has(carrier)) continue;
    const [from, to] = [before.actionFor(carrier), after.actionFor(carrier)];
    // A record does not tell removing from flattening: the policy in force does.
    const isDone = DONE[to] === action && !(drops(from) && drops(to));
    if (from !== to && !isDone) moved.set(carrier, { carrier, from, to });
  }
  return [...moved.values()];
}

const DONE: Record<RuleAction, Finding['action']> = {
  remove: 'removed',
  flatten: 'removed',
  keep: 'kept',
  quarantine: 'quarantined',
};

const drops = (action: RuleAction) => action === 'remove' || action === 'flatten';
