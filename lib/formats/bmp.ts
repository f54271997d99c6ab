// BMP ([MS-WMF] 2.2.2.9, Windows GDI): a file header, the header of a device-independent bitmap with a palette, pixels,
// and in its fifth version a colour profile. Written anew one behind the other, with zeros where nothing has a meaning.

import type { Format } from '../core/format.ts';
import { BMP_CARRIERS } from './bmp/carriers.ts';
import { compareBmp } from './bmp/compare.ts';
import { rebuildBmp } from './bmp/rebuild.ts';
import { ICC_TAGS } from './shared/icc.ts';

const HEADER_TAGS = `BMPVersion ImageWidth ImageHeight Planes BitDepth Compression ImageLength PixelsPerMeterX
  PixelsPerMeterY NumColors NumImportantColors RedMask GreenMask BlueMask AlphaMask ColorSpace RedEndpoint GreenEndpoint
  BlueEndpoint GammaRed GammaGreen GammaBlue RenderingIntent ProfileDataOffset ProfileSize`.split(/\s+/);
const HEADER_SIZES = new Set([12, 16, 40, 52, 56, 64, 108, 124]);

export const bmp: Format = {
  id: 'bmp',
  mediaType: 'image/bmp',
  extensions: ['bmp', 'dib'],
  carriers: BMP_CARRIERS,
  allowedTags: [...HEADER_TAGS.map((tag) => `File:${tag}`), ...ICC_TAGS],

  matches(untrusted) {
    const head = Buffer.from(untrusted.subarray(0, 18));
    return head.length === 18 && head.toString('latin1', 0, 2) === 'BM' && HEADER_SIZES.has(head.readUInt32LE(14));
  },
  sanitize: rebuildBmp,
  compare: compareBmp,
  visible: async () => new Map(),
};
