// Objects of EMF+ ([MS-EMFPLUS] 2.2.1): what brushes, pens, paths, fonts and pictures are made of. Pictures are cleaned
// by the pipeline of their own format; of the others, those whose parts we do not walk are kept only where nothing in
// them reads as text.

import type { Context, Range } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { textRuns } from '../shared/blank.ts';
import { relativeEnd } from './plus-layouts.ts';

const BRUSH = 1;
const PATH = 3;
const IMAGE = 5;
const FONT = 6;

const BITMAP = 1;
const METAFILE = 2;
const COMPRESSED_BITMAP = 1;
const INDEXED = 0x00010000;

export type CleanObject = { readonly data: Buffer; readonly used: readonly Range[] };

/** An object with its picture cleaned, and what of it is used. Rejects with a Refusal. */
export async function cleanObject(kind: number, data: Buffer, at: string, context: Context): Promise<CleanObject> {
  if (kind === IMAGE) return cleanImage(data, at, context);
  if (kind === PATH) return { data, used: pathRanges(data) };
  if (kind === FONT) return { data, used: [[0, fontEnd(data)]] };
  if (kind === BRUSH) {
    const used = brushRanges(data);
    if (used) return { data, used };
  }
  if (textRuns(data).length > 0) throw new Refusal('unsupported', `EMF+ object with text in it in ${at}`);
  return { data, used: [[0, data.length]] };
}

function u32(data: Buffer, at: number): number {
  if (at + 4 > data.length) throw new Refusal('malformed', 'an EMF+ object is cut off');
  return data.readUInt32LE(at);
}

function brushRanges(data: Buffer): readonly Range[] | undefined {
  const type = u32(data, 4);
  if (type === 0) return [[0, 12]];
  if (type === 1) return [[0, 20]];
  if (type === 2) throw new Refusal('unsupported', 'a brush of EMF+ with a picture');
  return undefined;
}

const COMPRESSED_POINTS = 0x4000;
const RELATIVE_POINTS = 0x0800;
const RUN_LENGTH_TYPES = 0x1000;

/** Points, then a byte of type for each, then padding that nothing uses. */
function pathRanges(data: Buffer): readonly Range[] {
  const [count, flags] = [u32(data, 4), u32(data, 8)];
  const points =
    flags & RELATIVE_POINTS ? relativeEnd(data, 12, count) : 12 + count * (flags & COMPRESSED_POINTS ? 4 : 8);
  if (flags & RUN_LENGTH_TYPES) return [[0, data.length]];
  return [[0, points + count]];
}

/** Size, unit, style, a reserved number, then the family's name. */
function fontEnd(data: Buffer): number {
  return 24 + u32(data, 20) * 2;
}

async function cleanImage(data: Buffer, at: string, context: Context): Promise<CleanObject> {
  const type = u32(data, 4);
  if (type === METAFILE) return cleanedFrom(data, 16, u32(data, 12), at, context, true);
  if (type !== BITMAP) throw new Refusal('unsupported', `picture of kind ${type} in ${at}`);
  if (u32(data, 24) === COMPRESSED_BITMAP) return cleanedFrom(data, 28, pictureBytes(data, 28), at, context, false);
  return { data, used: pixelRanges(data, context.limits.maxPixels) };
}

// PNG, JPEG and GIF: what these end with is not zero.
const ENDS_BY_ITSELF = new Set([0x89, 0xff, 0x47]);

/** The length of a picture that goes on to the end of its object, without the padding to four bytes. */
function pictureBytes(data: Buffer, start: number): number {
  let end = data.length;
  if (ENDS_BY_ITSELF.has(data[start] ?? 0)) while (end > data.length - 3 && data[end - 1] === 0) end--;
  return end - start;
}

/** The picture from `start` on in its cleaned form, padded to four bytes as objects are. */
async function cleanedFrom(
  data: Buffer,
  start: number,
  length: number,
  at: string,
  context: Context,
  hasLength: boolean,
): Promise<CleanObject> {
  if (start + length > data.length) throw new Refusal('malformed', `picture cut off in ${at}`);
  const original = data.subarray(start, start + length);
  const clean = await context.embedded(original, at);
  if (clean.outcome === 'refused') throw new Refusal('unsupported', `a picture that cannot be cleaned in ${at}`);
  // Padding behind any other picture would be taken for a part of it.
  if (!hasLength && clean.body.length % 4 !== 0 && !ENDS_BY_ITSELF.has(data[start] ?? 0))
    throw new Refusal('unsupported', `a picture that cannot be put back in ${at}`);
  const padded = Buffer.alloc((start + clean.body.length + 3) & ~3);
  data.copy(padded, 0, 0, start);
  padded.set(clean.body, start);
  if (hasLength) padded.writeUInt32LE(clean.body.length, start - 4);
  return { data: padded, used: [[0, start + clean.body.length]] };
}

/** Width, height, bytes a row, pixel format, kind; a palette where pixels are indexes; rows. */
function pixelRanges(data: Buffer, maxPixels: number): readonly Range[] {
  const [width, height, stride, format] = [8, 12, 16, 20].map((at) => u32(data, at)) as [
    number,
    number,
    number,
    number,
  ];
  if (width * height > maxPixels) throw new Refusal('limit', `${width * height} pixels`);
  const start = format & INDEXED ? 28 + 8 + u32(data, 32) * 4 : 28;
  const rowBytes = Math.ceil((width * ((format >>> 8) & 0xff)) / 8);
  if (rowBytes > stride) throw new Refusal('malformed', 'rows of an EMF+ bitmap that overlap');
  const used: Range[] = [[0, start]];
  for (let row = 0; row < height; row++) used.push([start + row * stride, start + row * stride + rowBytes]);
  return used;
}
