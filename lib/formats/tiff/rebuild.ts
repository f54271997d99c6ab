import { gaps } from '../../core/byte-ranges.ts';
import type { Context, Range, Rebuilt } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { isZero, textRuns } from '../shared/blank.ts';
import { cleanProfile } from '../shared/icc.ts';
import { type Tally, tallyOf } from '../shared/tally.ts';
import { trailerTexts } from '../shared/telling.ts';
import {
  type Directory,
  type Entry,
  numbersOf,
  readChain,
  readDirectory,
  readHeader,
  SIZE_OF_TYPE,
  type Tiff,
} from './directories.ts';
import { cleanJpeg } from './jpeg-data.ts';
import { endOf, layoutOf } from './strips.ts';
import {
  carrierOf,
  EXIF,
  GPS,
  JPEG_TABLES,
  KEPT,
  PROFILE,
  STRIPS,
  SUB_DIRECTORIES,
  SUBFILE_TYPE,
  TABLE_TYPES,
  TILES,
} from './tags.ts';
import { type Page, type Value, writeTiff } from './write.ts';

const JPEG = 7;

type Work = { readonly tiff: Tiff; readonly covered: Range[]; readonly tally: Tally; readonly context: Context };

/** Writes every page anew with the tags that draw it and its own strips or tiles. Rejects with a Refusal. */
export async function rebuildTiff(untrusted: Uint8Array, context: Context): Promise<Rebuilt> {
  const tiff = readHeader(untrusted);
  if (!tiff) throw new Refusal('malformed', 'no header');
  const covered: Range[] = [[0, tiff.isBig ? 16 : 8]];
  const work: Work = { tiff, covered, tally: tallyOf(context), context };
  const chain = readChain(tiff, covered, context.limits.maxMembers);
  const pages: Page[] = [];
  let [pixels, bytes] = [0, 0];
  for (const [i, directory] of chain.entries()) {
    const at = `page ${i + 1}`;
    const layout = layoutOf(tiff, directory, context.limits.maxPixels);
    covered.push(...layout.ranges);
    pixels += layout.pixels;
    bytes += layout.pieces.reduce((sum, { length }) => sum + length, 0);
    // Strips may be shared, but not so that a small file becomes a large one.
    if (pixels > context.limits.maxPixels) throw new Refusal('limit', `${pixels} pixels on ${i + 1} pages`);
    if (bytes > context.limits.maxInputBytes || bytes > 4 * tiff.bytes.length)
      throw new Refusal('limit', `${bytes} bytes of strips in ${tiff.bytes.length}`);
    const isSmaller = i > 0 && ((numbersOf(tiff, directory.entries.get(SUBFILE_TYPE))?.[0] ?? 0) & 1) === 1;
    const values = rebuiltValues(directory, at, layout.pixels, work);
    const pieces = await rebuiltPieces(layout, at, work);
    if (isSmaller && work.tally.drop('tiff.thumbnail', at)) continue;
    pages.push({ values, pieces, tags: layout.isTiled ? TILES : STRIPS });
  }
  noteGaps(work);
  work.tally.report();
  return { body: writeTiff(tiff, pages) };
}

function rebuiltValues({ entries }: Directory, at: string, pixels: number, work: Work): readonly Value[] {
  const values: Value[] = [];
  for (const entry of entries.values()) {
    const { tag, type, count, value } = entry;
    if ([...STRIPS, ...TILES].includes(tag as 273)) continue;
    const rule = KEPT.get(tag);
    if (rule) {
      const isRight = rule.types.includes(type) && count >= 1 && count <= rule.most && value !== undefined;
      if (isRight) values.push({ tag, type, count, value });
      else work.tally.drop('tiff.tag.invalid', at, textRuns(value ?? Buffer.alloc(0)));
    } else if (tag === PROFILE) values.push(...rebuiltProfile(entry, at, work));
    else if (tag === JPEG_TABLES && TABLE_TYPES.includes(type) && value)
      values.push(rebuiltTables(entry, value, at, work));
    else if (tag === SUB_DIRECTORIES) dropSubDirectories(entry, at, pixels, work);
    else if (work.tally.drop(carrierOf(tag), at, textsOf(entry, work))) continue;
    // A pointer cannot be kept: what it leads to is not.
    else if (value && tag !== EXIF && tag !== GPS) values.push({ tag, type, count, value });
  }
  return values;
}

