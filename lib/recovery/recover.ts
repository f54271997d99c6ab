// Rebuilds what a ledger has lost from what it is not the only one to know: the audit trail (who was published under which
// name, and what was taken down), quarantine (cases), public, staging, and what the edge refuses. It writes nothing but the
// ledger, and only what is not there; so it can be run at any time, and again. Where it stopped stands in the ledger.
// What was proven of a document is not rebuilt: what staging holds is judged again.

import { randomUUID } from 'node:crypto';
import { putIf, readHead, recordIn, toJson } from '../core/ledger.ts';
import { headKey } from '../core/records.ts';
import {
  PASSES,
  PASTS,
  type Pass,
  Past,
  REBUILT,
  RECOVERY_STATE_KEY,
  type Rebuilt,
  Recovery,
  type Unsure,
} from '../core/records-recovery.ts';
import { isSettled } from '../core/settle.ts';
import type { ObjectStore } from '../core/store.ts';
import { inParallel, pagesOf } from '../stores/in-pages.ts';
import { rebuildCase } from './cases.ts';
import { rebuildHead } from './heads.ts';
import { rebuildHistory } from './history.ts';
import { claimFormers, completeHead, restoreDenied } from './left-over.ts';
import { rebuildClaims, unlessUnreadable } from './names.ts';
import { askForReconcile, type RecoveryPlaces, type Report } from './places.ts';
import { readTrail, TRAIL } from './trail.ts';

/** There is no audit trail: what was taken down is known to nobody, or to the edge alone. */
export class NoTrail extends Error {
  override readonly name = 'NoTrail';
}

export type RecoverOptions = {
  /** Asked before each page; true stops the recovery there. */
  readonly isOver?: () => boolean;
  /** Goes on though there is no audit trail. */
  readonly withoutTrail?: boolean;
};

type Item = { readonly key: string };
type Look = {
  readonly list: (places: RecoveryPlaces, after: string | undefined) => AsyncIterable<Item>;
  readonly look: (places: RecoveryPlaces, page: readonly Item[], report: Report) => Promise<unknown>;
};

const listed = (store: Pick<ObjectStore, 'list'>, prefix: string, after: string | undefined) =>
  store.list(prefix, after === undefined ? {} : { after });

const onEachPast =
  (work: (places: RecoveryPlaces, past: Past, report: Report) => Promise<void>): Look['look'] =>
  (places, page, report) =>
    inParallel(page, async ({ key }) => {
      const found = await places.ledger.get(key);
      if (found) await work(places, recordIn(found.body, Past), report);
    });

const onEach =
  (work: (places: RecoveryPlaces, key: string, report: Report) => Promise<void>): Look['look'] =>
  (places, page, report) =>
    inParallel(page, ({ key }) => work(places, key, report));

async function rebuildKey(places: RecoveryPlaces, past: Past, report: Report): Promise<void> {
  await rebuildHistory(places.ledger, past);
  await rebuildHead(places, past, report);
}

/** What staging holds and no head speaks of is judged. */
async function settle(places: RecoveryPlaces, key: string, report: Report): Promise<void> {
  const head = await unlessUnreadable(readHead(places.ledger, key), headKey(key), report);
  if (head === 'unreadable' || head?.state === 'TAKEN_DOWN') return;
  const src = head && (await places.staging.head(key));
  if (!head || !src || !isSettled(head, src, head)) await askForReconcile(places, key);
}

const LOOK: Readonly<Record<Pass, Look>> = {
  trail: {
    list: ({ audit }, after) => listed(audit, TRAIL, after),
    look: ({ audit, ledger }, page, report) => readTrail(audit, ledger, page, report),
  },
  // From before the trail had a place of its own.
  'old-trail': {
    list: ({ ledger }, after) => listed(ledger, TRAIL, after),
    look: ({ ledger }, page, report) => readTrail(ledger, ledger, page, report),
  },
  claims: {
    list: ({ ledger }, after) => listed(ledger, PASTS, after),
    look: onEachPast(({ ledger }, past, report) => rebuildClaims(ledger, past, report)),
  },
  keys: { list: ({ ledger }, after) => listed(ledger, PASTS, after), look: onEachPast(rebuildKey) },
  cases: { list: ({ quarantine }, after) => listed(quarantine, '', after), look: onEach(rebuildCase) },
  heads: { list: ({ ledger }, after) => listed(ledger, 'heads/', after), look: onEach(completeHead) },
  formers: { list: ({ ledger }, after) => listed(ledger, 'heads/', after), look: onEach(claimFormers) },
  edge: {
    // A list of the edge is in no order that could be gone on from; it is short.
    async *list({ edge }) {
      for await (const key of edge.list()) yield { key };
    },
    // One after another: several names are of one document.
    async look(places, page, report) {
      for (const { key } of page) await restoreDenied(places, key, report);
    },
  },
  staging: { list: ({ staging }, after) => listed(staging, '', after), look: onEach(settle) },
};

