import type { Carrier } from '../../core/finding.ts';

/** Every place in a GIF file where something besides the picture can stand. */
export const GIF_CARRIERS: readonly Carrier[] = [
  { id: 'gif.comment', code: 'metadata', tier: 'M', says: 'comment extension: author, program, notes' },
  { id: 'gif.xmp', code: 'metadata', tier: 'H', says: 'XMP packet in an application extension' },
  {
    id: 'gif.icc',
    code: 'metadata',
    tier: 'L',
    says: 'colour profile in an application extension, which no viewer applies',
  },
  {
    id: 'gif.application',
    code: 'metadata',
    tier: 'M',
    says: 'application extension that no table names: private data of programs, content credentials',
  },
  { id: 'gif.text', code: 'hidden-content', tier: 'M', says: 'plain text extension, which no viewer shows' },
  { id: 'gif.extension.unknown', code: 'metadata', tier: 'M', says: 'extension of a label that no table names' },
  {
    id: 'gif.extension.invalid',
    code: 'metadata',
    tier: 'L',
    says: 'known extension of the wrong length, twice, or without an image',
  },
  { id: 'gif.reserved', code: 'hidden-content', tier: 'L', says: 'reserved bits that are set' },
  { id: 'gif.image.tail', code: 'hidden-content', tier: 'M', says: 'bytes after the last pixel of an image' },
  { id: 'gif.gap', code: 'hidden-content', tier: 'L', says: 'bytes between blocks' },
  { id: 'gif.trailer', code: 'trailing-data', tier: 'M', says: 'bytes after the trailer' },
];
