import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../lib/core/limits.ts';
import { probe } from '../../lib/core/probes.ts';
import { deflateSync, pdfOf, pngWith, utf16be, utf16le, zipOf } from '../support/byte-forms.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const xml = (text: string): Buffer =>
  zipOf([['word/document.xml', bytes(`<?xml version="1.0"?><w:p>${text}</w:p>`), 'deflated']]);
const content = (text: string): Buffer =>
  pdfOf({ dict: '/Filter /FlateDecode', data: deflateSync(bytes(`BT ${text} ET`)) });
const kinds = async (body: Uint8Array, visible = new Map()) => [
  ...new Set((await probe(body, visible, LIMITS)).map(({ kind }) => kind)),
];

const EVERY_BYTE = Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 2654435761) >>> 24));

type Row = readonly [shows: string, body: Uint8Array, kinds: readonly string[]];

const SEEN: readonly Row[] = [
  [
    'a path in a hex string that page content starts with',
    pdfOf({ data: bytes(`<${bytes('D:\\Concept\\brief.docx').toString('hex')}> Tj`) }),
    ['windows path'],
  ],
  ['a path with a drive', xml('<a descr="C:\\Users\\zverwaaijen\\foto.png"/>'), ['windows path']],
  ['a path with a drive and slashes', xml('<a descr="H:/Projecten/Dossier/foto.png"/>'), ['windows path']],
  ['a path in a PDF string', content('(D:\\\\Concept\\\\brief.docx)'), ['windows path']],
  ['a path in octal escapes', content('(D:\\134Concept\\134brief.docx)'), ['windows path']],
  ['a path in a PDF hex string', content(`<${bytes('D:\\Concept\\brief.docx').toString('hex')}>`), ['windows path']],
  [
    'a path in UTF-16 in a PDF hex string',
    content(`<FEFF${utf16be('D:\\Concept\\brief.docx').toString('hex')}>`),
    ['windows path'],
  ],
  [
    'a path in UTF-16',
    Buffer.concat([bytes('\0\0'), utf16le('D:\\Concept\\brief.docx'), bytes('\0')]),
    ['windows path'],
  ],
  [
    'a path in UTF-16 with the big end first',
    Buffer.concat([bytes('('), utf16be('z@example.nl'), bytes(')')]),
    ['e-mail address'],
  ],
  [
    'a path in the metadata of a PDF',
    pdfOf({ data: bytes('<x:xmpmeta><r>C:\\temp\\a.indd</r></x:xmpmeta>') }),
    ['windows path'],
  ],
  ['a path in JSON', xml('{"file":"C:\\\\Users\\\\zverwaaijen\\\\a"}'), ['windows path']],
  ['a server', xml('<a descr="\\\\fs01.example\\home$\\zv"/>'), ['unc path']],
  ['a server in a PDF string', content('(\\\\\\\\fs01\\\\data\\\\brief.docx)'), ['unc path']],
  ['a home folder on a Mac', xml('<a descr="/Users/zverwaaijen/Desktop/foto.png"/>'), ['home folder']],
  ['a home folder on Linux', content('(/home/zverwaaijen/foto.png)'), ['home folder']],
  ['a file address', xml('<a target="file:///srv/data"/>'), ['file address']],
  ['an address in references', xml('<a b="z&#46;verwaaijen&#64;example&#46;org"/>'), ['e-mail address']],
  ['an e-mail address', xml('<a b="mailto:z.verwaaijen@example.org"/>'), ['e-mail address']],
  ['an e-mail address in a PNG text', pngWith(['tEXt', bytes('Author\0z.verwaaijen@example.org')]), ['e-mail address']],
  [
    'an e-mail address as the name of a member',
    zipOf([['z@example.org.xml', bytes('x'), 'stored']]),
    ['e-mail address'],
  ],
  ['a printer', xml('<p name="HP Color LaserJet M552"/>'), ['printer']],
  ['a printer driver', bytes('\0\0winspool\0\0'), ['printer']],
  ['an identifier', xml('<a id="{8D3CBB9C-1F06-4F0B-9A77-5E6A0C2B1D11}"/>'), ['guid']],
];

const PASSED: readonly Row[] = [
  [
    'a web address with /home/ and /Users/',
    content('/URI (https://example.org/home/jan/a /Users/x/)'.replace(' /Users', '/Users')),
    [],
  ],
  ['a web address with an at sign', xml('<r Target="https://example.org/@jan/a@b.example"/>'), []],
  ['a part of a web address without its scheme', xml('<t>example.org/home/contact/form</t>'), []],
  ['field codes', xml('<i> TOC \\o "1-3" \\h \\z \\u </i><i>PAGE \\* MERGEFORMAT</i>'), []],
  ['escapes in a PDF string', content('(Punt a:\\nEerste) (b:\\\\) (x:\\026\\003\\004abc)'), []],
  ['an at sign in text', content('(3 appels @ 2 euro) (a@b)'), []],
  [
    'namespaces',
    xml('<a xmlns:o="urn:schemas-microsoft-com:office:office" x="http://schemas.openxmlformats.org/a"/>'),
    [],
  ],
  ['a feature of the format', xml('<a:ext uri="{28A0092B-C50C-407E-A947-70E740481C1C}"/>'), []],
  ['a built-in table style', xml('<a:tableStyleId>{5C22544A-7EE6-4342-B048-85BDC9FD1C3A}</a:tableStyleId>'), []],
  [
    'a font with its foundry',
    pdfOf({
      dict: '/Filter /FlateDecode',
      data: deflateSync(Buffer.concat([bytes('OTTO'), EVERY_BYTE, bytes('info@foundry.example C:\\fonts\\a.vfb')])),
    }),
    [],
  ],
  [
    'a colour profile',
    pdfOf({ data: Buffer.concat([Buffer.alloc(36), bytes('acsp'), bytes(' a@maker.example ')]) }),
    [],
  ],
  [
    'samples',
    pdfOf({ dict: '/Subtype /Image /Filter /FlateDecode', data: deflateSync(bytes('a@maker.example C:\\abc\\')) }),
    [],
  ],
  ['samples in a page', content('q BI /W 9 /F /A85 ID ab@cde.fg c:\\abcd\\ef\nEI Q'), []],
  ['compressed bytes', pdfOf({ dict: '/Filter /FlateDecode', data: deflateSync(EVERY_BYTE) }), []],
];

describe('sees', () => {
  for (const [shows, body, expected] of SEEN) test(shows, async () => expect(await kinds(body)).toEqual(expected));
});

describe('passes over', () => {
  for (const [shows, body, expected] of PASSED) test(shows, async () => expect(await kinds(body)).toEqual(expected));

  test('what stands in visible text, there only', async () => {
    const text = bytes('<w:p>z@example.org</w:p><w:p>z@example.org</w:p>');
    const file = zipOf([['word/document.xml', text, 'deflated']]);
    const sha256 = createHash('sha256').update(text).digest('hex');
    const second = text.lastIndexOf('z@');
    const first: readonly [number, number] = [5, 18];
    expect(await probe(file, new Map([[sha256, [first]]]), LIMITS)).toMatchObject([{ at: second }]);
    expect(await kinds(file, new Map([[sha256, [first, [second, second + 13]]]]))).toEqual([]);
  });
});

test('takes time in proportion to the bytes where everything looks like the start of something', async () => {
  const body = bytes(`<a>${'a.a@a.a:\\\\a\\/Users/{0000'.repeat(20_000)}</a>`);
  expect(await kinds(body)).not.toContain('guid');
});
