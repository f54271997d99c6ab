// Whether the samples of a cut picture mean the colours that they meant in the original: its profile, or what a PNG says
// in place of one. Markers and chunks are found by a search of its own.

import { inflateSync } from 'node:zlib';
import type { Context } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { sameColours } from './same-colours.ts';

const MAX_PROFILE = 32 * 1024 * 1024;
const MAX_PIECES = 20_000;
const MEANING = ['gAMA', 'cHRM', 'cICP'];

/** The picture stands upright, and means the same colours. False where it cannot be told. */
export async function hasSameMeaning(before: Buffer, after: Buffer, { engines }: Context): Promise<boolean> {
  const isPng = (bytes: Buffer) => bytes.toString('latin1', 1, 4) === 'PNG';
  if (!isPng(after)) return before.equals(after);
  const chunks = chunksOf(after);
  const were = isPng(before) ? chunksOf(before) : new Map<string, Buffer>();
  for (const type of MEANING) {
    const [was, is] = [were.get(type), chunks.get(type)];
    if (is ? !was?.equals(is) : was !== undefined) return false;
  }
  const profile = isPng(before) ? inflated(were.get('iCCP')) : pieces(before);
  const kept = inflated(chunks.get('iCCP'));
  if (profile && !kept && !chunks.has('sRGB')) return false;
  try {
    sameColours(profile, kept);
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
  if (isPng(before) || !before.includes('Exif\0')) return true;
  const orientation = (await engines.exiftool(before, 'jpg')).get('IFD0:Orientation') ?? '1';
  return !/^[2-8]$|rotate|mirror/i.test(orientation);
}

/** The first of each type before the rows. */
function chunksOf(png: Buffer): ReadonlyMap<string, Buffer> {
  const chunks = new Map<string, Buffer>();
  let at = 8;
  for (let i = 0; i < MAX_PIECES && at + 12 <= png.length; i++) {
    const type = png.toString('latin1', at + 4, at + 8);
    const end = at + 12 + png.readUInt32BE(at);
    if (type === 'IDAT') break;
    if (!chunks.has(type)) chunks.set(type, png.subarray(at + 8, end - 4));
    at = end;
  }
  return chunks;
}

function inflated(chunk: Buffer | undefined): Buffer | undefined {
  if (!chunk) return undefined;
  try {
    return inflateSync(chunk.subarray(chunk.indexOf(0) + 2), { maxOutputLength: MAX_PROFILE });
  } catch {
    return undefined;
  }
}

/** The profile in a JPEG. */
function pieces(jpeg: Buffer): Buffer | undefined {
  const found: Buffer[] = [];
  let at = 2;
  for (let i = 0; i < MAX_PIECES && at + 4 <= jpeg.length && jpeg[at + 1] !== 0xda; i++) {
    const end = at + 2 + jpeg.readUInt16BE(at + 2);
    if (jpeg[at + 1] === 0xe2 && jpeg.toString('latin1', at + 4, at + 15) === 'ICC_PROFILE')
      found[(jpeg[at + 16] ?? 1) - 1] ??= jpeg.subarray(at + 18, end);
    at = jpeg[at] === 0xff && end > at ? end : jpeg.indexOf(0xff, at + 1);
    if (at < 0) break;
  }
  return found.length > 0 ? Buffer.concat(found.filter((piece) => piece !== undefined)) : undefined;
}
