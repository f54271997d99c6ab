// A run over the rig of the pipeline: the real planner, lane, handlers and collector, in one process that takes turns.

import type { AuditPlaces } from '../../lib/core/audit.ts';
import { readHead } from '../../lib/core/ledger.ts';
import type { ReplayProgress } from '../../lib/core/records-events.ts';
import type { RunPlan, RunState, Tally } from '../../lib/core/records-runs.ts';
import type { Scanner } from '../../lib/core/scanner.ts';
import type { ObjectStore } from '../../lib/core/store.ts';
import { failClosedHandler } from '../../lib/handlers.ts';
import { bulkHandler } from '../../lib/handlers-runs.ts';
import { collectResults } from '../../lib/replay/collect.ts';
import { type PaceChange, pauseRun, resumeRun, stopRun, throttleRun } from '../../lib/replay/control.ts';
import type { Pressure } from '../../lib/replay/decide.ts';
import { listing } from '../../lib/replay/listing.ts';
import { openPlanner, type Planner, type Source, type Tick } from '../../lib/replay/planner.ts';
import { measure } from '../../lib/replay/progress.ts';
import { readState } from '../../lib/replay/records.ts';
import { DEFAULT_LIMITS, type RunRequest, startRun } from '../../lib/replay/start.ts';
import { memoryQueue } from '../../lib/stores/memory-queue.ts';
import { all, type Rig, rig, TERMS } from './pipeline-rig.ts';

export type ReplayRig = Rig & {
  readonly written: string[];
  readonly bulk: ReturnType<typeof memoryQueue>;
  readonly results: ReturnType<typeof memoryQueue>;
  readonly now: () => Date;
  /** Lets the clock go on. */
  later(ms: number): void;
  start(request?: Partial<RunRequest>): Promise<RunPlan>;
  planner(id: string): Planner;
  /** Handles what is in the lane, its dead letters and the pipeline's queues, and collects results, until all is quiet. */
  work(): Promise<void>;
  /** Ticks and works until the run rests; a planner that throws is replaced by a new one. */
  toTheEnd(id: string): Promise<Tick['did'][]>;
  tally(id: string): Promise<Tally>;
  state(id: string): Promise<RunState>;
  pause(id: string): Promise<RunState>;
  resume(id: string): Promise<RunState>;
  stop(id: string): Promise<RunState>;
  throttle(id: string, change: PaceChange): Promise<RunState>;
  /** Everything that a run leaves behind, ids and times apart. */
  outcome(id: string): Promise<unknown>;
};

export type ReplayRigOptions = {
  readonly fault?: (operation: string) => void;
  readonly pressure?: (measured: Pressure) => Pressure;
  readonly source?: Source;
  readonly maxReceives?: number;
  readonly tell?: (event: ReplayProgress) => Promise<void>;
  readonly scanner?: Scanner;
};

const WRITES = ['put', 'remove', 'purge', 'copyFrom'];

