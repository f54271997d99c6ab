import { randomUUID } from 'node:crypto';
import type { Message, Queue } from '../core/store.ts';

type Held = { readonly id: string; readonly body: string; receiveCount: number; receipt: string; visibleAt: number };

export type MemoryQueue = Queue & {
  /** Messages that are not deleted: waiting, delayed and in flight. */
  size(): number;
  /** Their bodies, the oldest first. */
  bodies(): readonly string[];
};

/**
 * SQS's standard queue in this process, with millisecond clocks. A message that comes back after `maxReceives`
 * deliveries moves to `deadLetters`; where there is none it keeps coming back, since nothing is dropped. A receive
 * that is aborted resolves with no messages.
 */
export function memoryQueue(options: {
  readonly visibilityMs: number;
  readonly maxReceives: number;
  readonly deadLetters?: Queue;
}): MemoryQueue {
  const held = new Map<string, Held>();
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const resume of waiting) resume();
  };
  // A receipt is good for one delivery: a worker that lost its message cannot acknowledge the next one's work.
  const inFlight = ({ id, receipt }: Message): Held | undefined => {
    const message = held.get(id);
    return message?.receipt === receipt ? message : undefined;
  };

  async function bury(deadLetters: Queue): Promise<void> {
    const now = performance.now();
    for (const message of held.values()) {
      if (message.visibleAt > now || message.receiveCount < options.maxReceives) continue;
      // Out of reach of other receivers while it is on its way, and back in reach if it does not arrive.
      message.visibleAt = Number.POSITIVE_INFINITY;
      try {
        await deadLetters.send(message.body);
        held.delete(message.id);
      } catch (error) {
        message.visibleAt = now;
        throw error;
      }
    }
  }

  function take(max: number): Message[] {
    const now = performance.now();
    const taken: Message[] = [];
    for (const message of held.values()) {
      if (taken.length === max) break;
      if (message.visibleAt > now || (options.deadLetters && message.receiveCount >= options.maxReceives)) continue;
      message.receiveCount += 1;
      message.receipt = randomUUID();
      message.visibleAt = now + options.visibilityMs;
      taken.push({ id: message.id, body: message.body, receiveCount: message.receiveCount, receipt: message.receipt });
    }
    return taken;
  }

  /** Until a message is sent, given back or becomes visible, or `ms` have passed. */
  function change(ms: number, signal: AbortSignal | undefined): Promise<void> {
    const now = performance.now();
    let wait = ms;
    for (const { visibleAt } of held.values()) wait = Math.min(wait, Math.max(0, visibleAt - now));
    return new Promise((resolve) => {
      const resume = () => {
        clearTimeout(timer);
        waiting.delete(resume);
        signal?.removeEventListener('abort', resume);
        resolve();
      };
      const timer = setTimeout(resume, Math.ceil(wait));
      waiting.add(resume);
      signal?.addEventListener('abort', resume);
    });
  }

  return {
    size: () => held.size,
    bodies: () => Array.from(held.values(), ({ body }) => body),

    async send(body, { delayMs = 0 } = {}) {
      const id = randomUUID();
      held.set(id, { id, body, receiveCount: 0, receipt: '', visibleAt: performance.now() + delayMs });
      wake();
    },

    async receive({ max, waitMs, signal }) {
      const end = performance.now() + waitMs;
      while (!signal?.aborted) {
        if (options.deadLetters) await bury(options.deadLetters);
        const taken = take(max);
        const left = end - performance.now();
        if (taken.length > 0 || left <= 0) return taken;
        await change(left, signal);
      }
      return [];
    },

    async delete(message) {
      if (inFlight(message)) held.delete(message.id);
    },

    async retry(message, { afterMs }) {
      const again = inFlight(message);
      if (!again) return;
      again.visibleAt = performance.now() + afterMs;
      again.receipt = '';
      wake();
    },
  };
}
