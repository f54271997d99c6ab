// Shows that a rebuilt PDF is the original without what was removed (design 3.5 a, d, e). qpdf and pdf-lib made it;
// PDFium, which had no part in that, reads both. The bytes of the body are also walked by themselves: one revision,
// nothing between objects, nothing that no reader is led to.

import type { Engines, PdfiumDocument } from '../../core/engines.ts';
import type { Context } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { peopleIn } from '../shared/personal.ts';
import { archiveClaims, bodyArchiveClaims, packetTitle } from './archive-claims.ts';
import { type Body, entriesOf, nameOf, readBody, unreachable } from './body.ts';
import { sameLinks } from './compare-links.ts';
import { keptBoxes, sameLabels, samePage, samePixels, sameText } from './compare-pages.ts';
import type { TypeNames } from './compare-tags.ts';
import { differs, equalTexts } from './differs.ts';
import { isLanguage } from './languages.ts';
import { isPublicTitle } from './metadata.ts';
import { opening, withReadable } from './readable.ts';
import { hasPath } from './texts.ts';

/** What comparing needs of a context. */
export type Comparing = Pick<Context, 'limits' | 'policy'> & { readonly engines: Pick<Engines, 'qpdf' | 'pdfium'> };

/**
 * Resolves with the names of the checks; rejects with Refusal('unverified') at the first difference. Text, links and
 * structure are compared on every page, pixels and the places of characters on a sample when there are many.
 */
export async function comparePdf(
  original: Uint8Array,
  body: Uint8Array,
  context: Comparing,
): Promise<readonly string[]> {
  const structure = readBody(body, context.limits);
  const lost = unreachable(structure);
  if (lost.length > 0) throw differs(`${lost.length} objects that nothing leads to`);
  compareArchiveClaims(archiveClaims(original), bodyArchiveClaims(structure, context.limits), hasFiles(structure));
  await compareSoundness(original, body, context);

  try {
    await compareReadings(original, structure, context);
  } catch (difference) {
    throw await trueReason(difference, original, structure, context);
  }
  return CHECKS;
}

async function compareReadings(original: Uint8Array, structure: Body, context: Comparing): Promise<void> {
  const body = structure.file;
  await withReadable(original, context.engines, (before, baseline) =>
    opening(context.engines, body, async (after) => {
      compareDocuments(before, after, packetTitle(structure, context.limits));
      await compareBookmarks(before.bookmarks(), after.bookmarks(), original, context);
      // The title is visible text, so the proof of absence does not look at it.
      if (context.policy.actionFor('pdf.info.title') !== 'keep' && !isPublicTitle(after.title()))
        throw differs('the title');
      await comparePages({ before, after, baseline, body, context });
    }).then((opened) => {
      if (!opened) throw new Refusal('unverified', 'PDFium cannot open the result');
    }),
  );
}

/** Of a damaged document PDFium may make another thing than qpdf did: then the document is at fault, not the copy. */
async function trueReason(
  difference: unknown,
  original: Uint8Array,
  structure: Body,
  context: Comparing,
): Promise<unknown> {
  if (!(difference instanceof Refusal) || difference.reason !== 'unverified') return difference;
  if ((await context.engines.qpdf.check(original)) === 'clean') return difference;
  try {
    await compareReadings(await context.engines.qpdf(original, ['--decrypt']), structure, context);
  } catch {
    return difference;
  }
  return new Refusal('malformed', 'damaged so that readers make different things of it', { cause: difference });
}

const CHECKS = [
  'one-revision',
  'reachable',
  'archive-claims',
  'qpdf-check',
  'page-sizes',
  'page-labels',
  'bookmarks',
  'language',
  'title',
  'text',
  'links',
  'structure',
  'pixels',
];

function hasFiles({ objects }: Body): boolean {
  return [...objects.values()].some(({ value }) => nameOf(entriesOf(value)?.get('Type')) === 'EmbeddedFile');
}

const RANK = { clean: 0, warnings: 1, errors: 2 };

/** The original is checked only where the body has something to excuse. */
async function compareSoundness(original: Uint8Array, body: Uint8Array, { engines }: Comparing): Promise<void> {
  const after = await engines.qpdf.check(body);
  if (after === 'clean') return;
  const before = await engines.qpdf.check(original);
  if (RANK[after] > RANK[before]) throw differs(`qpdf --check: ${before} before, ${after} after`);
}

