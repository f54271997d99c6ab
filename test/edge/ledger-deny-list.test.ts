import { expect, test } from 'vitest';
import { deniedKey } from '../../lib/core/records-take-downs.ts';
import { ledgerDenyList } from '../../lib/edge/ledger-deny-list.ts';
import { memoryStore } from '../../lib/stores/memory-store.ts';

const now = () => new Date(Date.UTC(2026, 0, 1));

async function all(list: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = [];
  for await (const one of list) found.push(one);
  return found.sort();
}

test('denies, lists and allows, each as often as one likes', async () => {
  const list = ledgerDenyList(memoryStore(), now);
  await list.deny(['a.docm', 'a.docx']);
  await list.deny(['a.docx']);
  expect(await all(list.list())).toEqual(['a.docm', 'a.docx']);
  expect(await list.isDenied('a.docx')).toBe(true);
  await list.allow(['a.docx', 'never.pdf']);
  await list.allow(['a.docx']);
  expect(await all(list.list())).toEqual(['a.docm']);
  expect(await list.isDenied('a.docx')).toBe(false);
});

test('a record that was edited until nobody can read it still denies, and is not listed in silence', async () => {
  const ledger = memoryStore();
  await ledger.put(deniedKey('a.pdf'), Buffer.from('{"v":1}'));
  const list = ledgerDenyList(ledger, now);
  expect(await list.isDenied('a.pdf')).toBe(true);
  await expect(all(list.list())).rejects.toThrow();
});

test('the name of a record says nothing about the key', () => {
  expect(deniedKey('Ada Lovelace.pdf')).toMatch(/^denied\/[0-9a-f]{64}\.json$/);
});
