import { consumersOf, type Watch } from './consumers.ts';
import type { AuditPlaces } from './core/audit.ts';
import type { PromotePlaces, SanitizePlaces } from './core/carry-out.ts';
import type { Reported } from './core/run-results.ts';
import type { Outcome } from './core/settle.ts';
import type { Queue } from './core/store.ts';
import { giveWayTo } from './give-way.ts';
import { failClosedHandler, promoteHandler, sanitizeHandler } from './handlers.ts';
import { bulkHandler } from './handlers-runs.ts';
import type { Log } from './log.ts';

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
  readonly queue: Watch;
  readonly onPromoted: (outcome: Outcome) => void;
  readonly onRefused: (outcome: Outcome) => void;
  readonly onAudited: (reported: Reported) => void;
  readonly onCollected: (result: Pick<Reported, 'outcome'>) => void;
};

export type Pipeline = {
  /** Takes no further message and resolves when those in hand are finished. */
  stop(): Promise<void>;
};

/** Runs the consumers of every lane that there is, of promotions and of dead letters, in this process. */
export function startPipeline(options: PipelineOptions): Pipeline {
  const { sanitize, promote, deadLetters, jobs, bulk, runs, log, postpone, watched } = options;
  const stopping = new AbortController();
  const { run, collect } = consumersOf({
    log,
    watch: watched?.queue,
    onCollected: watched?.onCollected,
    signal: stopping.signal,
  });
  const judge = sanitizeHandler(sanitize);
  // Heavy and bulk judge whatever they are given: sent on once more, a document would go round for ever.
  const { heavy, ...withoutHeavy } = sanitize;
  const judgeAll = sanitizeHandler(withoutHeavy);
  // What waits for the malware engine waits in its own lane: bulk's would take live's hands.
  const ofBulk = { ...withoutHeavy, ...(bulk && { laterQueue: bulk.queue }) };
  const live = async (body: string) => {
    if (!(await postpone?.(body))) await judge(body);
  };
  const auditing = watched && { onAudited: watched.onAudited };
  const handleAll = runs ? bulkHandler({ ...runs, ...auditing, sanitize: withoutHeavy }) : judgeAll;
  const bulkHandle = runs ? bulkHandler({ ...runs, ...auditing, sanitize: ofBulk }) : sanitizeHandler(ofBulk);
  const refusing = { ...sanitize, ...(runs && { results: runs.results }) };
  const first = giveWayTo(sanitize.liveQueue);
  const running = [
    run(first.live, 'live', live, jobs),
    ...(heavy ? [run(heavy.queue, 'heavy', handleAll, 1)] : []),
    ...(bulk ? [run(bulk.queue, 'bulk', bulkHandle, bulk.jobs, first.turn)] : []),
    ...(runs?.audits
      ? [run(runs.audits, 'audits', bulkHandler({ ...runs, ...auditing }), bulk?.jobs ?? 1, first.turn)]
      : []),
    ...(runs ? [collect(runs.results, sanitize.ledger, runs.lingerMs)] : []),
    run(sanitize.promoteQueue, 'promote', promoteHandler(promote, watched?.onPromoted), 4),
    run(deadLetters, 'dead-letters', failClosedHandler(refusing, watched?.onRefused), 1),
  ];
  return {
    async stop() {
      stopping.abort();
      await Promise.all(running);
    },
  };
}
