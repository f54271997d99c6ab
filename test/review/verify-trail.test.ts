import { expect, test } from 'vitest';
import { toJson } from '../../lib/core/ledger.ts';
import { caseKey } from '../../lib/core/records.ts';
import { entryKey, reviewKey } from '../../lib/core/records-cases.ts';
import type { ObjectStore } from '../../lib/core/store.ts';
import type { Seals } from '../../lib/review/seals.ts';
import { type TrailFault, verifyTrail, verifyTrails } from '../../lib/review/verify-trail.ts';
import { ada, grace, lin, reviewRig } from '../support/review-rig.ts';

const UNSEALED: Seals = { trails: new Map(), broken: [], last: undefined };

type Tampering = {
  readonly shows: string;
  readonly tamper: (ledger: ObjectStore, caseId: string) => Promise<unknown>;
  /** Undefined: a control. */
  readonly fault?: TrailFault['fault'];
  readonly seq?: number | null;
};

const bytes = async (ledger: ObjectStore, key: string) => (await ledger.get(key))?.body ?? Buffer.of();
async function edit(ledger: ObjectStore, key: string, change: (record: Record<string, unknown>) => object) {
  const record: Record<string, unknown> = JSON.parse(Buffer.from(await bytes(ledger, key)).toString());
  await ledger.put(key, toJson({ ...record, ...change(record) }));
}

// The trail has five entries: a comment, a request, a withdrawal, an assignment, a rejection.
const rows: readonly Tampering[] = [
  { shows: 'nothing was touched', tamper: async () => {} },
  {
    shows: 'the process died before the last entry was carried into the record',
    tamper: async (ledger, caseId) => ledger.put(reviewKey(caseId), await before(ledger, caseId)),
  },
  {
    shows: 'an entry was taken from the middle',
    tamper: (ledger, caseId) => ledger.remove(entryKey(caseId, 3)),
    fault: 'gap',
    seq: 3,
  },
  {
    shows: 'the last entry was taken away',
    tamper: (ledger, caseId) => ledger.remove(entryKey(caseId, 5)),
    fault: 'truncated',
    seq: 5,
  },
  {
    shows: 'all entries were taken away',
    tamper: async (ledger, caseId) => {
      for (let seq = 1; seq <= 5; seq += 1) await ledger.remove(entryKey(caseId, seq));
    },
    fault: 'truncated',
    seq: 1,
  },
  {
    shows: 'somebody else is named in an entry',
    tamper: (ledger, caseId) => edit(ledger, entryKey(caseId, 2), () => ({ by: 'local:eve' })),
    fault: 'broken',
    seq: 3,
  },
  {
    shows: 'somebody else is named in the last entry',
    tamper: (ledger, caseId) => edit(ledger, entryKey(caseId, 5), () => ({ by: 'local:eve' })),
    fault: 'review',
    seq: null,
  },
  {
    shows: 'two entries changed places',
    tamper: async (ledger, caseId) => {
      const [two, three] = [await bytes(ledger, entryKey(caseId, 2)), await bytes(ledger, entryKey(caseId, 3))];
      await ledger.put(entryKey(caseId, 2), three);
      await ledger.put(entryKey(caseId, 3), two);
    },
    fault: 'misplaced',
    seq: 2,
  },
  {
    shows: 'two entries changed places and numbers',
    tamper: async (ledger, caseId) => {
      const [two, three] = [await bytes(ledger, entryKey(caseId, 2)), await bytes(ledger, entryKey(caseId, 3))];
      await ledger.put(entryKey(caseId, 2), three);
      await ledger.put(entryKey(caseId, 3), two);
      await edit(ledger, entryKey(caseId, 2), () => ({ seq: 2 }));
      await edit(ledger, entryKey(caseId, 3), () => ({ seq: 3 }));
    },
    fault: 'broken',
    seq: 2,
  },
  {
    shows: 'an entry is no record any more',
    tamper: (ledger, caseId) => ledger.put(entryKey(caseId, 4), Buffer.from('{}')),
    fault: 'unreadable',
    seq: 4,
  },
  {
    shows: 'an entry that nobody made was put behind the last one',
    tamper: async (ledger, caseId) => {
      await ledger.put(entryKey(caseId, 6), await bytes(ledger, entryKey(caseId, 5)));
      await edit(ledger, entryKey(caseId, 6), () => ({ seq: 6 }));
    },
    fault: 'broken',
    seq: 6,
  },
  {
    shows: 'the evidence was edited',
    tamper: (ledger, caseId) => edit(ledger, caseKey(caseId), () => ({ detail: 'nothing much' })),
    fault: 'broken',
    seq: 1,
  },
  {
    shows: 'the evidence is gone',
    tamper: (ledger, caseId) => ledger.remove(caseKey(caseId)),
    fault: 'evidence',
    seq: null,
  },
  {
    shows: 'the record says another state',
    tamper: (ledger, caseId) => edit(ledger, reviewKey(caseId), () => ({ state: 'open' })),
    fault: 'review',
    seq: null,
  },
  {
    shows: 'the record is gone',
    tamper: (ledger, caseId) => ledger.remove(reviewKey(caseId)),
    fault: 'review',
    seq: null,
  },
];

/** The record of the review as it was before the last entry. */
async function before(ledger: ObjectStore, caseId: string): Promise<Uint8Array> {
  const found = records.get(ledger)?.get(caseId);
  if (!found) throw new Error('no record from before');
  return found;
}
const records = new WeakMap<ObjectStore, Map<string, Uint8Array>>();

async function reviewed() {
  const made = reviewRig();
  const caseId = await made.quarantined();
  await made.act(ada, caseId, { what: 'comment', text: 'hm' });
  await made.ask(caseId);
  await made.act(ada, caseId, { what: 'withdraw', reason: 'no' });
  await made.act(grace, caseId, { what: 'assign', to: ada.principal });
  const { ledger } = made.stores;
  records.set(ledger, new Map([[caseId, await bytes(ledger, reviewKey(caseId))]]));
  await made.act(lin, caseId, { what: 'reject', reason: 'no' });
  return { ledger, caseId };
}

test.each(rows)('of a trail it is said whether $shows', async ({ tamper, fault, seq = null }) => {
  const { ledger, caseId } = await reviewed();
  expect(await verifyTrail({ ledger, audit: ledger }, UNSEALED, caseId)).toBeUndefined();
  await tamper(ledger, caseId);
  const expected = fault && { caseId, seq, fault };
  expect(await verifyTrail({ ledger, audit: ledger }, UNSEALED, caseId)).toEqual(expected);
  const found: TrailFault[] = [];
  for await (const one of verifyTrails({ ledger, audit: ledger }, UNSEALED)) found.push(one);
  expect(found).toEqual(expected ? [expected] : []);
});
