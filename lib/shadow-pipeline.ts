import { consumersOf } from './consumers.ts';
import type { AuditPlaces } from './core/audit.ts';
import type { ShadowPlaces } from './core/shadow-on.ts';
import type { ObjectStore, Queue } from './core/store.ts';
import { giveWayTo } from './give-way.ts';
import { type ShadowHandling, shadowFailClosedHandler, shadowHandler } from './handlers-shadow.ts';
import type { Pipeline, PipelineOptions, Watched } from './pipeline.ts';

export type ShadowPipelineOptions = Pick<PipelineOptions, 'deadLetters' | 'jobs' | 'bulk' | 'log' | 'postpone'> & {
  readonly shadow: ShadowPlaces & { readonly liveQueue: Queue; readonly heavy?: { readonly queue: Queue } };
  /** Told of keys whose message failed each time. */
  readonly onFailed?: (key: string) => void;
  readonly watched?: Pick<Watched, 'queue' | 'onAudited' | 'onCollected'>;
  /** What audits of what is there already need, and where the results of runs are written. */
  readonly runs?: NonNullable<PipelineOptions['runs']> & { readonly ledger: ObjectStore };
};

type BulkAudits = Pick<ShadowHandling, 'onAudited'> & { readonly audit: AuditPlaces; readonly results: Queue };

/** The lanes of a channel in shadow mode, in this process. There is no promotion, so nobody takes from its queue. */
export function startShadowPipeline(options: ShadowPipelineOptions): Pipeline {
  const { shadow, deadLetters, jobs, bulk, runs, log, watched, postpone } = options;
  const stopping = new AbortController();
  const { run, collect } = consumersOf({
    log,
    watch: watched?.queue,
    onCollected: watched?.onCollected,
    signal: stopping.signal,
  });
  const audits: BulkAudits | undefined = runs && { ...runs, onAudited: watched?.onAudited };
  const judge = shadowHandler({ shadow, ...audits });
  // What is large was sent on once, and is judged wherever it comes to.
  const { heavy, ...withoutHeavy } = shadow;
  const judgeAll = shadowHandler({ shadow: withoutHeavy, ...audits });
  const live = async (body: string) => {
    if (!(await postpone?.(body))) await judge(body);
  };
  const first = giveWayTo(shadow.liveQueue);
  const refusing = { ...shadow, ...(runs && { results: runs.results }) };
  const running = [
    run(first.live, 'live', live, jobs),
    ...(heavy ? [run(heavy.queue, 'heavy', judgeAll, 1)] : []),
    ...(bulk ? [run(bulk.queue, 'bulk', judgeAll, bulk.jobs, first.turn)] : []),
    ...(runs?.audits ? [run(runs.audits, 'audits', judgeAll, bulk?.jobs ?? 1, first.turn)] : []),
    ...(runs ? [collect(runs.results, runs.ledger, runs.lingerMs)] : []),
    run(deadLetters, 'dead-letters', shadowFailClosedHandler(refusing, options.onFailed), 1),
  ];
  return {
    async stop() {
      stopping.abort();
      await Promise.all(running);
    },
  };
}
