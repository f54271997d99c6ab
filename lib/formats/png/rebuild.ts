import { inflateSync } from 'node:zlib';
import type { Context, Found, Rebuilt } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { type Chunk, chunkBytes, readChunks, SIGNATURE } from '../shared/png-chunks.ts';
import { printableRuns, trailerTexts } from '../shared/telling.ts';
import { foundChunk } from './ancillary.ts';
import { frameHeader, renumbered, sequenceCheck } from './animation.ts';
import { countRows, cutRows } from './frames.ts';
import { bytesOfRows, type Header, readHeader } from './header.ts';
import { isDescribing, isInPlace, isPalette, type Met } from './order.ts';
import { rebuiltProfile } from './profile.ts';

/** A chunk of the output; those of frames are numbered at the end. */
type Kept = { readonly type: string; readonly data: Uint8Array };

/** A zlib stream over consecutive chunks. */
type Rows = { readonly chunks: readonly Chunk[]; readonly header: Header };

const ANIMATION = new Set(['acTL', 'fcTL', 'fdAT']);

/** Copies the chunks of the picture in their order. Rejects with Refusal 'malformed', 'unsupported' or 'limit'. */
export async function rebuildPng(untrusted: Uint8Array, { found, limits }: Context): Promise<Rebuilt> {
  const { chunks, end } = readChunks(untrusted, limits);
  const header = readHeader(chunks[0], limits);
  const frames = framesOf(chunks, header, limits.maxPixels);
  const profile = chunks.find(({ type }) => type === 'iCCP');
  const cleanProfile = profile && (await rebuiltProfile(profile, found));
  const met: Met = { types: new Set(), paletteEntries: 0 };
  const kept: Kept[] = [{ type: 'IHDR', data: chunks[0]?.data ?? Buffer.alloc(0) }];

  for (const chunk of chunks.slice(1)) {
    const { type, data } = chunk;
    const rows = frames.rows.get(chunk);
    if (type === 'IEND') checkEnd(chunk, found);
    else if (rows) kept.push(...(await rebuiltRows(rows, found)));
    else if (type === 'IDAT' || (ANIMATION.has(type) && frames.isAnimated)) {
      // Rows were written with the first chunk of their stream.
      if (type === 'acTL' || type === 'fcTL') kept.push(chunk);
    } else if (type === 'PLTE') {
      if (isPalette(chunk, header, met)) kept.push(chunk);
      else invalid(chunk, found);
    } else if (chunk === profile && cleanProfile && !met.types.has('PLTE') && !met.types.has('IDAT'))
      kept.push(cleanProfile);
    else if (isDescribing(type)) {
      // A readable profile goes before sRGB in every reader.
      if (isInPlace(chunk, header, met) && !(type === 'sRGB' && cleanProfile)) kept.push(chunk);
      else invalid(chunk, found);
    } else if (ANIMATION.has(type)) invalid(chunk, found);
    else if (isCritical(type))
      throw new Refusal('unsupported', `critical chunk of an unknown type at byte ${chunk.offset}`);
    else if (foundChunk(chunk, found) === 'keep') kept.push({ type, data });
    met.types.add(type);
  }
  if (header.colourType === 3 && !met.types.has('PLTE')) throw new Refusal('malformed', 'no palette');

  const parts: Uint8Array[] = [SIGNATURE, ...numbered(kept), chunkBytes('IEND', Buffer.alloc(0))];
  if (end < untrusted.length) {
    const trailer = untrusted.subarray(end);
    if (found('png.trailer', `byte ${end}`, { values: trailerTexts(trailer) }) === 'keep') parts.push(trailer);
  }
  return { body: Buffer.concat(parts) };
}

function isCritical(type: string): boolean {
  return /^[A-Z]/.test(type);
}

function invalid(chunk: Chunk, found: Found): void {
  found('png.chunk.invalid', `byte ${chunk.offset}`, { values: printableRuns(chunk.data) });
}

function checkEnd(chunk: Chunk, found: Found): void {
  if (chunk.data.length > 0) invalid(chunk, found);
}

