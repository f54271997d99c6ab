// Adds up what another policy would do. Sums and a few examples are held, however many documents there are.

import type { Recorded } from './documents-on-record.ts';
import { EFFECTS, type EffectName, MAX_RECORDS, type PolicyDiff } from './policy-diff.ts';
import { type Moved, type PolicyChange, policyEffect } from './policy-effect.ts';

export type DiffOptions = {
  readonly change: PolicyChange;
  /** The release that would judge: the version up to the plus. */
  readonly release: string;
  readonly source: string;
  readonly prefix: string;
  /** How many of each effect. */
  readonly examples: number;
  /** How a document is called in the examples. */
  readonly nameOf: (key: string) => string;
};

type Of<T> = T & { readonly documents: number };
type Example = PolicyDiff['examples'][number];

export function sumEffects({ change, release, source, prefix, examples, nameOf }: DiffOptions) {
  const { before, after } = change;
  const counts = { documents: 0, published: 0, quarantined: 0, gone: 0, older: 0, withdrawn: 0 };
  const effects = new Map(EFFECTS.map((effect) => [effect, { documents: 0, older: 0 }]));
  const carriers = new Map<string, Of<Moved & { readonly effect: EffectName }>>();
  const reasons = new Map<string, PolicyDiff['reasons'][number]>();
  const unknown: Record<string, number> = {};
  const unreadable: string[] = [];
  const shown: Example[] = [];
  const withdraws = before.overwrite === 'keep-previous' && after.overwrite === 'withhold';

  const count = (effect: EffectName, isOlder: boolean, example: Omit<Example, 'effect'>) => {
    const { documents, older } = effects.get(effect) ?? { documents: 0, older: 0 };
    effects.set(effect, { documents: documents + 1, older: older + (isOlder ? 1 : 0) });
    if (example.why !== null) unknown[example.why] = (unknown[example.why] ?? 0) + 1;
    const isShown = effect !== 'same' && shown.filter((other) => other.effect === effect).length < examples;
    if (isShown) shown.push({ effect, ...example });
    return effect;
  };

  const countDocument = (one: Extract<Recorded, { is: 'document' }>): EffectName => {
    const { document, key, record, policy, version } = one;
    const isOlder = policy !== before.hash || version.split('+')[0] !== release;
    counts.documents += 1;
    counts[document.outcome] += 1;
    counts.older += isOlder ? 1 : 0;
    const result = policyEffect(document, change);
    const { effect } = result;
    const moved = 'moved' in result ? [...result.moved] : [];
    for (const { carrier, from, to } of moved) {
      const documents = (carriers.get(`${effect} ${carrier}`)?.documents ?? 0) + 1;
      carriers.set(`${effect} ${carrier}`, { effect, carrier, from, to, documents });
    }
    if ('reason' in result) {
      const documents = (reasons.get(`${effect} ${result.reason}`)?.documents ?? 0) + 1;
      reasons.set(`${effect} ${result.reason}`, { effect, reason: result.reason, documents });
    }
    // What would pass takes the place of its earlier version itself.
    if (withdraws && one.keepsPrevious && effect !== 'may-pass') counts.withdrawn += 1;
    return count(effect, isOlder, { document: nameOf(key), record, why: 'why' in result ? result.why : null, moved });
  };

  return {
    /** Answers what would become of it. */
    add(one: Recorded): EffectName | 'gone' {
      const { record } = one;
      switch (one.is) {
        case 'document':
          return countDocument(one);
        case 'gone':
          counts.gone += 1;
          return 'gone';
        case 'unreadable':
          if (unreadable.length < MAX_RECORDS) unreadable.push(record);
          return count('unknown', false, { document: '?', record, why: 'record-unreadable', moved: [] });
        case 'missing':
          return count('unknown', false, { document: nameOf(one.key), record, why: 'record-missing', moved: [] });
        case 'moving':
          return count('unknown', false, { document: nameOf(one.key), record, why: 'in-motion', moved: [] });
        case 'unjudged':
          return count('unknown', false, { document: nameOf(one.key), record, why: 'not-judged', moved: [] });
      }
    },
    /** Of what has been added so far. */
    sum: (at: Date, isWhole: boolean): PolicyDiff => ({
      ...{ v: 1, at: at.toISOString(), before: before.hash, after: after.hash, source, prefix, ...counts, isWhole },
      effects: Object.fromEntries(effects),
      carriers: sorted(carriers.values(), ({ carrier }) => carrier),
      reasons: sorted(reasons.values(), ({ reason }) => reason),
      ...{ unknown, unreadable, examples: shown },
    }),
  };
}

/** By effect, then the most documents first. */
function sorted<T extends { readonly effect: EffectName; readonly documents: number }>(
  rows: Iterable<T>,
  nameOf: (row: T) => string,
): T[] {
  return [...rows].sort(
    (a, b) =>
      EFFECTS.indexOf(a.effect) - EFFECTS.indexOf(b.effect) ||
      b.documents - a.documents ||
      (nameOf(a) < nameOf(b) ? -1 : 1),
  );
}
