// Enhanced metafiles, [MS-EMF] and [MS-EMFPLUS]: a row of drawing commands. We keep the records that draw, each down to
// the bytes that its fields use, and drop what is said beside the drawing: descriptions, comments, escapes to printers,
// names of profiles. ExifTool does not know the format, so its only word is that it does not.

import type { Format } from '../core/format.ts';
import { EMF_CARRIERS } from './emf/carriers.ts';
import { compareEmf } from './emf/compare.ts';
import { rebuildEmf } from './emf/rebuild.ts';
import { SIGNATURE, SIGNATURE_AT } from './emf/records.ts';
import { visibleEmf } from './emf/visible.ts';

export const emf: Format = {
  id: 'emf',
  mediaType: 'image/x-emf',
  extensions: ['emf'],
  carriers: EMF_CARRIERS,
  allowedTags: ['ExifTool:Error'],

  matches: (untrusted) =>
    untrusted[0] === 1 &&
    untrusted[1] === 0 &&
    untrusted[2] === 0 &&
    untrusted[3] === 0 &&
    SIGNATURE.equals(untrusted.subarray(SIGNATURE_AT, SIGNATURE_AT + SIGNATURE.length)),
  sanitize: rebuildEmf,
  compare: compareEmf,
  visible: visibleEmf,
};