function rebuiltProfile({ tag, count, value }: Entry, at: string, { tally }: Work): readonly Value[] {
  const clean = value && cleanProfile(value);
  if (!value || !clean) {
    const isKept = !tally.drop('tiff.icc.unreadable', at, textRuns(value ?? Buffer.alloc(0)));
    return isKept && value ? [{ tag, type: 7, count, value }] : [];
  }
  if (value.equals(clean.profile) || !tally.drop('tiff.icc.text', at, clean.removed))
    return [{ tag, type: 7, count: value.length, value }];
  return [{ tag, type: 7, count: clean.profile.length, value: Buffer.from(clean.profile) }];
}

function rebuiltTables({ tag, type, count }: Entry, value: Buffer, at: string, { tally }: Work): Value {
  const { data, lost } = cleanJpeg(value);
  if (lost.length === 0 || !tally.drop('tiff.jpeg.segment', at, lost.flatMap(textRuns)))
    return { tag, type, count, value };
  return { tag, type, count: data.length, value: data };
}

const MAX_SUB_DIRECTORIES = 64;

/** Smaller pictures go. A full one in such a place is the photograph itself, in a form that only its maker shows. */
function dropSubDirectories(entry: Entry, at: string, pixels: number, work: Work): void {
  const { tiff, covered, tally, context } = work;
  for (const offset of numbersOf(tiff, entry)?.slice(0, MAX_SUB_DIRECTORIES) ?? []) {
    const { directory } = readDirectory(tiff, offset, covered);
    const kind = numbersOf(tiff, directory.entries.get(SUBFILE_TYPE))?.[0] ?? 0;
    const layout = layoutOf(tiff, directory, context.limits.maxPixels);
    if ((kind & 1) === 0 && layout.pixels >= pixels)
      throw new Refusal('unsupported', `a picture below ${at}, as raw photographs have it`);
    covered.push(...layout.ranges);
    tally.drop(
      'tiff.thumbnail',
      at,
      [...directory.entries.values()].flatMap((one) => textsOf(one, work)),
    );
  }
}

const POSITION_BYTES = 24;

/** What a value that is dropped says; for a directory below, what its own values say. */
function textsOf({ tag, value, type }: Entry, { tiff, covered }: Work): readonly (string | Uint8Array)[] {
  if (!value) return [];
  if (tag !== EXIF && tag !== GPS) return SIZE_OF_TYPE[type] === 1 ? textRuns(value) : [];
  const [offset] = numbersOf(tiff, { tag, value, type, count: 1 }) ?? [];
  if (offset === undefined || offset + 8 > tiff.bytes.length) return [];
  const { directory } = readDirectory(tiff, offset, covered);
  return [...directory.entries.values()].flatMap((one): readonly (string | Uint8Array)[] => {
    if (!one.value) return [];
    const isPosition = tag === GPS && one.type === 5 && one.value.length === POSITION_BYTES && !isZero(one.value);
    return isPosition ? [one.value] : textRuns(one.value);
  });
}

type Layout = ReturnType<typeof layoutOf>;

async function rebuiltPieces(
  { pieces, compression, unpacked }: Layout,
  at: string,
  { tally }: Work,
): Promise<readonly Buffer[]> {
  const kept: Buffer[] = [];
  for (const [i, piece] of pieces.entries()) {
    if (compression === JPEG) {
      const { data, lost } = cleanJpeg(piece);
      const isDropped = lost.length > 0 && tally.drop('tiff.jpeg.segment', at, lost.flatMap(textRuns));
      kept.push(isDropped ? data : piece);
      continue;
    }
    const end = await endOf(piece, compression, unpacked[i]);
    const isDropped = end < piece.length && tally.drop('tiff.strip.tail', at, textRuns(piece.subarray(end)));
    kept.push(isDropped ? piece.subarray(0, end) : piece);
  }
  return kept;
}

/** Bytes that nothing leads to. Single zeros between parts are padding. */
function noteGaps({ tiff, covered, tally }: Work): void {
  for (const [start, end] of gaps(
    tiff.bytes.length,
    covered.filter(([from, to]) => to > from),
  )) {
    const gap = tiff.bytes.subarray(start, end);
    if (!isZero(gap) || gap.length > 8) tally.drop('tiff.gap', `byte ${start}`, trailerTexts(gap));
  }
}
