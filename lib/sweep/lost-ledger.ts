// Whether the ledger was lost, which nothing else notices: a pipeline without its heads goes on, and publishes what was
// taken down. Heads are never deleted, so of whatever the audit trail tells there has to be one: some of the oldest
// entries are asked about, and some of a day ago, since a ledger may be put back from a copy that is older than it.

import { z } from 'zod';
import { textOf } from '../core/ledger.ts';
import { headKey, Key } from '../core/records.ts';
import { TakeDownDecision } from '../core/records-take-downs.ts';
import type { ObjectStore } from '../core/store.ts';

export type TrailPlaces = {
  readonly ledger: Pick<ObjectStore, 'list' | 'get'>;
  readonly public: Pick<ObjectStore, 'list'>;
  readonly audit: Pick<ObjectStore, 'list' | 'get'>;
  readonly now: () => Date;
};

/** `lost`: the trail speaks of documents that the ledger knows nothing of. `bare`: public holds objects, the ledger no head. */
export type LedgerState = 'well' | 'bare' | 'lost';

const ASKED = 10;
const HOUR_MS = 3_600_000;
const ENTRIES = 'audit/2';
/** What has a head from then on. */
const OF_HEADS: readonly string[] = ['Document Promoted', 'Document Removed', ...TakeDownDecision.shape.type.options];
const Told = z.looseObject({ type: z.string(), key: Key });

/** Takes some fifty requests, however much there is. Rejects for outages only. */
export async function ledgerStateOf(places: TrailPlaces): Promise<LedgerState> {
  const now = places.now().getTime();
  const at = (ms: number) => `audit/${new Date(ms).toISOString().slice(0, 13).replaceAll(/[-T]/g, '/')}`;
  // What was told within the hour may be on its way.
  const until = at(now - HOUR_MS);
  for (const after of [undefined, at(now - 25 * HOUR_MS)]) if (await isForgotten(places, until, after)) return 'lost';
  const isBare = !(await holdsAny(places.ledger, 'heads/')) && (await holdsAny(places.public, ''));
  return isBare ? 'bare' : 'well';
}

/** Whether of some keys that the trail tells of none has a head. One of several may have been erased on purpose. */
async function isForgotten({ ledger, audit }: TrailPlaces, until: string, after: string | undefined): Promise<boolean> {
  let [asked, looked] = [0, 0];
  for await (const { key: entry } of audit.list(ENTRIES, after === undefined ? {} : { after })) {
    if (entry >= until || asked >= ASKED || looked >= 10 * ASKED) break;
    looked += 1;
    const key = keyIn((await audit.get(entry))?.body);
    if (key === undefined) continue;
    asked += 1;
    if (await ledger.get(headKey(key))) return false;
  }
  return asked > 0;
}

/** The document that an entry is about, where it is one that has a head. */
function keyIn(body: Uint8Array | undefined): string | undefined {
  if (!body) return undefined;
  try {
    const { type, key } = Told.parse(JSON.parse(textOf(body)));
    return OF_HEADS.includes(type) ? key : undefined;
  } catch {
    return undefined;
  }
}

async function holdsAny(store: Pick<ObjectStore, 'list'>, prefix: string): Promise<boolean> {
  for await (const _ of store.list(prefix)) return true;
  return false;
}