export function replayRig(options: ReplayRigOptions = {}): ReplayRig {
  const { fault = () => {}, pressure = (measured) => measured } = options;
  const { scanner } = options;
  const made = rig({ fault, ...(scanner && { scanner }) });
  const written: string[] = [];
  const { now } = made.sanitize;
  /** Tells of every write, and fails where it is told to, before and after each operation. */
  const watched = <T extends object>(name: string, port: T): T =>
    new Proxy(port, {
      get(target, property) {
        const method: unknown = Reflect.get(target, property);
        if (typeof method !== 'function' || property === 'list') return method;
        return async (...args: unknown[]) => {
          fault(`${name}.${String(property)}`);
          if (WRITES.includes(String(property))) written.push(`${name} ${String(args[0])}`);
          const result: unknown = await Reflect.apply(method, target, args);
          fault(`${name}.${String(property)} done`);
          return result;
        };
      },
    });
  const bare = memoryQueue({ visibilityMs: 60_000, maxReceives: 50 });
  const dead = memoryQueue({ visibilityMs: 60_000, maxReceives: 50 });
  const lane = memoryQueue({ visibilityMs: 60_000, maxReceives: options.maxReceives ?? 5, deadLetters: dead });
  const [bulk, results] = [watched('bulk', lane), watched('results', bare)];
  Object.assign(made.promote, { bulkQueue: bulk });
  const ledger = watched('run ledger', made.stores.ledger);
  const read = (name: 'staging' | 'public' | 'ledger'): ObjectStore => watched(`audit ${name}`, made.stores[name]);
  const audit: AuditPlaces = {
    staging: read('staging'),
    public: read('public'),
    ledger: read('ledger'),
    judge: made.sanitize.judge,
    terms: TERMS,
    now,
    maxInputBytes: 1000,
    ...(scanner && { again: { engine: scanner } }),
  };
  const handle = bulkHandler({ sanitize: made.sanitize, audit, results });
  const failClosed = failClosedHandler({ ...made.sanitize, results });

  async function deliver(queue: typeof lane, handler: (body: string) => Promise<void>): Promise<number> {
    const messages = await queue.receive({ max: 10, waitMs: 0 });
    for (const message of messages)
      await handler(message.body).then(
        () => queue.delete(message),
        () => queue.retry(message, { afterMs: 0 }),
      );
    return messages.length;
  }

  async function collect(): Promise<number> {
    const messages = await bare.receive({ max: 7, waitMs: 0 });
    try {
      const failed = await collectResults(ledger, messages);
      for (const message of messages) if (!failed.has(message.id)) await bare.delete(message);
    } catch {
      for (const message of messages) await bare.retry(message, { afterMs: 0 });
    }
    return messages.length;
  }

  async function look(): Promise<Pressure> {
    const depth = await lane.depth();
    return pressure({
      backlog: depth.waiting + depth.inFlight + depth.delayed,
      uncollected: bare.size(),
      live: { waiting: 0 },
      deadLetters: 0,
    });
  }

  const self: ReplayRig = {
    ...made,
    written,
    bulk: lane,
    results: bare,
    now,
    later(ms) {
      // Each look at the rig's clock lets a second pass.
      for (const end = now().getTime() + ms; now().getTime() < end; );
    },
    start: (request = {}) =>
      startRun(ledger, now, {
        mode: 'audit',
        scope: { of: 'staging', prefix: '', keys: { by: 'listing' } },
        ...TERMS,
        by: 'test',
        limits: DEFAULT_LIMITS,
        force: false,
        perMinute: null,
        ...request,
      }),
    planner: (id) =>
      openPlanner(
        {
          ledger,
          lane: bulk,
          pressure: look,
          source: options.source ?? listing(made.stores),
          now,
          measureEveryMs: 0,
          ...(options.tell && { tell: options.tell }),
        },
        id,
      ),
    async work() {
      for (;;) {
        const done = (await deliver(lane, handle)) + (await deliver(dead, failClosed)) + (await collect());
        await made.drain();
        if (done === 0) return;
      }
    },
    async toTheEnd(id) {
      const did: Tick['did'][] = [];
      for (let planner = self.planner(id), turns = 0; turns < 500; turns += 1) {
        try {
          const tick = await planner.tick();
          did.push(tick.did);
          if (tick.state.state !== 'running') return did;
        } catch {
          planner = self.planner(id);
        }
        await self.work();
      }
      throw new Error('the run does not come to its end');
    },
    tally: async (id) => (await measure(made.stores.ledger, await readState(made.stores.ledger, id))).tally,
    state: (id) => readState(made.stores.ledger, id),
    pause: (id) => pauseRun(made.stores.ledger, id, now),
    resume: (id) => resumeRun(made.stores.ledger, id, now),
    stop: (id) => stopRun(made.stores.ledger, id, now),
    throttle: (id, change) => throttleRun(made.stores.ledger, id, change, now),
    async outcome(id) {
      const { ledger: bareLedger, staging, quarantine } = made.stores;
      const heads: Record<string, unknown> = {};
      for (const key of await all(staging)) {
        const head = await readHead(bareLedger, key);
        heads[key] = head && [head.state, head.version];
      }
      const { state, sent, entries, why } = await self.state(id);
      return {
        heads,
        run: { state, sent, entries, why },
        tally: sortedTally(await self.tally(id)),
        published: await made.published(),
        quarantined: (await all(quarantine)).length,
      };
    },
  };
  return self;
}

function sortedTally(tally: Tally): unknown {
  return Object.fromEntries(
    Object.entries(tally).map(([name, value]) => [
      name,
      typeof value === 'object' ? Object.fromEntries(Object.entries(value).sort()) : value,
    ]),
  );
}
