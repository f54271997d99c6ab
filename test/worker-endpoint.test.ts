import { describe, expect, test } from 'vitest';
import { memoryQueue } from '../lib/stores/memory-queue.ts';
import { type EndpointOptions, workerEndpoint } from '../lib/worker-endpoint.ts';

const TOKEN = 'a-token-that-nobody-can-guess-0123456789';
const record = (key: string, bucket = 'staging', eventName = 'ObjectCreated:Put') => ({
  ...{ eventVersion: '2.2', eventSource: 'ceph:s3', eventName },
  s3: { bucket: { name: bucket }, object: { key } },
});
const body = (...records: readonly unknown[]) => JSON.stringify({ Records: records });

function endpoint(options: Partial<EndpointOptions> = {}) {
  const liveQueue = memoryQueue({ visibilityMs: 60_000, maxReceives: 5 });
  const answer = workerEndpoint({
    health: () => ({ isWell: true, isStopping: false, scanner: 'clamd', queues: {} }),
    metrics: () => 'spoorloos_published_total 1\n',
    push: { token: TOKEN, bucket: 'staging', liveQueue },
    ...options,
  });
  const ask = (path: string, init: RequestInit = {}) => answer(new Request(`http://worker${path}`, init));
  const keys = () => liveQueue.bodies().map((text): unknown => JSON.parse(text));
  return { ask, keys };
}

describe('pushed events', () => {
  const rows: readonly {
    readonly shows: string;
    readonly path?: string;
    readonly method?: string;
    readonly token?: string;
    readonly body?: string | ReadableStream;
    readonly status: number;
    readonly keys?: readonly string[];
  }[] = [
    {
      shows: 'become messages of our own, each key once',
      body: body(record('a b.pdf'), record('c.pdf'), record('a b.pdf')),
      status: 202,
      keys: ['a b.pdf', 'c.pdf'],
    },
    {
      shows: 'may be removals',
      body: body(record('a.pdf', 'staging', 'ObjectRemoved:Delete')),
      status: 202,
      keys: ['a.pdf'],
    },
    {
      shows: 'of other kinds are taken, and nothing comes of them',
      body: body(record('a.pdf', 'staging', 'TestEvent')),
      status: 202,
    },
    {
      shows: 'may have their token in the path, for servers that send no headers',
      path: `/notify/${TOKEN}`,
      token: '',
      body: body(record('a.pdf')),
      status: 202,
      keys: ['a.pdf'],
    },
    { shows: 'with another token are refused', token: `${TOKEN}0`, body: body(record('a.pdf')), status: 401 },
    {
      shows: 'with the beginning of the token are refused',
      token: TOKEN.slice(0, -1),
      body: body(record('a.pdf')),
      status: 401,
    },
    { shows: 'without a token are refused', token: '', body: body(record('a.pdf')), status: 401 },
    {
      shows: 'with an empty token in the path are refused',
      path: '/notify/',
      token: '',
      body: body(record('a.pdf')),
      status: 401,
    },
    {
      shows: 'of another bucket are refused whole',
      body: body(record('a.pdf'), record('b.pdf', 'public')),
      status: 422,
    },
    { shows: 'that are not JSON are refused', body: '{', status: 400 },
    { shows: 'that nobody understands are refused', body: '{"kind":"promote"}', status: 400 },
    { shows: 'of which one is not understood are refused whole', body: body(record('a.pdf'), {}), status: 400 },
    { shows: 'that are too long are refused', body: body(record('a.pdf'), 'x'.repeat(257 * 1024)), status: 413 },
    {
      shows: 'that are cut off are refused',
      body: new ReadableStream({ start: (it) => it.error(new Error('cut off')) }),
      status: 413,
    },
    { shows: 'are not asked for', method: 'GET', status: 405 },
  ];
  test.each(rows)(
    '$shows',
    async ({ path = '/notify', method = 'POST', token = TOKEN, body, status, keys: sent = [] }) => {
      const { ask, keys } = endpoint();
      const headers = token === '' ? {} : { authorization: `Bearer ${token}` };
      const answer = await ask(path, { method, headers, ...(body !== undefined && { body, duplex: 'half' }) });
      expect([answer.status, await answer.text()]).toEqual([status, '']);
      expect(keys()).toEqual(sent.map((key) => ({ kind: 'reconcile', key })));
    },
  );

  test('come again where the queue cannot be reached', async () => {
    const liveQueue = { sendBatch: () => Promise.reject(new Error('an outage')) };
    const { ask } = endpoint({ push: { token: TOKEN, bucket: 'staging', liveQueue } });
    const answer = await ask(`/notify/${TOKEN}`, { method: 'POST', body: body(record('a.pdf')) });
    expect(answer.status).toBe(503);
  });

  test('are not taken where no token is set', async () => {
    const { push: _, ...none } = { push: undefined };
    const answer = workerEndpoint({
      ...{
        health: () => ({ isWell: true, isStopping: false, scanner: 'clamd' as const, queues: {} }),
        metrics: () => '',
      },
      ...none,
    });
    expect((await answer(new Request('http://worker/notify/undefined', { method: 'POST', body: '' }))).status).toBe(
      404,
    );
  });
});

