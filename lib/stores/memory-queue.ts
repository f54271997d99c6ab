import { randomUUID } from 'node:crypto';
import type { Message, Queue } from '../core/store.ts';

type Held = {
  readonly id: string;
  readonly body: string;
  readonly sentAt: number;
  receiveCount: number;
  receipt: string;
  visibleAt: number;
  place: 'ready' | 'hidden' | 'dying';
};

export type MemoryQueue = Queue & {
  /** Messages that are not deleted: waiting, delayed and in flight. */
  size(): number;
  /** Their bodies, the oldest first. */
  bodies(): readonly string[];
};

/**
 * SQS's standard queue in this process, with millisecond clocks. A message that comes back after `maxReceives`
 * deliveries moves to `deadLetters`; where there is none it keeps coming back, since nothing is dropped. A receive
 * that is aborted resolves with no messages. What is done to one message costs no look at the others.
 */
export function memoryQueue(options: {
  readonly visibilityMs: number;
  readonly maxReceives: number;
  readonly deadLetters?: Queue;
}): MemoryQueue {
  const held = new Map<string, Held>();
  const ready = new Map<string, Held>();
  const dying = new Map<string, Held>();
  const hidden = dueTimes();
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const resume of waiting) resume();
  };
  // A receipt is good for one delivery: a worker that lost its message cannot acknowledge the next one's work.
  const inFlight = ({ id, receipt }: Message): Held | undefined => {
    const message = held.get(id);
    return message?.receipt === receipt ? message : undefined;
  };

  function hide(message: Held, visibleAt: number): void {
    ready.delete(message.id);
    dying.delete(message.id);
    message.visibleAt = visibleAt;
    message.place = 'hidden';
    hidden.push(visibleAt, message.id);
  }

  const isStale = (at: number, id: string) => {
    const message = held.get(id);
    return message?.place !== 'hidden' || message.visibleAt !== at;
  };

  /** Makes visible what is due. */
  function surface(now: number): void {
    for (let due = hidden.first(); due && (due.at <= now || isStale(due.at, due.id)); due = hidden.first()) {
      hidden.shift();
      const message = held.get(due.id);
      if (!message || isStale(due.at, due.id)) continue;
      const isSpent = options.deadLetters !== undefined && message.receiveCount >= options.maxReceives;
      message.place = isSpent ? 'dying' : 'ready';
      (isSpent ? dying : ready).set(message.id, message);
    }
  }

  async function bury(deadLetters: Queue): Promise<void> {
    for (const message of [...dying.values()]) {
      // Out of reach of other receivers while it is on its way, and back in reach if it does not arrive.
      dying.delete(message.id);
      try {
        await deadLetters.send(message.body);
        held.delete(message.id);
      } catch (error) {
        dying.set(message.id, message);
        throw error;
      }
    }
  }

  function take(max: number, now: number): Message[] {
    const taken: Message[] = [];
    for (const message of ready.values()) {
      if (taken.length === max) break;
      message.receiveCount += 1;
      message.receipt = randomUUID();
      hide(message, now + options.visibilityMs);
      const { id, body, receiveCount, receipt, sentAt } = message;
      taken.push({ id, body, receiveCount, receipt, sentAtMs: Math.round(performance.timeOrigin + sentAt) });
    }
    return taken;
  }

  /** Until a message is sent, given back or becomes visible, or `ms` have passed. */
  function change(ms: number, signal: AbortSignal | undefined): Promise<void> {
    const due = hidden.first()?.at ?? Number.POSITIVE_INFINITY;
    const wait = dying.size > 0 ? 0 : Math.min(ms, Math.max(0, due - performance.now()));
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

  function add(body: string, delayMs: number): void {
    const [id, now] = [randomUUID(), performance.now()];
    const message: Held = { id, body, sentAt: now, receiveCount: 0, receipt: '', visibleAt: now, place: 'ready' };
    held.set(id, message);
    if (delayMs > 0) hide(message, now + delayMs);
    else ready.set(id, message);
  }

  return {
    size: () => held.size,
    bodies: () => Array.from(held.values(), ({ body }) => body),

    async send(body, { delayMs = 0 } = {}) {
      add(body, delayMs);
      wake();
    },

    async sendBatch(bodies) {
      for (const body of bodies) add(body, 0);
      wake();
    },

    async receive({ max, waitMs, signal }) {
      const end = performance.now() + waitMs;
      while (!signal?.aborted) {
        surface(performance.now());
        if (options.deadLetters) await bury(options.deadLetters);
        const taken = take(max, performance.now());
        const left = end - performance.now();
        if (taken.length > 0 || left <= 0) return taken;
        await change(left, signal);
      }
      return [];
    },

    async delete(message) {
      if (!inFlight(message)) return;
      held.delete(message.id);
      ready.delete(message.id);
      dying.delete(message.id);
      if (hidden.size() > 2 * held.size + 1000) hidden.keep((at, id) => !isStale(at, id));
    },

    async retry(message, { afterMs }) {
      const again = inFlight(message);
      if (!again) return;
      hide(again, performance.now() + afterMs);
      again.receipt = '';
      wake();
    },

    async depth() {
      const now = performance.now();
      surface(now);
      const [oldest] = ready.values();
      const hiddenNow = held.size - ready.size - dying.size;
      let delayed = 0;
      // A message that was never received, or was given back, is kept back; any other is in somebody's hands.
      for (const { place, receipt } of held.values()) if (place === 'hidden' && receipt === '') delayed += 1;
      return {
        waiting: ready.size,
        inFlight: hiddenNow - delayed,
        delayed,
        ...(oldest && { oldestMs: now - oldest.sentAt }),
      };
    },
  };
}

type Due = { readonly at: number; readonly id: string };

/** The earliest of many times, kept as a binary heap. */
function dueTimes() {
  let heap: Due[] = [];
  const timeAt = (i: number) => heap[i]?.at ?? Number.POSITIVE_INFINITY;
  const swap = (i: number, j: number) => {
    const [a, b] = [heap[i], heap[j]];
    if (a && b) [heap[i], heap[j]] = [b, a];
  };
  function sink(from: number): void {
    for (let i = from; ; ) {
      const child = timeAt(2 * i + 1) <= timeAt(2 * i + 2) ? 2 * i + 1 : 2 * i + 2;
      if (timeAt(child) >= timeAt(i)) return;
      swap(i, child);
      i = child;
    }
  }
  return {
    size: () => heap.length,
    first: (): Due | undefined => heap[0],
    push(at: number, id: string): void {
      heap.push({ at, id });
      for (let i = heap.length - 1; i > 0; ) {
        const parent = (i - 1) >> 1;
        if (timeAt(parent) <= timeAt(i)) return;
        swap(i, parent);
        i = parent;
      }
    },
    shift(): void {
      const last = heap.pop();
      if (!last || heap.length === 0) return;
      heap[0] = last;
      sink(0);
    },
    keep(isKept: (at: number, id: string) => boolean): void {
      heap = heap.filter(({ at, id }) => isKept(at, id));
      for (let i = heap.length >> 1; i >= 0; i -= 1) sink(i);
    },
  };
}