/** Goes on where the last one stopped, or begins anew. Rejects with NoTrail, or for outages. */
export async function recover(places: RecoveryPlaces, options: RecoverOptions = {}): Promise<Recovery> {
  const { isOver = () => false, withoutTrail = false } = options;
  if (!withoutTrail && !(await hasTrail(places))) throw new NoTrail('there is no audit trail');
  const found = await places.ledger.get(RECOVERY_STATE_KEY);
  const before = found && recordIn(found.body, Recovery);
  const from = before?.position ?? { pass: PASSES[0] };
  let { state, etag } = { state: before?.position ? before : fresh(places.now()), etag: found?.version.etag };

  /** One recovery at a time: two would count twice. */
  const save = async (tally: Tally, position: Recovery['position'], looked: number) => {
    const { startedAt } = state;
    state = Recovery.parse({
      ...{ v: 1, nonce: randomUUID(), startedAt, looked: state.looked + looked, ...tally.sums() },
      ...(position ? { position } : { endedAt: places.now().toISOString() }),
    });
    const condition = etag === undefined ? { ifNoneMatch: '*' as const } : { ifMatch: etag };
    etag = await putIf(places.ledger, RECOVERY_STATE_KEY, toJson(state), condition);
    if (etag === undefined) throw new Error('another recovery is under way');
  };

  const tally = tallyOf(state);
  for (const [index, pass] of PASSES.entries()) {
    if (index < PASSES.indexOf(from.pass)) continue;
    const { list, look } = LOOK[pass];
    const after = pass === from.pass ? from.after : undefined;
    for await (const page of pagesOf(list(places, after))) {
      if (isOver()) return state;
      await look(places, page, tally);
      await save(tally, { pass, after: page.at(-1)?.key }, page.length);
    }
    const next = PASSES[index + 1];
    await save(tally, next && { pass: next }, 0);
  }
  return state;
}

async function hasTrail({ audit, ledger }: RecoveryPlaces): Promise<boolean> {
  for (const store of [audit, ledger]) for await (const _ of store.list(TRAIL)) return true;
  return false;
}

function fresh(now: Date): Recovery {
  return { v: 1, nonce: '', startedAt: now.toISOString(), looked: 0, rebuilt: {}, unsure: [] };
}

type Tally = Report & { readonly sums: () => Pick<Recovery, 'rebuilt' | 'unsure'> };

const MAX_KEYS = 20;

function tallyOf(earlier: Recovery): Tally {
  const rebuilt = new Map<Rebuilt, number>();
  for (const what of REBUILT) if (earlier.rebuilt[what]) rebuilt.set(what, earlier.rebuilt[what]);
  const unsure = new Map<Unsure, { readonly count: number; readonly keys: readonly string[] }>();
  for (const { what, count, keys } of earlier.unsure) unsure.set(what, { count, keys });
  return {
    rebuilt: (what) => void rebuilt.set(what, (rebuilt.get(what) ?? 0) + 1),
    unsure(what, key) {
      const { count, keys } = unsure.get(what) ?? { count: 0, keys: [] };
      // Several passes come by the same one.
      if (keys.includes(key)) return;
      unsure.set(what, { count: count + 1, keys: keys.length < MAX_KEYS ? [...keys, key] : keys });
    },
    sums: () => ({
      rebuilt: Object.fromEntries(rebuilt),
      unsure: [...unsure].map(([what, { count, keys }]) => ({ what, count, keys: [...keys] })),
    }),
  };
}
