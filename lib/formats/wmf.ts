// Windows metafiles, [MS-WMF], with and without the placeable header: a row of drawing commands. We keep those that draw,
// each down to the bytes that its fields use, and drop what is said beside the drawing: comments and escapes to drivers.
// ExifTool names the format and cannot read it.

import { createHash } from 'node:crypto';
import type { Format, Range, VisibleRanges } from '../core/format.ts';
import { WMF_CARRIERS } from './wmf/carriers.ts';
import { compareWmf } from './wmf/compare.ts';
import { visibleIn } from './wmf/layouts.ts';
import { rebuildWmf } from './wmf/rebuild.ts';
import { isHeader, isPlaceable, walk } from './wmf/records.ts';

export const wmf: Format = {
  id: 'wmf',
  mediaType: 'image/x-wmf',
  extensions: ['wmf'],
  carriers: WMF_CARRIERS,
  allowedTags: ['File:FileType', 'File:FileTypeExtension', 'File:MIMEType', 'ExifTool:Warning', 'ExifTool:Error'],

  matches(untrusted) {
    const head = Buffer.from(untrusted.buffer, untrusted.byteOffset, Math.min(untrusted.length, 64));
    return isPlaceable(head) || isHeader(head);
  },
  sanitize: rebuildWmf,
  compare: compareWmf,
  visible: async (body) => visibleWmf(body),
};

/** Texts, and names of faces: they stay, and a comment that is gone may well have named the same face. */
function visibleWmf(body: Uint8Array): VisibleRanges {
  const ranges = walk(body).records.flatMap((record) =>
    visibleIn(record).map(([start, end]): Range => [record.offset + start, record.offset + end]),
  );
  return new Map([[createHash('sha256').update(body).digest('hex'), ranges.filter(([start, end]) => end > start)]]);
}
