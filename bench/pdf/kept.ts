// What a document is to its readers, seen with Poppler, PDFium and ExifTool: pixels, text, tags, language, title,
// bookmarks, links, the claims of PDF/A and PDF/UA.

import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engines } from '../../lib/core/engines.ts';
import { inFolder, run } from '../machine.ts';
import { isSameBeside } from './beside-annotations.ts';

export type Rendering = { readonly pixels: readonly string[]; readonly text: string };

/** Pages as Poppler draws them and the text it reads; undefined where it cannot. */
export async function render(bytes: Uint8Array): Promise<Rendering | undefined> {
  return inFolder(async (folder) => {
    const file = join(folder, 'in.pdf');
    await writeFile(file, bytes);
    const drawn = await run('pdftoppm', ['-r', '50', '-cropbox', file, join(folder, 'page')]);
    const pages = (await readdir(folder)).filter((name) => name.endsWith('.ppm')).sort();
    if (drawn.code !== 0 || pages.length === 0) return undefined;
    const pixels: string[] = [];
    for (const page of pages)
      pixels.push(
        createHash('sha256')
          .update(await readFile(join(folder, page)))
          .digest('hex'),
      );
    const { stdout } = await run('pdftotext', [file, '-']);
    return { pixels, text: stdout.toString('utf8') };
  });
}

export type Facts = {
  readonly tags: string;
  readonly language: string;
  readonly title: string;
  readonly bookmarks: readonly string[];
  readonly links: readonly string[];
  readonly claims: readonly string[];
};

/** Read by PDFium and ExifTool. */
export async function factsOf(bytes: Uint8Array, engines: Engines): Promise<Facts> {
  const tags = await engines.exiftool(bytes, 'pdf');
  const claims = [...tags]
    .filter(([name]) => /^XMP-pdf(aid|uaid):/.test(name))
    .map(([name, value]) => `${name} ${value}`);
  return engines.pdfium(bytes, (document) => {
    const pages = Array.from({ length: document.pageCount }, (_, page) => page);
    return {
      tags: pages.flatMap((page) => document.structure(page).map(({ depth, type }) => `${depth} ${type}`)).join('\n'),
      language: document.language(),
      title: document.title(),
      bookmarks: document.bookmarks().map(({ level, title, page }) => `${level} ${title} ${page}`),
      links: pages.flatMap((page) => document.links(page)),
      claims: claims.sort(),
    };
  });
}

export type Kept = Readonly<
  Record<'pixels' | 'text' | 'tags' | 'language' | 'title' | 'bookmarks' | 'links' | 'claims', boolean>
>;

/** What of the document without anything hidden in it is in the cleaned canary; pixels and text as in the canary itself. */
export async function keptOf(
  canary: Uint8Array,
  plain: Uint8Array,
  cleaned: Uint8Array,
  engines: Engines,
): Promise<Kept> {
  const [before, after] = [await render(canary), await render(cleaned)];
  const [wanted, planted, got] = [
    await factsOf(plain, engines),
    await factsOf(canary, engines),
    await factsOf(cleaned, engines),
  ];
  const holds = (all: readonly string[], some: readonly string[]) =>
    some.length > 0 && some.every((one) => all.includes(one));
  return {
    // Where Poppler puts the letters of an annotation to the quarter of a pixel depends on who draws it, and with which
    // fonts; PDFium's proof looks inside their boxes.
    pixels:
      before !== undefined &&
      (before.pixels.join() === after?.pixels.join() || (await isSameBeside(canary, cleaned, engines))),
    text: before !== undefined && before.text === after?.text,
    tags: planted.tags !== '' && planted.tags === got.tags,
    language: got.language === wanted.language,
    title: got.title === wanted.title,
    bookmarks: holds(got.bookmarks, wanted.bookmarks),
    links: holds(got.links, wanted.links),
    claims: holds(got.claims, wanted.claims),
  };
}
