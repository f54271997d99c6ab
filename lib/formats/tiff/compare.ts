// Whether the rebuilt file has the same pictures, and nothing but pictures. libvips decodes what it can of every page; a
// walker of its own sees that every byte belongs to a directory, a value or a strip, and that these are the original's.

import type { Context } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { sameColours } from '../shared/same-colours.ts';
import { sameSamples } from '../shared/same-samples.ts';
import { TIFF_CARRIERS } from './carriers.ts';
import { type Listed, listPages } from './compare-list.ts';

/** Same samples on every page, same description of them. Rejects with Refusal 'unverified' otherwise. */
export async function compareTiff(
  original: Uint8Array,
  body: Uint8Array,
  context: Context,
): Promise<readonly string[]> {
  const keepsMore = TIFF_CARRIERS.some(({ id }) => context.policy.actionFor(id) === 'keep');
  const [before, after] = [listPages(original), listPages(body)];
  const pages = before.pages.filter(({ isSmaller }, i) => i === 0 || !isSmaller || keepsMore);
  if (pages.length !== after.pages.length)
    throw new Refusal('unverified', `${pages.length} pages became ${after.pages.length}`);
  if (!keepsMore && !after.isTight) throw new Refusal('unverified', 'bytes that no directory leads to');
  for (const [i, page] of pages.entries()) samePage(page, after.pages[i], i + 1, keepsMore);
  const checks = ['pages', 'strips', 'colours'];
  if (pages.length === before.pages.length && (await canDecode(original, context)))
    checks.push(await sameSamples(original, body, context));
  return checks;
}

/** What libvips does not know is compared by its strips alone. */
async function canDecode(original: Uint8Array, { engines }: Context): Promise<boolean> {
  try {
    await engines.pixels(original);
    return true;
  } catch (error) {
    if (error instanceof Refusal && error.reason === 'unsupported') return false;
    throw error;
  }
}

// What may stand in a directory; those after the bar are compared otherwise than byte by byte.
const DRAWS = new Set(
  [254, 255, 256, 257, 258, 259, 262, 263, 266, 274, 277, 278, 280, 281, 282, 283, 284, 290, 291, 292, 293].concat([
    296, 297, 301, 317, 318, 319, 320, 321, 322, 323, 332, 334, 336, 338, 339, 529, 530, 531, 532,
  ]),
);
const COMPARED_OTHERWISE = new Set([273, 279, 324, 325, 347, 34675]);
// Without any of these a picture is another one.
const NEEDED = [256, 257, 258, 259, 262, 266, 274, 277, 278, 284, 317, 320, 322, 323, 338, 339];

function samePage(before: Listed, after: Listed | undefined, number: number, keepsMore: boolean): void {
  const fail = (what: string) => new Refusal('unverified', `page ${number} ${what}`);
  if (!after) throw fail('is gone');
  for (const [tag, value] of after.values) {
    if (COMPARED_OTHERWISE.has(tag)) continue;
    if (!DRAWS.has(tag) && !keepsMore) throw fail(`has tag ${tag}, which does not draw`);
    if (!before.values.get(tag)?.equals(value)) throw fail(`has another value of tag ${tag}`);
  }
  const lost = NEEDED.find((tag) => before.values.has(tag) && !after.values.has(tag));
  if (lost !== undefined) throw fail(`lost tag ${lost}`);
  sameColours(before.values.get(34675), after.values.get(34675));
  if (before.strips.length < after.strips.length) throw fail('has more strips');
  for (const [i, strip] of after.strips.entries()) {
    const was = before.strips[i];
    if (!was || !(before.isJpeg ? sameScans(was, strip) : was.subarray(0, strip.length).equals(strip)))
      throw fail(`has another strip ${i + 1}`);
  }
  if (before.isJpeg && !sameScans(before.values.get(347), after.values.get(347))) throw fail('has other JPEG tables');
}

/** All segments that draw, and the data of all scans, are the original's, in order; no other segment is left. */
function sameScans(before: Buffer | undefined, after: Buffer | undefined): boolean {
  if (!before || !after) return before === after;
  const [was, is] = [segmentsOf(before), segmentsOf(after)];
  const isSmall = is.every((segment) => !/^\xff[\xe1-\xed\xef-\xfe]/.test(segment.toString('latin1', 0, 2)));
  const draws = (segment: Buffer) => !/^\xff[\xe0-\xfe]/.test(segment.toString('latin1', 0, 2));
  const [drew, drawn] = [was.filter(draws), is.filter(draws)];
  return isSmall && drew.length === drawn.length && drew.every((segment, i) => drawn[i]?.equals(segment));
}

/** Each segment from its marker on; a scan with its data. Ends with the first end of image. */
function segmentsOf(data: Buffer): readonly Buffer[] {
  const segments: Buffer[] = [];
  let at = 2;
  while (at + 4 <= data.length && data[at + 1] !== 0xd9) {
    if (data[at + 1] === 0xff) {
      at++;
      continue;
    }
    let end = at + 2 + data.readUInt16BE(at + 2);
    if (data[at + 1] === 0xda)
      while (
        end < data.length &&
        !(data[end] === 0xff && ![0, 0xff].includes(data[end + 1] ?? 0) && ((data[end + 1] ?? 0) & 0xf8) !== 0xd0)
      )
        end++;
    segments.push(data.subarray(at, end));
    at = end;
  }
  return segments;
}
