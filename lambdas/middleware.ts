import type { MiddlewareObj } from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Log } from '../lib/log.ts';
import type { CloudWatchMetrics } from '../lib/metrics-cloudwatch.ts';

type Middleware = MiddlewareObj<SQSEvent, SQSBatchResponse, Error, Context>;

/** One line for each invocation: how many records, how many failed, how long. Bodies hold object keys: never those. */
export function requestLog(log: Log): Middleware {
  const started = new WeakMap<Context, number>();
  const fields = ({ event, context }: { readonly event: SQSEvent; readonly context: Context }) => ({
    requestId: context.awsRequestId,
    records: event.Records.length,
    ms: Math.round(performance.now() - (started.get(context) ?? performance.now())),
  });
  return {
    before: ({ context }) => {
      started.set(context, performance.now());
    },
    after: (request) => {
      log('info', 'invocation', { ...fields(request), failed: request.response?.batchItemFailures.length ?? 0 });
    },
    onError: (request) => log('error', 'invocation failed', fields(request), request.error),
  };
}

/**
 * Puts `deadline` on the context: aborted `beforeMs` milliseconds before Lambda would kill us, in time to report which
 * records are not done. A killed invocation reports nothing, and the whole batch waits for its visibility timeout.
 */
export function deadline({ beforeMs }: { readonly beforeMs: number }): Middleware {
  return {
    before: ({ context }) => {
      const left = Math.max(0, context.getRemainingTimeInMillis() - beforeMs);
      Object.assign(context, { deadline: AbortSignal.timeout(left) });
    },
  };
}

/** Writes the metrics at the end of each invocation, whichever end it is: a frozen sandbox writes nothing. */
export function flushMetrics(metrics: CloudWatchMetrics): Middleware {
  return { after: () => metrics.flush(), onError: () => metrics.flush() };
}
