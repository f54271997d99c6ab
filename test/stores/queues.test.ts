import { PublishCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Queue } from '../../lib/core/store.ts';
import { memoryQueue } from '../../lib/stores/memory-queue.ts';
import { parseEvent } from '../../lib/stores/s3-events.ts';
import { sqsQueue } from '../../lib/stores/sqs-queue.ts';
import { type MessageServer, startMessageServer } from '../support/fauxqs.ts';
import { QUEUE_CHECKS, type QueueKind } from '../support/queue-suite.ts';

const memory: QueueKind = {
  async open() {
    const deadLetters = memoryQueue({ visibilityMs: 1000, maxReceives: 2 });
    return { deadLetters, queue: memoryQueue({ visibilityMs: 1000, maxReceives: 2, deadLetters }) };
  },
};

describe('a queue in memory', () => {
  test.concurrent.each(QUEUE_CHECKS)('$shows', ({ run }) => run(memory));

  test('keeps a message that the dead letters did not take', async () => {
    let isOpen = false;
    const buried: string[] = [];
    const deadLetters: Queue = {
      ...memoryQueue({ visibilityMs: 1, maxReceives: 1 }),
      async send(body) {
        if (!isOpen) throw new Error('closed');
        buried.push(body);
      },
    };
    const queue = memoryQueue({ visibilityMs: 1, maxReceives: 1, deadLetters });
    await queue.send('poison');
    await queue.receive({ max: 1, waitMs: 0 });
    await expect(queue.receive({ max: 1, waitMs: 1000 })).rejects.toThrow('closed');
    expect(queue.size()).toBe(1);
    isOpen = true;
    expect(await queue.receive({ max: 1, waitMs: 10 })).toEqual([]);
    expect(buried).toEqual(['poison']);
    expect(queue.size()).toBe(0);
  });

  test('takes no acknowledgement from a worker that lost its message to another', async () => {
    const queue = memoryQueue({ visibilityMs: 1, maxReceives: 9 });
    await queue.send('slow');
    const [first] = await queue.receive({ max: 1, waitMs: 0 });
    const [second] = await queue.receive({ max: 1, waitMs: 1000 });
    if (first) await queue.delete(first);
    expect(queue.size()).toBe(1);
    if (second) await queue.delete(second);
    expect(queue.size()).toBe(0);
  });
});

describe('a queue of SQS', () => {
  let server: MessageServer;
  beforeAll(async () => {
    server = await startMessageServer();
  });
  afterAll(() => server?.stop());
  const sqs: QueueKind = {
    async open() {
      const deadLetters = server.queue();
      const queue = server.queue({ visibilitySeconds: 1, deadLetters: { url: deadLetters, maxReceives: 2 } });
      return { queue: sqsQueue(server.sqs, queue), deadLetters: sqsQueue(server.sqs, deadLetters) };
    },
  };

  test.concurrent.each(QUEUE_CHECKS)('$shows', ({ run }) => run(sqs));

  test('delivers an event that came by way of a topic', async () => {
    const [url, topic] = [server.queue(), server.topic()];
    const { Attributes } = await server.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
    );
    await server.sns.send(new SubscribeCommand({ TopicArn: topic, Protocol: 'sqs', Endpoint: Attributes?.QueueArn }));
    const record = {
      eventVersion: '2.1',
      eventName: 'ObjectCreated:Put',
      s3: { bucket: { name: 'b' }, object: { key: 'a+b' } },
    };
    await server.sns.send(new PublishCommand({ TopicArn: topic, Message: JSON.stringify({ Records: [record] }) }));
    const [message] = await sqsQueue(server.sqs, url).receive({ max: 1, waitMs: 5000 });
    expect(parseEvent(message?.body ?? '')).toEqual([{ bucket: 'b', key: 'a b', kind: 'created' }]);
  });
});

// Each fault is caught by the check beside it, on a queue that is otherwise sound.
const FAULTS: readonly {
  readonly fault: string;
  readonly caughtBy: string;
  readonly change: (queue: Queue) => Partial<Queue>;
}[] = [
  {
    fault: 'forgets to delete',
    caughtBy: 'delivers what was sent, once it is there, and not again after it is deleted',
    change: () => ({ delete: async () => undefined }),
  },
  {
    fault: 'deletes at delivery',
    caughtBy: 'delivers again what was not deleted, with a higher count, then to the dead letters',
    change: (queue) => ({
      async receive(options) {
        const messages = await queue.receive(options);
        for (const message of messages) await queue.delete(message);
        return messages;
      },
    }),
  },
  {
    fault: 'does not give back',
    caughtBy: 'gives a message back at once, or after the delay, when asked to',
    change: () => ({ retry: async () => undefined }),
  },
  {
    fault: 'delivers at once',
    caughtBy: 'keeps a message back for its delay',
    change: (queue) => ({ send: (body) => queue.send(body) }),
  },
  {
    fault: 'sends the first ten of many',
    caughtBy: 'sends many at once, each of them once',
    change: (queue) => ({ sendBatch: (bodies) => queue.sendBatch(bodies.slice(0, 10)) }),
  },
  {
    fault: 'counts what is in hand as waiting',
    caughtBy: 'counts what waits, what is in hand and what is kept back',
    change: (queue) => ({
      async depth() {
        const { waiting, inFlight, delayed } = await queue.depth();
        return { waiting: waiting + inFlight, inFlight: 0, delayed };
      },
    }),
  },
  {
    fault: 'hands out more than was asked for',
    caughtBy: 'hands out at most as many as are asked for, each to one receiver',
    change: (queue) => ({ receive: (options) => queue.receive({ ...options, max: 100 }) }),
  },
];

describe('the suite, when a queue', () => {
  test.concurrent.each(FAULTS)('$fault, sees it', async ({ caughtBy, change }) => {
    const check = QUEUE_CHECKS.find(({ shows }) => shows === caughtBy);
    const broken: QueueKind = {
      async open() {
        const { queue, deadLetters } = await memory.open();
        return { queue: { ...queue, ...change(queue) }, deadLetters };
      },
    };
    await expect(check?.run(broken)).rejects.toMatchObject({ name: 'AssertionError' });
  });
});
