// TIFF 6.0 and BigTIFF: pages, each a directory of tags with strips or tiles. We write every page anew with the tags that
// say what it looks like, and copy its strips as they are, up to their last pixel. Tags nobody has heard of are dropped.

import type { Format } from '../core/format.ts';
import { ICC_TAGS } from './shared/icc.ts';
import { TIFF_CARRIERS } from './tiff/carriers.ts';
import { compareTiff } from './tiff/compare.ts';
import { readHeader } from './tiff/directories.ts';
import { rebuildTiff } from './tiff/rebuild.ts';

const PICTURE_TAGS =
  `SubfileType OldSubfileType ImageWidth ImageHeight BitsPerSample Compression PhotometricInterpretation
  Thresholding FillOrder Orientation SamplesPerPixel RowsPerStrip MinSampleValue MaxSampleValue XResolution YResolution
  PlanarConfiguration GrayResponseUnit GrayResponseCurve T4Options T6Options ResolutionUnit PageNumber TransferFunction
  Predictor WhitePoint PrimaryChromaticities ColorMap HalftoneHints TileWidth TileLength InkSet NumberofInks DotRange
  ExtraSamples SampleFormat YCbCrCoefficients YCbCrSubSampling YCbCrPositioning ReferenceBlackWhite JPEGTables
  StripOffsets StripByteCounts TileOffsets TileByteCounts PreviewImageStart PreviewImageLength`.split(/\s+/);

export const tiff: Format = {
  id: 'tiff',
  mediaType: 'image/tiff',
  extensions: ['tif', 'tiff'],
  carriers: TIFF_CARRIERS,
  allowedTags: [...PICTURE_TAGS.map((tag) => `IFD*:${tag}`), ...ICC_TAGS],

  matches: (untrusted) => readHeader(untrusted.subarray(0, 16)) !== undefined,
  sanitize: rebuildTiff,
  compare: compareTiff,
  visible: async () => new Map(),
};
