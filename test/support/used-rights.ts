// Which rights the handlers use, seen by running them: each operation on a store, a queue or the outside is written down
// as the IAM actions that it is to AWS, for the role that asked.

import { runCanaries } from '../../lib/canary/canary.ts';
import { CANARIES } from '../../lib/canary/documents.ts';
import {
  type FailClosedPlaces,
  type PromotePlaces,
  reconcileOn,
  refuseOn,
  type SanitizePlaces,
} from '../../lib/core/carry-out.ts';
import type { EdgeDenyList } from '../../lib/core/edge.ts';
import { PromoteMessage } from '../../lib/core/records.ts';
import type { ObjectStore, Queue } from '../../lib/core/store.ts';
import { ledgerDenyList } from '../../lib/edge/ledger-deny-list.ts';
import { failClosedHandler, promoteHandler, sanitizeHandler } from '../../lib/handlers.ts';
import { bulkHandler } from '../../lib/handlers-runs.ts';
import type { RecoveryPlaces } from '../../lib/recovery/places.ts';
import { recover } from '../../lib/recovery/recover.ts';
import { documentsOnRecord } from '../../lib/report/documents-on-record.ts';
import { actOn } from '../../lib/review/act.ts';
import { listCases } from '../../lib/review/list.ts';
import {
  currentDefinitions,
  definitionsFolder,
  layDown,
  removeDefinitionsFolder,
} from '../../lib/scanners/definitions.ts';
import { answerStatus } from '../../lib/status/answer.ts';
import { statusOf } from '../../lib/status/document-status.ts';
import { headByListing } from '../../lib/stores/head-by-listing.ts';
import { memoryQueue } from '../../lib/stores/memory-queue.ts';
import { memoryStore } from '../../lib/stores/memory-store.ts';
import { ledgerStateOf } from '../../lib/sweep/lost-ledger.ts';
import { sweepStep } from '../../lib/sweep/step.ts';
import { endTakeDownOn, stagingKeyOf, type TakeDownPlaces, takeDownOn } from '../../lib/take-down.ts';
import { official, putSet } from './definitions.ts';
import { rig, TERMS } from './pipeline-rig.ts';
import { type Note, recorded, recordedEdge, recordedQueue } from './recorded.ts';
import { ada, FAR, grace, RULES } from './review-rig.ts';

export type Role =
  | 'sanitize'
  | 'promote'
  | 'fail-closed'
  | 'observer'
  | 'operator'
  | 'recoverer'
  | 'sweep'
  | 'canary'
  | 'status'
  | 'audits'
  | 'collect'
  | 'planner'
  | 'console'
  | 'remind';
/** `place` is a bucket, a queue, or where events go; `key` is there for objects only. */
export type Used = { readonly role: Role; readonly action: string; readonly place: string; readonly key?: string };

const STAGES: readonly ((made: ReturnType<typeof rig>) => Promise<unknown>)[] = [
  ({ put }) => put('a.txt', 'one'),
  ({ put }) => put('b.txt', 'bad'),
  ({ put }) => put('c.docm', 'macro'),
  ({ put }) => put('big.txt', 'x'.repeat(1001)),
  // Large enough for another lane, and not too large for it.
  ({ put }) => put('heavy.txt', 'y'.repeat(600)),
  ({ put }) => put('a.txt', 'two'),
  ({ put }) => put('kept.txt', 'kept one'),
  ({ put }) => put('kept.txt', 'bad'),
  ({ put }) => put('a.txt', 'bad again'),
  ({ put }) => put('c.docm', 'plain'),
  ({ put }) => put('c.docx', 'plain'),
  ({ remove }) => remove('c.docm'),
  ({ stores }) => stores.public.remove('kept.txt'),
  ({ put }) => put('released.txt', 'bad released'),
  release,
  // Settled already: confirmed, or found to be gone.
  ({ sanitize }) => sanitize.liveQueue.send(RECONCILE('heavy.txt')),
  ({ stores }) => stores.public.remove('heavy.txt'),
  ({ sanitize }) => sanitize.liveQueue.send(RECONCILE('heavy.txt')),
  // The world moves on while they are under way.
  ({ put }) => put('vanish.txt', 'one'),
  ({ put }) => put('vanish-bad.txt', 'bad'),
  ({ put }) => put('lost-work.txt', 'one'),
  ({ put }) => put('lost-claim.docm', 'macro'),
];
/** As two people would. */
async function release({ stores, sanitize }: ReturnType<typeof rig>): Promise<void> {
  const { ledger, quarantine } = stores;
  const places = { ...sanitize, ledger, audit: ledger, quarantine, notify: async () => {} };
  const [found] = (await listCases(stores.ledger, { prefix: 'released.txt' })).rows;
  const caseId = found?.evidence.caseId ?? '';
  const asked = { what: 'request-release', reason: 'fine', rules: RULES, expiresAt: FAR } as const;
  const acted = await actOn(places, ada, caseId, asked);
  if (!acted.done || !acted.review.request) throw new Error('a request was refused');
  await actOn(places, grace, caseId, { what: 'approve', request: acted.review.request.id, reason: null });
}

