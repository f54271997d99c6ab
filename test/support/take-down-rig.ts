// The rig of the pipeline with an edge, caches, and somebody who orders take-downs.

import { CdnBusy } from '../../lib/core/edge.ts';
import type { ObjectStore } from '../../lib/core/store.ts';
import { type LedgerDenyList, ledgerDenyList } from '../../lib/edge/ledger-deny-list.ts';
import { endTakeDownOn, type TakeDownPlaces, takeDownOn } from '../../lib/take-down.ts';
import { type Rig, rig, TERMS } from './pipeline-rig.ts';

export type TakeDownRig = Rig & {
  readonly places: TakeDownPlaces;
  readonly edge: LedgerDenyList;
  /** What the caches were told, and how often they shall be too busy from now on. */
  readonly cdn: { readonly told: string[][]; readonly references: Set<string>; busy: number };
  readonly outdated: number[];
  takeDown(key: string, reason?: string): Promise<string>;
  lift(key: string): Promise<string>;
  denied(): Promise<string[]>;
};

/** `refused`: where the edge keeps its list; the ledger when left out. */
export function takeDownRig(
  options: NonNullable<Parameters<typeof rig>[0]> & { readonly refused?: ObjectStore } = {},
): TakeDownRig {
  const made = rig(options);
  const { staging, ledger, audit, now } = made.sanitize;
  const edge = ledgerDenyList(options.refused ?? ledger, now);
  const outdated: number[] = [];
  const cdn = {
    told: [] as string[][],
    references: new Set<string>(),
    busy: 0,
    async invalidate(publicKeys: readonly string[], reference: string) {
      if (cdn.busy > 0) {
        cdn.busy -= 1;
        throw new CdnBusy('busy');
      }
      cdn.told.push([...publicKeys]);
      cdn.references.add(reference);
    },
  };
  Object.assign(made.promote, { edge, cdn, onOutdated: (names: number) => outdated.push(names) });
  const places = { staging, ledger, audit, now, edge, promoteQueue: made.sanitize.promoteQueue, terms: TERMS };
  return {
    ...made,
    places,
    edge,
    cdn,
    outdated,
    takeDown: (key, reason = 'a court says so') => takeDownOn(places, { key, reason, by: 'Ada' }),
    lift: (key) => endTakeDownOn(places, { key, reason: 'another court says so', by: 'Grace' }),
    async denied() {
      const found: string[] = [];
      for await (const publicKey of ledgerDenyList(options.refused ?? made.stores.ledger, now).list())
        found.push(publicKey);
      return found.sort();
    },
  };
}
