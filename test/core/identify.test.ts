import { describe, expect, it } from 'vitest';
import type { Format } from '../../lib/core/format.ts';
import { identify } from '../../lib/core/identify.ts';
import { LIMITS } from '../../lib/core/limits.ts';
import { jpeg } from '../../lib/formats/jpeg.ts';
import { png } from '../../lib/formats/png.ts';
import { afterEnd, atStart, jpegOf, segment } from '../support/jpeg-file.ts';
import { shortFilm, zipOf } from '../support/picture-metadata.ts';
import { chunk, pngOf } from '../support/png-file.ts';

/** A format of which only the recognition is asked. */
function recognising(id: string, mediaType: string, matches: Format['matches']): Format {
  return { ...png, id, mediaType, matches };
}

const startsWith = (magic: string) => (untrusted: Uint8Array) =>
  Buffer.from(untrusted.subarray(0, magic.length)).toString('latin1') === magic;
const pdf = recognising('pdf', 'application/pdf', (untrusted) =>
  Buffer.from(untrusted.subarray(0, 1024)).includes('%PDF-'),
);
const word = recognising('word', 'application/example', startsWith('PK\x03\x04'));
const formats = [pdf, word, jpeg, png];

const identified = (untrusted: Uint8Array, known: readonly Format[] = formats) =>
  identify(untrusted, { formats: known, limits: LIMITS }).id;
const encryptedZip = () => {
  const zip = zipOf('secret.txt', 'nobody reads this');
  const entry = zip.indexOf('PK\x01\x02');
  zip[entry + 8] = 1;
  return zip;
};

describe('identify', () => {
  it.each<readonly [string, () => Uint8Array | Promise<Uint8Array>, string]>([
    ['a photograph', () => jpegOf(), 'jpeg'],
    ['a drawing', () => pngOf(), 'png'],
    ['a PDF after some bytes', () => Buffer.from('\n\n%PDF-1.4\n'), 'pdf'],
    ['an archive that a format is built on', () => zipOf('word/document.xml', '<w/>'), 'word'],
    ['a photograph with a film behind it', async () => afterEnd(await jpegOf(), shortFilm('a motion photo')), 'jpeg'],
    ['a photograph with another behind it', async () => afterEnd(await jpegOf(), await jpegOf('grey')), 'jpeg'],
    [
      'a PDF with an archive inside',
      () =>
        Buffer.concat([
          Buffer.from('%PDF-1.7\nstream\n'),
          zipOf('a.txt', 'attached'),
          Buffer.from('\nendstream\n%%EOF\n'),
        ]),
      'pdf',
    ],
    [
      'a drawing that ends in something like an archive',
      () => Buffer.concat([pngOf(), Buffer.from('PK\x05\x06'), Buffer.alloc(18)]),
      'png',
    ],
    ['a drawing that speaks of PDF', () => pngOf([chunk('tEXt', 'Source\0report.pdf, PDF-1.7')]), 'png'],
  ])('knows %s', async (_what, bytes, id) => {
    expect(identified(await bytes())).toBe(id);
  });

  it.each<readonly [string, () => Uint8Array | Promise<Uint8Array>, string]>([
    ['an archive behind a photograph', async () => afterEnd(await jpegOf(), zipOf('a.txt', 'hidden')), 'jpeg and zip'],
    ['an archive behind a drawing', () => Buffer.concat([pngOf(), zipOf('a.txt', 'hidden')]), 'png and zip'],
    [
      'an archive behind a drawing, with a comment',
      () => {
        const zip = zipOf('a.txt', 'hidden');
        zip.writeUInt16LE(7, zip.length - 2);
        return Buffer.concat([pngOf(), zip, Buffer.from('comment')]);
      },
      'png and zip',
    ],
    [
      'an archive behind a PDF',
      () => Buffer.concat([Buffer.from('%PDF-1.7\n%%EOF\n'), zipOf('a.txt', 'hidden')]),
      'pdf and zip',
    ],
    ['a PDF inside a photograph', async () => atStart(await jpegOf(), segment(0xfe, '%PDF-1.7')), 'jpeg'],
    ['a PDF inside an archive, where readers look', () => zipOf('a.pdf', '%PDF-1.7'), 'word'],
    [
      'a disc image behind a drawing',
      () => Buffer.concat([pngOf(), Buffer.alloc(0x8001 - pngOf().length), Buffer.from('CD001')]),
      'disc image',
    ],
  ])('refuses %s', async (_what, bytes, faces) => {
    const untrusted = await bytes();
    expect(() => identified(untrusted)).toThrow(`polyglot of `);
    expect(() => identified(untrusted)).toThrow(faces);
  });

  it('sees a PDF header even where no format for PDF is registered', async () => {
    const untrusted = atStart(await jpegOf(), segment(0xfe, '%PDF-1.7'));
    expect(() => identified(untrusted, [jpeg])).toThrow('malformed: polyglot of jpeg and pdf');
  });

  it.each<readonly [string, () => Uint8Array, string]>([
    ['zero bytes', () => new Uint8Array(), 'malformed: zero bytes'],
    ['a compound file', () => Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'unsupported: compound file'],
    ['an encrypted archive', encryptedZip, 'encrypted: encrypted zip archive'],
    ['an archive cut off', () => zipOf('a.txt', 'cut off').subarray(0, -30), 'malformed: zip archive without'],
    ['a spreadsheet', () => zipOf('xl/workbook.xml', '<x/>'), 'unsupported: spreadsheet'],
    ['an archive of files', () => zipOf('a.txt', 'text'), 'unsupported: zip archive'],
    ['a GIF', () => Buffer.from('GIF89a\x01\0\x01\0', 'latin1'), 'unsupported: gif'],
    ['a program', () => Buffer.from('\x7fELF\x02\x01\x01', 'latin1'), 'unsupported: elf program'],
    ['a compressed archive', () => Buffer.from('\x1f\x8b\x08\0\0\0', 'latin1'), 'unsupported: gzip'],
    ['a page', () => Buffer.from('<!doctype html><p>text</p>'), 'unsupported: html'],
    ['a drawing in XML', () => Buffer.from('<?xml version="1.0"?><svg xmlns="x"/>'), 'unsupported: svg'],
    ['a mail message', () => Buffer.from('Subject: hello\r\nFrom: nobody\r\n\r\ntext'), 'unsupported: mail message'],
    ['a table of values', () => Buffer.from('a,b\n1,2\n'), 'unsupported: text'],
    [
      'random bytes',
      () => Buffer.from([7, 1, 0, 200, 3, 9, 0, 255, 254, 1]),
      'unsupported: no format recognises the bytes',
    ],
  ])('gives the true reason for %s', (_what, bytes, message) => {
    expect(() => identified(bytes(), [jpeg, png])).toThrow(message);
  });

  it('refuses what is larger than allowed, and nothing smaller', () => {
    const untrusted = pngOf();
    const within = (maxInputBytes: number) => identify(untrusted, { formats, limits: { ...LIMITS, maxInputBytes } });
    expect(() => within(untrusted.length - 1)).toThrow('limit: ');
    expect(within(untrusted.length)).toBe(png);
  });
});