function compareArchiveClaims(before: readonly string[], after: readonly string[], hasFiles: boolean): void {
  // PDF/A-4f says that there are files in it.
  const isGone = (claim: string) => claim === 'pdfaid:conformance F' && !hasFiles;
  if (before.some((claim) => !after.includes(claim) && !isGone(claim)))
    throw differs('a PDF/A or PDF/UA identification');
}

function compareDocuments(before: PdfiumDocument, after: PdfiumDocument, inPacket: string): void {
  if (before.pageCount !== after.pageCount) throw differs(`${before.pageCount} pages before, ${after.pageCount} after`);
  if (before.isTagged() && !after.isTagged()) throw differs('the document is not tagged any more');
  if (!isSameLanguage(before.language(), after.language())) throw differs('the language');
  // Of PDF/A-4 the information dictionary goes, and with it the only title that PDFium reads.
  if (!isSameTitle(before.title(), after.title() || inPacket)) throw differs('the title');
}

type Bookmarks = ReturnType<PdfiumDocument['bookmarks']>;

/** PDFium shows bookmarks that a later revision freed (ISO 32000-2 7.3.10: they are null). qpdf does not, so what it read decides. */
async function compareBookmarks(
  was: Bookmarks,
  is: Bookmarks,
  original: Uint8Array,
  { engines }: Comparing,
): Promise<void> {
  const difference = bookmarkDifference(was, is);
  if (!difference) return;
  if ((await engines.qpdf.check(original)) !== 'clean') throw difference;
  const current = await engines.pdfium(await engines.qpdf(original, ['--decrypt']), (read) => read.bookmarks());
  if (bookmarkDifference(current, is)) throw difference;
}

function bookmarkDifference(was: Bookmarks, is: Bookmarks): Refusal | undefined {
  if (was.length !== is.length) return differs(`${was.length} bookmarks before, ${is.length} after`);
  const at = was.findIndex(({ level, page, title }, i) => {
    const other = is[i];
    return !other || level !== other.level || page !== other.page || !equalTexts(title, other.title);
  });
  return at < 0 ? undefined : differs(`bookmark ${at + 1}`);
}

// What is no language tag (RFC 5646) need not be kept, and the XMP packet, which PDFium does not read, may name one.
function isSameLanguage(before: string, after: string): boolean {
  return before === after || before === '' || !isLanguage(before);
}

// Policy lets a title go when it is a path, a file name, a program's default or speaks of people; words in a row that
// are none of these are missed. A title may also come from the XMP packet, where there was none or a file's name.
function isSameTitle(before: string, after: string): boolean {
  const title = before.trim();
  if (title === '' || equalTexts(title, after)) return true;
  return after.trim() === '' ? !isPlainTitle(title) : maySayTooMuch(title);
}

function isPlainTitle(title: string): boolean {
  return (
    /^[\p{L}\p{N}][\p{L}\p{N} ,:;'’()–-]*$/u.test(title) && /\p{L}{2} \p{L}{2}/u.test(title) && !maySayTooMuch(title)
  );
}

function maySayTooMuch(title: string): boolean {
  return peopleIn(title).length > 0 || hasPath(title) || /\.[a-z]\w{1,4}$/i.test(title) || /^microsoft /i.test(title);
}

type Both = {
  readonly before: PdfiumDocument;
  readonly after: PdfiumDocument;
  readonly baseline: Uint8Array;
  readonly body: Uint8Array;
  readonly context: Comparing;
};

async function comparePages({ before, after, baseline, body, context }: Both): Promise<void> {
  const types: TypeNames = new Map();
  const drawn = new Set(samplePages(before.pageCount, context.limits.maxRenderedPages));
  for (let page = 0; page < before.pageCount; page++) {
    samePage(before, after, page, { policy: context.policy, types });
    sameLinks(before, after, page);
    const boxes = keptBoxes(before, page, context.policy);
    sameText({ before, after, page, boxes, drawn: drawn.has(page), policy: context.policy });
    if (drawn.has(page))
      await samePixels({
        before,
        after,
        baseline,
        body,
        page,
        boxes,
        policy: context.policy,
        pdfium: context.engines.pdfium,
      });
  }
  sameLabels(before, after);
}

/** All pages, or a fixed sample of that many, the first and the last among them. */
export function samplePages(pages: number, most: number): readonly number[] {
  if (pages <= most) return Array.from({ length: pages }, (_, page) => page);
  return Array.from({ length: most }, (_, at) => Math.round((at * (pages - 1)) / Math.max(most - 1, 1)));
}
