// One step of a sweep that outlives a process: where the last step stopped stands in the ledger, and what is found is
// added up there. A step that is lost is done again; a reconcile too many is harmless.

import { randomUUID } from 'node:crypto';
import { putIf, putOnce, recordIn, toJson } from '../core/ledger.ts';
import { AMISS, type Amiss, SWEEP_STATE_KEY, SweepRecord, sweepKey } from '../core/records-sweep.ts';
import type { ObjectStore } from '../core/store.ts';
import { tallyOf } from './found.ts';
import { type SweepOptions, type SweepPlaces, sweep } from './sweep.ts';

export type StepPlaces = SweepPlaces & { readonly ledger: Pick<ObjectStore, 'list' | 'get' | 'put'> };

/** What somebody has to be told of: what is stale after an upgrade or under a new policy is a replay's work, and expected. */
export function alarmingIn({ found }: Pick<SweepRecord, 'found'>): number {
  return found.reduce((sum, { amiss, count }) => sum + (amiss === 'stale' ? 0 : count), 0);
}

/**
 * Goes on until `isOver`. Resolves with the record, which has no position when the sweep has come to its end; or with
 * nothing where the last one began less than `everyMs` ago and came to its end.
 */
export async function sweepStep(
  places: StepPlaces,
  options: Pick<SweepOptions, 'maxMends' | 'graceMs' | 'isOver'> & { readonly everyMs?: number },
): Promise<SweepRecord | undefined> {
  const before = await read(places.ledger);
  const dueAt = before && Date.parse(before.record.startedAt) + (options.everyMs ?? 0);
  if (before && !before.record.position && places.now().getTime() < (dueAt ?? 0)) return undefined;
  const begun = before?.record.position
    ? before.record
    : { v: 1 as const, startedAt: places.now().toISOString(), looked: 0, found: [], position: undefined };
  const tally = tallyOf(begun.found);
  const { position, looked } = await sweep(places, {
    ...options,
    ...(begun.position && { from: withoutUndefined(begun.position) }),
    onAmiss: tally.onAmiss,
  });
  const record = SweepRecord.parse({
    v: 1,
    nonce: randomUUID(),
    startedAt: begun.startedAt,
    looked: begun.looked + looked,
    ...(position ? { position } : { endedAt: places.now().toISOString() }),
    found: tally.found(),
  });
  if (!position) await putOnce(places.ledger, sweepKey(record.startedAt), toJson(record));
  // Where another sweeper was first, it goes on, and this step's work was done twice.
  await putIf(places.ledger, SWEEP_STATE_KEY, toJson(record), before ? { ifMatch: before.etag } : { ifNoneMatch: '*' });
  return record;
}

/** How many of each are amiss, those at zero included: what a metric wants. */
export function countsOf({ found }: Pick<SweepRecord, 'found'>): Readonly<Record<Amiss, number>> {
  const counts = Object.fromEntries(found.map(({ amiss, count }) => [amiss, count]));
  return Object.fromEntries(AMISS.map((amiss) => [amiss, counts[amiss] ?? 0])) as Record<Amiss, number>;
}

async function read(ledger: StepPlaces['ledger']) {
  const found = await ledger.get(SWEEP_STATE_KEY);
  return found && { record: recordIn(found.body, SweepRecord), etag: found.version.etag };
}

const withoutUndefined = ({ pass, after }: NonNullable<SweepRecord['position']>) => ({
  pass,
  ...(after !== undefined && { after }),
});
