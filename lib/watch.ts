// Looks over the shoulder of the consumers of a process: what they get, what they give back, and whether their queues
// still answer.

import type { Queue } from './core/store.ts';
import type { Metrics, QueueName } from './metrics.ts';

export type Health = {
  /** False: a queue has not answered for too long. */
  readonly isWell: boolean;
  readonly queues: Readonly<Partial<Record<QueueName, QueueHealth>>>;
};

export type QueueHealth = {
  /** Since the last answer, with messages or without; null: none yet. */
  readonly answeredSecondsAgo: number | null;
  /** For how long it has been asked without an answer; null where nobody asks, because all hands are full. */
  readonly askedForSeconds: number | null;
};

export type Watch = {
  /** The queue, watched under a name. Messages of the one called 'live' are asked for their age. */
  queue(name: QueueName, queue: Queue): Queue;
  health(): Health;
};

// A long poll answers within 20 s, a queue that cannot be reached is asked again within a minute at most.
const ANSWERS_WITHIN_MS = 90_000;

type Seen = { askedAt?: number | undefined; answeredAt?: number };

export function watchQueues(metrics: Metrics, now: () => number = Date.now): Watch {
  const seen = new Map<QueueName, Seen>();
  const seconds = (since: number | undefined) => (since === undefined ? null : Math.round((now() - since) / 1000));
  return {
    queue(name, queue) {
      const state: Seen = {};
      seen.set(name, state);
      return {
        ...queue,
        async receive(options) {
          // Of the first try: a queue that fails and fails has not answered since.
          state.askedAt ??= now();
          const messages = await queue.receive(options);
          state.answeredAt = now();
          state.askedAt = undefined;
          if (name === 'live') for (const message of messages) measureAge(metrics, message.sentAtMs, now());
          return messages;
        },
        retry(message, options) {
          metrics.count('failed', name);
          return queue.retry(message, options);
        },
      };
    },
    health() {
      const isLate = ({ askedAt }: Seen) => askedAt !== undefined && now() - askedAt > ANSWERS_WITHIN_MS;
      return {
        isWell: ![...seen.values()].some(isLate),
        queues: Object.fromEntries(
          Array.from(seen, ([name, { askedAt, answeredAt }]) => [
            name,
            { answeredSecondsAgo: seconds(answeredAt), askedForSeconds: seconds(askedAt) },
          ]),
        ),
      };
    },
  };
}

/** Clocks differ: a message from the future has just been sent. */
export function measureAge(metrics: Metrics, sentAtMs: number | undefined, now: number): void {
  if (sentAtMs !== undefined) metrics.measure('liveAgeMs', Math.max(0, now - sentAtMs));
}
