// Documents from before 2007 that are converted: what a converter makes of them is believed in nothing.

import { afterAll, describe, expect, it } from 'vitest';
import type { LegacyKind } from '../../lib/core/engines.ts';
import { readPolicy } from '../../lib/core/policy.ts';
import { examine } from '../../lib/core/sanitize.ts';
import { openWorkshop } from '../../lib/tools.ts';
import { CORE_REL, corePart, field, p, wordFile } from '../support/docx-file.ts';
import { u16, u32 } from '../support/emf-file.ts';
import { cellsOf, propertiesOf, record, slidesOf, wordOf } from '../support/ole-documents.ts';
import { compoundOf, type Tree } from '../support/ole-file.ts';
import { showFile, sp } from '../support/pptx-file.ts';
import { inline, number, row, si, xlsxFile } from '../support/xlsx-file.ts';

const workshop = openWorkshop();
afterAll(() => workshop.close());

type Setting = { readonly rules?: Readonly<Record<string, 'keep' | 'quarantine'>>; readonly off?: true };

async function outcomeOf(tree: Tree, converted: Uint8Array, { rules = {}, off }: Setting = {}) {
  const asked: LegacyKind[] = [];
  const settings = off ? {} : { legacyFormats: 'convert' };
  const examined = await examine(compoundOf(tree), 'nota.doc', {
    ...workshop,
    policy: readPolicy({ version: 1, rules, settings }),
    engines: {
      ...workshop.engines,
      converter: async (_, kind) => {
        asked.push(kind);
        return converted;
      },
    },
  });
  return { examined, asked };
}

const SENTENCE = 'Begroting van de afdeling en een tweede zin';
const AUTHOR = 'Wiebe Zandkamp';
const SUMMARY = propertiesOf({ 4: AUTHOR });
const letter = (inner: string) => wordFile({ body: inner });
const told = wordFile({
  body: p(SENTENCE),
  rootRels: [CORE_REL],
  parts: [corePart(`<dc:creator>${AUTHOR}</dc:creator>`)],
});

describe('a document from before 2007', () => {
  it('is published as what came after, without what either says of people', async () => {
    const { examined, asked } = await outcomeOf({ ...wordOf(), '\x05SummaryInformation': SUMMARY }, told);
    expect(asked).toEqual(['doc']);
    expect(examined).toMatchObject({ outcome: 'published', format: 'ole', extension: 'docx', renamed: true });
    const carriers = examined.findings.map(({ carrier }) => carrier);
    expect(carriers).toEqual(expect.arrayContaining(['ole.summary.author', 'docx.core.creator']));
    if (examined.outcome !== 'published') return;
    expect(examined.proof.checks).toEqual(expect.arrayContaining(['converted', 'absence', 'text']));
    expect(Buffer.from(examined.body).includes(AUTHOR)).toBe(false);
  });

  it('is held back where policy says nothing of converting', async () => {
    const { examined, asked } = await outcomeOf(wordOf(), letter(p(SENTENCE)), { off: true });
    expect(examined).toMatchObject({ outcome: 'quarantined', reason: 'legacy-format' });
    expect(asked).toEqual([]);
  });

  it.each([
    ['encrypted documents', { ...wordOf({ flags: 0x100 }) }, {}, 'encrypted'],
    [
      'what policy keeps',
      { ...wordOf(), '\x05SummaryInformation': SUMMARY },
      { 'ole.summary.author': 'keep' },
      'unsupported',
    ],
    ['sheets of Excel 4 macros', macroSheet(), {}, 'active-content'],
    ['other compound files', { Quill: Buffer.from('drukwerk') }, {}, 'legacy-format'],
  ] as const)('never comes to a converter: %s', async (_, tree, rules, reason) => {
    const { examined, asked } = await outcomeOf(tree, letter(p(SENTENCE)), { rules });
    expect(examined).toMatchObject({ outcome: 'quarantined', reason });
    expect(asked).toEqual([]);
  });

  it('is held back for what policy quarantines', async () => {
    const rules = { 'ole.summary.author': 'quarantine' } as const;
    const { examined } = await outcomeOf({ ...wordOf(), '\x05SummaryInformation': SUMMARY }, told, { rules });
    expect(examined).toMatchObject({ outcome: 'quarantined', reason: 'personal-data' });
  });

  it.each([
    ['answers an old document', compoundOf(wordOf()), 'legacy-format'],
    ['answers no document', Buffer.from('niets'), 'unsupported'],
  ] as const)('is held back where a converter %s', async (_, converted, reason) => {
    const { examined } = await outcomeOf(wordOf(), converted);
    expect(examined).toMatchObject({ outcome: 'quarantined', reason });
  });
});

