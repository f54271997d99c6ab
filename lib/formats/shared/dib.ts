// Device-independent bitmaps ([MS-WMF] 2.2.2.9, [MS-EMF] 2.2.8): a header with masks or a palette, then rows that are
// padded to four bytes. They stand in BMP files, in records of both kinds of metafile, each with its own framing.

import type { Range } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { rleEnd } from './dib-rle.ts';

const CORE = 12;
const INFO = 40;
const V4 = 108;
const V5 = 124;
const SIZES = new Set([CORE, 16, INFO, 52, 56, 64, V4, V5]);
const DEPTHS = new Set([0, 1, 2, 4, 8, 16, 24, 32]);

export const RGB = 0;
const RLE8 = 1;
const RLE4 = 2;
const BITFIELDS = 3;
export const JPEG = 4;
export const PNG = 5;
const ALPHA_BITFIELDS = 6;

/** What the numbers in the palette are: colours, indexes of two bytes, or that there are none. */
export type Usage = 'colours' | 'indexes' | 'none';

export type Dib = {
  readonly headerBytes: number;
  readonly width: number;
  /** Rows, whichever comes first. */
  readonly height: number;
  readonly depth: number;
  readonly compression: number;
  /** Header, masks and palette. */
  readonly infoBytes: number;
  /** Bytes from row to row. */
  readonly stride: number;
  /** Of all rows; undefined where the data says itself where it ends. */
  readonly imageBytes: number | undefined;
};

/** Reads a header. Rejects with Refusal 'malformed', 'unsupported' or 'limit'. */
export function readDib(info: Buffer, usage: Usage, maxPixels: number): Dib {
  const headerBytes = info.length >= 4 ? info.readUInt32LE(0) : 0;
  if (!SIZES.has(headerBytes) || info.length < headerBytes)
    throw new Refusal('malformed', `a bitmap header of ${headerBytes} bytes`);
  const isCore = headerBytes === CORE;
  const width = isCore ? info.readUInt16LE(4) : info.readInt32LE(4);
  const height = Math.abs(isCore ? info.readUInt16LE(6) : info.readInt32LE(8));
  const [planes, depth] = isCore
    ? [info.readUInt16LE(8), info.readUInt16LE(10)]
    : [info.readUInt16LE(12), info.readUInt16LE(14)];
  const compression = headerBytes < INFO ? RGB : info.readUInt32LE(16);
  if (width <= 0 || height === 0 || planes !== 1 || !DEPTHS.has(depth))
    throw new Refusal('malformed', 'a bitmap header with a value that has no meaning');
  if (width * height > maxPixels) throw new Refusal('limit', `${width * height} pixels`);
  checkCompression(compression, depth, headerBytes);
  const masks = headerBytes !== INFO ? 0 : compression === BITFIELDS ? 12 : compression === ALPHA_BITFIELDS ? 16 : 0;
  const palette = paletteBytes(info, headerBytes, depth, usage);
  const infoBytes = headerBytes + masks + palette;
  if (infoBytes > info.length) throw new Refusal('malformed', 'a palette that is cut off');
  const stride = Math.floor((width * depth + 31) / 32) * 4;
  const isPlain = compression === RGB || compression === BITFIELDS || compression === ALPHA_BITFIELDS;
  const imageBytes = isPlain ? stride * height : undefined;
  return { headerBytes, width, height, depth, compression, infoBytes, stride, imageBytes };
}

function checkCompression(compression: number, depth: number, headerBytes: number): void {
  // OS/2 gave the numbers 3 and 4 another meaning.
  if (headerBytes === 64 && compression > RLE4) throw new Refusal('unsupported', 'a compression of OS/2 bitmaps');
  if (compression > ALPHA_BITFIELDS) throw new Refusal('unsupported', `bitmap compression ${compression}`);
  const isRight =
    compression === RGB
      ? depth > 0
      : compression === RLE8
        ? depth === 8
        : compression === RLE4
          ? depth === 4
          : compression === JPEG || compression === PNG || depth === 16 || depth === 32;
  if (!isRight) throw new Refusal('malformed', `bitmap compression ${compression} with ${depth} bits a pixel`);
}

function paletteBytes(info: Buffer, headerBytes: number, depth: number, usage: Usage): number {
  if (usage === 'none') return 0;
  const used = headerBytes < INFO ? 0 : info.readUInt32LE(32);
  const entries = depth > 0 && depth <= 8 ? (used > 0 && used < 2 ** depth ? used : 2 ** depth) : Math.min(used, 256);
  if (usage === 'indexes') return entries * 2;
  return entries * (headerBytes === CORE ? 3 : 4);
}

/** Where the pixels stand in `bits`, row by row without their padding, or run by run. */
export function usedBits(dib: Dib, bits: Buffer): readonly Range[] {
  const { width, depth, stride, imageBytes, compression, height } = dib;
  if (imageBytes === undefined) {
    const isRuns = compression === RLE8 || compression === RLE4;
    return isRuns ? rleEnd(bits, compression === RLE4) : [[0, bits.length]];
  }
  const rowBytes = Math.ceil((width * depth) / 8);
  if (rowBytes === stride) return [[0, Math.min(imageBytes, bits.length)]];
  const rows: Range[] = [];
  for (let row = 0; row < height && row * stride < bits.length; row++)
    rows.push([row * stride, Math.min(row * stride + rowBytes, bits.length)]);
  return rows;
}

/** Zeroes the bits behind the last pixel of each row, which share a byte with it. True when one was set. */
export function blankLastBits({ width, depth, stride, height, imageBytes }: Dib, bits: Buffer): boolean {
  const left = (width * depth) % 8;
  if (left === 0 || imageBytes === undefined) return false;
  const mask = (0xff << (8 - left)) & 0xff;
  let hasSet = false;
  for (let row = 0; row < height; row++) {
    const at = row * stride + Math.floor((width * depth) / 8);
    const byte = bits[at];
    if (byte === undefined) break;
    hasSet ||= (byte & ~mask) !== 0;
    bits[at] = byte & mask;
  }
  return hasSet;
}

const CALIBRATED_AS_SRGB = 0x73524742;
const LINKED = 0x4c494e4b;
const EMBEDDED = 0x4d424544;

export type Profile = { readonly kind: 'linked' | 'embedded'; readonly offset: number; readonly size: number };

/** The colour profile that a V5 header names; offsets count from the start of the header. */
export function profileOf(info: Buffer): Profile | undefined {
  if (info.length < V5 || info.readUInt32LE(0) !== V5) return undefined;
  const type = info.readUInt32LE(56);
  const [offset, size] = [info.readUInt32LE(112), info.readUInt32LE(116)];
  if (type !== LINKED && type !== EMBEDDED) return undefined;
  return { kind: type === LINKED ? 'linked' : 'embedded', offset, size };
}

/** The same header with a profile elsewhere, or, without one, the colours of sRGB. */
export function withProfile(info: Buffer, profile?: { readonly offset: number; readonly size: number }): Buffer {
  const copy = Buffer.from(info);
  if (!profile) copy.writeUInt32LE(CALIBRATED_AS_SRGB, 56);
  copy.writeUInt32LE(profile?.offset ?? 0, 112);
  copy.writeUInt32LE(profile?.size ?? 0, 116);
  return copy;
}

/** The header without what a V5 header has reserved, and profile numbers that mean nothing. */
export function plainHeader(info: Buffer): Buffer {
  if (info.readUInt32LE(0) !== V5) return info;
  const copy = Buffer.from(info);
  copy.writeUInt32LE(0, 120);
  if (!profileOf(info)) copy.fill(0, 112, 120);
  return copy;
}
