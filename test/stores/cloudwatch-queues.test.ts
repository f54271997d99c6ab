// The SDK's own client, with a request handler that answers as the service does.

import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { decide } from '../../lib/replay/decide.ts';
import { readState } from '../../lib/replay/records.ts';
import { DEFAULT_LIMITS, startRun } from '../../lib/replay/start.ts';
import { NOTHING } from '../../lib/replay/tally.ts';
import { pressureOf } from '../../lib/replay-ports.ts';
import { cloudWatchHealth } from '../../lib/stores/cloudwatch-queues.ts';
import { memoryStore } from '../../lib/stores/memory-store.ts';
import { answering } from '../support/aws-answers.ts';

const NOW = Date.parse('2026-11-26T12:00:30.000Z');
const LIVE = 'https://sqs.eu-central-1.amazonaws.com/111122223333/live';
const DEAD = 'https://sqs.eu-central-1.amazonaws.com/111122223333/live-dead';

const Query = z.object({
  Id: z.string(),
  MetricStat: z.object({
    Metric: z.object({
      Namespace: z.literal('AWS/SQS'),
      MetricName: z.string(),
      Dimensions: z.tuple([z.object({ Name: z.literal('QueueName'), Value: z.string() })]),
    }),
    Period: z.literal(60),
    Stat: z.string(),
  }),
});
const Body = z.object({ MetricDataQueries: z.array(Query), StartTime: z.number(), EndTime: z.number() });

type Point = readonly [minutesAgo: number, value: number];
type Metrics = Readonly<Record<string, readonly Point[]>>;

/** Knows metrics by queue and name, each minute of them. */
function cloudWatch(metrics: () => Metrics, statusOf: (id: string) => string = () => 'Complete') {
  const asked: z.infer<typeof Body>[] = [];
  const requestHandler = answering(({ body }) => {
    const parsed = Body.parse(JSON.parse(body));
    asked.push(parsed);
    const MetricDataResults = parsed.MetricDataQueries.map(({ Id, MetricStat: { Metric } }) => {
      const points = metrics()[`${Metric.Dimensions[0].Value} ${Metric.MetricName}`] ?? [];
      return {
        ...{ Id, StatusCode: statusOf(Id), Values: points.map(([, value]) => value) },
        Timestamps: points.map(([ago]) => NOW / 1000 - ago * 60),
      };
    });
    return {
      status: 200,
      headers: { 'content-type': 'application/x-amz-json-1.0' },
      body: JSON.stringify({ MetricDataResults }),
    };
  });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new CloudWatchClient({ region: 'eu-central-1', credentials, requestHandler, maxAttempts: 1 });
  return { client, asked };
}

const AGE = 'live ApproximateAgeOfOldestMessage';
const DONE = 'live NumberOfMessagesDeleted';
const TAKEN = 'live-dead NumberOfMessagesReceived';
const options = { queueUrl: LIVE, deadLettersUrl: DEAD, now: () => new Date(NOW) };

