// OpenDocument (OASIS ODF 1.3, ISO/IEC 26300): texts, spreadsheets, presentations and drawings, and their templates, in
// zip packages, or flat as one XML file, which becomes a package. Elements and attributes of the specification are kept, what a reader does not see goes, and the
// container with its manifest is written anew.

import type { Format } from '../../core/format.ts';
import { carriers } from './carriers.ts';
import { compare } from './compare.ts';
import { KINDS, TEXT } from './kinds.ts';
import { rebuild } from './rebuild.ts';
import { isOpenDocument } from './recognise.ts';
import { visible } from './visible.ts';

const ZIP_TAGS = ['RequiredVersion', 'BitFlag', 'Compression', 'ModifyDate', 'CRC', 'CompressedSize'].concat([
  'UncompressedSize',
  'FileName',
]);

export const odf: Format = {
  id: 'odf',
  mediaType: TEXT.mediaType,
  extensions: [TEXT.extension, ...KINDS.slice(1).map(({ extension }) => extension), 'fodt', 'fods', 'fodp', 'fodg'],
  carriers,
  allowedTags: [
    ...ZIP_TAGS.map((tag) => `ZIP:Zip${tag}`),
    'XMP-dc:Title',
    'XMP-dc:Language',
    'XMP-meta:Generator',
    'XML:*',
  ],
  matches: isOpenDocument,
  sanitize: rebuild,
  compare,
  visible,
};
