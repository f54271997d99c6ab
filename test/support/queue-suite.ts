// What every queue has to do. Times are in whole seconds, because SQS counts in them.

import { expect } from 'vitest';
import type { Message, Queue } from '../../lib/core/store.ts';

export type QueueKind = {
  /** A queue whose messages come back after a second, with dead letters after two deliveries. */
  readonly open: () => Promise<{ readonly queue: Queue; readonly deadLetters: Queue }>;
};

export type QueueCheck = { readonly shows: string; readonly run: (kind: QueueKind) => Promise<void> };

const now = { max: 10, waitMs: 0 } as const;
const soon = { max: 10, waitMs: 5000 } as const;

async function only(queue: Queue, options: { readonly max: number; readonly waitMs: number } = soon): Promise<Message> {
  const messages = await queue.receive(options);
  expect(messages.length).toBe(1);
  const [message] = messages;
  if (!message) throw new Error('no message');
  return message;
}

export const QUEUE_CHECKS: readonly QueueCheck[] = [
  {
    shows: 'delivers what was sent, once it is there, and not again after it is deleted',
    async run({ open }) {
      const { queue } = await open();
      expect(await queue.receive(now)).toEqual([]);
      const waiting = only(queue);
      const sent = { key: 'é 😀 \u0001 \uffff "\\ud83d"' };
      await queue.send(JSON.stringify(sent));
      const message = await waiting;
      expect(JSON.parse(message.body)).toEqual(sent);
      expect(message.receiveCount).toBe(1);
      expect(await queue.receive(now)).toEqual([]);
      await queue.delete(message);
      expect(await queue.receive({ max: 10, waitMs: 2000 })).toEqual([]);
    },
  },
  {
    shows: 'delivers again what was not deleted, with a higher count, then to the dead letters',
    async run({ open }) {
      const { queue, deadLetters } = await open();
      await queue.send('poison');
      const first = await only(queue);
      expect(first.receiveCount).toBe(1);
      expect(Math.abs(Date.now() - (first.sentAtMs ?? 0)), 'it says when it was sent').toBeLessThan(30_000);
      expect(await only(queue)).toMatchObject({ receiveCount: 2, sentAtMs: first.sentAtMs });
      expect(await queue.receive({ max: 10, waitMs: 2000 })).toEqual([]);
      expect((await only(deadLetters)).body).toBe('poison');
    },
  },
  {
    shows: 'gives a message back at once, or after the delay, when asked to',
    async run({ open }) {
      const { queue } = await open();
      await queue.send('again');
      await queue.retry(await only(queue), { afterMs: 0 });
      const second = await only(queue, { max: 1, waitMs: 500 });
      expect(second.receiveCount).toBe(2);
      await queue.retry(second, { afterMs: 60_000 });
      // Longer than the queue's own visibility: the delay counts.
      expect(await queue.receive({ max: 10, waitMs: 2000 })).toEqual([]);
      await queue.delete(second);
    },
  },
  {
    shows: 'keeps a message back for its delay',
    async run({ open }) {
      const { queue } = await open();
      await queue.send('later', { delayMs: 1000 });
      expect(await queue.receive(now)).toEqual([]);
      expect((await only(queue)).body).toBe('later');
    },
  },
  {
    shows: 'hands out at most as many as are asked for, each to one receiver',
    async run({ open }) {
      const { queue } = await open();
      const bodies = Array.from({ length: 25 }, (_, index) => `message ${index}`);
      for (const body of bodies) await queue.send(body);
      const got: Message[] = [];
      for (let turn = 0; turn < 25 && got.length < bodies.length; turn += 1) {
        const batches = await Promise.all([queue.receive(now), queue.receive({ max: 3, waitMs: 0 })]);
        expect(batches[0]?.length).toBeLessThanOrEqual(10);
        expect(batches[1]?.length).toBeLessThanOrEqual(3);
        for (const message of batches.flat()) {
          got.push(message);
          await queue.delete(message);
        }
      }
      expect(got.map(({ body }) => body).sort()).toEqual([...bodies].sort());
    },
  },
  {
    shows: 'stops waiting when aborted, and loses nothing by it',
    async run({ open }) {
      const { queue } = await open();
      const stopping = new AbortController();
      const waiting = queue.receive({ max: 10, waitMs: 20_000, signal: stopping.signal });
      setTimeout(() => stopping.abort(), 50);
      expect(await waiting).toEqual([]);
      expect(await queue.receive({ ...now, signal: stopping.signal })).toEqual([]);
      await queue.send('still here');
      expect((await only(queue)).body).toBe('still here');
    },
  },
  {
    shows: 'sends many at once, each of them once',
    async run({ open }) {
      const { queue } = await open();
      // Odd numbers, and one that fills a request by itself.
      const bodies = [...Array.from({ length: 33 }, (_, index) => `message ${index}`), 'large'.repeat(30_000), 'é😀'];
      const sent = bodies.map((body) => JSON.stringify({ body }));
      await queue.sendBatch(sent);
      await queue.sendBatch([]);
      const got: string[] = [];
      for (let turn = 0; turn < 40 && got.length < bodies.length; turn += 1) {
        for (const message of await queue.receive({ max: 10, waitMs: 1000 })) {
          got.push(JSON.parse(message.body).body);
          await queue.delete(message);
        }
      }
      expect(got.sort()).toEqual([...bodies].sort());
    },
  },
  {
    shows: 'counts what waits, what is in hand and what is kept back',
    async run({ open }) {
      const { queue } = await open();
      expect(await queue.depth()).toMatchObject({ waiting: 0, inFlight: 0, delayed: 0 });
      await queue.sendBatch(['one', 'two', 'three']);
      await queue.send('later', { delayMs: 60_000 });
      expect(await queue.depth()).toMatchObject({ waiting: 3, inFlight: 0, delayed: 1 });
      const message = await only(queue, { max: 1, waitMs: 0 });
      expect(await queue.depth()).toMatchObject({ waiting: 2, inFlight: 1, delayed: 1 });
      await queue.delete(message);
      const { oldestMs, ...depth } = await queue.depth();
      expect(depth).toEqual({ waiting: 2, inFlight: 0, delayed: 1 });
      expect(oldestMs ?? 0).toBeLessThan(60_000);
    },
  },
  {
    shows: 'takes no offence at a message that is gone already',
    async run({ open }) {
      const { queue } = await open();
      await queue.send('done');
      const message = await only(queue);
      await queue.delete(message);
      await queue.delete(message);
      await queue.retry(message, { afterMs: 0 });
      expect(await queue.receive({ max: 10, waitMs: 1500 })).toEqual([]);
    },
  },
];
