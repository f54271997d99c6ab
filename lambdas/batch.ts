import type { SQSBatchItemFailure, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Handle } from '../lib/consume.ts';
import type { Log } from '../lib/log.ts';
import type { Metrics, QueueName } from '../lib/metrics.ts';
import { measureAge } from '../lib/watch.ts';

/** What the deadline middleware adds to the context. */
export type WithDeadline = { readonly deadline?: AbortSignal };

/**
 * Handles each record by itself; those that were not done are reported back, and only they are delivered again. A
 * record that is still in hand at the deadline counts as not done. Of the live lane, ages are measured.
 */
export function batchOf(handle: Handle, log: Log, metrics: Metrics, queue: QueueName) {
  return async ({ Records }: SQSEvent, context: WithDeadline): Promise<SQSBatchResponse> => {
    const batchItemFailures: SQSBatchItemFailure[] = [];
    for (const { messageId, body, attributes } of Records) {
      if (queue === 'live') measureAge(metrics, sentAt({ attributes }), Date.now());
      try {
        await beforeDeadline(handle(body), context.deadline);
      } catch (error) {
        log('error', 'not settled, will be retried', { messageId, received: receiveCount({ attributes }) }, error);
        metrics.count('failed', queue);
        batchItemFailures.push({ itemIdentifier: messageId });
      }
    }
    return { batchItemFailures };
  };
}

/** The deadline was reached: the message has to come again. */
class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}

async function beforeDeadline(work: Promise<void>, deadline: AbortSignal | undefined): Promise<void> {
  if (!deadline) return work;
  let onAbort = () => {};
  const late = new Promise<never>((_, reject) => {
    onAbort = () => reject(new DeadlineError('the deadline was reached'));
    if (deadline.aborted) onAbort();
    deadline.addEventListener('abort', onAbort, { once: true });
  });
  try {
    await Promise.race([work, late]);
  } finally {
    deadline.removeEventListener('abort', onAbort);
  }
}

function receiveCount({ attributes }: Pick<SQSRecord, 'attributes'>): number {
  return Number(attributes?.ApproximateReceiveCount ?? 1);
}

function sentAt({ attributes }: Pick<SQSRecord, 'attributes'>): number | undefined {
  const at = Number(attributes?.SentTimestamp ?? Number.NaN);
  return Number.isFinite(at) ? at : undefined;
}
