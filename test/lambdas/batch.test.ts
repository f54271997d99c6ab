import middy from '@middy/core';
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import { batchOf } from '../../lambdas/batch.ts';
import { deadline, flushMetrics, requestLog } from '../../lambdas/middleware.ts';
import { jsonLog, traceIn } from '../../lib/log.ts';
import { cloudWatchMetrics } from '../../lib/metrics-cloudwatch.ts';

const record = (messageId: string, body: string) =>
  ({ messageId, body, attributes: { ApproximateReceiveCount: '1' } }) as SQSRecord;
const event = (...bodies: string[]): SQSEvent => ({ Records: bodies.map((body, i) => record(`m${i}`, body)) });
const contextWith = (leftMs: number) => ({ awsRequestId: 'r', getRemainingTimeInMillis: () => leftMs }) as Context;

function make(handle: (body: string) => Promise<void>) {
  const lines: string[] = [];
  const log = jsonLog((line) => void lines.push(line));
  const handler = middy(batchOf(handle, log, cloudWatchMetrics({ write: () => {} }), 'bulk'))
    .use(requestLog(log))
    .use(deadline({ beforeMs: 20_000 }));
  return { handler, lines };
}

const fails = async (body: string) => {
  if (body.startsWith('fail')) throw new Error(`cannot handle ${body}`);
  if (body === 'hang') await new Promise(() => {});
};

describe('a line of the log', () => {
  const line = (trace: string | undefined) => {
    const lines: string[] = [];
    jsonLog(
      (written) => void lines.push(written),
      () => traceIn({ _X_AMZN_TRACE_ID: trace }),
    )('info', 'invocation', { records: 1 });
    return JSON.parse(lines.join(''));
  };

  test.each([
    [
      'the trace of its invocation',
      'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1',
      '1-5759e988-bd862e3fe1be46a994272793',
    ],
    [
      'the trace, wherever it stands',
      'Sampled=0;Root=1-5759e988-bd862e3fe1be46a994272793',
      '1-5759e988-bd862e3fe1be46a994272793',
    ],
    ['no trace where there is none', undefined, undefined],
    ['nothing else that stands there', 'Parent=53995c3f42cd8ad8', undefined],
  ])('has %s', (_, trace, id) => {
    expect(line(trace)).toMatchObject({ message: 'invocation', records: 1 });
    expect(line(trace).trace).toBe(id);
  });
});

describe('a batch', () => {
  const rows = [
    { shows: 'reports nothing where all went well', bodies: ['a', 'b'], failed: [] },
    { shows: 'reports the one that failed', bodies: ['a', 'fail b', 'c'], failed: ['m1'] },
    { shows: 'reports all where all failed', bodies: ['fail', 'fail'], failed: ['m0', 'm1'] },
  ];
  for (const { shows, bodies, failed } of rows) {
    test(shows, async () => {
      const answer = await make(fails).handler(event(...bodies), contextWith(60_000));
      expect(answer).toEqual({ batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) });
    });
  }

  test('reports what is still in hand, and what was not begun, before the time is up', async () => {
    const answer = await make(fails).handler(event('a', 'hang', 'hang'), contextWith(20_050));
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }, { itemIdentifier: 'm2' }] });
  });

  test('logs names of errors and counts, and nothing that a message or an error says', async () => {
    const { handler, lines } = make(fails);
    await handler(event('fail J. Voorbeeld.pdf'), contextWith(60_000));
    const text = lines.join('');
    expect(text).not.toContain('Voorbeeld');
    expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
      { level: 'error', error: 'Error', messageId: 'm0' },
      { level: 'info', message: 'invocation', records: 1, failed: 1 },
    ]);
  });

  test.each([
    { lane: 'live', shows: 'tells what failed, and how old messages of the live lane are', age: [expect.any(Number)] },
    { lane: 'bulk', shows: 'tells what failed, and no age of what is old anyway', age: undefined },
  ] as const)('$shows', async ({ lane, age }) => {
    const lines: string[] = [];
    const metrics = cloudWatchMetrics({ channel: 'channel', write: (line) => void lines.push(line) });
    const handler = middy(batchOf(fails, () => {}, metrics, lane)).use(flushMetrics(metrics));
    const [sent] = event('fail').Records;
    if (!sent) throw new Error('no record');
    sent.attributes.SentTimestamp = `${Date.now() - 60_000}`;
    await handler({ Records: [sent] }, contextWith(60_000));
    const [total, ...parts] = lines.map((line): Record<string, unknown> => JSON.parse(line));
    const { LiveAge, ...written } = total ?? {};
    expect(written).toMatchObject({ Channel: 'channel', Failed: 1 });
    expect(parts).toMatchObject([{ Queue: lane, Failed: 1 }]);
    expect(LiveAge).toEqual(age);
    if (Array.isArray(LiveAge)) expect(Math.abs(Number(LiveAge[0]) - 60_000)).toBeLessThan(5000);
  });
});
