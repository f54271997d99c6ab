import type { Context, RemovedValue } from '../../core/format.ts';

const MAX_VALUES = 20_000;

/** Occurrences of one document, gathered: a metafile has thousands of records, and a finding for each helps nobody. */
export type Tally = {
  /** Notes an occurrence and answers whether policy wants it gone. */
  drop(carrier: string, at: string, values?: Iterable<RemovedValue>): boolean;
  /** Reports one finding for each carrier, at its first place. */
  report(): void;
};

type Row = { readonly at: string; count: number; readonly values: Set<RemovedValue> };

export function tallyOf({ policy, found }: Pick<Context, 'policy' | 'found'>): Tally {
  const rows = new Map<string, Row>();
  return {
    drop(carrier, at, values = []) {
      const row = rows.get(carrier) ?? { at, count: 0, values: new Set() };
      rows.set(carrier, row);
      row.count++;
      for (const value of values) if (row.values.size < MAX_VALUES) row.values.add(value);
      return policy.actionFor(carrier) !== 'keep';
    },
    report() {
      for (const [carrier, { at, count, values }] of rows) found(carrier, at, { count, values });
    },
  };
}
