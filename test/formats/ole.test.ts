import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../lib/core/limits.ts';
import { holdsText } from '../../lib/formats/ole/bytes.ts';
import { readCompound } from '../../lib/formats/ole/compound.ts';
import { inspectCompound } from '../../lib/formats/ole/inspect.ts';
import { holdsPath } from '../../lib/formats/ole/paths.ts';
import { u16, wide } from '../support/emf-file.ts';
import { messageOf, property, record, sheet, stringsOf, wordOf, workbookOf } from '../support/ole-documents.ts';
import { compoundOf, type Options, type Tree } from '../support/ole-file.ts';

function placesIn(tree: Tree, options?: Options): readonly string[] {
  const places: string[] = [];
  inspectCompound(readCompound(compoundOf(tree, options), LIMITS), (carrier, at) => {
    places.push(`${carrier} at ${at}`);
    return 'remove';
  });
  return places;
}

describe('places in compound files', () => {
  it('name storages and streams of programs, and number those of people', () => {
    const tree = { ...wordOf(), ObjectPool: { 'Salaris Aafke': { '\x01Ole10Native': Buffer.from('x') } } };
    expect(placesIn(tree)).toEqual([
      'ole.embedded at ObjectPool/entry 4',
      'ole.embedded.native at ObjectPool/entry 4/Ole10Native',
    ]);
  });

  it('number the strings of a table', () => {
    expect(placesIn(wordOf({ tables: { 71: stringsOf('Wiebe', '', 'Aafke') } }))).toEqual([
      'ole.doc.saved-by at WordDocument/SttbSavedBy string 0',
      'ole.doc.saved-by at WordDocument/SttbSavedBy string 2',
    ]);
  });

  it('count sheets, rows, columns and cells from one, charts inside sheets apart', () => {
    const chart = [record(0x809, u16(0x600, 0x20), Buffer.alloc(12)), record(0x0a)];
    const global = [sheet('Een'), sheet('Twee', 2)];
    const inSheet = [...chart, record(0x208, u16(6, 0, 1, 0, 0, 0, 0x20, 0)), record(0x1c, u16(4, 2, 0, 1))];
    expect(placesIn(workbookOf(global, inSheet))).toEqual([
      'ole.xls.very-hidden-sheet at Workbook/sheet 2',
      'ole.xls.hidden-row at Workbook/sheet 1/row 7',
      'ole.xls.note at Workbook/sheet 1/row 5, column 3',
    ]);
  });

  it('name properties of messages by their numbers', () => {
    expect(placesIn(messageOf(property('0037', 'verzuim')))).toEqual(['ole.msg.subject at __substg1.0_0037001F']);
  });

  it('say where bytes are that nothing uses, and are silent on bytes without text', () => {
    expect(placesIn(wordOf(), { unused: Buffer.from('een vorige versie') })).toEqual([
      expect.stringMatching(/^ole\.unused at sector \d+$/),
    ]);
    expect(placesIn(wordOf(), { unused: Buffer.alloc(512, 0xf7) })).toEqual([]);
  });
});

describe('text in bytes that nothing uses', () => {
  // Bytes without a pattern, the same ones every time.
  const noise = Buffer.concat(Array.from({ length: 2000 }, (_, i) => createHash('sha512').update(`${i}`).digest()));

  it('is not seen in noise', () => {
    expect(holdsText(noise)).toBe(false);
  });

  it.each([
    ['of one byte a letter', Buffer.from('van Wiebe de Graaf')],
    ['of two bytes a letter', wide('Wiebe')],
  ])('is seen between noise in letters %s', (_what, text) => {
    expect(holdsText(Buffer.concat([noise, text, noise]))).toBe(true);
  });

  it('is seen where two pieces of a long run meet', () => {
    const text = Buffer.from('van Wiebe de Graaf');
    expect(holdsText(Buffer.concat([Buffer.alloc(1024 * 1024 - 9), text]))).toBe(true);
  });
});

describe('paths in a stream', () => {
  it.each([
    ["a user's folder", 'file C:\\Users\\wiebe\\nota.doc', true],
    ['a share', 'see \\\\server-zk01\\hoekzema now', true],
    ['a folder of programs', 'C:\\Program Files\\Microsoft Office', false],
    ['escapes of a language', 'a\\\\b \\\\n \\par\\pard', false],
  ])('are those of people and servers: %s', (_what, text, isOne) => {
    expect([holdsPath(Buffer.from(text)), holdsPath(wide(text))]).toEqual([isOne, isOne]);
  });
});

describe('tables of Word', () => {
  it('are read from the stream that the flags name, not from the other one', () => {
    const { '1Table': table = Buffer.alloc(0), ...rest } = wordOf({ tables: { 71: stringsOf('Wiebe') } });
    expect(placesIn({ ...rest, '0Table': table })).toEqual([]);
  });
});

it('reads files whose table of sectors is too large for the header', () => {
  const big = compoundOf({ ...wordOf(), Data: Buffer.alloc(20_000_000, 'abc') });
  const { entries } = readCompound(big, LIMITS);
  expect(entries.find(({ name }) => name === 'Data')?.bytes.equals(Buffer.alloc(20_000_000, 'abc'))).toBe(true);
});
