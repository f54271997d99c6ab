// What a replay of many objects is tried with: real files from a folder, and pictures made here, each of other bytes.

import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { cases as gifs } from '../fixtures/gif/cases.ts';
import { cases as jpegs } from '../fixtures/jpeg/cases.ts';
import { cases as pngs } from '../fixtures/png/cases.ts';
import { chunk, pngOf } from '../support/png-file.ts';

/** What a document may have so that thousands of them are judged in minutes. */
export const MAX_REAL_BYTES = 100 * 1024;

export type Made = { readonly real: number; readonly files: number; readonly byExtension: Record<string, number> };

/** Fills the folder of staging with `count` objects, `share` of them real files, over and over, in a fixed order. */
export async function makeObjects(
  staging: string,
  count: number,
  from: string | undefined,
  share: number,
): Promise<Made> {
  const files = from === undefined ? [] : await smallFiles(from);
  if (from !== undefined && files.length === 0) throw new Error('no file in the folder is small enough');
  const rows = [...pngs, ...jpegs, ...gifs];
  const byExtension: Record<string, number> = {};
  const used = new Set<string>();
  let real = 0;
  const reals = Math.max(1, Math.floor(count * share));
  for (let n = 0; n < count; n += 1) {
    const isReal = files.length > 0 && Math.floor((n + 1) * share) > Math.floor(n * share);
    // From the whole of the folder, however few there are.
    const turn = reals < files.length ? Math.floor((real * files.length) / reals) : real;
    const path = isReal ? files[turn % files.length] : undefined;
    if (path !== undefined) used.add(path);
    const row = rows[n % rows.length];
    const extension = path === undefined ? '.png' : extname(path).toLowerCase();
    // A third of what is made here is from the fixtures, with what they hide; the rest are plain pictures.
    const made = n % 3 === 0 && row ? await row.bytes() : pngOf([chunk('tEXt', `Author\0Ada ${n}`)]);
    const body = path === undefined ? made : await readFile(path);
    const folder = join(staging, `batch-${Math.floor(n / 1000)}`);
    if (n % 1000 === 0) await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `${String(n).padStart(6, '0')}${extension}`), body);
    byExtension[extension] = (byExtension[extension] ?? 0) + 1;
    if (isReal) real += 1;
  }
  return { real, files: used.size, byExtension };
}

async function smallFiles(folder: string): Promise<string[]> {
  const found: string[] = [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && extname(entry.name) !== '' && (await stat(path)).size <= MAX_REAL_BYTES) found.push(path);
  }
  return found.sort();
}
