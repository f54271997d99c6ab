// Bytes of pictures (ISO 32000-2 8.9.5). JPEG goes through the whole pipeline unless it plainly has nothing but the
// picture; JPEG 2000 keeps the boxes that draw; what stands behind the last row of a bitmap or fax is cut off.

import { PDFBool, type PDFDict } from 'pdf-lib';
import { faxBytes } from './codecs/fax.ts';
import { sampleBytes } from './codecs/lengths.ts';
import { entry, numberAt } from './objects.ts';
import type { Encoded } from './streams.ts';

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const APP0 = 0xe0;
const APP14 = 0xee;

/** Whether a JPEG holds tables, frames, scans and the two markers that readers need, and nothing else. Never throws. */
export function isBareJpeg(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0xff || bytes[1] !== SOI) return false;
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    const length = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    if (length < 2 || !mayStand(marker, length, bytes.subarray(at + 4, at + 2 + length))) return false;
    at += 2 + length;
    if (marker !== SOS) continue;
    at = endOfScan(bytes, at);
    if (bytes[at + 1] === EOI) return at + 2 === bytes.length;
  }
  return false;
}

function mayStand(marker: number, length: number, data: Uint8Array): boolean {
  const text = (end: number) => Buffer.from(data.subarray(0, end)).toString('latin1');
  if (marker === APP14) return length === 14 && text(5) === 'Adobe';
  // With a thumbnail of no size: 16 bytes exactly.
  if (marker === APP0) return length === 16 && text(5) === 'JFIF\0' && data[12] === 0 && data[13] === 0;
  if (marker === SOS || marker === 0xdb || marker === 0xdd) return true;
  // Frames, Huffman tables (C4), arithmetic conditioning (CC); C8 is reserved.
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc8;
}

/** The next marker that is no restart and no stuffed byte. */
function endOfScan(bytes: Uint8Array, start: number): number {
  for (let at = bytes.indexOf(0xff, start); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const marker = bytes[at + 1] ?? 0;
    if (marker !== 0 && marker !== 0xff && !(marker >= 0xd0 && marker <= 0xd7)) return at;
  }
  return bytes.length;
}

/** How many bytes of what Flate decodes to are samples; undefined where that cannot be said. */
export function bitmapBytes(
  dict: PDFDict,
  { filter, decoded }: Pick<Encoded, 'filter' | 'decoded'>,
): number | undefined {
  const samples = decoded && sampleBytes(dict);
  const parameters = filter?.parameters;
  if (samples === undefined || !parameters) return samples;
  // A predictor has rows of its own, which programs may lay out otherwise than the picture's; the bytes are the same.
  const of = (key: string, otherwise: number) => numberAt(parameters, key) ?? otherwise;
  const row = Math.ceil((of('Columns', 1) * of('Colors', 1) * of('BitsPerComponent', 8)) / 8);
  const tag = of('Predictor', 1) >= 10 ? 1 : 0;
  return row > 0 ? Math.ceil(samples / row) * (row + tag) : undefined;
}

/** How many bytes of a fax picture are the picture; undefined where its codes cannot be followed. */
export function faxPictureBytes(
  dict: PDFDict,
  { bytes, filter }: Pick<Encoded, 'bytes' | 'filter'>,
): number | undefined {
  const parameters = filter?.parameters;
  const number = (key: string, otherwise: number) => (parameters && numberAt(parameters, key)) ?? otherwise;
  const isSet = (key: string, otherwise: boolean) => {
    const value = parameters && entry(parameters, key);
    return value instanceof PDFBool ? value === PDFBool.True : otherwise;
  };
  return faxBytes(bytes, {
    k: number('K', 0),
    columns: number('Columns', 1728),
    rows: numberAt(dict, 'Height') ?? 0,
    endOfLine: isSet('EndOfLine', false),
    byteAlign: isSet('EncodedByteAlign', false),
    endOfBlock: isSet('EndOfBlock', true),
  });
}
