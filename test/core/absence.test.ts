import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Range, VisibleRanges } from '../../lib/core/format.ts';
import { deflateSync, gzipSync, pdfOf, pngWith, utf16be, utf16le, zipOf } from '../support/byte-forms.ts';
import { bytes, flate, member, search } from '../support/planting.ts';

const NAME = 'Zoë Verwaaijen';
const PATH = 'C:\\Users\\zverwaaijen\\Concept (3).docx';
const OTHER = 'Quirijn Opdenakker';

const around = (inner: Uint8Array): Buffer => Buffer.concat([bytes('begin <a>'), inner, bytes('</a> end')]);
const hex = (data: Uint8Array): string => Buffer.from(data).toString('hex');
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const octal = (data: Uint8Array): string => [...data].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
const every = (text: string, write: (letter: string) => string): string => [...text].map(write).join('');
const wrapped = (text: string, width: number, end: string): string =>
  text.replace(new RegExp(`.{${width}}`, 'g'), `$&${end}`);
const filler = (length: number): Buffer => Buffer.from(Array.from({ length }, (_, i) => (i * 7919 + (i >> 3)) % 251));

/** ASCII85 and LZW as an encoder writes them; Node has neither. */
function ascii85(data: Uint8Array): string {
  let text = '';
  for (let at = 0; at < data.length; at += 4) {
    const group = Buffer.alloc(4);
    group.set(data.subarray(at, at + 4));
    let number = group.readUInt32BE();
    let digits = '';
    for (let i = 0; i < 5; i++, number = Math.floor(number / 85))
      digits = String.fromCharCode(33 + (number % 85)) + digits;
    text += digits.slice(0, Math.min(5, data.length - at + 1));
  }
  return `${text}~>`;
}

/** Codes of nine bits with a clear code often enough that they stay so. */
function lzw(data: Uint8Array): Buffer {
  const codes: number[] = [];
  for (const [i, byte] of data.entries()) codes.push(...(i % 100 === 0 ? [256, byte] : [byte]));
  const bits = [...codes, 257].map((code) => code.toString(2).padStart(9, '0')).join('');
  return Buffer.from((bits.match(/.{1,8}/g) ?? []).map((eight) => Number.parseInt(eight.padEnd(8, '0'), 2)));
}

const runLength = (data: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([data.length - 1]), data, Buffer.from([128])]);

type Planted = readonly [view: string, plant: (text: string) => Uint8Array];

