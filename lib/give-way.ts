import { setTimeout as delay } from 'node:timers/promises';
import type { Queue } from './core/store.ts';

export type GiveWay = {
  /** The live queue, watched. */
  readonly live: Queue;
  /** Resolves while the live lane has a free hand and nothing waits for it, or at the abort. */
  turn(signal: AbortSignal): Promise<void>;
};

// A queue that holds messages answers a long poll at once; one that has not answered for this long holds none.
const ANSWERS_WITHIN_MS = 150;

/**
 * Lets other lanes of this process take messages only when the live lane has none waiting: that is, when it has asked
 * for messages, which it does with a free hand only, and has not been given any.
 */
export function giveWayTo(queue: Queue): GiveWay {
  let asked: number | undefined;
  return {
    live: {
      ...queue,
      async receive(options) {
        asked = performance.now();
        try {
          return await queue.receive(options);
        } finally {
          asked = undefined;
        }
      },
    },
    async turn(signal) {
      while (!signal.aborted) {
        const isIdle = asked !== undefined && performance.now() - asked >= ANSWERS_WITHIN_MS;
        if (isIdle) return;
        await delay(ANSWERS_WITHIN_MS / 3, undefined, { signal }).catch(() => undefined);
      }
    },
  };
}
