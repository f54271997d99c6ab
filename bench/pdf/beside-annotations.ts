// Annotations are removed or drawn into the page, and Poppler draws some by rules of its own whatever their appearance
// says. So where an original has annotations, what is compared is everything beside their boxes: pixels, and words.

import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engines, PdfiumDocument } from '../../lib/core/engines.ts';
import { inFolder, run } from '../machine.ts';

const DPI = 50;
// Poppler measures words in points.
const POINTS = 72;
/** Edges are drawn on the pixel beyond, and borders around a box. */
const MARGIN = 3;

type Box = readonly [left: number, top: number, right: number, bottom: number];
type Boxes = { readonly pixels: readonly Box[]; readonly points: readonly Box[] };

export type Readers = Pick<Engines, 'pdfium' | 'qpdf'>;

/** Whether both are the same beside the annotations of the first. False where it has none, or nobody can open it. */
export async function isSameBeside(original: Uint8Array, body: Uint8Array, readers: Readers): Promise<boolean> {
  const pages = await annotationBoxes(original, readers);
  if (pages.every(({ pixels }) => pixels.length === 0)) return false;
  return inFolder(async (folder) => {
    const [was, is] = [await drawn(original, folder, 'before'), await drawn(body, folder, 'after')];
    if (was.pictures.length !== is.pictures.length) return false;
    const bare = await drawn(original, folder, 'bare', ['-hide-annotations']);
    for (const [page, picture] of was.pictures.entries()) {
      const [before, after] = [await readFile(picture), await readFile(is.pictures[page] ?? picture)];
      if (isSamePicture(before, after, pages[page]?.pixels ?? [])) continue;
      // What Poppler draws of an annotation without an appearance may lie beside its box.
      if (Buffer.compare(await readFile(bare.pictures[page] ?? picture), after) !== 0) return false;
    }
    return was.words.every((words, page) => {
      const beside = (all: readonly Word[]) =>
        all
          .filter(({ middle }) => !(pages[page]?.points ?? []).some((box) => holds(box, ...middle)))
          .map(({ text }) => text)
          .sort()
          .join('\n');
      return beside(words) === beside(is.words[page] ?? []);
    });
  });
}

/** As PDFium sees them, in the document itself or in what qpdf repairs of it. */
async function annotationBoxes(original: Uint8Array, { pdfium, qpdf }: Readers): Promise<readonly Boxes[]> {
  const repaired = () => qpdf(original, ['--decrypt']).then((bytes) => pdfium(bytes, boxesOf));
  return pdfium(original, boxesOf)
    .catch(repaired)
    .catch(() => []);
}

function boxesOf(document: PdfiumDocument): readonly Boxes[] {
  return Array.from({ length: document.pageCount }, (_, page) => {
    const boxes = document.annotations(page).map(({ box }) => box);
    return {
      pixels: boxes.map((box) => document.toPixels(page, DPI, box)),
      points: boxes.map((box) => document.toPixels(page, POINTS, box)),
    };
  });
}

type Word = { readonly text: string; readonly middle: readonly [x: number, y: number] };
type Drawn = { readonly pictures: readonly string[]; readonly words: readonly (readonly Word[])[] };

async function drawn(bytes: Uint8Array, folder: string, name: string, options: readonly string[] = []): Promise<Drawn> {
  const file = join(folder, `${name}.pdf`);
  await writeFile(file, bytes);
  await run('pdftoppm', [...options, '-r', `${DPI}`, '-cropbox', file, join(folder, name)]);
  const pictures = (await readdir(folder)).filter((other) => other.startsWith(`${name}-`)).sort();
  const { stdout } = await run('pdftotext', ['-bbox', '-cropbox', file, '-']);
  const pages = stdout.toString('utf8').split('<page ').slice(1);
  return { pictures: pictures.map((picture) => join(folder, picture)), words: pages.map(wordsOf) };
}

function wordsOf(page: string): readonly Word[] {
  const pattern = /<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">([^<]*)</g;
  return Array.from(page.matchAll(pattern), ([, left, top, right, bottom, text = '']) => ({
    text,
    middle: [(Number(left) + Number(right)) / 2, (Number(top) + Number(bottom)) / 2],
  }));
}

/** Of two Netpbm pictures with eight bits a sample. */
function isSamePicture(before: Buffer, after: Buffer, exempt: readonly Box[]): boolean {
  const header = /^P6\s+(\d+)\s+\d+\s+255\s/.exec(before.toString('latin1', 0, 64));
  if (!header || before.length !== after.length) return false;
  const [{ length: start }, width] = [header[0], Number(header[1])];
  if (Buffer.compare(before.subarray(0, start), after.subarray(0, start)) !== 0) return false;
  for (let at = start; at < before.length; at++) {
    if (before[at] === after[at]) continue;
    const pixel = Math.floor((at - start) / 3);
    if (!exempt.some((box) => holds(box, pixel % width, Math.floor(pixel / width)))) return false;
  }
  return true;
}

function holds([left, top, right, bottom]: Box, x: number, y: number): boolean {
  return x >= left - MARGIN && x <= right + MARGIN && y >= top - MARGIN && y <= bottom + MARGIN;
}