const VIEWS: readonly Planted[] = [
  ['the raw file', (text) => around(bytes(text))],
  ['Latin-1', (text) => around(latin1(text))],
  ['UTF-16, little end first', (text) => around(utf16le(text))],
  ['UTF-16, big end first', (text) => around(utf16be(text))],
  ['letters with their accents apart', (text) => around(bytes(text.normalize('NFD')))],
  ['an inflated PDF stream', (text) => flate(around(bytes(text)))],
  ['an inflated stream that is cut off', (text) => flate(around(bytes(text))).subarray(0, -45)],
  [
    'an inflated stream whose checksum is wrong',
    (text) =>
      pdfOf({
        dict: '/Filter/FlateDecode',
        data: Buffer.concat([deflateSync(around(bytes(text))).subarray(0, -4), bytes('abcd')]),
      }),
  ],
  [
    'what follows the end of compressed data in a stream',
    (text) => pdfOf({ dict: '/Filter/FlateDecode', data: Buffer.concat([deflateSync(filler(50)), bytes(text)]) }),
  ],
  ['a PDF stream without a filter', (text) => pdfOf({ data: around(bytes(text)) })],
  [
    'a PDF stream behind a carriage return',
    (text) =>
      Buffer.from(
        flate(around(bytes(text)))
          .toString('latin1')
          .replace('stream\n', 'stream\r\n'),
        'latin1',
      ),
  ],
  [
    'an ASCIIHex stream',
    (text) =>
      pdfOf({ dict: '/Filter /ASCIIHexDecode', data: bytes(`${wrapped(hex(around(bytes(text))), 11, '\n')}>`) }),
  ],
  [
    'an ASCII85 stream',
    (text) => pdfOf({ dict: '/Filter [/ASCII85Decode]', data: bytes(ascii85(around(bytes(text)))) }),
  ],
  ['an LZW stream', (text) => pdfOf({ dict: '/Filter/LZWDecode', data: lzw(around(bytes(text))) })],
  ['a run-length stream', (text) => pdfOf({ dict: '/Filter /RunLengthDecode', data: runLength(around(bytes(text))) })],
  [
    'a stream behind two filters',
    (text) =>
      pdfOf({ dict: '/Filter [/ASCII85Decode /FlateDecode]', data: bytes(ascii85(deflateSync(around(bytes(text))))) }),
  ],
  [
    'what is left over between two filters',
    (text) =>
      pdfOf({
        dict: '/Filter [/AHx /FlateDecode]',
        data: bytes(`${hex(deflateSync(filler(50)))}${hex(bytes(text))}>`),
      }),
  ],
  [
    'the name in a gzip header',
    (text) =>
      Buffer.concat([
        Buffer.from('1f8b0808000000000003', 'hex'),
        bytes(`${text}\0`),
        gzipSync(filler(50)).subarray(10),
      ]),
  ],
  ['a gzip member', (text) => Buffer.concat([bytes('x'), gzipSync(around(bytes(text)))])],
  [
    'a zlib stream in bytes of no known format',
    (text) => Buffer.concat([filler(99), deflateSync(around(bytes(text))), filler(9)]),
  ],
  ['a deflated zip member', (text) => zipOf([member(bytes('<a/>')), member(around(bytes(text)))])],
  ['a stored zip member', (text) => zipOf([member(around(bytes(text)), 'stored')])],
  ['a zip member that no directory names', (text) => zipOf([member(around(bytes(text)))], { directory: false })],
  ['a zip that follows other bytes', (text) => Buffer.concat([filler(80), zipOf([member(around(bytes(text)))])])],
  ['the name of a zip member', (text) => zipOf([member(bytes('x'), 'stored', `media/${text}.png`)])],
  [
    'a zip in a zip in a zip',
    (text) => zipOf([member(zipOf([member(zipOf([member(around(bytes(text)))]), 'stored')]), 'deflated')]),
  ],
  ['a PDF in a zip', (text) => zipOf([member(flate(around(bytes(text))), 'deflated', 'a.pdf')])],
  [
    'a compressed PNG text',
    (text) => pngWith(['zTXt', Buffer.concat([bytes('Comment\0\0'), deflateSync(bytes(text))])]),
  ],
  [
    'a compressed international PNG text',
    (text) => pngWith(['iTXt', Buffer.concat([bytes('Comment\0\x01\0nl\0Opmerking\0'), deflateSync(bytes(text))])]),
  ],
  [
    'a PNG colour profile',
    (text) => pngWith(['iCCP', Buffer.concat([bytes('profile\0\0'), deflateSync(bytes(text))])]),
  ],
  ['a plain PNG text', (text) => pngWith(['tEXt', bytes(`Author\0${text}`)])],
  ['a PDF hex string', (text) => pdfOf({ objects: `/T <${hex(latin1(text))}>` })],
  [
    'a PDF hex string with spaces and an odd digit',
    (text) => pdfOf({ objects: `/T < ${wrapped(hex(latin1(text)), 7, ' \n')} 4>` }),
  ],
  ['UTF-16 in a PDF hex string', (text) => pdfOf({ objects: `/T <FEFF${hex(utf16be(text)).toUpperCase()}>` })],
  ['octal escapes', (text) => pdfOf({ objects: `/T (${octal(latin1(text))})` })],
  ['UTF-16 in octal escapes', (text) => pdfOf({ objects: `/T (\\376\\377${octal(utf16be(text))})` })],
  [
    'a PDF string with escaped letters',
    (text) => flate(latin1(`(${every(text, (c) => (/[\\() w]/.test(c) ? `\\${c}` : c))})`)),
  ],
  [
    'a PDF string that goes on in the next line',
    (text) => pdfOf({ objects: `(${text.replaceAll('\\', '\\\\').replace('e', 'e\\\r\n')})` }),
  ],
  [
    'a PDF name',
    (text) =>
      pdfOf({ objects: `/${every(text, (c) => (c > '~' || ' ()\\'.includes(c) ? `#${hex(latin1(c))}` : c))} 1` }),
  ],
  [
    'decimal character references',
    (text) => zipOf([member(bytes(`<a b="${every(text, (c) => `&#${c.codePointAt(0)};`)}"/>`))]),
  ],
  [
    'hexadecimal character references',
    (text) => around(bytes(every(text, (c) => `&#x${(c.codePointAt(0) ?? 0).toString(16)};`))),
  ],
  ['base64', (text) => around(bytes(Buffer.from(text).toString('base64')))],
  ['base64, one byte later', (text) => around(bytes(Buffer.from(`.${text}.`).toString('base64')))],
  ['base64, two bytes later', (text) => around(bytes(Buffer.from(`..${text}.`).toString('base64')))],
  [
    'base64 behind letters that are none of it',
    (text) => around(bytes(`base64${Buffer.from(text).toString('base64')}`)),
  ],
  [
    'base64 in lines',
    (text) => around(bytes(wrapped(Buffer.from(`${'-'.repeat(50)}${text}`).toString('base64'), 20, '\r\n'))),
  ],
  [
    'base64 in lines inside an attribute',
    (text) => around(bytes(wrapped(Buffer.from(`${'-'.repeat(50)}${text}`).toString('base64'), 76, '&#xA;'))),
  ],
  ['base64 for addresses', (text) => around(bytes(Buffer.from(`ÿ~?${text}`).toString('base64url')))],
  ['UTF-16 in base64', (text) => around(bytes(utf16le(text).toString('base64')))],
  ['a zip in base64', (text) => around(bytes(`gfxdata="${zipOf([member(around(bytes(text)))]).toString('base64')}"`))],
  [
    'quoted-printable',
    (text) =>
      around(
        bytes(
          every(text, (c) => [...Buffer.from(c)].map((byte) => `=${hex(Uint8Array.of(byte)).toUpperCase()}`).join('')),
        ),
      ),
  ],
  [
    'quoted-printable with a soft line break',
    (text) => around(bytes(`${text.slice(0, 6).replace('ë', '=C3=AB')}=\r\n${text.slice(6)}`)),
  ],
  ['percent-encoding', (text) => around(bytes(`https://example.org/?q=${encodeURIComponent(text)}`))],
  ['escapes of JSON', (text) => around(bytes(JSON.stringify(text).replace('ë', '\\u00eb')))],
];

describe('finds a removed value in', () => {
  for (const [view, plant] of VIEWS) {
    test(view, async () => {
      const needles = [OTHER, NAME];
      const found = await search(plant(NAME), needles);
      expect(new Set(found.map(({ index }) => index))).toEqual(new Set([1]));
    });
    test(`${view}, a path as well as a name`, async () => {
      expect((await search(plant(PATH), [PATH])).length).toBeGreaterThan(0);
      expect(await search(plant(PATH), [NAME, OTHER])).toEqual([]);
    });
  }

  test('another case, when it is an address, a path or several words', async () => {
    for (const value of ['z.verwaaijen@example.org', PATH, NAME, '/Users/Zverwaaijen/a'])
      expect(await search(around(bytes(value.toUpperCase())), [value])).toHaveLength(1);
    expect(await search(around(bytes('VERWAAIJEN')), ['Verwaaijen'])).toEqual([]);
  });

  test('removed bytes that spell a text, written otherwise', async () => {
    const removed = Buffer.concat([Buffer.from([0xfe, 0xff]), utf16be(NAME)]);
    expect(await search(around(bytes(NAME)), [removed])).toHaveLength(1);
  });

  test('removed bytes that spell nothing', async () => {
    const removed = Buffer.from('00f1a27c99be01d4e5c8', 'hex');
    expect(await search(flate(Buffer.concat([filler(10), removed, filler(10)])), [removed])).toHaveLength(1);
    expect(await search(flate(filler(400)), [removed])).toEqual([]);
  });

  test('lines that end in another way', async () => {
    expect(await search(around(bytes('Groeten,\r\nZoë')), ['Groeten,\nZoë'])).toHaveLength(1);
  });
});

describe('short and common values', () => {
  type Row = readonly [shows: string, value: string, body: Uint8Array, found: boolean];
  const xml = (text: string) => zipOf([member(bytes(text))]);
  const rows: readonly Row[] = [
    ['initials count as an attribute', 'ZV', xml('<c initials="ZV"/>'), true],
    ['initials count as a text node', 'ZV', xml('<c>ZV</c>'), true],
    ['initials count written as references', 'ZV', xml('<c initials="Z&#86;"/>'), true],
    ['initials count as a PDF string', 'ZV', pdfOf({ objects: '/T (ZV)' }), true],
    ['initials count as a PDF hex string', 'ZV', pdfOf({ objects: '/T <5A56>' }), true],
    ['initials count as a PDF string in UTF-16', 'ZV', pdfOf({ objects: '/T <FEFF005A0056>' }), true],
    ['initials count as the name of a member', 'ZV', zipOf([member(bytes('x'), 'stored', 'word/ZV.xml')]), true],
    ['initials do not count inside other text', 'ZV', xml('<c initials="ZVX">aZVa ZV b</c>'), false],
    ['two small letters are a language', 'nl', xml('<c lang="nl"/>'), false],
    ['a full name of three characters is searched anywhere', '山田太', xml('<c>x山田太x</c>'), true],
    ['a single letter is not searched', 'Z', xml('<c a="Z"/>'), false],
    ['a small number is not searched', '2024', xml('<c a="2024"/>'), false],
    ['a long number counts', '123456789', xml('<c a="123456789"/>'), true],
    ['a long number does not count inside a longer one', '123456789', xml('<c a="01234567890"/>'), false],
    ['an address of a machine counts', '10.1.2.3', xml('<c a="10.1.2.3"/>'), true],
    [
      'a word does not count inside another word',
      'Mark',
      pdfOf({ objects: '/MarkInfo <</Marked true>> /Remarks' }),
      false,
    ],
    ['a word counts between signs', 'Verwaai', xml('<c a="x_Verwaai@y"/>'), true],
    ['a word counts beside what is no text', 'Verwaai', pngWith(['tEXt', bytes('Author\0VerwaaiX')]), true],
    ['a key of PDF does not count as a key', 'Lang', pdfOf({ objects: '<</Lang (x)>>' }), false],
    ['a key of PDF counts as a string', 'Lang', pdfOf({ objects: '<</T (Lang)>>' }), true],
    ['a key of PDF counts outside of text', 'Lang', pngWith(['tEXt', bytes('Author\0Lang')]), true],
    ['a name that formats write is not searched', 'Microsoft', xml('<f name="Microsoft"/>'), false],
    ['a row of dashes is not searched', '----------', xml('<f>----------</f>'), false],
  ];
  for (const [shows, value, body, found] of rows) {
    test(shows, async () => {
      expect((await search(body, [value])).length > 0).toBe(found);
    });
  }

  test('a word in a font is its maker’s, a name of several words is not', async () => {
    const font = pdfOf({
      dict: '/Filter/FlateDecode',
      data: deflateSync(Buffer.concat([bytes('OTTO'), filler(99), utf16be(`Made by ${NAME}`)])),
    });
    expect(await search(font, ['Verwaaijen', 'Made'])).toEqual([]);
    expect(await search(font, [NAME])).toHaveLength(1);
  });

  test('four letters in compressed data are chance, ten are not', async () => {
    const data = (text: string) =>
      pdfOf({
        dict: '/Filter/DCTDecode',
        data: Buffer.concat([Buffer.from('ffd8ffda000200', 'hex'), filler(9000), bytes(text), filler(9000)]),
      });
    expect(await search(data('VwJn'), ['VwJn'])).toEqual([]);
    expect(await search(data('Verwaaijen'), ['Verwaaijen'])).toHaveLength(1);
  });
});

describe('visible text', () => {
  const sha256 = (view: Uint8Array) => createHash('sha256').update(view).digest('hex');
  const show = (view: Uint8Array, ...ranges: readonly Range[]): VisibleRanges => new Map([[sha256(view), ranges]]);
  const text = around(bytes(NAME));
  const at = 9;
  const end = at + bytes(NAME).length;

  test('is exempt inside its range, in the file', async () => {
    expect(await search(text, [NAME], show(text, [at, end]))).toEqual([]);
  });
  test('is exempt inside its range, in an inflated stream and a member', async () => {
    expect(await search(flate(text), [NAME], show(text, [at, end]))).toEqual([]);
    expect(await search(zipOf([member(text)]), [NAME], show(text, [at, end]))).toEqual([]);
    expect(await search(zipOf([member(text, 'stored')]), [NAME], show(text, [at, end]))).toEqual([]);
  });
  test('is exempt in a stream that was deflated without being compressed', async () => {
    const stored = pdfOf({ dict: '/Filter/FlateDecode', data: deflateSync(text, { level: 0 }) });
    expect(await search(stored, [NAME], show(text, [at, end]))).toEqual([]);
    expect(await search(stored, [NAME])).toHaveLength(1);
  });
  test('is exempt in an unfiltered stream, given in the file or in the stream', async () => {
    const file = pdfOf({ data: text });
    const start = file.indexOf('begin') + at;
    expect(await search(file, [NAME], show(file, [start, start + end - at]))).toEqual([]);
    expect(await search(file, [NAME], show(text, [at, end]))).toEqual([]);
  });
  test('is exempt when it is written in escapes', async () => {
    const file = pdfOf({ objects: `(${octal(latin1(NAME))}) Tj` });
    const start = file.indexOf('(');
    expect(await search(file, [NAME], show(file, [start, file.indexOf(')') + 1]))).toEqual([]);
    expect(await search(file, [NAME], show(file, [start, start + 12]))).toHaveLength(1);
  });
  test('does not exempt the same value elsewhere in the view', async () => {
    const twice = Buffer.concat([text, text]);
    expect(await search(twice, [NAME], show(twice, [at, end]))).toMatchObject([{ at: text.length + at }]);
  });
  test('does not exempt the same value in another view', async () => {
    const file = zipOf([member(text), member(Buffer.concat([text, bytes('.')]), 'deflated', 'b.xml')]);
    expect(await search(file, [NAME], show(text, [at, end]))).toHaveLength(1);
  });
  test('does not exempt what straddles its edge', async () => {
    for (const range of [
      [at + 1, end],
      [at, end - 1],
      [0, at + 3],
    ] as const)
      expect(await search(text, [NAME], show(text, range))).toHaveLength(1);
    expect(await search(text, [NAME], show(text, [at, at + 4], [at + 4, end]))).toHaveLength(1);
  });
});
