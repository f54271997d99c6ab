import type { Carrier } from '../../core/finding.ts';

/** Every place in a Windows metafile where something besides the drawing can stand. */
export const WMF_CARRIERS: readonly Carrier[] = [
  {
    id: 'wmf.comment',
    code: 'metadata',
    tier: 'H',
    says: 'comment escape: sources of equations, texts, names of programs',
  },
  { id: 'wmf.comment.metafile', code: 'metadata', tier: 'M', says: 'a whole enhanced metafile in comment escapes' },
  { id: 'wmf.escape', code: 'metadata', tier: 'H', says: 'escape to a driver: PostScript, printer data, private data' },
  { id: 'wmf.font.name', code: 'metadata', tier: 'L', says: "memory behind a font's face name" },
  {
    id: 'wmf.bitmap.slack',
    code: 'hidden-content',
    tier: 'M',
    says: 'padding of the rows of a bitmap, and bytes behind its pixels',
  },
  { id: 'wmf.bitmap.profile', code: 'metadata', tier: 'H', says: 'colour profile of a bitmap, or the path to one' },
  { id: 'wmf.record.slack', code: 'hidden-content', tier: 'M', says: 'bytes in records that no field uses' },
  { id: 'wmf.record.unknown', code: 'metadata', tier: 'M', says: 'record of a function that no table names' },
  { id: 'wmf.header', code: 'metadata', tier: 'L', says: 'handles and reserved numbers in the headers' },
  { id: 'wmf.trailer', code: 'trailing-data', tier: 'M', says: 'bytes after the end record' },
];
