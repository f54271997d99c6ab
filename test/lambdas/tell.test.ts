// The whole way: a queue on a server of its own, the extension that reads the secret, and the chat.

import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Queue } from '../../lib/core/store.ts';
import { sqsQueue } from '../../lib/stores/sqs-queue.ts';
import { type MessageServer, startMessageServer } from '../support/fauxqs.ts';

const event = (key: string) => JSON.stringify({ type: 'Processing Failed', key, at: '2026-11-26T14:02:00.000Z' });
let messages: MessageServer;
let queue: Queue;
let server: Server;
const chat: { status: number; readonly posted: string[] } = { status: 200, posted: [] };

beforeAll(async () => {
  messages = await startMessageServer();
  const url = messages.queue();
  queue = sqsQueue(messages.sqs, url);
  server = createServer(async (request, response) => {
    // An address by https alone is believed, and no chat by https is here: the extension is asked, and the post intercepted.
    if (request.url?.startsWith('/secretsmanager/')) {
      response.end(JSON.stringify({ SecretString: 'https://chat.example/secret' }));
      return;
    }
    response.writeHead(404).end();
  });
  await new Promise<void>((listening) => server.listen(0, 'localhost', listening));
  const address = server.address();
  const own = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    if (String(input) !== 'https://chat.example/secret') return own(input, init);
    chat.posted.push(await text(new Blob([String(init?.body)]).stream()));
    return new Response(null, { status: chat.status });
  };
  Object.assign(process.env, messages.env, {
    PARAMETERS_SECRETS_EXTENSION_HTTP_PORT: `${typeof address === 'object' ? address?.port : ''}`,
    SPOORLOOS_EVENTS_QUEUE_URL: url,
    SPOORLOOS_WEBHOOK_SECRET_ARN: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:chat-Ab12Cd',
    SPOORLOOS_WEBHOOK_FORMAT: 'plain',
    SPOORLOOS_DIGEST_ABOVE: '10',
  });
}, 60_000);
afterAll(async () => {
  server.close();
  await messages.stop();
});

test('a flood is one message, a chat that refuses is tried again, and silence is no message', {
  timeout: 90_000,
}, async () => {
  const { handler } = await import('../../lambdas/tell.ts');
  await handler();
  expect(chat.posted).toEqual([]);

  await queue.sendBatch(Array.from({ length: 40 }, (_, i) => event(`${i}.pdf`)));
  chat.status = 503;
  await expect(handler()).rejects.toThrow('the webhook answers 503');
  expect(chat.posted).toHaveLength(1);

  chat.status = 200;
  await new Promise((later) => setTimeout(later, 6000));
  await handler();
  expect(chat.posted).toHaveLength(2);
  expect(JSON.parse(chat.posted[1] ?? '')).toEqual({ text: '40 could not be handled (14:02 UTC, 2026-11-26)' });
  expect(await queue.depth()).toMatchObject({ waiting: 0, inFlight: 0 });
});
