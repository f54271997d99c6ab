// The second part: a folder of real PDFs. Of those that Poppler draws: how many are published, why the others are held
// back, and whether Poppler draws and reads the published ones as before.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Reason } from '../../lib/core/refusal.ts';
import { examine } from '../../lib/core/sanitize.ts';
import type { Judge, Published } from '../../lib/core/verdict.ts';
import { openJudge } from '../../lib/judging.ts';
import type { OpenWorkshop } from '../../lib/tools.ts';
import { medianCost } from '../machine.ts';
import { isSameBeside, type Readers } from './beside-annotations.ts';
import { type Rendering, render } from './kept.ts';
import { rebuildOnly } from './tools.ts';

export type Sameness =
  /** Drawn and read as before. */
  | 'same'
  /** The same beside the boxes of annotations; findings say that annotations or form fields were removed or flattened. */
  | 'annotations'
  /** Drawn or read otherwise, of a file that qpdf finds damaged: every reader repairs in its own way. */
  | 'repaired otherwise'
  | 'pixels differ'
  | 'text differs'
  | 'not drawn any more';

export type JudgedFile = {
  readonly file: string;
  readonly isDrawn: boolean;
  readonly pages: number;
  readonly outcome: 'published' | Reason;
  /** Of what is quarantined, in words. */
  readonly detail: string;
  readonly sameness: Sameness | undefined;
  readonly sizeRatio: number | undefined;
  readonly wallMs: number;
};

export type FileResult = JudgedFile & {
  /**
   * Warm, of documents under ten pages that are published: rebuilding alone, with the proof without rendering, and with
   * rendering. ExifTool, which is another process and counts apart, is asked in none of them.
   */
  readonly cpuMs: { readonly rebuilt: number; readonly unrendered: number; readonly rendered: number } | undefined;
};

const RUNS = 5;
const WARM_ROUNDS = 3;
const SHORT = 10;

/** The names of the PDFs in a folder and below it. */
export async function pdfsIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder, { recursive: true })).filter((name) => /\.pdf$/i.test(name)).sort();
}

/** Judges every PDF of the folder in a worker with its limits; only those that came out well are timed in this process. */
export async function benchFolder(
  folder: string,
  workshop: OpenWorkshop,
  progress: (done: number, of: number) => void,
): Promise<readonly FileResult[]> {
  const names = await pdfsIn(folder);
  const open = await openJudge({ scanner: 'none', jobs: 1, env: process.env });
  const judged: JudgedFile[] = [];
  try {
    for (const name of names) {
      progress(judged.length, names.length);
      judged.push(await judgeFile(name, await readFile(join(folder, name)), open.judge, workshop.engines));
    }
  } finally {
    await open.close();
  }
  const costs = await costsOf(folder, judged.filter(isTimed), workshop);
  return judged.map((one) => ({ ...one, cpuMs: costs.get(one.file) }));
}

function isTimed({ outcome, pages }: JudgedFile): boolean {
  return outcome === 'published' && pages > 0 && pages < SHORT;
}

type CpuMs = NonNullable<FileResult['cpuMs']>;

/** Of every document once all of them went through a few times, as in a process that has been at work for a while. */
async function costsOf(
  folder: string,
  judged: readonly JudgedFile[],
  workshop: OpenWorkshop,
): Promise<ReadonlyMap<string, CpuMs>> {
  // What is published never comes from these.
  const rendered = { ...workshop, engines: { ...workshop.engines, exiftool: async () => new Map<string, string>() } };
  const unrendered = { ...rendered, limits: { ...workshop.limits, maxRenderedPages: 0 } };
  const cpu = async (use: () => Promise<unknown>) => (await medianCost(RUNS, use)).cpuMs;
  const costs = new Map<string, CpuMs>();
  for (let round = 0; round <= WARM_ROUNDS; round++) {
    for (const { file } of judged) {
      const bytes = await readFile(join(folder, file));
      if (round < WARM_ROUNDS) await examine(bytes, file, rendered);
      else
        costs.set(file, {
          rebuilt: await cpu(() => rebuildOnly(bytes, workshop)),
          unrendered: await cpu(() => examine(bytes, file, unrendered)),
          rendered: await cpu(() => examine(bytes, file, rendered)),
        });
    }
  }
  return costs;
}

/** One document: what becomes of it, and whether Poppler finds what is published unchanged. */
export async function judgeFile(file: string, bytes: Uint8Array, judge: Judge, readers: Readers): Promise<JudgedFile> {
  const start = performance.now();
  const verdict = await judge(bytes, { name: file });
  const wallMs = performance.now() - start;
  const before = await render(bytes);
  const about = { file, isDrawn: before !== undefined, pages: before?.pixels.length ?? 0, wallMs };
  if (verdict.outcome === 'quarantined')
    return { ...about, outcome: verdict.reason, detail: verdict.detail, sameness: undefined, sizeRatio: undefined };
  const sameness = before && (await compare(bytes, before, verdict, readers));
  return { ...about, outcome: 'published', detail: '', sameness, sizeRatio: verdict.body.length / bytes.length };
}

async function compare(
  bytes: Uint8Array,
  before: Rendering,
  { body, findings }: Published,
  readers: Readers,
): Promise<Sameness> {
  const after = await render(body);
  if (!after) return 'not drawn any more';
  const sameText = before.text === after.text;
  const samePixels = before.pixels.join() === after.pixels.join() || (await isDrawnAlike(bytes, body));
  if (samePixels && sameText) return 'same';
  const annotated = findings.some(({ carrier }) =>
    /^pdf\.(annotation|form|attachment|signature|xfa|link)\b/.test(carrier),
  );
  if (annotated && (await isSameBeside(bytes, body, readers))) return 'annotations';
  // It has crashed on some.
  if ((await readers.qpdf.check(bytes).catch(() => 'errors')) !== 'clean') return 'repaired otherwise';
  return samePixels ? 'text differs' : 'pixels differ';
}

const TRIES = 4;

/** Poppler draws some damaged fonts now like this, now like that: each page has to come out alike once in a few times. */
async function isDrawnAlike(original: Uint8Array, body: Uint8Array): Promise<boolean> {
  const was: Set<string>[] = [];
  const is: Set<string>[] = [];
  for (let times = 0; times < TRIES; times++) {
    for (const [drawings, bytes] of [
      [was, original],
      [is, body],
    ] as const)
      for (const [page, hash] of ((await render(bytes))?.pixels ?? []).entries())
        drawings[page] = (drawings[page] ?? new Set<string>()).add(hash);
  }
  return was.length === is.length && was.every((drawings, page) => !drawings.isDisjointFrom(is[page] ?? new Set()));
}
