import { consume, type Handle } from './consume.ts';
import { consumeBatches } from './consume-batches.ts';
import type { AuditPlaces } from './core/audit.ts';
import type { PromotePlaces, SanitizePlaces } from './core/carry-out.ts';
import type { Outcome } from './core/settle.ts';
import type { Message, Queue } from './core/store.ts';
import { giveWayTo } from './give-way.ts';
import { failClosedHandler, promoteHandler, sanitizeHandler } from './handlers.ts';
import { bulkHandler } from './handlers-runs.ts';
import type { Log } from './log.ts';
import { collectResults } from './replay/collect.ts';

export type PipelineOptions = {
  readonly sanitize: SanitizePlaces;
  readonly promote: PromotePlaces;
  readonly deadLetters: Queue;
  /** Documents judged at the same time. */
  readonly jobs: number;
  /** The lane of what is already published or staged, taken up only when live has nothing waiting. */
  readonly bulk?: { readonly queue: Queue; readonly jobs: number };
  /** What runs over old objects need: audits by bulk, or by a lane of their own, and the collecting of results. */
  readonly runs?: {
    readonly audit: AuditPlaces;
    readonly results: Queue;
    readonly audits?: Queue;
    /** How long results wait for company in one file. 2 s when left out. */
    readonly lingerMs?: number;
  };
  readonly log: Log;
  /** Told what happens, for metrics and health. */
  readonly watched?: Watched;
  /** Asked before a message is handled; true where it was sent again, for a better time. */
  readonly postpone?: (body: string) => Promise<boolean>;
};

export type Watched = {
  /** The queue to take messages from instead, which looks over the consumer's shoulder. */
  readonly queue: (name: string, queue: Queue) => Queue;
  readonly onPromoted: (outcome: Outcome) => void;
  readonly onRefused: (outcome: Outcome) => void;
};

export type Pipeline = {
  /** Takes no further message and resolves when those in hand are finished. */
  stop(): Promise<void>;
};

// Each file of results is a put; a second more or less does not matter to anyone who looks at a run.
const RESULTS_A_FILE = 500;
const LINGER_MS = 2000;

/** Runs the consumers of every lane that there is, of promotions and of dead letters, in this process. */
export function startPipeline(options: PipelineOptions): Pipeline {
  const { sanitize, promote, deadLetters, jobs, bulk, runs, log, postpone, watched } = options;
  const watch = watched?.queue ?? ((_: string, queue: Queue) => queue);
  const stopping = new AbortController();
  const { signal } = stopping;
  const failed = (queue: string) => (message: Message, error: unknown) =>
    log(
      'error',
      'not settled, will be retried',
      { queue, messageId: message.id, received: message.receiveCount },
      error,
    );
  const run = (
    queue: Queue,
    name: string,
    handle: Handle,
    concurrency: number,
    turn?: (signal: AbortSignal) => Promise<void>,
  ) => consume(watch(name, queue), handle, { concurrency, signal, onFailure: failed(name), ...(turn && { turn }) });
  const judge = sanitizeHandler(sanitize);
  // Heavy and bulk judge whatever they are given: sent on once more, a document would go round for ever.
  const { heavy, ...withoutHeavy } = sanitize;
  const judgeAll = sanitizeHandler(withoutHeavy);
  const live = async (body: string) => {
    if (!(await postpone?.(body))) await judge(body);
  };
  const bulkHandle = runs ? bulkHandler({ ...runs, sanitize: withoutHeavy }) : judgeAll;
  const collect = (results: Queue) =>
    consumeBatches(watch('results', results), (messages) => collectResults(sanitize.ledger, messages), {
      max: RESULTS_A_FILE,
      lingerMs: runs?.lingerMs ?? LINGER_MS,
      signal,
      onFailure: failed('results'),
    });
  const refusing = { ...sanitize, ...(runs && { results: runs.results }) };
  const first = giveWayTo(sanitize.liveQueue);
  const running = [
    run(first.live, 'live', live, jobs),
    ...(heavy ? [run(heavy.queue, 'heavy', bulkHandle, 1)] : []),
    ...(bulk ? [run(bulk.queue, 'bulk', bulkHandle, bulk.jobs, first.turn)] : []),
    ...(runs?.audits ? [run(runs.audits, 'audits', bulkHandler(runs), bulk?.jobs ?? 1, first.turn)] : []),
    ...(runs ? [collect(runs.results)] : []),
    run(sanitize.promoteQueue, 'promote', promoteHandler(promote, watched?.onPromoted), 4),
    run(deadLetters, 'dead letters', failClosedHandler(refusing, watched?.onRefused), 1),
  ];
  return {
    async stop() {
      stopping.abort();
      await Promise.all(running);
    },
  };
}
