// How long data is that tables in a document lead into (ISO 32000-2 7.10.2, 8.6.6.3, 8.7.4.5): the samples of functions,
// the colours of palettes, the vertices and patches of shadings. What follows is read by nobody.

import { PDFArray, PDFBool, type PDFContext, type PDFDict, PDFName, type PDFObject, PDFRawStream } from 'pdf-lib';
import { arrayAt, entry, nameText, numberAt, resolve } from '../objects.ts';

const COMPONENTS: Readonly<Record<string, number>> = {
  DeviceGray: 1,
  G: 1,
  CalGray: 1,
  Indexed: 1,
  I: 1,
  Separation: 1,
  DeviceRGB: 3,
  RGB: 3,
  CalRGB: 3,
  Lab: 3,
  DeviceCMYK: 4,
  CMYK: 4,
};

/** How many numbers make a colour; undefined where the space is called by a name of the document's own. */
export function componentsOf(space: PDFObject | undefined, context: PDFContext, depth = 0): number | undefined {
  if (space instanceof PDFName) return COMPONENTS[nameText(space)];
  if (!(space instanceof PDFArray) || depth > 4) return undefined;
  const [family, second] = space.asArray().map((item) => resolve(context, item));
  if (!(family instanceof PDFName)) return undefined;
  const word = nameText(family);
  if (word === 'ICCBased') return second instanceof PDFRawStream ? numberAt(second.dict, 'N') : undefined;
  if (word === 'DeviceN') return second instanceof PDFArray ? second.size() : undefined;
  return COMPONENTS[word];
}

/** Bytes of the samples of a picture, rows padded to whole bytes; undefined where that cannot be said. */
export function sampleBytes(dict: PDFDict): number | undefined {
  const [width, height] = [numberAt(dict, 'Width'), numberAt(dict, 'Height')];
  const isMask = entry(dict, 'ImageMask') === PDFBool.True;
  const components = isMask ? 1 : componentsOf(entry(dict, 'ColorSpace'), dict.context);
  const bits = isMask ? 1 : numberAt(dict, 'BitsPerComponent');
  return width !== undefined &&
    height !== undefined &&
    components !== undefined &&
    bits !== undefined &&
    width > 0 &&
    height > 0
    ? Math.ceil((width * components * bits) / 8) * height
    : undefined;
}

/** Bytes of a palette whose highest index this is. */
export function paletteBytes(base: PDFObject | undefined, highest: number, context: PDFContext): number | undefined {
  const components = componentsOf(base, context);
  return components !== undefined && highest >= 0 && highest <= 255
    ? components * (Math.floor(highest) + 1)
    : undefined;
}

/** Bytes of a sampled function. */
export function functionBytes(dict: PDFDict): number | undefined {
  const size = arrayAt(dict, 'Size')?.asArray().map(Number) ?? [];
  const [bits, range] = [numberAt(dict, 'BitsPerSample'), arrayAt(dict, 'Range')?.size()];
  if (bits === undefined || range === undefined || size.length === 0) return undefined;
  const samples = size.reduce((product, one) => product * one, range / 2);
  return samples > 0 ? Math.ceil((samples * bits) / 8) : undefined;
}

// Points and colours that a patch has of its own (8.7.4.5.7, 8.7.4.5.8), by its flag; the others it shares.
const PATCH: Readonly<Record<number, readonly (readonly [points: number, colors: number])[]>> = {
  6: [
    [12, 4],
    [8, 2],
    [8, 2],
    [8, 2],
  ],
  7: [
    [16, 4],
    [12, 2],
    [12, 2],
    [12, 2],
  ],
};

/** Bytes of a mesh up to its last whole vertex, row of vertices or patch; undefined where that cannot be said. */
export function meshBytes(dict: PDFDict, data: Uint8Array): number | undefined {
  const [type, point, color] = ['ShadingType', 'BitsPerCoordinate', 'BitsPerComponent'].map((key) =>
    numberAt(dict, key),
  );
  const components = entry(dict, 'Function') ? 1 : componentsOf(entry(dict, 'ColorSpace'), dict.context);
  if (type === undefined || !point || !color || components === undefined) return undefined;
  const flag = type === 5 ? 0 : (numberAt(dict, 'BitsPerFlag') ?? 0);
  const sizeOf = (points: number, colors: number) => flag + points * 2 * point + colors * components * color;
  if (type === 4 || type === 5) {
    const unit = Math.ceil(sizeOf(1, 1) / 8) * (type === 5 ? (numberAt(dict, 'VerticesPerRow') ?? 0) : 1);
    return unit > 0 ? Math.floor(data.length / unit) * unit : undefined;
  }
  // Readers differ about bits between patches, so only those that take whole bytes are counted.
  if (flag !== 8) return undefined;
  let at = 0;
  while (at < data.length) {
    const [points, colors] = PATCH[type]?.[(data[at] ?? 0) & 3] ?? [0, 0];
    const bits = sizeOf(points, colors);
    if (points === 0 || bits % 8 !== 0) return undefined;
    if (at + bits / 8 > data.length) break;
    at += bits / 8;
  }
  return at;
}
