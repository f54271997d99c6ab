import { expect, test } from 'vitest';
import type { ObjectStore } from '../../lib/core/store.ts';
import { recordView, viewsOf } from '../../lib/review/viewed.ts';
import { memoryStore } from '../../lib/stores/memory-store.ts';

const CASE = 'ab'.repeat(16);
const OTHER = 'cd'.repeat(16);

function watched() {
  const store = memoryStore();
  let clock = Date.UTC(2026, 0, 1);
  const reads = { keys: 0, gets: 0 };
  const audit: ObjectStore = {
    ...store,
    async get(...args) {
      reads.gets += 1;
      return store.get(...args);
    },
    async *list(...args) {
      for await (const one of store.list(...args)) {
        reads.keys += 1;
        yield one;
      }
    },
  };
  const look = (by: string, caseId = CASE, what = 'case') => {
    clock += 60_000;
    return recordView({ audit, now: () => new Date(clock) }, by, caseId, what);
  };
  return { audit, look, reads };
}

test('who looked is told the latest first, of this case alone, without the pictures that its page asks for', async () => {
  const { audit, look } = watched();
  await look('local:ada');
  await look('local:ada', CASE, 'page 1');
  await look('local:ada', CASE, 'rebuilt page 12');
  await look('local:vera', OTHER);
  await look('local:grace', CASE, 'original');
  expect(await viewsOf(audit, CASE)).toMatchObject({
    views: [
      { by: 'local:grace', what: 'original', at: '2026-01-01T00:05:00.000Z' },
      { by: 'local:ada', what: 'case', at: '2026-01-01T00:01:00.000Z' },
    ],
    unreadable: 0,
  });
  const trail: string[] = [];
  for await (const { key } of audit.list('audit/2026/01/01/00/')) trail.push(key);
  expect(trail, 'each of them is in the audit trail').toHaveLength(5);
});

test('what is read of a case that thousands looked at is bounded', async () => {
  const { audit, look, reads } = watched();
  for (let n = 0; n < 300; n += 1) await look(`local:p${n}`);
  expect((await viewsOf(audit, CASE)).views.map(({ by }) => by)).toEqual(
    Array.from({ length: 20 }, (_, n) => `local:p${299 - n}`),
  );
  expect(reads).toEqual({ keys: 20, gets: 20 });
});

test('a record that was edited is counted, and hides no other', async () => {
  const { audit, look } = watched();
  await look('local:ada');
  await look('local:grace');
  for await (const { key } of audit.list(`views/${CASE}/`)) {
    await audit.put(key, Buffer.from('{"v":1,"by":"nobody"}'));
    break;
  }
  expect(await viewsOf(audit, CASE)).toMatchObject({ views: [{ by: 'local:ada' }], unreadable: 1 });
});

test('what stands among the views of another case is not told as one of them', async () => {
  const { audit, look } = watched();
  await look('local:ada');
  await look('local:vera', OTHER);
  for await (const { key } of audit.list(`views/${OTHER}/`))
    await audit.put(key.replace(OTHER, CASE), (await audit.get(key))?.body ?? Buffer.of());
  const { views, unreadable } = await viewsOf(audit, CASE);
  expect([views.map(({ by }) => by), unreadable]).toEqual([['local:ada'], 1]);
});
