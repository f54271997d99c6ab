import { consume, type Handle } from './consume.ts';
import { consumeBatches } from './consume-batches.ts';
import type { RunResult } from './core/records-runs.ts';
import type { Message, ObjectStore, Queue } from './core/store.ts';
import type { Log } from './log.ts';
import type { QueueName } from './metrics.ts';
import { collectResults } from './replay/collect.ts';

/** The queue to take messages from instead, which looks over the consumer's shoulder. */
export type Watch = (name: QueueName, queue: Queue) => Queue;

export type ConsumersOptions = {
  readonly log: Log;
  readonly watch?: Watch | undefined;
  readonly onCollected?: ((result: RunResult) => void) | undefined;
  readonly signal: AbortSignal;
};

export type Consumers = {
  /** Consumes the queue until the signal; `turn` is awaited before messages are asked for. */
  readonly run: (
    queue: Queue,
    name: QueueName,
    handle: Handle,
    concurrency: number,
    turn?: (signal: AbortSignal) => Promise<void>,
  ) => Promise<void>;
  /** Writes results of runs into the ledger. */
  readonly collect: (results: Queue, ledger: ObjectStore, lingerMs?: number) => Promise<void>;
};

// Each file of results is a put; a second more or less does not matter to anyone who looks at a run.
const RESULTS_A_FILE = 500;
const LINGER_MS = 2000;

/** How every pipeline of this process consumes its queues. */
export function consumersOf({ log, watch = (_, queue) => queue, onCollected, signal }: ConsumersOptions): Consumers {
  const failed = (queue: string) => (message: Message, error: unknown) =>
    log(
      'error',
      'not settled, will be retried',
      { queue, messageId: message.id, received: message.receiveCount },
      error,
    );
  return {
    run: (queue, name, handle, concurrency, turn) =>
      consume(watch(name, queue), handle, { concurrency, signal, onFailure: failed(name), ...(turn && { turn }) }),
    collect: (results, ledger, lingerMs = LINGER_MS) =>
      consumeBatches(watch('results', results), (messages) => collectResults(ledger, messages, onCollected), {
        max: RESULTS_A_FILE,
        lingerMs,
        signal,
        onFailure: failed('results'),
      }),
  };
}
