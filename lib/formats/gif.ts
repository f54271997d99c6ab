// GIF, versions 87a and 89a: we keep the images, what places and times them, and how often an animation is shown. All
// other extensions are dropped, so one that nobody has heard of is dropped too. Compressed pixels are copied as they
// are, up to the last one.

import type { Format } from '../core/format.ts';
import { GIF_CARRIERS } from './gif/carriers.ts';
import { compareGif } from './gif/compare.ts';
import { rebuildGif } from './gif/rebuild.ts';

const SCREEN_TAGS = ['GIFVersion', 'ImageWidth', 'ImageHeight', 'HasColorMap', 'ColorResolutionDepth', 'BitsPerPixel'];
const PICTURE_TAGS = ['BackgroundColor', 'PixelAspectRatio', 'FrameCount', 'Duration', 'TransparentColor'];

export const gif: Format = {
  id: 'gif',
  mediaType: 'image/gif',
  extensions: ['gif'],
  carriers: GIF_CARRIERS,
  allowedTags: [...[...SCREEN_TAGS, ...PICTURE_TAGS].map((tag) => `GIF:${tag}`), 'GIF:AnimationIterations'],

  matches: (untrusted) => /^GIF8[79]a$/.test(Buffer.from(untrusted.subarray(0, 6)).toString('latin1')),
  sanitize: rebuildGif,
  compare: compareGif,
  visible: async () => new Map(),
};