function macroSheet(): Tree {
  return {
    Workbook: Buffer.concat([
      record(0x809, u16(0x600, 5), Buffer.alloc(12)),
      record(0x85, u32(0), Buffer.from([0, 1, 1, 0, 0x4d])),
    ]),
  };
}

const HIDDEN = Buffer.from([0x3c, 0x08, 1]);
const DELETED = Buffer.from([0x00, 0x08, 1]);
const page = (result: string) => field(' PAGE ', result);

const cells = cellsOf(
  [
    [
      record(0xfd, u16(0, 0, 0), u32(0)),
      record(0xfd, u16(0, 1, 0), u32(1)),
      record(0x203, u16(1, 0, 0), double(0.1)),
      record(0x27e, u16(1, 1, 0), u32(12345 * 4 + 3)),
      record(0xbd, u16(2, 0), u16(0), u32(7 * 4 + 2), u16(0), u32(8 * 4 + 2), u16(1)),
      record(0x06, u16(3, 0, 0), Buffer.from([0, 0, 0, 0, 0, 0, 0xff, 0xff]), Buffer.alloc(6)),
      record(0x207, u16(3), Buffer.from([0]), Buffer.from('som')),
      record(0x205, u16(3, 1, 0), Buffer.from([1, 0])),
    ],
  ],
  // The second text goes on in the next record, with two bytes a letter.
  [
    Buffer.concat([
      u32(2, 2),
      u16(5),
      Buffer.from([0]),
      Buffer.from('kopje'),
      u16(6),
      Buffer.from([0]),
      Buffer.from('bed'),
    ]),
    Buffer.concat([Buffer.from([1]), u16(0x72, 0xe1, 0x67)]),
  ],
);

function double(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}

const bool = (reference: string, value: string) => `<c r="${reference}" t="b"><v>${value}</v></c>`;
const shared = (reference: string, index: number) => `<c r="${reference}" t="s"><v>${index}</v></c>`;
const book = ({ second = 'bedr\u00e1g', tenth = 0.1, truth = '1', more = '' } = {}) =>
  xlsxFile({
    strings: si('kopje') + si(second),
    rows:
      row(1, shared('A1', 0) + shared('B1', 1)) +
      row(2, number('A2', tenth) + number('B2', 123.45)) +
      row(3, number('A3', 7) + number('B3', 8)) +
      row(4, inline('A4', 'som') + bool('B4', truth)) +
      more,
  });

const slides = slidesOf([['Titel', 'Eerste punt\rTweede punt'], ['Slot']]);
const show = (...texts: readonly (readonly string[])[]) =>
  showFile({ slides: texts.map((one) => ({ shapes: one.map((text, i) => sp(text, { id: i + 2 })).join('') })) });

/** Pieces of a text that all stand at the same place. */
function overlapping(count: number, letters: number): Buffer {
  const ends = Array.from({ length: count + 1 }, (_, i) => i * letters);
  const place = Buffer.concat([u16(0), u32((1536 * 2) | 0x40000000), u16(0)]);
  const pieces = Buffer.concat([u32(...ends), ...ends.slice(1).map(() => place)]);
  return Buffer.concat([Buffer.from([2]), u32(pieces.length), pieces]);
}

it.each([
  ['held back at the limit', 8000, { outcome: 'quarantined', reason: 'limit' }],
  ['read below it, as far as the text goes', 8, { outcome: 'published' }],
] as const)('pieces that overlap are %s', async (_, count, expected) => {
  const tree = wordOf({ tables: { 33: overlapping(count, 3000) } });
  expect((await outcomeOf(tree, letter(p(SENTENCE)))).examined).toMatchObject(expected);
});

