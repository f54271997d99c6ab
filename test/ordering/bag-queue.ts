// A queue as SQS promises it and no better: messages in no order, delivered again while somebody has them in hand, moved
// to the dead letters when they were delivered too often. Who gets what, and when, is decided from outside.

import type { Queue } from '../../lib/core/store.ts';

export type Held = {
  readonly id: number;
  readonly body: string;
  received: number;
  /** Nobody can take it until it is given back or its time is up. */
  isInFlight: boolean;
};

export type BagQueue = Queue & {
  readonly name: string;
  readonly held: Map<number, Held>;
  take(id: number): Held | undefined;
};

const MAX_RECEIVES = 5;
const refuse = () => Promise.reject(new Error('messages are handed out from outside'));

export function bagQueue(name: string, deadLetters?: BagQueue): BagQueue {
  const held = new Map<number, Held>();
  let sent = 0;
  return {
    name,
    held,
    async send(body) {
      sent += 1;
      held.set(sent, { id: sent, body, received: 0, isInFlight: false });
    },
    /** The message for one more delivery; undefined where it went to the dead letters instead. */
    take(id) {
      const message = held.get(id);
      if (!message) return undefined;
      if (deadLetters && message.received >= MAX_RECEIVES) {
        held.delete(id);
        void deadLetters.send(message.body);
        return undefined;
      }
      message.received += 1;
      message.isInFlight = true;
      return message;
    },
    async sendBatch(bodies) {
      for (const body of bodies) await this.send(body);
    },
    depth: refuse,
    receive: refuse,
    delete: refuse,
    retry: refuse,
  };
}