describe('health', () => {
  const rows = [
    { shows: 'is good', isWell: true, isStopping: false, code: 200, status: 'well' },
    {
      shows: 'is not good where a queue does not answer',
      isWell: false,
      isStopping: false,
      code: 503,
      status: 'a queue does not answer',
    },
    { shows: 'says that the worker takes no more', isWell: true, isStopping: true, code: 503, status: 'stopping' },
  ];
  test.each(rows)('$shows', async ({ isWell, isStopping, code, status }) => {
    const queues = { live: { answeredSecondsAgo: 3, askedForSeconds: null } };
    const { ask } = endpoint({ health: () => ({ isWell, isStopping, scanner: 'clamd', queues }) });
    const answer = await ask('/healthz');
    expect([answer.status, await answer.json()]).toEqual([code, { status, scanner: 'clamd', queues }]);
  });
});

test('metrics are shown as Prometheus reads them', async () => {
  const answer = await endpoint().ask('/metrics');
  expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4');
  expect(await answer.text()).toBe('spoorloos_published_total 1\n');
});

test.each(['/', '/notifying', '/metrics/x', '/healthz/../x'])('there is nothing at %s', async (path) => {
  expect((await endpoint().ask(path, { method: 'POST' })).status).toBe(404);
});

describe('where a document is', () => {
  const status: NonNullable<EndpointOptions['status']> = {
    token: TOKEN,
    answer: async ({ method, query }) => ({ status: 200, headers: {}, body: `${method} ${query}`, said: 'published' }),
  };
  const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

  test('is told to who has the token, as it was asked', async () => {
    const { ask } = endpoint({ status });
    const answer = await ask('/status?key=a%2Bb+c', bearer(TOKEN));
    expect([answer.status, await answer.text()]).toEqual([200, 'GET key=a%2Bb+c']);
  });

  test.each([
    ['without a token', '/status?key=a', {}],
    ['with another', '/status?key=a', bearer(`${TOKEN}0`)],
    ['with one in the query, which logs keep', `/status?key=a&token=${TOKEN}`, {}],
  ])('is not told %s', async (_what, path, init) => {
    const { ask } = endpoint({ status });
    expect((await ask(path, init)).status).toBe(401);
  });

  test('is not told at all where no token is set', async () => {
    expect((await endpoint().ask('/status?key=a', bearer(TOKEN))).status).toBe(404);
    // What events are pushed with is no key to this.
    const { ask } = endpoint({ status: { ...status, token: `${TOKEN}-another` } });
    expect((await ask('/status?key=a', bearer(TOKEN))).status).toBe(401);
  });
});
