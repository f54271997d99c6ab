// What a worker does beside its pipeline: answers over HTTP, looks through staging where no events come, tells people.
// Each is on only where the environment asks for it.

import { consumeBatches } from '../consume-batches.ts';
import type { Terms } from '../core/settle.ts';
import type { ScannerName } from '../core/verdict.ts';
import type { ShadowWorkerEnv, WorkerEnv } from '../env.ts';
import type { Log } from '../log.ts';
import { countOutcome, countRefused, countReported } from '../metrics.ts';
import { prometheusMetrics } from '../metrics-prometheus.ts';
import { webhookPost } from '../notify/post.ts';
import { tell } from '../notify/tell.ts';
import type { Watched } from '../pipeline.ts';
import { openQueue, watchedPlaces } from '../places.ts';
import { pollAside, pollStaging } from '../poll.ts';
import { answerStatus } from '../status/answer.ts';
import { type Watch, watchQueues } from '../watch.ts';
import { workerEndpoint } from '../worker-endpoint.ts';
import { type Io, UsageError } from './command.ts';
import { listen } from './listen.ts';
import { checkSecrets, webhookForm } from './webhook-settings.ts';

/** The metrics of this process, and the watch over its queues. */
export function observe() {
  const metrics = prometheusMetrics();
  const watch = watchQueues(metrics);
  const watched: Watched = {
    queue: watch.queue,
    onPromoted: countOutcome(metrics),
    onRefused: countRefused(metrics),
    onAudited: countReported(metrics, 'audited'),
    onCollected: countReported(metrics, 'collected'),
  };
  return { metrics, watch, watched };
}

/** What is missing where one setting needs another. */
export function checkDoors(env: ShadowWorkerEnv): void {
  if (env.SPOORLOOS_NOTIFY_TOKEN !== undefined && env.SPOORLOOS_METRICS_PORT === undefined)
    throw new UsageError('events cannot be pushed to a worker without a port', 'set SPOORLOOS_METRICS_PORT too');
  if (env.SPOORLOOS_STATUS_TOKEN !== undefined && env.SPOORLOOS_METRICS_PORT === undefined)
    throw new UsageError('nobody can be told where a document is without a port', 'set SPOORLOOS_METRICS_PORT too');
  if ((env.SPOORLOOS_WEBHOOK_URL === undefined) !== (env.SPOORLOOS_EVENTS_QUEUE_URL === undefined))
    throw new UsageError(
      'people are told by a webhook of what is in the events queue: one is set without the other',
      'set SPOORLOOS_WEBHOOK_URL and SPOORLOOS_EVENTS_QUEUE_URL, or neither',
    );
  webhookForm(env);
  checkSecrets(env.SPOORLOOS_WEBHOOK_SECRETS);
}

export type DoorsOptions = {
  /** In shadow mode there is nowhere to publish and nothing to tell. */
  readonly env: WorkerEnv | ShadowWorkerEnv;
  readonly io: Io;
  readonly log: Log;
  readonly terms: Terms;
  readonly scanner: ScannerName;
  readonly metrics: () => string;
  readonly watch: Watch;
};

/** Opens what is asked for. The result closes it, when the pipeline has stopped: health is asked for until then. */
export async function openDoors(options: DoorsOptions): Promise<() => Promise<void>> {
  const { io, env } = options;
  const closing = new AbortController();
  const signal = AbortSignal.any([io.signal, closing.signal]);
  const endpoint = await answerOn(options);
  if (endpoint) io.err(`health and metrics  http://${env.SPOORLOOS_METRICS_ADDRESS}:${endpoint.port}/`);
  const running = [poll(options, signal), tellWebhook(options, signal)];
  return async () => {
    closing.abort();
    await Promise.all([...running, endpoint?.close()]);
  };
}

function answerOn({ env, io, log, watch, scanner, metrics }: DoorsOptions) {
  const { SPOORLOOS_METRICS_PORT: port, SPOORLOOS_METRICS_ADDRESS: hostname, SPOORLOOS_NOTIFY_TOKEN: token } = env;
  if (port === undefined) return undefined;
  const fetch = workerEndpoint({
    health: () => ({ ...watch.health(), isStopping: io.signal.aborted, scanner }),
    metrics,
    ...(token !== undefined && {
      push: { token, bucket: env.SPOORLOOS_STAGING, liveQueue: openQueue(env.SPOORLOOS_LIVE_QUEUE_URL) },
    }),
    ...(env.SPOORLOOS_STATUS_TOKEN !== undefined && {
      status: {
        token: env.SPOORLOOS_STATUS_TOKEN,
        answer: (question) =>
          answerStatus(watchedPlaces(env), question, (error) => log('error', 'a status could not be told', {}, error)),
      },
    }),
  });
  return listen(fetch, { hostname, port }, 'choose another with SPOORLOOS_METRICS_PORT');
}

async function poll({ env, log, terms }: DoorsOptions, signal: AbortSignal): Promise<void> {
  const seconds = env.SPOORLOOS_POLL_SECONDS;
  if (seconds === undefined) return;
  const heavy = env.SPOORLOOS_HEAVY_QUEUE_URL;
  const liveQueue = openQueue(env.SPOORLOOS_LIVE_QUEUE_URL);
  const publishing = 'SPOORLOOS_PROMOTE_QUEUE_URL' in env ? env.SPOORLOOS_PROMOTE_QUEUE_URL : undefined;
  const behind = [publishing, heavy].flatMap((url) => (url === undefined ? [] : [openQueue(url)]));
  const places = watchedPlaces(env);
  const polling = { queues: [liveQueue, ...behind], everyMs: seconds * 1000, signal, log };
  if (publishing === undefined) await pollAside({ staging: places.staging, liveQueue, ...polling });
  else await pollStaging({ places: { ...places, terms }, liveQueue, ...polling });
}

// What one message to people is made of, at most.
const MAX_EVENTS = 1000;
// A queue shows its messages to nobody else for longer than that.
const BUDGET_MS = 20_000;

async function tellWebhook({ env, log, watch }: DoorsOptions, signal: AbortSignal): Promise<void> {
  const { SPOORLOOS_EVENTS_QUEUE_URL: url, SPOORLOOS_WEBHOOK_URL: webhook } = env;
  if (url === undefined || webhook === undefined) return;
  const post = webhookPost(webhook, { secrets: env.SPOORLOOS_WEBHOOK_SECRETS });
  const handle = tell(webhookForm(env), post, { above: env.SPOORLOOS_DIGEST_ABOVE, budgetMs: BUDGET_MS });
  await consumeBatches(watch.queue('events', openQueue(url)), handle, {
    max: MAX_EVENTS,
    lingerMs: env.SPOORLOOS_DIGEST_SECONDS * 1000,
    signal,
    onFailure: ({ id, receiveCount }, error) =>
      log('error', 'people were not told, will be tried again', { messageId: id, received: receiveCount }, error),
  });
}