type Frames = {
  readonly isAnimated: boolean;
  /** The streams, each by its first chunk. */
  readonly rows: ReadonlyMap<Chunk, Rows>;
};

/** Which chunks form a stream of rows. Rejects where they are interrupted, out of turn, or not as many as announced. */
function framesOf(chunks: readonly Chunk[], header: Header, maxPixels: number): Frames {
  const first = chunks.findIndex(({ type }) => type === 'IDAT');
  if (first < 0) throw new Refusal('malformed', 'no rows');
  const control = chunks.slice(0, first).find(({ type }) => type === 'acTL');
  const isAnimated = control?.data.length === 8;
  const inTurn = sequenceCheck();
  const rows = new Map<Chunk, Rows>();
  let open: { type: string; chunks: Chunk[]; header: Header } | undefined;
  let frame: Header | undefined;
  let frames = 0;
  let pixels = 0;
  for (const chunk of chunks) {
    const { type, offset } = chunk;
    const isFrame = isAnimated && (type === 'fcTL' || type === 'fdAT');
    if (isFrame) inTurn(chunk);
    if (type === 'acTL' && isAnimated && chunk !== control)
      throw new Refusal('malformed', `second animation control at byte ${offset}`);
    if (type === 'fcTL' && isAnimated) {
      if (frame) throw new Refusal('malformed', `frame without rows before byte ${offset}`);
      frame = frameHeader(chunk, header);
      frames++;
      pixels += frame.width * frame.height;
      if (pixels > maxPixels) throw new Refusal('limit', `${pixels} pixels in ${frames} frames`);
    }
    const isRows = type === 'IDAT' || (isFrame && type === 'fdAT');
    if (isRows && open?.type === type) open.chunks.push(chunk);
    else if (isRows) {
      if (type === 'IDAT' && rows.size > 0) throw new Refusal('malformed', `rows interrupted before byte ${offset}`);
      if (type === 'fdAT' && (!frame || rows.size === 0))
        throw new Refusal('malformed', `frame data without its frame at byte ${offset}`);
      open = { type, chunks: [chunk], header: type === 'IDAT' ? header : (frame ?? header) };
      rows.set(chunk, open);
      frame = undefined;
    } else open = undefined;
  }
  if (frame) throw new Refusal('malformed', 'frame without rows at the end');
  if (isAnimated && control.data.readUInt32BE(0) !== frames)
    throw new Refusal('malformed', `${frames} frames are not those announced`);
  return { isAnimated, rows };
}

async function rebuiltRows({ chunks, header }: Rows, found: Found): Promise<readonly Kept[]> {
  const [first] = chunks;
  if (!first) return [];
  const { type, offset } = first;
  const prefix = type === 'fdAT' ? 4 : 0;
  const stream = Buffer.concat(chunks.map(({ data }) => data.subarray(prefix)));
  const expected = bytesOfRows(header);
  const { used, inflated } = await countRows(stream, expected);
  if (inflated === expected && used === stream.length) return chunks;
  const sequence = Buffer.alloc(prefix);
  if (inflated > expected) {
    found('png.rows.surplus', `byte ${offset}`, { values: printableRuns(surplusOf(stream, expected)) });
    return [{ type, data: Buffer.concat([sequence, await cutRows(stream, expected)]) }];
  }
  found('png.rows.tail', `byte ${offset}`, { values: printableRuns(stream.subarray(used)) });
  return [{ type, data: Buffer.concat([sequence, stream.subarray(0, used)]) }];
}

const MAX_SURPLUS = 1024 * 1024;

/** What is inflated beyond the picture's rows; the compressed bytes where it is more than anybody would look at. */
function surplusOf(stream: Buffer, expected: number): Buffer {
  try {
    return inflateSync(stream, { maxOutputLength: expected + MAX_SURPLUS }).subarray(expected);
  } catch {
    return stream;
  }
}

function numbered(kept: readonly Kept[]): readonly Uint8Array[] {
  let sequence = 0;
  return kept.map(({ type, data }) =>
    chunkBytes(type, type === 'fcTL' || type === 'fdAT' ? renumbered(data, sequence++) : data),
  );
}
