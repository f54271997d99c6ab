// PNG, https://www.w3.org/TR/png-3/: a signature, then a row of chunks. We keep the chunks that draw the picture and
// drop the rest, so a chunk type nobody has heard of yet is dropped too; one that claims to be critical is refused.
// Rows are copied as they are, except where more stands in their stream than the picture has.

import type { Format } from '../core/format.ts';
import { PNG_CARRIERS } from './png/carriers.ts';
import { comparePng } from './png/compare.ts';
import { rebuildPng } from './png/rebuild.ts';
import { ICC_TAGS } from './shared/icc.ts';
import { SIGNATURE } from './shared/png-chunks.ts';

const FILE_TAGS = ['FileType', 'FileTypeExtension', 'MIMEType'];
const HEADER_TAGS = ['ImageWidth', 'ImageHeight', 'BitDepth', 'ColorType', 'Compression', 'Filter', 'Interlace'];
const DESCRIBING_TAGS = [
  'Palette',
  'Transparency',
  'BackgroundColor',
  'Gamma',
  'SignificantBits',
  'SRGBRendering',
  'ProfileName',
  ...['WhitePointX', 'WhitePointY', 'RedX', 'RedY', 'GreenX', 'GreenY', 'BlueX', 'BlueY'],
];
const ANIMATION_TAGS = ['AnimationFrames', 'AnimationPlays'];

export const png: Format = {
  id: 'png',
  mediaType: 'image/png',
  extensions: ['png', 'apng'],
  carriers: PNG_CARRIERS,
  allowedTags: [
    ...FILE_TAGS.map((tag) => `File:${tag}`),
    ...[...HEADER_TAGS, ...DESCRIBING_TAGS, ...ANIMATION_TAGS].map((tag) => `PNG:${tag}`),
    'PNG-pHYs:*',
    'PNG-cICP:*',
    ...ICC_TAGS,
  ],

  matches: (untrusted) => SIGNATURE.equals(untrusted.subarray(0, SIGNATURE.length)),
  sanitize: rebuildPng,
  compare: comparePng,
  visible: async () => new Map(),
};
