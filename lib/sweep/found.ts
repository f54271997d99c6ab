import { AMISS, type Amiss, type SweepRecord } from '../core/records-sweep.ts';
import type { OnAmiss } from './sweep.ts';

type Found = SweepRecord['found'][number];

const MAX_KEYS = 20;

/** Adds up what a sweep finds: how many of each kind, for how many a reconcile was sent, and the first keys. */
export function tallyOf(earlier: readonly Found[] = []): { readonly onAmiss: OnAmiss; found(): readonly Found[] } {
  const tally = new Map<Amiss, Found>(earlier.map((one) => [one.amiss, one]));
  return {
    onAmiss(amiss, key, isMending) {
      const { count, mending, keys } = tally.get(amiss) ?? { count: 0, mending: 0, keys: [] };
      const next = { amiss, count: count + 1, mending: mending + (isMending ? 1 : 0) };
      tally.set(amiss, { ...next, keys: keys.length < MAX_KEYS ? [...keys, key] : keys });
    },
    found: () => [...tally.values()].sort((a, b) => AMISS.indexOf(a.amiss) - AMISS.indexOf(b.amiss)),
  };
}
