// The whole way: records on a server of S3's kind, and events in a queue.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Queue } from '../../lib/core/store.ts';
import { memoryStore } from '../../lib/stores/memory-store.ts';
import { s3Store } from '../../lib/stores/s3-store.ts';
import { sqsQueue } from '../../lib/stores/sqs-queue.ts';
import { type FakeS3, startFakeS3 } from '../support/fake-s3.ts';
import { type MessageServer, startMessageServer } from '../support/fauxqs.ts';
import { ada, reviewRig } from '../support/review-rig.ts';

const MINUTE_MS = 60_000;
let s3: FakeS3;
let messages: MessageServer;
let queue: Queue;

beforeAll(async () => {
  [s3, messages] = await Promise.all([startFakeS3(), startMessageServer()]);
  const url = messages.queue();
  queue = sqsQueue(messages.sqs, url);
  Object.assign(process.env, s3.env, messages.env, {
    SPOORLOOS_LEDGER: 'ledger',
    SPOORLOOS_AUDIT: 'audit',
    SPOORLOOS_EVENTS_QUEUE_URL: url,
    SPOORLOOS_REMINDERS: '{"limits":[{"hours":1,"to":"reviewers"}],"digestHour":0}',
  });
}, 60_000);
afterAll(async () => {
  await Promise.all([s3.close(), messages.stop()]);
});

async function told(): Promise<readonly unknown[]> {
  const received = await queue.receive({ max: 10, waitMs: 100 });
  for (const message of received) await queue.delete(message);
  return received.map(({ body }) => JSON.parse(body));
}

test('a call tells of each case once, of the day once, and seals the trails once; without time left, or ledger, it tells of nothing', async () => {
  const stores = { staging: memoryStore(), work: memoryStore(), public: memoryStore(), quarantine: memoryStore() };
  const made = reviewRig({
    stores: { ...stores, ledger: s3Store(s3.client, 'ledger') },
    audit: s3Store(s3.client, 'audit'),
  });
  // Since the first of January, as the rig's clock has it.
  const caseId = await made.quarantined('bad one', 'jan-voorbeeld.txt');
  await made.quarantined('virus', 'spoorloos-canary/malware.txt');
  const { handler } = await import('../../lambdas/remind.ts');
  const call = (minutes: number) => handler({}, { getRemainingTimeInMillis: () => minutes * MINUTE_MS });

  s3.wrong = ({ key }) => (key?.startsWith('reviews/') ? { status: 403, code: 'AccessDenied' } : undefined);
  await expect(call(15)).rejects.toThrow();
  s3.wrong = () => undefined;
  expect(await told()).toEqual([]);

  await call(1);
  expect(await told()).toMatchObject([{ type: 'Review Digest', waiting: { 'hidden-content': 1 } }]);
  await call(15);
  const events = await told();
  expect(events).toMatchObject([{ type: 'Case Waiting', caseId, limitHours: 1, to: 'reviewers' }]);
  expect(JSON.stringify(events)).not.toContain('voorbeeld');
  await call(15);
  expect(await told()).toEqual([]);

  await made.act(ada, caseId, { what: 'comment', text: 'hm' });
  await call(15);
  expect(await told()).toMatchObject([{ type: 'Trails Sealed', trails: 1, prev: null }]);
  await call(15);
  expect(await told()).toEqual([]);
});
