// Real Office documents, drawn by LibreOffice before and after: it has no part in making or proving what is published.
// Its pages are compared by PDFium: their number, their text in order, their pixels.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inFolder, run } from '../../bench/machine.ts';
import type { Engines, PdfiumDocument } from '../../lib/core/engines.ts';
import { type Examined, examine, type Workshop } from '../../lib/core/sanitize.ts';

export type Drawn = {
  /** Without blanks, which depend on where lines break. */
  readonly texts: readonly string[];
  readonly pages: readonly Uint8Array[];
};

export type Sameness = 'same' | 'pixels differ' | 'pages differ' | 'text differs';

export type OfficeFile = {
  readonly file: string;
  /** What became of it; undefined where LibreOffice cannot draw the original or the result. */
  readonly outcome: string;
  readonly sameness: Sameness | undefined;
  /** What was hidden and is gone: LibreOffice prints some of it. */
  readonly removed: readonly string[];
};

const DPI = 50;
const TIMEOUT_MS = 120_000;
// Of 255: fonts are placed by fractions of a pixel, which shifts with the length of what was removed before them.
const SHADE = 48;
const FEW = 0.002;

/** How the second drawing differs from the first, by what matters most. */
export function compareDrawings(before: Drawn, after: Drawn): Sameness {
  if (before.texts.join('') !== after.texts.join('')) return 'text differs';
  if (before.pages.length !== after.pages.length) return 'pages differ';
  if (before.texts.some((text, page) => text !== after.texts[page])) return 'pages differ';
  return before.pages.every((page, i) => isSamePage(page, after.pages[i] ?? new Uint8Array()))
    ? 'same'
    : 'pixels differ';
}

function isSamePage(before: Uint8Array, after: Uint8Array): boolean {
  if (before.length !== after.length) return false;
  let different = 0;
  for (const [i, value] of before.entries()) if (Math.abs(value - (after[i] ?? 0)) > SHADE) different++;
  return different <= before.length * FEW;
}

/** Judges a document, draws it and its result, and says how they differ. */
export async function judgeOffice(file: string, bytes: Uint8Array, workshop: Workshop): Promise<OfficeFile> {
  const examined = await examine(bytes, file, workshop);
  if (examined.outcome === 'quarantined')
    return { file, outcome: reasonOf(examined), sameness: undefined, removed: [] };
  const removed = examined.findings
    .filter(({ code, action }) => code === 'hidden-content' && action === 'removed')
    .map(({ carrier }) => carrier);
  const before = await drawnBy(bytes, /[^.]*$/.exec(file)?.[0] ?? '', workshop.engines);
  const after = before && (await drawnBy(examined.body, examined.extension, workshop.engines));
  const sameness = before && after && compareDrawings(before, after);
  const outcome = sameness ? 'published' : before ? 'not drawn any more' : 'published, not drawn';
  return { file, outcome, sameness, removed: [...new Set(removed)].sort() };
}

function reasonOf({ reason, detail }: Extract<Examined, { readonly outcome: 'quarantined' }>): string {
  return `${reason}: ${detail}`;
}

/** Whether something is wrong: text is lost or added where nothing was hidden, or nothing is left to draw. */
export function isWrong({ outcome, sameness, removed }: OfficeFile): boolean {
  return outcome === 'not drawn any more' || (sameness === 'text differs' && removed.length === 0);
}

/** The document as LibreOffice prints it; undefined where it cannot. Nothing it does outlives the folder. */
async function drawnBy(bytes: Uint8Array, extension: string, { pdfium }: Pick<Engines, 'pdfium'>) {
  return inFolder(async (folder): Promise<Drawn | undefined> => {
    await writeFile(join(folder, `in.${extension}`), bytes);
    const options = [`-env:UserInstallation=file://${folder}/profile`, '--headless', '--norestore'];
    await run(
      'soffice',
      [...options, '--convert-to', 'pdf', '--outdir', folder, join(folder, `in.${extension}`)],
      TIMEOUT_MS,
    );
    const printed = await readFile(join(folder, 'in.pdf')).catch(() => undefined);
    return printed && pdfium(printed, drawingOf);
  });
}

function drawingOf(document: PdfiumDocument): Drawn {
  const pages = Array.from({ length: Math.min(document.pageCount, MAX_PAGES) }, (_, page) => page);
  return {
    texts: pages.map((page) => document.text(page).replace(/\s+/g, '')),
    pages: pages.map((page) => document.render(page, { dpi: DPI, annotations: false }).pixels),
  };
}
const MAX_PAGES = 60;

/** Whether LibreOffice is there. */
export async function hasLibreOffice(): Promise<boolean> {
  return (await run('soffice', ['--version'])).code === 0;
}