const RECONCILE = (key: string) => JSON.stringify({ kind: 'reconcile', key });

/** What a clamd on definitions from a bucket does with it, before there are any and after. */
export async function scanFrom(definitions: ObjectStore): Promise<void> {
  await currentDefinitions(definitions);
  const folder = definitionsFolder();
  const unrecorded = memoryStore();
  const set = await putSet(unrecorded, { 'main.cvd': official(1), 'daily.cvd': official(2) });
  await layDown({ get: async (key) => (await definitions.get(key)) ?? unrecorded.get(key) }, set, folder);
  removeDefinitionsFolder(folder);
}

/** Somebody rebuilds the ledger, once half of it and once the whole of it is lost. */
async function recoverFrom({ stores, sanitize }: ReturnType<typeof rig>, edge: EdgeDenyList, note: Note) {
  const trail = memoryStore();
  for await (const { key } of stores.ledger.list('audit/')) {
    const found = await stores.ledger.get(key);
    if (found) await trail.put(key, found.body);
    await stores.ledger.remove(key);
  }
  const places: RecoveryPlaces = {
    staging: recorded('staging', stores.staging, note),
    public: recorded('public', stores.public, note),
    quarantine: recorded('quarantine', stores.quarantine, note),
    ledger: recorded('ledger', stores.ledger, note),
    audit: recorded('audit', trail, note),
    edge: recordedEdge(edge, note),
    liveQueue: recordedQueue('live', sanitize.liveQueue, note),
    promoteQueue: recordedQueue('promotions', sanitize.promoteQueue, note),
    overwrite: 'keep-previous',
    now: sanitize.now,
    terms: TERMS,
  };
  const denied = ledgerDenyList(memoryStore(), sanitize.now);
  await denied.deny(['denied-without-order.txt']);
  await stores.quarantine.put(`${'e'.repeat(32)}/payload`, Buffer.from('without its case'));
  for (const prefix of ['claims/', '']) {
    for await (const { key } of stores.ledger.list(prefix)) await stores.ledger.remove(key);
    await recover({ ...places, edge: recordedEdge(prefix === '' ? denied : edge, note) });
  }
}

/** The sweep, over documents some of which are gone or not what they were, and two runs of the canaries. */
async function watchOver({ stores, sanitize }: ReturnType<typeof rig>, noteOf: (role: Role) => Note): Promise<void> {
  const now = () => new Date(Date.now() + 3_600_000);
  const seenBy = (note: Note) => ({
    staging: recorded('staging', stores.staging, note),
    public: recorded('public', stores.public, note),
    ledger: recorded('ledger', stores.ledger, note),
    now,
  });
  await stores.public.put('unknown.txt', Buffer.from('from before'));
  await stores.staging.put('unsettled.txt', Buffer.from('its event was lost'));
  const sweeping = noteOf('sweep');
  const liveQueue = recordedQueue('live', sanitize.liveQueue, sweeping);
  const places = { ...seenBy(sweeping), liveQueue, terms: sanitize.terms };
  const audit = recorded('audit', stores.ledger, sweeping);
  // Entries may be deleted between the list and the look, once their lock has ended.
  const fading = recorded('audit', { ...stores.ledger, get: async () => undefined }, sweeping);
  await ledgerStateOf({ ...places, audit: fading });
  await ledgerStateOf({ ...places, audit });
  await sweepStep(places, { maxMends: 10, graceMs: 0 });
  await sweepStep(places, { maxMends: 10, graceMs: 0 });
  const watching = seenBy(noteOf('canary'));
  const [virus = '', picture = ''] = CANARIES.map(({ key }) => key);
  const { work, public: published } = stores;
  for (const isStillThere of [true, false]) {
    await runCanaries(watching, { lateMs: 0 });
    // Once more before they are settled.
    await runCanaries(watching, { lateMs: 24 * 3_600_000 });
    await refuseOn(sanitize, virus, 'malware');
    await reconcileOn(sanitize, picture);
    for (const message of await sanitize.promoteQueue.receive({ max: 10, waitMs: 0 }))
      await promoteHandler({ ...sanitize, work, public: published })(message.body);
    if (!isStillThere) await published.remove(picture);
  }
  await runCanaries(watching, { lateMs: 0 });
}