/** Sheets that all lead to the records of the first. */
function ledToOne(count: number): Tree {
  const rows = Array.from({ length: 20 }, (_, i) => record(0x203, u16(i, 0, 0), double(i)));
  const { Workbook } = cellsOf(Array.from({ length: count }, () => rows));
  if (!Buffer.isBuffer(Workbook)) throw new Error('no stream');
  const places: number[] = [];
  for (let at = 0; at + 4 <= Workbook.length; at += 4 + Workbook.readUInt16LE(at + 2)) {
    if (Workbook.readUInt16LE(at) !== 0x85) continue;
    places.push(Workbook.readUInt32LE(at + 4));
    Workbook.writeUInt32LE(places[0] ?? 0, at + 4);
  }
  return { Workbook: Workbook.subarray(0, places[1]) };
}

it.each([
  [9, 'limit'],
  [2, 'unverified'],
])('%i sheets that lead to one place end as %s', async (count, reason) => {
  expect((await outcomeOf(ledToOne(count), book())).examined).toMatchObject({ outcome: 'quarantined', reason });
});

describe('a conversion', () => {
  it.each([
    ['has the same text', wordOf(), letter(p(SENTENCE))],
    [
      'counts pages anew',
      wordOf({ text: '\x13 PAGE \x147\x15' }),
      letter(`${p('Begroting van de afdeling', '')}${page('1')}${p('en een tweede zin')}`),
    ],
    [
      'keeps the result of a field',
      wordOf({ text: '\x13 TITLE \x14 van Wiebe\x15' }),
      letter(p('Begroting van de afdeling van Wiebe en een tweede zin')),
    ],
    ['has no hidden text', wordOf({ modifiers: HIDDEN }), letter(p(''))],
    ['has no deleted text', wordOf({ modifiers: DELETED }), letter(p(''))],
    ['has the same cells', cells, book()],
    ['has the same slides', slides, show(['Titel', 'Eerste punt', 'Tweede punt'], ['Slot'])],
    ['has the shapes of a slide in another order', slides, show(['Tweede punt', 'Titel', 'Eerste punt'], ['Slot'])],
  ])('is published that %s', async (_, tree, converted) => {
    expect((await outcomeOf(tree, converted)).examined).toMatchObject({ outcome: 'published' });
  });

  it.each([
    ['loses a sign', wordOf({ text: ' -5' }), letter(p('Begroting van de afdeling 5 en een tweede zin'))],
    ['loses text', wordOf(), letter(p('Begroting van de afdeling'))],
    ['doubles text', wordOf(), letter(p(SENTENCE) + p('zin'))],
    ['has text in another order', wordOf(), letter(p('en een tweede zin') + p('Begroting van de afdeling'))],
    [
      'shows another result of a field',
      wordOf({ text: '\x13 FILENAME \x14oud.doc\x15' }),
      letter(p('Begroting van de afdelingin.doc en een tweede zin')),
    ],
    ['shows hidden text', wordOf({ modifiers: HIDDEN }), letter(p(SENTENCE))],
    ['has another text in a cell', cells, book({ second: 'bedrag' })],
    ['has another number in a cell', cells, book({ tenth: 0.10001 })],
    ['has another truth in a cell', cells, book({ truth: '0' })],
    ['has a cell more', cells, book({ more: row(5, number('A5', 1)) })],
    ['loses a slide', slides, show(['Titel', 'Eerste punt', 'Tweede punt'])],
    ['loses text of a slide', slides, show(['Titel', 'Eerste punt'], ['Slot'])],
    ['has text on another slide', slides, show(['Titel', 'Eerste punt'], ['Slot', 'Tweede punt'])],
  ])('is held back that %s', async (_, tree, converted) => {
    expect((await outcomeOf(tree, converted)).examined).toMatchObject({ outcome: 'quarantined', reason: 'unverified' });
  });
});
