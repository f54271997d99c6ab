// Bytes of pictures (ISO 32000-2 8.9.5). JPEG goes through the whole pipeline unless it plainly has nothing but the
// picture; JPEG 2000 keeps the boxes that draw; what stands behind the last row of a bitmap is cut off.

import { PDFArray, PDFBool, type PDFDict, PDFName, type PDFObject, PDFRawStream } from 'pdf-lib';
import { entry, nameText, numberAt, resolve } from './objects.ts';
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
  const [width, height] = [numberAt(dict, 'Width'), numberAt(dict, 'Height')];
  if (!decoded || width === undefined || height === undefined || width <= 0 || height <= 0) return undefined;
  const isMask = entry(dict, 'ImageMask') === PDFBool.True;
  const components = isMask ? 1 : componentsOf(entry(dict, 'ColorSpace'), dict, 0);
  const bits = isMask ? 1 : numberAt(dict, 'BitsPerComponent');
  if (components === undefined || bits === undefined) return undefined;
  const parameters = filter?.parameters;
  // A predictor has a layout of its own, which may differ from the picture's in broken files: then nothing is cut.
  const of = (key: string, otherwise: number) => (parameters ? (numberAt(parameters, key) ?? otherwise) : undefined);
  if (
    parameters &&
    (of('Columns', 1) !== width || of('Colors', 1) !== components || of('BitsPerComponent', 8) !== bits)
  )
    return undefined;
  const tags = (of('Predictor', 1) ?? 1) >= 10 ? 1 : 0;
  return (Math.ceil((width * components * bits) / 8) + tags) * height;
}

const COMPONENTS: Readonly<Record<string, number>> = {
  DeviceGray: 1,
  CalGray: 1,
  Indexed: 1,
  Separation: 1,
  DeviceRGB: 3,
  CalRGB: 3,
  Lab: 3,
  DeviceCMYK: 4,
};

function componentsOf(space: PDFObject | undefined, dict: PDFDict, depth: number): number | undefined {
  if (space instanceof PDFName) return COMPONENTS[nameText(space)];
  if (!(space instanceof PDFArray) || depth > 4) return undefined;
  const [family, second] = space.asArray().map((item) => resolve(dict.context, item));
  if (!(family instanceof PDFName)) return undefined;
  const word = nameText(family);
  if (word === 'ICCBased') return second instanceof PDFRawStream ? numberAt(second.dict, 'N') : undefined;
  if (word === 'DeviceN') return second instanceof PDFArray ? second.size() : undefined;
  return COMPONENTS[word];
}
