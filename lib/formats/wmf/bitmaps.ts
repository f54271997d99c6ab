// Records with a bitmap ([MS-WMF] 2.3.1): of the device-independent kind, packed behind the fixed parameters, or of the
// older one that has its own header of ten bytes. A copy may have no source, and then one more reserved word.

import type { Context, Range } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { cleanDib } from '../shared/clean-dib.ts';
import type { Usage } from '../shared/dib.ts';
import { HEAD, type Record, span, word } from './records.ts';

/** Bytes of parameters before the bitmap, and where among them stands what its palette holds. */
type Kind = { readonly before: number; readonly usageAt?: number; readonly isOld?: true };

const KINDS: ReadonlyMap<number, Kind> = new Map<number, Kind>([
  [0x0142, { before: 4, usageAt: 2 }],
  [0x0940, { before: 16 }],
  [0x0b41, { before: 20 }],
  [0x0d33, { before: 18, usageAt: 0 }],
  [0x0f43, { before: 22, usageAt: 4 }],
  [0x01f9, { before: 0, isOld: true }],
  [0x0922, { before: 16, isOld: true }],
  [0x0b23, { before: 20, isOld: true }],
]);

export function hasBitmap({ type }: Record): boolean {
  return KINDS.has(type);
}

export type Packed = { readonly start: number; readonly usage: Usage; readonly isOld: boolean };

const WITHOUT_SOURCE = new Set([0x0940, 0x0b41, 0x0922, 0x0b23]);

/** Where the bitmap of a record starts; undefined where a copy has no source. */
export function bitmapIn(record: Record): Packed | undefined {
  const kind = KINDS.get(record.type);
  if (!kind) return undefined;
  // The high byte of a function is the number of words of its parameters.
  const isShort = record.bytes.length === ((record.type >>> 8) + 3) * 2;
  if (WITHOUT_SOURCE.has(record.type) && isShort) return undefined;
  const usage = kind.usageAt === undefined ? 0 : word(record, HEAD + kind.usageAt);
  const usages = ['colours', 'indexes', 'none'] as const;
  return { start: HEAD + kind.before, usage: usages[usage] ?? 'colours', isOld: kind.isOld === true };
}

export type Cleaned = {
  readonly record: Buffer;
  readonly used: readonly Range[];
  readonly profile: readonly string[] | undefined;
  readonly hadSlackBits: boolean;
};

/** A copy of the record with its bitmap cleaned, and what of it is used. Rejects with a Refusal. */
export async function cleanBitmap(record: Record, context: Context): Promise<Cleaned> {
  const copy = Buffer.from(record.bytes);
  const packed = bitmapIn(record);
  if (!packed) return { record: copy, used: withoutSource(record), profile: undefined, hadSlackBits: false };
  const { start, usage, isOld } = packed;
  if (start > copy.length) throw new Refusal('malformed', `record ${record.number} is cut off`);
  if (isOld) return { record: copy, used: oldBitmap(record, start), profile: undefined, hadSlackBits: false };
  const info = copy.subarray(start);
  const clean = await cleanDib(info, (dib) => info.subarray(dib.infoBytes), usage, `record ${record.number}`, context);
  const bitsAt = start + clean.infoBytes;
  const pixels = clean.pixels.map(([from, to]): Range => [bitsAt + from, bitsAt + to]);
  return { record: copy, used: [[0, bitsAt], ...pixels], profile: clean.profile, hadSlackBits: clean.hadSlackBits };
}

/** All but the reserved word: behind the operation and the place of the source. */
function withoutSource(record: Record): readonly Range[] {
  const reserved = record.type === 0x0940 || record.type === 0x0922 ? HEAD + 8 : HEAD + 12;
  return [
    [0, reserved],
    [reserved + 2, record.bytes.length],
  ];
}

/** Bitmap16 ([MS-WMF] 2.2.2.1): type, width, height, bytes a row, planes, bits a pixel. */
function oldBitmap(record: Record, start: number): readonly Range[] {
  const [height, rowBytes] = [word(record, start + 4), word(record, start + 6)];
  // The pattern of a brush has a second header behind the first, of which nothing is used, and eighteen zero bytes.
  const header = record.type === 0x01f9 ? 32 : 10;
  return [[0, start + 10], span(start + header, height * rowBytes)];
}
