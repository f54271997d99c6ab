// A run at scale: the real planner, lane, handlers, collector and counting, over stores and queues in memory, with a
// judge that goes by the text of the object. It measures what a run costs besides judging and besides the network.

import { setTimeout as delay } from 'node:timers/promises';
import type { RunPlan, Tally } from '../../lib/core/records-runs.ts';
import type { ObjectStore, Queue } from '../../lib/core/store.ts';
import type { Judge } from '../../lib/core/verdict.ts';
import { admit, sha256 } from '../../lib/core/verify.ts';
import { type Pipeline, startPipeline } from '../../lib/pipeline.ts';
import { drive, openPlanner, type ReplayPorts } from '../../lib/replay/planner.ts';
import { measure } from '../../lib/replay/progress.ts';
import { readState } from '../../lib/replay/records.ts';
import { sourceOf } from '../../lib/replay/sources.ts';
import { DEFAULT_LIMITS, startRun } from '../../lib/replay/start.ts';
import { memoryQueue } from '../../lib/stores/memory-queue.ts';
import { memoryStore } from '../../lib/stores/memory-store.ts';

export type Simulation = {
  readonly keys: number;
  readonly mode: RunPlan['mode'];
  /** Whether everything in the queues is lost once, when a third has been reported, and the run is resumed. */
  readonly kill: boolean;
  readonly jobs: number;
};

export type Simulated = {
  readonly seconds: number;
  readonly peakRssBytes: number;
  readonly tally: Tally;
  readonly state: string;
  /** Requests to stores and queues, by name. */
  readonly requests: Readonly<Record<string, number>>;
};

const BAD_EVERY = 20;
const TERMS = { policy: `sha256:${'a'.repeat(64)}`, version: '0.0.0' };

/** What a run over this many keys has to come to, killed or not. */
export function expectedOutcomes(keys: number): Readonly<Record<string, number>> {
  const quarantined = Math.floor(keys / BAD_EVERY);
  return { published: keys - quarantined, ...(quarantined > 0 && { quarantined }) };
}

export async function simulate({ keys, mode, kill, jobs }: Simulation): Promise<Simulated> {
  const requests: Record<string, number> = {};
  const stores = {
    staging: memoryStore(),
    public: memoryStore(),
    work: memoryStore(),
    quarantine: memoryStore(),
    ledger: memoryStore(),
  };
  for (let i = 1; i <= keys; i += 1) {
    const text = i % BAD_EVERY === 0 ? `bad ${i}` : `text ${i}`;
    await stores.staging.put(`documents/${String(i).padStart(9, '0')}.pdf`, Buffer.from(text));
  }
  const counted = Object.fromEntries(
    Object.entries(stores).map(([name, store]) => [name, counting(name, store, requests)]),
  ) as typeof stores;
  const watch = peakMemory();
  const started = performance.now();
  const { id } = await startRun(counted.ledger, now, {
    ...{ mode, ...TERMS, by: 'bench', limits: DEFAULT_LIMITS, force: true, perMinute: null },
    scope: { of: 'staging', prefix: '', keys: { by: 'listing' } },
  });
  if (kill) await runUntil(id, counted, requests, jobs, keys / 3);
  await runUntil(id, counted, requests, jobs, undefined);
  const seconds = (performance.now() - started) / 1000;
  const state = await readState(stores.ledger, id);
  const { tally } = await measure(stores.ledger, state);
  return { seconds, peakRssBytes: watch.end(), tally, state: state.state, requests };
}

const now = () => new Date();

/** To the end, or until so many are reported; then everything in the queues is lost. */
async function runUntil(
  id: string,
  stores: Record<'staging' | 'public' | 'work' | 'quarantine' | 'ledger', ObjectStore>,
  requests: Record<string, number>,
  jobs: number,
  reported: number | undefined,
): Promise<void> {
  const queue = (name: string) => {
    const bare = memoryQueue({ visibilityMs: 600_000, maxReceives: 5 });
    return { bare, port: counting(name, bare, requests) };
  };
  const [live, promotions, bulk, results, dead] = ['live', 'promote', 'bulk', 'results', 'dead'].map(queue);
  if (!live || !promotions || !bulk || !results || !dead) throw new Error('a queue is missing');
  const { staging, ledger } = stores;
  const common = { staging, ledger, audit: ledger, liveQueue: live.port, now, notify: async () => undefined };
  const judging = { judge: byText, terms: TERMS, maxInputBytes: 1000 };
  const pipeline: Pipeline = startPipeline({
    sanitize: {
      ...{ ...common, ...judging, work: stores.work, quarantine: stores.quarantine },
      ...{ promoteQueue: promotions.port, overwrite: 'keep-previous' },
    },
    promote: { ...common, work: stores.work, public: stores.public },
    deadLetters: dead.port,
    jobs: 1,
    bulk: { queue: bulk.port, jobs },
    runs: {
      audit: { staging, public: stores.public, ledger, ...judging, now: common.now },
      results: results.port,
      lingerMs: 200,
    },
    log: (level, message, fields, error) => {
      if (level === 'error') throw new Error(`${message} ${JSON.stringify(fields)}`, { cause: error });
    },
  });
  const ports: ReplayPorts = {
    ledger,
    lane: bulk.port,
    pressure: async () => ({
      backlog: bulk.bare.size(),
      uncollected: results.bare.size(),
      live: await live.bare.depth(),
      deadLetters: dead.bare.size(),
    }),
    source: sourceOf({ staging, public: stores.public }),
    now,
    measureEveryMs: 2000,
  };
  const stop = new AbortController();
  const planner = openPlanner(ports, id);
  await planner.recover();
  const ended = await drive(planner, {
    signal: stop.signal,
    waitMs: 20,
    onTick: ({ tally }) => {
      if (reported !== undefined && (tally?.reported ?? 0) >= reported) stop.abort();
    },
    onFailure: (error) => {
      throw error;
    },
  });
  while (ended === 'done' && promotions.bare.size() > 0) await delay(20);
  await pipeline.stop();
}

/** Counts each call; a batch of messages counts as the requests that SQS would need. */
function counting<T extends ObjectStore | Queue>(name: string, port: T, requests: Record<string, number>): T {
  return new Proxy(port, {
    get(target, property) {
      const method: unknown = Reflect.get(target, property);
      if (typeof method !== 'function') return method;
      return (...args: unknown[]) => {
        const of = `${name} ${String(property)}`;
        const count = Array.isArray(args[0]) ? Math.ceil(args[0].length / 10) : 1;
        requests[of] = (requests[of] ?? 0) + count;
        return Reflect.apply(method, target, args);
      };
    },
  });
}

function peakMemory() {
  let peak = 0;
  const look = () => {
    peak = Math.max(peak, process.memoryUsage.rss());
  };
  const timer = setInterval(look, 200);
  return {
    end() {
      clearInterval(timer);
      look();
      return peak;
    },
  };
}

const byText: Judge = async (untrusted) => {
  const text = Buffer.from(untrusted).toString();
  const common = { format: 'test', scanner: 'none', mediaType: 'text/plain', findings: [] } as const;
  if (text.startsWith('bad'))
    return { ...common, outcome: 'quarantined', reason: 'hidden-content', detail: 'by its text' };
  const bytes = Buffer.from(text.toUpperCase());
  const proof = { sha256: sha256(bytes), bytes: bytes.length, checks: ['text'] };
  return { ...common, outcome: 'published', extension: 'txt', renamed: false, body: admit(bytes, proof), proof };
};
