// Stores, queues and workers of one history. The handlers are the real ones; what they are given stands at gates.

import type { FailClosedPlaces, PromotePlaces, SanitizePlaces } from '../../lib/core/carry-out.ts';
import { type DocumentEvent, headKey } from '../../lib/core/records.ts';
import type { ObjectStore, Queue } from '../../lib/core/store.ts';
import { failClosedHandler, keysOf, promoteHandler, sanitizeHandler } from '../../lib/handlers.ts';
import { bulkHandler } from '../../lib/handlers-runs.ts';
import { enqueueRemoved, enqueueStaged } from '../../lib/recover.ts';
import { type ReviewPlaces, refreshed, settling } from '../../lib/review/act.ts';
import { listCases } from '../../lib/review/list.ts';
import { memoryStore } from '../../lib/stores/memory-store.ts';
import { type BagQueue, bagQueue, type Held } from './bag-queue.ts';
import { judgeTexts } from './documents.ts';
import type { History, Notice } from './history.ts';
import { type Decision, decide, LATER_MS } from './people.ts';
import { atGate, gated, makeWorker, type Worker } from './scheduler.ts';
import { newWatch, type Watch, watchLedger, watchPublic } from './watch.ts';
import { noteWithdrawn, watchQuarantine } from './watch-review.ts';

export type Stores = Readonly<Record<'staging' | 'work' | 'public' | 'quarantine' | 'ledger', ObjectStore>>;
export type Ports = Stores & {
  readonly live: Queue;
  readonly promotions: Queue;
  readonly notify: (event: DocumentEvent) => Promise<void>;
};
/** Something done wrong on purpose, which has to be noticed. */
export type Control = {
  readonly ports?: (ports: Ports) => Ports;
  readonly acksFirst?: boolean;
  readonly ignoresDeadLetters?: boolean;
};

export type World = {
  readonly stores: Stores;
  readonly watch: Watch;
  /** In the order in which they are served, the plainest choice first. */
  readonly queues: readonly BagQueue[];
  readonly workers: readonly Worker[];
  readonly terms: { readonly policy: string; version: string };
  readonly hands: ReadonlyMap<Held, Worker>;
  /** Has the worker's message been delivered to another since, or acknowledged by one? */
  isOutlived(worker: Worker): boolean;
  put(key: string, text: string, notice: Notice): Promise<void>;
  remove(key: string, notice: Notice): Promise<void>;
  byHand(key: string, text: string): Promise<void>;
  adopt(key: string): Promise<void>;
  decide(step: Decision): Promise<void>;
  later(): Promise<void>;
  /** People look at their lists, and at what they were not told the end of; nothing befalls them. */
  look(): Promise<void>;
  sweep(): Promise<void>;
  /** Gives a message to a new worker. Undefined where it went to the dead letters. */
  deliver(queue: BagQueue, message: Held): Worker | undefined;
};

export const memoryStores = (): Stores => ({
  staging: memoryStore(),
  work: memoryStore(),
  public: memoryStore(),
  quarantine: memoryStore(),
  ledger: memoryStore(),
});

