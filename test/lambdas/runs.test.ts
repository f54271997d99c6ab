import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OPEN_RUNS_KEY } from '../../lib/core/records-runs.ts';
import type { ObjectStore, Queue } from '../../lib/core/store.ts';
import { openRuns } from '../../lib/replay/open-runs.ts';
import { measure } from '../../lib/replay/progress.ts';
import { readState } from '../../lib/replay/records.ts';
import { DEFAULT_LIMITS, startRun } from '../../lib/replay/start.ts';
import { s3Store } from '../../lib/stores/s3-store.ts';
import { sqsQueue } from '../../lib/stores/sqs-queue.ts';
import { policyFor } from '../../lib/tools.ts';
import { cases as pngs } from '../fixtures/png/cases.ts';
import { type MessageServer, startMessageServer } from '../support/fauxqs.ts';
import { all } from '../support/pipeline-rig.ts';
import { gatewayMissing, type RadosGateway, startGateway } from '../support/radosgw.ts';

const missing = gatewayMissing();
const context = {
  ...{ awsRequestId: '1', functionName: '', functionVersion: '', invokedFunctionArn: '', memoryLimitInMB: '' },
  ...{ logGroupName: '', logStreamName: '', callbackWaitsForEmptyEventLoop: false },
  getRemainingTimeInMillis: () => 60_000,
  ...{ done: () => undefined, fail: () => undefined, succeed: () => undefined },
};

describe.skipIf(missing !== undefined)(
  `the functions of runs, on RADOS Gateway${missing ? ` (skipped: ${missing})` : ''}`,
  () => {
    let gateway: RadosGateway;
    let messages: MessageServer;
    let stores: Record<'staging' | 'public' | 'ledger', ObjectStore>;
    let queues: Record<'live' | 'bulk' | 'audits' | 'results', Queue>;

    beforeAll(async () => {
      [gateway, messages] = await Promise.all([startGateway(), startMessageServer()]);
      const names = {
        staging: await gateway.bucket(),
        public: await gateway.bucket(),
        ledger: await gateway.bucket({ versioned: false }),
      };
      const open = (bucket: string) => s3Store(gateway.client, bucket);
      stores = { staging: open(names.staging), public: open(names.public), ledger: open(names.ledger) };
      const urls = {
        live: messages.queue(),
        bulk: messages.queue(),
        audits: messages.queue(),
        results: messages.queue(),
      };
      const queue = (url: string) => sqsQueue(messages.sqs, url);
      queues = {
        live: queue(urls.live),
        bulk: queue(urls.bulk),
        audits: queue(urls.audits),
        results: queue(urls.results),
      };
      Object.assign(process.env, messages.env, gateway.env, {
        SPOORLOOS_STAGING: names.staging,
        SPOORLOOS_PUBLIC: names.public,
        SPOORLOOS_LEDGER: names.ledger,
        SPOORLOOS_LIVE_QUEUE_URL: urls.live,
        SPOORLOOS_BULK_QUEUE_URL: urls.bulk,
        SPOORLOOS_AUDITS_QUEUE_URL: urls.audits,
        SPOORLOOS_RESULTS_QUEUE_URL: urls.results,
        SPOORLOOS_SCANNER: 'none',
      });
    }, 120_000);
    afterAll(() => Promise.all([gateway?.stop(), messages?.stop()]));

    /** What Lambda would hand over of a queue, acknowledged as the answer says. */
    async function deliver(queue: Queue, handler: (event: { Records: object[] }, context: object) => Promise<unknown>) {
      const received = await queue.receive({ max: 10, waitMs: 1000 });
      const Records = received.map(({ id, body }) => ({
        messageId: id,
        body,
        attributes: { ApproximateReceiveCount: '1' },
      }));
      const answer = await handler({ Records }, context);
      for (const message of received) await queue.delete(message);
      return answer;
    }

    test('plan, judge and collect an audit, and one of them finishes it', { timeout: 120_000 }, async () => {
      const [row] = pngs.filter(({ kind, outcome }) => kind === 'dirty' && outcome === 'published');
      await stores.staging.put('a.png', (await row?.bytes()) ?? new Uint8Array());
      await stores.staging.put('b.pdf', Buffer.from('nothing of the kind'));
      const { id } = await startRun(stores.ledger, () => new Date(), {
        ...{ mode: 'audit', policy: policyFor().hash, version: '0', by: 'test', limits: DEFAULT_LIMITS },
        ...{ force: false, perMinute: null, scope: { of: 'staging', prefix: '', keys: { by: 'listing' } } },
      });
      const { handler: plan } = await import('../../lambdas/replay.ts');
      const { handler: audit } = await import('../../lambdas/audits.ts');
      const { handler: collect } = await import('../../lambdas/collect.ts');
      await plan(undefined, context);
      expect(await readState(stores.ledger, id)).toMatchObject({ sent: 2, entries: 2, state: 'running' });
      const call = (handler: unknown) => handler as (event: { Records: object[] }, context: object) => Promise<unknown>;
      expect(await deliver(queues.audits, call(audit))).toEqual({ batchItemFailures: [] });
      const poison = { messageId: randomUUID(), body: '{"kind":"reconcile","key":"x"}' };
      expect(await call(collect)({ Records: [poison] }, context)).toEqual({
        batchItemFailures: [{ itemIdentifier: poison.messageId }],
      });
      expect(await deliver(queues.results, call(collect))).toEqual({ batchItemFailures: [] });
      await plan(undefined, context);
      const state = await readState(stores.ledger, id);
      expect(state).toMatchObject({ state: 'done' });
      expect((await measure(stores.ledger, state)).tally.outcomes).toEqual({ published: 1, quarantined: 1 });
      expect((await all(stores.ledger)).filter((key) => !key.startsWith(`runs/${id}/`))).toEqual([OPEN_RUNS_KEY]);
      expect(await openRuns(stores.ledger), 'it is over').toEqual([]);
    });
  },
);