describe('the health of a queue', () => {
  const rows: readonly { readonly shows: string; readonly metrics: Metrics; readonly health: object }[] = [
    {
      shows: 'is the latest age in milliseconds, and what a quarter of an hour adds up to',
      metrics: {
        [AGE]: [
          [1, 75],
          [2, 300],
          [3, 10],
        ],
        [DONE]: [
          [1, 400],
          [9, 600],
        ],
        [TAKEN]: [
          [2, 3],
          [8, 4],
        ],
      },
      health: { oldestMs: 75_000, done: 1000, deadLetters: 7 },
    },
    {
      shows: 'is the latest age in whatever order it comes',
      metrics: {
        [AGE]: [
          [3, 10],
          [1, 75],
        ],
      },
      health: { oldestMs: 75_000, done: 0, deadLetters: 0 },
    },
    {
      shows: 'has an age of nothing where the queue is empty',
      metrics: { [AGE]: [[1, 0]] },
      health: { oldestMs: 0, done: 0, deadLetters: 0 },
    },
    { shows: 'has no age where nothing was measured', metrics: {}, health: { done: 0, deadLetters: 0 } },
    {
      shows: 'has no age where it was measured too long ago',
      metrics: { [AGE]: [[6, 900]] },
      health: { done: 0, deadLetters: 0 },
    },
  ];
  test.each(rows)('$shows', async ({ metrics, health }) => {
    expect(await cloudWatchHealth(cloudWatch(() => metrics).client, options)()).toEqual(health);
  });

  test('is asked of three metrics by name, for the last quarter of an hour', async () => {
    const { client, asked } = cloudWatch(() => ({}));
    await cloudWatchHealth(client, options)();
    const [request] = asked;
    expect(request?.MetricDataQueries.map(({ MetricStat: { Metric, Stat } }) => [Metric.MetricName, Stat])).toEqual([
      ['ApproximateAgeOfOldestMessage', 'Maximum'],
      ['NumberOfMessagesDeleted', 'Sum'],
      ['NumberOfMessagesReceived', 'Sum'],
    ]);
    expect((request?.EndTime ?? 0) - (request?.StartTime ?? 0)).toBe(15 * 60 + 30);
  });

  test('is asked for once a minute, and again at once where that failed', async () => {
    let [now, isBroken] = [NOW, true];
    const { client, asked } = cloudWatch(
      () => ({}),
      () => (isBroken ? 'InternalError' : 'Complete'),
    );
    const health = cloudWatchHealth(client, { ...options, now: () => new Date(now) });
    await expect(health()).rejects.toThrow('did not tell');
    isBroken = false;
    await health();
    now += 59_000;
    await health();
    expect(asked).toHaveLength(2);
    now += 1000;
    await health();
    expect(asked).toHaveLength(3);
  });

  for (const status of ['PartialData', 'Forbidden'])
    test(`is not believed where an answer is ${status}`, async () => {
      const { client } = cloudWatch(
        () => ({}),
        (id) => (id === 'dead' ? status : 'Complete'),
      );
      await expect(cloudWatchHealth(client, options)()).rejects.toThrow('did not tell dead');
      expect(await cloudWatchHealth(client, { queueUrl: LIVE, now: options.now })(), 'a control').toMatchObject({
        deadLetters: 0,
      });
    });
});

describe('a run is not fed', () => {
  const rows: readonly {
    readonly when: string;
    readonly metrics: Metrics;
    readonly waiting: number;
    readonly does: object;
  }[] = [
    {
      when: 'while uploads have waited for more than a minute',
      metrics: { [AGE]: [[1, 61]] },
      waiting: 1,
      does: { do: 'wait', why: 'live-age' },
    },
    { when: 'at a minute, a control: it is', metrics: { [AGE]: [[1, 60]] }, waiting: 1, does: { do: 'send' } },
    {
      when: 'while one document is judged for long and none waits, a control: it is',
      metrics: { [AGE]: [[1, 280]] },
      waiting: 0,
      does: { do: 'send' },
    },
    {
      when: 'while one in two hundred ends among the dead letters',
      metrics: { [DONE]: [[1, 1900]], [TAKEN]: [[1, 10]] },
      waiting: 0,
      does: { do: 'wait', why: 'dead-letter-share' },
    },
    {
      when: 'with as many dead letters of more, a control: it is',
      metrics: { [DONE]: [[1, 1990]], [TAKEN]: [[1, 10]] },
      waiting: 0,
      does: { do: 'send' },
    },
    {
      when: 'with a few dead letters on a quiet day, a control: it is',
      metrics: { [DONE]: [[1, 1]], [TAKEN]: [[1, 9]] },
      waiting: 0,
      does: { do: 'send' },
    },
  ];
  test.each(rows)('$when', async ({ metrics, waiting, does }) => {
    const empty = { depth: async () => ({ waiting: 0, inFlight: 0, delayed: 0 }) };
    const live = { depth: async () => ({ waiting, inFlight: 1, delayed: 0 }) };
    const health = cloudWatchHealth(cloudWatch(() => metrics).client, options);
    const pressure = await pressureOf({ lane: empty, live, results: empty, deadLetters: empty, health });
    const ledger = memoryStore();
    const plan = await startRun(ledger, options.now, {
      ...{ mode: 'audit', policy: `sha256:${'0'.repeat(64)}`, version: '0', by: 'test', limits: DEFAULT_LIMITS },
      ...{ force: false, perMinute: null, scope: { of: 'staging', prefix: '', keys: { by: 'listing' } } },
    });
    expect(decide(plan, await readState(ledger, plan.id), NOTHING, pressure, options.now())).toMatchObject(does);
  });
});
