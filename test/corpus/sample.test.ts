// The sample of the corpus run: as many files as asked for, the same for the same seed, over all the folders.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { randomFrom } from './fuzzed.ts';
import { sampledSuites } from './pdf.ts';

const folders = Array.from({ length: 2 }, () => mkdtempSync(join(tmpdir(), 'sample-')));
for (const folder of folders)
  for (let i = 0; i < 10; i++) writeFileSync(join(folder, `${i}.pdf`), `%PDF-1.4 ${folder} ${i}`);
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

async function drawn(most: number, seed: number): Promise<readonly string[]> {
  const files: string[] = [];
  for (const { name, files: own } of await sampledSuites(folders, most, randomFrom(seed)))
    for await (const [file] of own) files.push(`${name}/${file}`);
  return files;
}

test('has as many files as asked for, each once, and all where there are fewer', async () => {
  const some = await drawn(7, 1);
  expect(some).toHaveLength(7);
  expect(new Set(some).size).toBe(7);
  expect(await drawn(100, 1)).toHaveLength(20);
});

test('is the same for a seed and another for another', async () => {
  expect(await drawn(7, 1)).toEqual(await drawn(7, 1));
  expect(await drawn(7, 2)).not.toEqual(await drawn(7, 1));
});
