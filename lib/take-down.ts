// Orders and ends take-downs. The role that does it writes heads, take-downs and the audit trail, and the edge's list;
// it has no right on public: promote removes what stands there.

import { randomUUID } from 'node:crypto';
import { carryOut, casHead } from './core/carry-out.ts';
import type { EdgeDenyList } from './core/edge.ts';
import { putIf, putOnce, readHead, recordIn, toJson, UnreadableRecord } from './core/ledger.ts';
import { ownNames, ownsPublic, readClaim } from './core/public-names.ts';
import { headKey } from './core/records.ts';
import { type Order, TakeDown, TakeDownDecision, takeDownKey } from './core/records-take-downs.ts';
import type { Answer, Effect, EffectName, Outcome, Terms } from './core/settle.ts';
import type { ObjectStore, Queue } from './core/store.ts';
import { endTakeDown, takeDown } from './core/take-down.ts';

export type TakeDownPlaces = {
  readonly staging: ObjectStore;
  readonly ledger: ObjectStore;
  readonly audit: ObjectStore;
  readonly promoteQueue: Queue;
  readonly edge: EdgeDenyList;
  readonly now: () => Date;
  /** For a key that has no head yet. */
  readonly terms: Terms;
};

/** Who orders it, and why. */
export type Ordered = { readonly key: string; readonly by: string; readonly reason: string };

/** The tombstone stands and promote was told, but the edge could not be: promote goes on trying. */
export class EdgeUnreachable extends Error {
  override readonly name = 'EdgeUnreachable';
}

/** Can be repeated at any time, and is to be where it rejected. Rejects for outages only. */
export async function takeDownOn(places: TakeDownPlaces, { key, by, reason }: Ordered): Promise<Outcome> {
  const order = { by, reason, at: places.now().toISOString() };
  await decide(places, 'Take-Down Ordered', key, order);
  await record(places.ledger, key, (before) =>
    before && !before.ended ? before : { v: 1, key, nonce: randomUUID(), ordered: order },
  );
  let unreachable: unknown;
  const outcome = await carryOut(takeDown(key, places.terms), (effect) =>
    perform(places, effect, (error) => {
      unreachable ??= error;
    }),
  );
  if (unreachable) throw new EdgeUnreachable('the edge could not be told', { cause: unreachable });
  return outcome;
}

/** 'nothing' where the key is not taken down; nothing is recorded then. Rejects for outages only. */
export async function endTakeDownOn(places: TakeDownPlaces, { key, by, reason }: Ordered): Promise<Outcome> {
  const head = await readHead(places.ledger, key);
  if (head?.state !== 'TAKEN_DOWN' && head?.state !== 'LIFTING') return 'nothing';
  const order = { by, reason, at: places.now().toISOString() };
  await decide(places, 'Take-Down Ended', key, order);
  await record(places.ledger, key, (before) => before && { ...before, nonce: randomUUID(), ended: order });
  return carryOut(endTakeDown(key), (effect) => perform(places, effect));
}

/**
 * Which staging key is meant by a key that nobody staged: the document that is published under that name. Undefined
 * where neither staging nor the ledger knows it.
 */
export async function stagingKeyOf(
  { staging, ledger }: Pick<TakeDownPlaces, 'staging' | 'ledger'>,
  key: string,
): Promise<string | undefined> {
  if ((await ledger.head(headKey(key))) ?? (await staging.head(key))) return key;
  const holder = (await readClaim(ledger, key))?.key;
  return holder !== undefined && (await readHead(ledger, holder))?.out?.key === key ? holder : undefined;
}

/** Another document that is published under the key as its name, and would stay. */
export async function otherHolder(ledger: ObjectStore, key: string): Promise<string | undefined> {
  const holder = (await readClaim(ledger, key))?.key;
  if (holder === undefined || holder === key) return undefined;
  const isOwn = (await ownNames(ledger, { key, publicKeys: [key] })).length > 0;
  return isOwn ? undefined : holder;
}

/**
 * Brings back a take-down that the ledger has lost, as the audit trail or the edge knows it. Nothing new is decided, so
 * nothing is put on the trail. Can be repeated at any time. Where the edge does not answer, promote goes on trying.
 */
export async function restoreTakeDown(
  places: TakeDownPlaces,
  key: string,
  { ordered, ended }: Pick<TakeDown, 'ordered' | 'ended'>,
): Promise<void> {
  const lost = { v: 1 as const, key, nonce: randomUUID(), ordered, ...(ended && { ended }) };
  await record(places.ledger, key, (before) => before ?? lost);
  if (!ended) await carryOut(takeDown(key, places.terms), (effect) => perform(places, effect));
}

async function perform(
  places: TakeDownPlaces,
  effect: Effect,
  onUnreachable?: (error: unknown) => void,
): Promise<Answer<EffectName>> {
  switch (effect.effect) {
    case 'readHead':
      return readHead(places.ledger, effect.key);
    case 'casHead':
      return casHead(places, effect.key, effect.base, effect.next);
    case 'mayRemove':
      return ownsPublic(places.ledger, effect.key, effect.publicKey, 'look');
    case 'sendPromote':
      await places.promoteQueue.send(JSON.stringify(effect.message));
      return undefined;
    case 'deny':
      // An edge that does not answer is no reason to leave the document where it is.
      try {
        return await places.edge.deny(await ownNames(places.ledger, effect));
      } catch (error) {
        onUnreachable?.(error);
        return false;
      }
    default:
      throw new Error(`${effect.effect} is not this role's`);
  }
}

/** On record before anything is done, each order anew. */
async function decide(places: TakeDownPlaces, type: TakeDownDecision['type'], key: string, order: Order) {
  const decision = TakeDownDecision.parse({ type, key, ...order });
  const hour = order.at.slice(0, 13).replaceAll(/[-T]/g, '/');
  await putOnce(places.audit, `audit/${hour}/${order.at}-${randomUUID()}.json`, toJson(decision));
}

/** What somebody edited must not stand in the way of an order: the record is written anew. */
function readable(body: Uint8Array): TakeDown | undefined {
  try {
    return recordIn(body, TakeDown);
  } catch (error) {
    if (error instanceof UnreadableRecord) return undefined;
    throw error;
  }
}

const MAX_ATTEMPTS = 25;

async function record(
  ledger: ObjectStore,
  key: string,
  next: (before: TakeDown | undefined) => TakeDown | undefined,
): Promise<void> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const found = await ledger.get(takeDownKey(key));
    const before = found && readable(found.body);
    const after = next(before);
    if (after === before || after === undefined) return;
    const condition = found ? { ifMatch: found.version.etag } : { ifNoneMatch: '*' as const };
    if ((await putIf(ledger, takeDownKey(key), toJson(TakeDown.parse(after)), condition)) !== undefined) return;
  }
  throw new Error('the record of a take-down changes all the time');
}
