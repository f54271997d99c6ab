// A pipeline with a document in every state there is, whose ledger is then lost in part or wholly.

import { headIn, recordIn } from '../../lib/core/ledger.ts';
import { Claim } from '../../lib/core/records.ts';
import type { ObjectStore } from '../../lib/core/store.ts';
import type { RecoveryPlaces } from '../../lib/recovery/places.ts';
import { memoryStore } from '../../lib/stores/memory-store.ts';
import { all, textOf } from './pipeline-rig.ts';
import { type TakeDownRig, takeDownRig } from './take-down-rig.ts';

export type Populated = TakeDownRig & { readonly trail: ObjectStore; readonly recovery: RecoveryPlaces };

type Options = NonNullable<Parameters<typeof takeDownRig>[0]> & { readonly only?: readonly string[] };

/**
 * `refused`: where the edge keeps its list, when that is not lost with the ledger. `only`: the documents, all when left
 * out.
 */
export async function populated({ only, ...options }: Options = {}): Promise<Populated> {
  const trail = options.audit ?? memoryStore();
  const made = takeDownRig({ ...options, audit: trail });
  const isIn = (key: string) => !only || only.includes(key);
  const settled = async (work: () => Promise<unknown>, key: string) => {
    if (!isIn(key)) return;
    await work();
    await made.drain();
  };
  const uploads = [
    ['published.txt', 'one'],
    ['renamed.docm', 'macro two'],
    ['held.txt', 'bad three'],
    ['previous.txt', 'four'],
    ['previous.txt', 'bad four'],
    ['withheld.txt', 'kept five'],
    ['withheld.txt', 'bad five'],
    ['removed.txt', 'six'],
    ['plain-again.docm', 'macro seven'],
    ['plain-again.docm', 'seven'],
    ['down.txt', 'eight'],
    ['down.docm', 'macro nine'],
    ['down-and-gone.txt', 'ten'],
    ['lifted.txt', 'eleven'],
    ['replaced.docm', 'macro twelve'],
    ['again.txt', 'thirteen'],
  ] as const;
  await made.stores.public.put('adopted.txt', Buffer.from('from before'));
  for (const [key, text] of uploads) await settled(() => made.put(key, text), key);
  await settled(() => made.remove('removed.txt'), 'removed.txt');
  for (const key of ['down.txt', 'down.docm', 'down-and-gone.txt', 'lifted.txt'])
    await settled(() => made.takeDown(key), key);
  await settled(() => made.lift('lifted.txt'), 'lifted.txt');
  await settled(() => made.remove('down-and-gone.txt'), 'down-and-gone.txt');
  await settled(() => made.remove('replaced.docm'), 'replaced.docm');
  await settled(() => made.put('replaced.docx', 'fourteen'), 'replaced.docm');
  // Deleted, and then a new upload that is held back: what was deleted must not be there.
  if (isIn('again.txt')) await made.stores.staging.remove('again.txt');
  await settled(() => made.put('again.txt', 'bad thirteen'), 'again.txt');
  const { staging, ledger, quarantine, public: published } = made.stores;
  const { liveQueue, overwrite } = made.sanitize;
  const recovery = {
    ...made.places,
    staging,
    ledger,
    quarantine,
    public: published,
    audit: trail,
    liveQueue,
    overwrite,
  };
  return { ...made, trail, recovery };
}

/** Removes records of the ledger for good. */
export async function lose(
  { stores }: TakeDownRig,
  isLost: (recordKey: string, n: number) => boolean,
): Promise<number> {
  const lost = (await all(stores.ledger)).filter(isLost);
  for (const key of lost) await stores.ledger.remove(key);
  return lost.length;
}

/** What the places hold and the ledger says, nonces, times and verified bytes apart. */
export async function stateOf(made: TakeDownRig): Promise<unknown> {
  const { ledger } = made.stores;
  const heads: Record<string, unknown> = {};
  const cases: Record<string, unknown> = {};
  const claims: Record<string, string> = {};
  for (const recordKey of await all(ledger)) {
    const found = await ledger.get(recordKey);
    if (!found) continue;
    if (recordKey.startsWith('heads/')) {
      const { key, state, src, out, previous, caseId } = headIn(found);
      const isShown = state === 'DONE' || previous === 'kept';
      heads[key] = [state, src?.versionId, isShown && [out?.key, out?.etag], previous, caseId];
    }
    if (recordKey.startsWith('cases/') || recordKey.startsWith('case-index/'))
      cases[recordKey] = await textOf(ledger, recordKey);
    if (recordKey.startsWith('claims/')) {
      const { publicKey, key } = recordIn(found.body, Claim);
      claims[publicKey] = key;
    }
  }
  return { published: await made.published(), denied: await made.denied(), heads, cases, claims };
}