/** What stood in public before: cleaned, held, or removed, twice over, with an older version of each. */
async function adoptInPlace(
  { stores, sanitize }: ReturnType<typeof rig>,
  bulkQueue: Queue,
  drain: () => Promise<void>,
): Promise<void> {
  const run = { id: '20260101T000000Z-00000000', shard: 0, n: 0, policy: sanitize.terms.policy };
  for (const text of ['old one', 'bad one', 'virus', 'macro'])
    for (const _ of ['first', 'again']) {
      const key = `before/${text}.txt`;
      await stores.public.put(key, Buffer.from('older'));
      await stores.public.put(key, Buffer.from(text));
      await bulkQueue.send(JSON.stringify({ kind: 'adopt', key, attempt: 0, run }));
      await drain();
    }
  // Laid aside, and expired before anybody came to judge it.
  const src = { versionId: 'v', etag: 'e', size: 1 };
  const late = { kind: 'taken-in', key: 'before/late.txt', src, base: null, attempt: 0, run };
  await bulkQueue.send(JSON.stringify(late));
  await drain();
}

/** What each role was seen to use, once each. */
export function usage(): { noteOf(role: Role): Note; used(): readonly Used[] } {
  const seen = new Map<string, Used>();
  return {
    noteOf: (role) => (action, place, key) => {
      const one = { role, action, place, ...(key !== undefined && { key }) };
      seen.set(JSON.stringify(one), one);
    },
    used: () => [...seen.values()],
  };
}

/** Telling the world, as it is to IAM. */
export const toldBy = (note: Note) => async (): Promise<void> => {
  note('sns:Publish', 'topic');
  note('events:PutEvents', 'bus');
};

