import { describe, expect, test } from 'vitest';
import { unexpectedTags } from '../../lib/core/second-opinion.ts';

type Row = readonly [shows: string, tags: Readonly<Record<string, string>>, unexpected: readonly string[]];

const ALLOWED = ['PNG:*', 'IFD0:Orientation', 'XMP-pdfaid:*', 'PDF:Page*', 'ICC*:ProfileVersion'];

const rows: readonly Row[] = [
  [
    'allows what the table names',
    { 'PNG:Gamma': '2.2', 'IFD0:Orientation': '1', 'PDF:PageCount': '2', 'ICC-header:ProfileVersion': '2' },
    [],
  ],
  [
    'reports what the table does not name',
    { 'PNG:Gamma': '2.2', 'IFD0:Artist': 'Ada', 'XMP-dc:Creator': 'Ada' },
    ['IFD0:Artist', 'XMP-dc:Creator'],
  ],
  [
    'takes a star for one part, not for the group beside it',
    { 'PNG-pHYs:PixelUnits': '1', 'XPDF:PageCount': '1' },
    ['PNG-pHYs:PixelUnits', 'XPDF:PageCount'],
  ],
  [
    'says nothing about the temporary file and the tool',
    { 'System:FileName': 'x', 'ExifTool:ExifToolVersion': '13', 'Composite:ImageSize': '1' },
    [],
  ],
  [
    'says nothing about what was recognised',
    { 'File:FileType': 'JPEG', 'File:MIMEType': 'image/jpeg', 'File:BitsPerSample': '8' },
    [],
  ],
  ['reports the comment of a JPEG', { 'File:Comment': 'by Ada' }, ['File:Comment']],
  ['reports an error', { 'ExifTool:Error': 'Unknown file type' }, ['ExifTool:Error']],
  [
    'reports a warning about the bytes',
    { 'ExifTool:Warning': '[minor] Trailer data after PNG IEND chunk' },
    ['ExifTool:Warning'],
  ],
  [
    'passes over a warning about the tool',
    { 'ExifTool:Warning': 'Install Archive::Zip to decode compressed ZIP information' },
    [],
  ],
];

describe('second opinion', () => {
  for (const [shows, tags, unexpected] of rows) {
    test(shows, async () => {
      const exiftool = async () => new Map(Object.entries(tags));
      const found = await unexpectedTags({ allowedTags: ALLOWED }, new Uint8Array(1), 'png', { engines: { exiftool } });
      expect(found).toEqual(unexpected);
    });
  }
});
