import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { webhookPost } from '../../lib/notify/post.ts';
import { tellPeople } from '../../lib/notify/tell-people.ts';

const event = (key: string) => ({ type: 'Processing Failed', key, at: '2026-11-26T14:02:00.000Z' });
const plain = (key: string) => JSON.stringify(event(key));
const fromTopic = (key: string) => JSON.stringify({ Type: 'Notification', TopicArn: 'arn', Message: plain(key) });
const fromBus = (key: string) =>
  JSON.stringify({ source: 'spoorloos', 'detail-type': 'Processing Failed', detail: event(key) });

describe('a batch of messages', () => {
  const rows = [
    {
      shows: 'is told in one message, whichever way they came',
      bodies: [plain('a'), fromTopic('b'), fromBus('c')],
      failed: [],
      told: ['a', 'b', 'c'],
    },
    {
      shows: 'is told without what is no event of ours',
      bodies: ['{', '{}', JSON.stringify({ ...event('x'), more: 1 }), plain('a')],
      failed: ['0', '1', '2'],
      told: ['a'],
    },
    {
      shows: 'is told without the events of others',
      bodies: [fromBus('a').replace('spoorloos', 'aws.s3')],
      failed: ['0'],
      told: undefined,
    },
    { shows: 'for nobody is not told', bodies: [plain('spoorloos-canary/place.jpg')], failed: [], told: undefined },
  ];
  test.each(rows)('$shows', async ({ bodies, failed, told }) => {
    const posted: unknown[] = [];
    const tell = tellPeople({ chat: 'slack', post: async (payload) => void posted.push(payload) }, { above: 10 });
    const result = await tell(bodies.map((body, i) => ({ id: `${i}`, body })));
    expect([...result]).toEqual(failed);
    const texts = posted.map((payload) => JSON.stringify(payload).match(/(?<=\\n)\w+/g));
    expect(texts).toEqual(told ? [told] : []);
  });

  test('comes again when the chat does not take it', async () => {
    const tell = tellPeople({ chat: 'slack', post: () => Promise.reject(new Error('no')) }, { above: 10 });
    await expect(tell([{ id: '0', body: plain('a') }])).rejects.toThrow('no');
  });
});

describe('a webhook', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });
  const listen = (answer: (request: IncomingMessage, response: ServerResponse) => void) =>
    new Promise<string>((resolve) => {
      server = createServer(answer).listen(0, '127.0.0.1', () => {
        const address = server?.address();
        resolve(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/secret`);
      });
    });

  test('is given JSON', async () => {
    let got = '';
    const url = await listen(async (request, response) => {
      for await (const chunk of request) got += chunk;
      response.end('ok');
    });
    await webhookPost(url)({ text: 'é' }, 'msg_1');
    expect(JSON.parse(got)).toEqual({ text: 'é' });
  });

  const rows = [
    { shows: 'that refuses', status: 400, says: 'the webhook answers 400' },
    { shows: 'that asks for patience', status: 429, says: 'the webhook answers 429' },
    { shows: 'that sends elsewhere', status: 302, says: 'the webhook answers 302' },
    { shows: 'that does not answer in time', status: undefined, says: 'the webhook does not answer' },
  ];
  test.each(rows)('$shows has not taken it, and its address is not told', async ({ status, says }) => {
    let asked = 0;
    const url = await listen((_, response) => {
      asked += 1;
      if (status !== undefined) response.writeHead(status, { location: '/elsewhere' }).end();
    });
    const error: unknown = await webhookPost(url, { timeoutMs: status === undefined ? 200 : 30_000 })(
      {},
      'msg_1',
    ).catch((thrown: unknown) => thrown);
    expect(String(error)).toBe(`WebhookError: ${says}`);
    expect(asked).toBe(1);
  });

  test('that is not there has not taken it either', async () => {
    await expect(webhookPost('http://127.0.0.1:1/secret')({}, 'msg_1')).rejects.toThrow(
      /^the webhook cannot be reached$/,
    );
  });
});
