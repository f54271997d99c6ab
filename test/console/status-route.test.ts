import { expect, test } from 'vitest';
import { DocumentStatus } from '../../lib/status/document-status.ts';
import { consoleRig, PEOPLE } from '../support/console-rig.ts';

test('the console answers where a document is, to programs that carry a sign-in', async () => {
  const made = consoleRig();
  await made.quarantined('bad one', 'a b+é.txt');
  const vera = await made.signIn(PEOPLE.vera);
  const path = '/status?key=a%20b%2B%C3%A9.txt';
  const answer = await vera.get(path);
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
  expect(DocumentStatus.parse(JSON.parse(answer.text))).toMatchObject({ key: 'a b+é.txt', where: 'quarantined' });
  expect((await made.stranger().get(path)).status).toBe(401);
  expect((await vera.get(path, { host: 'evil.example' })).status).toBe(421);
  expect((await vera.post(path, {})).status).toBe(405);
});
