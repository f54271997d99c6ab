import { expect, test } from 'vitest';
import { consoleApp } from '../../lib/console/app.ts';
import { DocumentStatus } from '../../lib/status/document-status.ts';
import { rig } from '../support/pipeline-rig.ts';

test('the console of folder mode answers where a document is, to this machine alone', async () => {
  const made = rig();
  await made.put('a b+é.txt', 'bad');
  await made.drain();
  const app = consoleApp(made.stores, () => ({
    ...{ scanner: 'none', waiting: 0, published: 0, quarantined: 1, isShadow: false },
  }));
  const ask = (host: string, init: RequestInit = {}) =>
    app.request(`http://${host}/status?key=a%20b%2B%C3%A9.txt`, { ...init, headers: { host } });
  const answer = await ask('127.0.0.1:7700');
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
  expect(DocumentStatus.parse(await answer.json())).toMatchObject({ key: 'a b+é.txt', where: 'quarantined' });
  expect((await ask('evil.example')).status).toBe(421);
  expect((await ask('127.0.0.1', { method: 'POST' })).status).toBe(405);
});
