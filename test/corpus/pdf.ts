// Real and hostile PDFs, as many as there are: every one is judged by the worker pool with its limits, and what is
// published is compared with the original by Poppler, which has no part in making or proving it.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readers } from '../../bench/pdf/beside-annotations.ts';
import { type JudgedFile, judgeFile, pdfsIn, type Sameness } from '../../bench/pdf/folder.ts';
import { tableOf } from '../../bench/table.ts';
import { LIMITS } from '../../lib/core/limits.ts';
import type { Reason } from '../../lib/core/refusal.ts';
import type { Judge } from '../../lib/core/verdict.ts';
import type { Random } from './fuzzed.ts';

export type Suite = {
  readonly name: string;
  readonly files: AsyncIterable<readonly [name: string, bytes: Uint8Array]>;
};
export type SuiteResult = { readonly name: string; readonly files: readonly JudgedFile[] };

/** Reasons that say nothing about the document, only about us. */
const OURS: ReadonlySet<string> = new Set<Reason>(['unverified', 'crashed', 'timeout']);

// Waiting for a worker to start and end comes on top of the limit.
const GRACE_MS = 30_000;

export function folderSuite(folder: string, names?: readonly string[]): Suite {
  return { name: folder.replace(/\/+$/, '').replace(/^.*\//, ''), files: filesOf(folder, names) };
}

async function* filesOf(folder: string, names?: readonly string[]): AsyncGenerator<readonly [string, Uint8Array]> {
  for (const name of names ?? (await pdfsIn(folder))) yield [name, await readFile(join(folder, name))];
}

/** That many files of all the folders together, each as likely as any other. `filesIn` lists a folder. */
export async function sampledSuites(
  folders: readonly string[],
  most: number,
  random: Random,
  filesIn = pdfsIn,
): Promise<Suite[]> {
  const named = await Promise.all(
    folders.map(async (folder) => (await filesIn(folder)).toSorted().map((name) => [folder, name] as const)),
  );
  const rest = named.flat();
  const drawn = Array.from({ length: Math.min(most, rest.length) }, () => rest.splice(random(rest.length), 1)).flat();
  const byFolder = Map.groupBy(drawn, ([folder]) => folder);
  return folders.flatMap((folder) => {
    const names = byFolder
      .get(folder)
      ?.map(([, name]) => name)
      .sort();
    return names ? [folderSuite(folder, names)] : [];
  });
}

/** Judges a suite file by file, and tells of each as it is done. */
export async function judgeSuite(
  { name, files }: Suite,
  { judge, readers }: { readonly judge: Judge; readonly readers: Readers },
  told: (file: JudgedFile) => void,
): Promise<SuiteResult> {
  const results: JudgedFile[] = [];
  for await (const [file, bytes] of files) {
    const result = await judgeFile(file, bytes, judge, readers);
    results.push(result);
    told(result);
  }
  return { name, files: results };
}

export function isHang({ wallMs }: JudgedFile): boolean {
  return wallMs > LIMITS.wallMs + GRACE_MS;
}

const WRONG: ReadonlySet<string | undefined> = new Set<Sameness>([
  'pixels differ',
  'text differs',
  'not drawn any more',
]);

/** Published and drawn otherwise than before, hung, or crashed: what must never be. */
export function isWrong(file: JudgedFile): boolean {
  return WRONG.has(file.sameness) || isHang(file) || file.outcome === 'crashed';
}

/** What has to be looked at: wrong and doubtful ones, and those held back that Poppler draws. */
export function printDoubts(suites: readonly SuiteResult[]): string {
  const doubts = suites.flatMap(({ name, files }) =>
    files
      .filter(
        (file) =>
          isWrong(file) || file.sameness === 'repaired otherwise' || (file.isDrawn && file.outcome !== 'published'),
      )
      .map((file) => [name, file.outcome, file.sameness ?? '', file.file, file.detail]),
  );
  return doubts.length === 0 ? '' : tableOf([['suite', 'outcome', 'poppler', 'file', 'detail'], ...doubts]);
}

type Column = readonly [title: string, counts: (file: JudgedFile) => boolean];

const drawn = (file: JudgedFile) => file.isDrawn;

/** A row per suite and one for all. Reasons are those that came up, of files that Poppler draws. */
export function printSummary(suites: readonly SuiteResult[]): string {
  const all = { name: 'all', files: suites.flatMap(({ files }) => files) };
  const reasons = [...new Set(all.files.filter(drawn).map(({ outcome }) => outcome))]
    .filter((outcome) => outcome !== 'published')
    .sort();
  const columns: readonly Column[] = [
    ['files', () => true],
    ['drawn by poppler', drawn],
    ['published', (file) => file.isDrawn && file.outcome === 'published'],
    ...reasons.map((reason): Column => [reason, (file) => file.isDrawn && file.outcome === reason]),
    ['same', ({ sameness }) => sameness === 'same'],
    ['same but annotations', ({ sameness }) => sameness === 'annotations'],
    ['pixels differ', ({ sameness }) => sameness === 'pixels differ' || sameness === 'not drawn any more'],
    ['text differs', ({ sameness }) => sameness === 'text differs'],
    ['repaired otherwise', ({ sameness }) => sameness === 'repaired otherwise'],
    ['hangs', isHang],
    ['crashes', ({ outcome }) => outcome === 'crashed'],
  ];
  const rows = [...suites, all].map(({ name, files }) => [
    name,
    ...columns.map(([, counts]) => `${files.filter(counts).length}`),
  ]);
  const total = all.files.filter(drawn);
  const good = total.filter(({ outcome }) => !OURS.has(outcome)).length;
  return [
    tableOf([['suite', ...columns.map(([title]) => title)], ...rows]),
    `of ${total.length} that Poppler draws, ${good} are published or held back for a reason that is about the document`,
    '',
  ].join('\n');
}
