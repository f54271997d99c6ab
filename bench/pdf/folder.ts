// The second part: a folder of real PDFs. Of those that Poppler draws: how many are published, why the others are held
// back, and whether Poppler draws and reads the published ones as before.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { examine } from '../../lib/core/sanitize.ts';
import type { Published, Quarantined } from '../../lib/core/verdict.ts';
import { openJudge } from '../../lib/judging.ts';
import type { OpenWorkshop } from '../../lib/tools.ts';
import { medianCost } from '../machine.ts';
import { type Rendering, render } from './kept.ts';
import { rebuildOnly } from './tools.ts';

export type Sameness =
  /** Drawn and read as before. */
  | 'same'
  /** The same where annotations are left out; findings say that annotations or form fields were removed or flattened. */
  | 'annotations'
  | 'pixels differ'
  | 'text differs'
  | 'not drawn any more';

export type FileResult = {
  readonly file: string;
  readonly isDrawn: boolean;
  readonly pages: number;
  readonly outcome: string;
  readonly sameness: Sameness | undefined;
  readonly sizeRatio: number | undefined;
  readonly wallMs: number;
  /**
   * Warm, of documents under ten pages that are published: rebuilding alone, with the proof without rendering, and with
   * rendering. ExifTool, which is another process and counts apart, is asked in none of them.
   */
  readonly cpuMs: { readonly rebuilt: number; readonly unrendered: number; readonly rendered: number } | undefined;
};

const RUNS = 3;
const SHORT = 10;

/** Judges every PDF of the folder in a worker with its limits; only those that came out well are timed in this process. */
export async function benchFolder(
  folder: string,
  workshop: OpenWorkshop,
  progress: (done: number, of: number) => void,
): Promise<readonly FileResult[]> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => /\.pdf$/i.test(name)).sort();
  const open = await openJudge({ scanner: 'none', jobs: 1, env: process.env });
  const results: FileResult[] = [];
  try {
    for (const name of names) {
      progress(results.length, names.length);
      const bytes = await readFile(join(folder, name));
      const start = performance.now();
      const verdict = await open.judge(bytes, { name });
      const wallMs = performance.now() - start;
      results.push(await resultOf(name, bytes, verdict, wallMs, workshop));
    }
  } finally {
    await open.close();
  }
  return results;
}

async function resultOf(
  file: string,
  bytes: Uint8Array,
  verdict: Published | Quarantined,
  wallMs: number,
  workshop: OpenWorkshop,
): Promise<FileResult> {
  const before = await render(bytes);
  const pages = before?.pixels.length ?? 0;
  const about = { file, isDrawn: before !== undefined, pages, wallMs };
  if (verdict.outcome === 'quarantined') {
    const outcome = `${verdict.reason}: ${verdict.detail}`;
    return { ...about, outcome, sameness: undefined, sizeRatio: undefined, cpuMs: undefined };
  }
  const sameness = before && (await compare(bytes, before, verdict));
  const cpuMs = pages > 0 && pages < SHORT ? await cpuOf(bytes, file, workshop) : undefined;
  return { ...about, outcome: 'published', sameness, sizeRatio: verdict.body.length / bytes.length, cpuMs };
}

async function cpuOf(bytes: Uint8Array, file: string, workshop: OpenWorkshop): Promise<FileResult['cpuMs']> {
  // What is published never comes from these.
  const rendered = { ...workshop, engines: { ...workshop.engines, exiftool: async () => new Map<string, string>() } };
  const unrendered = { ...rendered, limits: { ...workshop.limits, maxRenderedPages: 0 } };
  const cpu = async (use: () => Promise<unknown>) => (await medianCost(RUNS, use)).cpuMs;
  return {
    rebuilt: await cpu(() => rebuildOnly(bytes, workshop)),
    unrendered: await cpu(() => examine(bytes, file, unrendered)),
    rendered: await cpu(() => examine(bytes, file, rendered)),
  };
}

async function compare(bytes: Uint8Array, before: Rendering, { body, findings }: Published): Promise<Sameness> {
  const after = await render(body);
  if (!after) return 'not drawn any more';
  const samePixels = before.pixels.join() === after.pixels.join();
  const sameText = before.text === after.text;
  if (samePixels && sameText) return 'same';
  const annotated = findings.some(({ carrier }) =>
    /^pdf\.(annotation|form|attachment|signature|xfa|link)\b/.test(carrier),
  );
  if (annotated && sameText) {
    const bare = await render(bytes, ['-hide-annotations']);
    const cleaned = await render(body, ['-hide-annotations']);
    if (bare && bare.pixels.join() === cleaned?.pixels.join()) return 'annotations';
  }
  return samePixels ? 'text differs' : 'pixels differ';
}