/** The rights used over the life of a few documents: published, quarantined, overwritten, renamed, removed, given up. */
export async function usedRights(): Promise<readonly Used[]> {
  const { noteOf, used } = usage();
  const made = rig();
  const bulkQueue = memoryQueue({ visibilityMs: 60_000, maxReceives: 5 });
  const heavyQueue = memoryQueue({ visibilityMs: 60_000, maxReceives: 5 });
  const once = new Set<string>();
  /** Whatever else happens to an object at that moment; once each, so that there is an end. */
  const meanwhile = async (moment: string, key: string) => {
    if (!key.startsWith(moment) || once.has(moment + key)) return;
    once.add(moment + key);
    if (moment === 'vanish') await made.stores.staging.remove(key);
    const [store, prefix] = moment === 'lost-work' ? [made.stores.work, ''] : [made.stores.ledger, 'claims/'];
    if (moment.startsWith('lost')) for await (const one of store.list(prefix)) await store.remove(one.key);
  };
  const common = (places: SanitizePlaces | PromotePlaces, note: Note) => ({
    ...places,
    staging: recorded('staging', places.staging, note),
    ledger: recorded('ledger', places.ledger, note),
    audit: recorded('audit', places.audit, note),
    liveQueue: recordedQueue('live', places.liveQueue, note),
    notify: toldBy(note),
  });
  const { sanitize, promote } = made;
  const failClosedOf = (note: Note): FailClosedPlaces => {
    const quarantine = recorded('quarantine', sanitize.quarantine, note);
    return {
      ...sanitize,
      ...common(sanitize, note),
      quarantine: {
        ...quarantine,
        async copyFrom(source, key, ...rest) {
          await quarantine.copyFrom(source, key, ...rest);
          await meanwhile('vanish', key);
        },
      },
      promoteQueue: recordedQueue('promotions', sanitize.promoteQueue, note, async (body) => {
        const { key } = PromoteMessage.parse(JSON.parse(body));
        for (const moment of ['lost-work', 'lost-claim']) await meanwhile(moment, key);
      }),
    };
  };
  const sanitizing = noteOf('sanitize');
  const live: SanitizePlaces = {
    ...sanitize,
    ...failClosedOf(sanitizing),
    work: recorded('work', sanitize.work, sanitizing),
    judge: async (untrusted, context) => {
      await meanwhile('vanish', context.name);
      return sanitize.judge(untrusted, context);
    },
    heavy: { queue: recordedQueue('heavy', heavyQueue, sanitizing), aboveBytes: 500 },
  };
  const promoting = noteOf('promote');
  await scanFrom(recorded('definitions', memoryStore(), sanitizing));
  const edge = ledgerDenyList(memoryStore(), promote.now);
  const promotingPlaces: PromotePlaces = {
    ...promote,
    ...common(promote, promoting),
    work: recorded('work', promote.work, promoting),
    public: recorded('public', promote.public, promoting),
    edge: recordedEdge(edge, promoting),
    cdn: { invalidate: async () => promoting('cloudfront:CreateInvalidation', 'distribution') },
    bulkQueue: recordedQueue('bulk', bulkQueue, promoting),
  };
  const { heavy: _, ...ofAnySize } = live;
  const queues = [
    [sanitize.liveQueue, sanitizeHandler(live)],
    [heavyQueue, sanitizeHandler(ofAnySize)],
    // Who is sent results of runs is another matter.
    [bulkQueue, bulkHandler({ sanitize: ofAnySize, results: memoryQueue({ visibilityMs: 60_000, maxReceives: 5 }) })],
    [sanitize.promoteQueue, promoteHandler(promotingPlaces)],
  ] as const;
  const drain = async () => {
    for (let isBusy = true; isBusy; ) {
      isBusy = false;
      for (const [queue, handle] of queues)
        for (const message of await queue.receive({ max: 10, waitMs: 0 })) {
          isBusy = true;
          await handle(message.body);
          await queue.delete(message);
        }
    }
  };
  for (const stage of STAGES) {
    await stage(made);
    await drain();
  }
  await adoptInPlace(made, bulkQueue, drain);
  const ordering = noteOf('operator');
  const orders: TakeDownPlaces = {
    staging: recorded('staging', made.stores.staging, ordering),
    ledger: recorded('ledger', made.stores.ledger, ordering),
    audit: recorded('audit', made.stores.ledger, ordering),
    promoteQueue: recordedQueue('promotions', sanitize.promoteQueue, ordering),
    edge: recordedEdge(edge, ordering),
    now: sanitize.now,
    terms: TERMS,
  };
  for (const key of ['lost-work.txt', 'c.docx', 'never.txt']) {
    const ordered = { key: (await stagingKeyOf(orders, key)) ?? key, by: 'Ada', reason: 'a court says so' };
    await takeDownOn(orders, ordered);
    await drain();
    await endTakeDownOn(orders, ordered);
    await drain();
  }
  const giveUp = failClosedHandler(failClosedOf(noteOf('fail-closed')));
  await made.stores.staging.put('crash.txt', Buffer.from('two'));
  await made.stores.staging.put('vanish-late.txt', Buffer.from('one'));
  for (const key of ['crash.txt', 'a.txt', 'gone.txt', 'vanish-late.txt']) await giveUp(RECONCILE(key));
  // Over a document that is public, where what it was published with has to be looked at.
  await made.stores.staging.put('heavy.txt', Buffer.from('new'));
  await giveUp(RECONCILE('heavy.txt'));
  // Whoever asks after each of them, by the command line.
  const asking = noteOf('observer');
  const ledger = recorded('ledger', made.stores.ledger, asking);
  const staging = recorded('staging', made.stores.staging, asking);
  await made.stores.staging.put('waiting.txt', Buffer.from('one'));
  for (const key of ['b.txt', 'lost-work.txt', 'nobody.txt', 'waiting.txt']) await statusOf(ledger, staging, key);
  // And by the API, which may list staging and read nothing there.
  const answering = noteOf('status');
  const places = {
    ledger: recorded('ledger', made.stores.ledger, answering),
    staging: headByListing(recorded('staging', made.stores.staging, answering)),
  };
  for (const key of ['b.txt', 'lost-work.txt', 'nobody.txt', 'waiting.txt'])
    await answerStatus(places, { method: 'GET', query: `key=${key}` });
  // And whoever compares policies, over the records of all.
  for await (const page of documentsOnRecord(ledger, ''))
    if (page.length === 0) throw new Error('nothing is on record');
  await watchOver(made, noteOf);
  await recoverFrom(made, edge, noteOf('recoverer'));
  return used();
}
