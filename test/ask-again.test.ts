import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { askAgain } from '../lib/ask-again.ts';

/** A server that drops so many connections before it answers what it was sent. */
async function dropping(connections: number) {
  let dropped = 0;
  const server = createServer((request, response) => {
    dropped += 1;
    if (dropped <= connections) request.socket.destroy();
    else request.pipe(response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    ask: (signal = AbortSignal.timeout(5000)) => askAgain(url, { method: 'POST', body: 'asked', signal }),
    asked: () => dropped,
    [Symbol.asyncDispose]: () => new Promise<void>((closed) => server.close(() => closed())),
  };
}

test('what a dead connection swallowed is asked once more, whole', async () => {
  await using server = await dropping(1);
  expect(await (await server.ask()).text()).toBe('asked');
  expect(server.asked()).toBe(2);
});

test('and not for ever', async () => {
  await using server = await dropping(9);
  await expect(server.ask()).rejects.toThrow(TypeError);
  expect(server.asked()).toBe(2);
});

test('nor when nobody waits any more', async () => {
  await using server = await dropping(0);
  await expect(server.ask(AbortSignal.abort(new Error('given up')))).rejects.toThrow('given up');
  expect(server.asked()).toBe(0);
});