export function makeWorld(stores: Stores, history: History, control: Control = {}): World {
  const watch = newWatch();
  const terms = { policy: `sha256:${'a'.repeat(64)}`, version: '1' };
  const dead = bagQueue('dead letters');
  const live = bagQueue('live', dead);
  const promotions = bagQueue('promotions', dead);
  const bulk = bagQueue('bulk', dead);
  const results = { send: async () => {} };
  const workers: Worker[] = [];
  /** Who has decided about which case without being told that it was done. */
  const unsure = new Map<Worker, string>();
  const hands = new Map<Held, Worker>();
  const deliveries = new Map<Worker, { readonly queue: BagQueue; readonly message: Held; readonly receipt: number }>();
  let clock = Date.UTC(2026, 0, 1);
  const now = () => {
    clock += 1000;
    watch.review.now = { ...watch.review.now, ms: clock };
    return new Date(clock);
  };

  function placesFor(worker: Worker) {
    const audited: DocumentEvent[] = [];
    const message = { audited, since: watch.review.now };
    const quarantine = watchQuarantine(stores.quarantine, watch.review);
    const watched: Ports = {
      ...stores,
      // The server copies: what it reads passes no gate.
      work: { ...stores.work, copyFrom: (_, ...rest) => stores.work.copyFrom(stores.public, ...rest) },
      quarantine: {
        ...quarantine,
        copyFrom: (_, key, versionId, toKey) => quarantine.copyFrom(stores.staging, key, versionId, toKey),
      },
      public: watchPublic(stores.public, worker, message, watch),
      ledger: watchLedger(stores.ledger, audited, watch),
      live,
      promotions,
      notify: async () => {},
    };
    const ports = control.ports?.(watched) ?? watched;
    const at = <T extends object>(name: string, port: T) => gated(worker, name, port);
    const common = {
      staging: at('staging', ports.staging),
      ledger: at('ledger', ports.ledger),
      audit: at('audit', ports.ledger),
      liveQueue: at('live', ports.live),
      notify: (event: DocumentEvent) => atGate(worker, 'notify', () => ports.notify(event)),
      now,
    };
    const work = at('work', ports.work);
    // A process has the version that it was started with.
    const judge = judgeTexts(terms.version, (text) => watch.outputs.add(text));
    const failClosed: FailClosedPlaces = {
      ...common,
      quarantine: at('quarantine', ports.quarantine),
      promoteQueue: at('promotions', ports.promotions),
      terms: { ...terms },
      overwrite: history.overwrite,
    };
    const sanitize: SanitizePlaces = {
      ...failClosed,
      work,
      maxInputBytes: 1000,
      judge: (untrusted, about) => atGate(worker, 'judge', () => judge(untrusted, about)),
    };
    const promote: PromotePlaces = { ...common, work, public: at('public', ports.public), bulkQueue: at('bulk', bulk) };
    const { ledger, audit, liveQueue } = common;
    const told = () => atGate(worker, 'notify', async () => {});
    const review: ReviewPlaces = { ledger, audit, liveQueue, quarantine: failClosed.quarantine, notify: told, now };
    return { sanitize, promote, failClosed, review };
  }

  /** Of somebody whose every operation is done at once. */
  function placesAtHand(): ReviewPlaces {
    const ledger = watchLedger(stores.ledger, [], watch);
    const quarantine = watchQuarantine(stores.quarantine, watch.review);
    const ports: Ports = { ...stores, quarantine, ledger, live, promotions, notify: async () => {} };
    const made = control.ports?.(ports) ?? ports;
    const notify = async () => {};
    return { ledger: made.ledger, audit: made.ledger, quarantine: made.quarantine, liveQueue: made.live, notify, now };
  }

  async function look(): Promise<void> {
    const places = placesAtHand();
    const failed = (error: unknown) => void watch.violations.push(`a list could not be settled: ${error}`);
    let after: string | undefined;
    do {
      after = (await listCases(places.ledger, after === undefined ? {} : { after }, settling(places, failed))).next;
    } while (after !== undefined);
    // What was deleted before a head spoke of it is asked for without end: nothing says that it is not there.
    for (const caseId of unsure.values())
      if (await stores.ledger.head(headKey(watch.review.originals.get(caseId)?.key ?? '')))
        await refreshed(places, caseId);
  }

  function handlerFor(queue: BagQueue, worker: Worker) {
    const { sanitize, promote, failClosed } = placesFor(worker);
    if (queue === live) return sanitizeHandler(sanitize);
    if (queue === promotions) return promoteHandler(promote);
    if (queue === bulk) return bulkHandler({ sanitize, results });
    return control.ignoresDeadLetters ? async () => {} : failClosedHandler({ ...failClosed, results });
  }

  async function serve(queue: BagQueue, message: Held, worker: Worker): Promise<void> {
    const receipt = message.received;
    const isStale = () => message.received !== receipt;
    const ack = async () => {
      if (!isStale() || history.staleAcks) queue.held.delete(message.id);
    };
    const giveBack = async () => {
      if (!isStale()) message.isInFlight = false;
    };
    try {
      if (control.acksFirst) await atGate(worker, 'ack', ack);
      await handlerFor(queue, worker)(message.body);
      await atGate(worker, 'ack', ack);
    } catch {
      // Where even this fails, the message comes back when its time is up.
      await atGate(worker, 'give back', giveBack).catch(() => undefined);
    }
    worker.isDone = true;
  }

  async function tell(key: string, notice: Notice, eventName: string): Promise<void> {
    const s3 = { bucket: { name: 'staging' }, object: { key: encodeURIComponent(key) } };
    const body = JSON.stringify({ Records: [{ eventVersion: '2.1', eventSource: 'aws:s3', eventName, s3 }] });
    const times = { lost: 0, sent: 1, 'sent twice': 2 }[notice];
    for (let time = 0; time < times; time += 1) await live.send(body);
  }

  const uploadsOf = (key: string) => {
    const known = watch.uploads.get(key) ?? [];
    watch.uploads.set(key, known);
    return known;
  };

  return {
    stores,
    watch,
    queues: [promotions, live, bulk, dead],
    workers,
    terms,
    hands,
    isOutlived(worker) {
      const delivery = deliveries.get(worker);
      // What somebody leaves half done is done by whoever looks next.
      if (!delivery) return true;
      return delivery.message.received !== delivery.receipt || !delivery.queue.held.has(delivery.message.id);
    },
    async put(key, words, notice) {
      const text = `${words} of ${key}`;
      const { versionId } = await stores.staging.put(key, Buffer.from(text));
      uploadsOf(key).push({ versionId, text });
      await tell(key, notice, 'ObjectCreated:Put');
    },
    async remove(key, notice) {
      await stores.staging.remove(key);
      uploadsOf(key).push('deleted');
      await tell(key, notice, 'ObjectRemoved:DeleteMarkerCreated');
    },
    async byHand(key, words) {
      const text = `${words} by hand in ${key}`;
      const { versionId } = await stores.public.put(key, Buffer.from(text));
      watch.byHand.push({ key, versionId, text });
    },
    async adopt(key) {
      const run = { id: '20260101T000000Z-00000000', shard: 0, n: 0, policy: terms.policy };
      await bulk.send(JSON.stringify({ kind: 'adopt', key, attempt: 0, run }));
    },
    async decide(step) {
      const known = [...watch.review.originals].filter(([, { key }]) => key === step.key);
      const caseId = known.at(-1 - (step.back % known.length))?.[0];
      if (caseId === undefined) return;
      const worker = makeWorker(workers.length, `${step.by}#${workers.length}`);
      workers.push(worker);
      unsure.set(worker, caseId);
      void decide(placesFor(worker).review, { ledger: stores.ledger, now }, caseId, step).then(({ done, wrong }) => {
        if (done) unsure.delete(worker);
        const { what } = step;
        if (done && (what === 'withdraw' || what === 'revoke')) noteWithdrawn(caseId, what, watch.review);
        if (wrong !== undefined) watch.violations.push(wrong);
        worker.isDone = true;
      });
    },
    async later() {
      clock += LATER_MS;
      now();
    },
    look,
    async sweep() {
      await look();
      const broken = (_: string, error: unknown) => watch.violations.push(`a head that nobody can read: ${error}`);
      await enqueueStaged(stores.staging, live);
      await enqueueRemoved(stores.staging, stores.ledger, live, broken);
    },
    deliver(queue, { id, body }) {
      const message = queue.take(id);
      if (!message) {
        for (const key of keysOf(body)) watch.failed.add(key);
        return undefined;
      }
      const worker = makeWorker(workers.length, `${queue.name}#${workers.length}`);
      workers.push(worker);
      hands.set(message, worker);
      deliveries.set(worker, { queue, message, receipt: message.received });
      void serve(queue, message, worker);
      return worker;
    },
  };
}
