// What the search of the proof refuses rather than take too long or too much.

import { describe, expect, test } from 'vitest';
import { LIMITS, type Limits } from '../../lib/core/limits.ts';
import { zipOf } from '../support/byte-forms.ts';
import { bytes, member, search } from '../support/planting.ts';

const NAME = 'Zoë Verwaaijen';

describe('limits', () => {
  const refused = { name: 'Refusal', reason: 'limit' };
  const limited = (body: Uint8Array, limits: Partial<Limits>) =>
    search(body, [NAME], new Map(), { ...LIMITS, ...limits });

  test('refuses views that grow too large', async () => {
    const bomb = zipOf([member(Buffer.alloc(3_000_000))]);
    await expect(limited(bomb, { maxExpandedBytes: 2_000_000 })).rejects.toMatchObject(refused);
    expect(await limited(bomb, { maxExpandedBytes: 4_000_000 })).toEqual([]);
  });
  test('refuses too many members', async () => {
    const many = zipOf(Array.from({ length: 12 }, (_, i) => member(bytes('x'), 'stored', `${i}`)));
    await expect(limited(many, { maxMembers: 10 })).rejects.toMatchObject(refused);
    expect(await limited(many, { maxMembers: 12 })).toEqual([]);
  });
  test('refuses views nested too deep', async () => {
    let nested: Uint8Array = bytes('x');
    for (let i = 0; i < 12; i++) nested = zipOf([member(nested)]);
    await expect(limited(nested, { maxDepth: 2 })).rejects.toMatchObject(refused);
    expect(await limited(nested, { maxDepth: 5 })).toEqual([]);
  });
  test('refuses more values than it can search for', async () => {
    await expect(
      search(
        text(10),
        Array.from({ length: 200_001 }, (_, i) => `value ${i}`),
      ),
    ).rejects.toMatchObject(refused);
  });
  test('stays fast where every place starts like a thousand values', async () => {
    const paths = Array.from({ length: 5000 }, (_, i) => `C:\\Users\\zverwaaijen\\Documenten\\bijlage ${i}.docx`);
    const body = bytes('C:\\Users\\zverwaaijen\\Documenten\\x '.repeat(20_000));
    expect(await search(body, paths)).toEqual([]);
  });
  test('refuses text that would make the search slow', async () => {
    const removed = Array.from({ length: 400 }, (_, i) => `${'ab'.repeat(3000)}${i} c`);
    await expect(search(bytes('ab'.repeat(200_000)), removed)).rejects.toMatchObject(refused);
  });
  const text = (length: number) => bytes('word '.repeat(length));
});
