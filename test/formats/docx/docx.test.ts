import { afterAll, describe, expect, test } from 'vitest';
import { carriers } from '../../../lib/formats/docx/carriers.ts';
import { docx } from '../../../lib/formats/docx/docx.ts';
import { cases } from '../../fixtures/docx/cases.ts';
import { docxBench, membersOf } from '../../support/docx-bench.ts';
import {
  CORE_REL,
  corePart,
  field,
  image,
  microsoft,
  office,
  p,
  picture,
  wordFile,
  wordPart,
  wordType,
} from '../../support/docx-file.ts';
import { pngOf } from '../../support/png-file.ts';
import { zipFile } from '../../support/zip-file.ts';

const bench = docxBench();
afterAll(() => bench.close());

async function published(untrusted: Uint8Array, rules?: Readonly<Record<string, string>>) {
  const verdict = await bench.judge(untrusted, rules);
  if (verdict.outcome === 'quarantined') return expect.fail(`quarantined: ${verdict.reason} ${verdict.detail}`);
  return { ...verdict, members: membersOf(verdict.body) };
}

describe('recognising', () => {
  const spreadsheet = wordFile({
    mainType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml',
    mainName: 'xl/workbook.xml',
    main: '<x/>',
  });
  const rows: readonly (readonly [string, boolean, Uint8Array])[] = [
    ['a document', true, wordFile()],
    ['a template', true, wordFile({ mainType: wordType('template.main') })],
    [
      'a macro-enabled template',
      true,
      wordFile({ mainType: 'application/vnd.ms-word.template.macroEnabledTemplate.main+xml' }),
    ],
    ['a document under another name', true, wordFile({ mainName: 'inhoud/tekst.xml' })],
    ['a document behind other bytes', false, wordFile({ zip: { before: Buffer.from('From: iemand') } })],
    ['a document before other bytes', true, wordFile({ zip: { after: Buffer.from('achterop') } })],
    ['a document that was cut off', true, wordFile({ body: p('lang '.repeat(500)) }).subarray(0, 700)],
    ['a spreadsheet', false, spreadsheet],
    [
      'a spreadsheet with a document inside',
      false,
      wordFile({
        mainType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml',
        mainName: 'xl/workbook.xml',
        main: '<x/>',
        parts: [
          {
            name: 'xl/embeddings/a.docx',
            type: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
            content: 'x',
          },
        ],
      }),
    ],
    [
      'an OpenDocument text',
      false,
      zipFile([
        { name: 'mimetype', data: 'application/vnd.oasis.opendocument.text', stored: true },
        { name: 'content.xml', data: '<x/>' },
      ]),
    ],
    ['a plain zip', false, zipFile([{ name: 'brief.txt', data: 'x' }])],
    ['an OLE file', false, Buffer.from('d0cf11e0a1b11ae1', 'hex')],
    ['nothing', false, Buffer.alloc(0)],
    ['an end record alone', false, Buffer.from(`PK\x05\x06${'\xff'.repeat(18)}`, 'latin1')],
  ];
  test.each(rows)('%s: %s', (_, expected, bytes) => {
    expect(docx.matches(bytes)).toBe(expected);
  });
});

describe('keeping bytes that need no change', () => {
  test('a clean part keeps its compressed bytes, a dirty one all but what is removed', async () => {
    const main = '<w:p w:rsidR="00AA00AA" ><w:r ><w:t\n>Tekst  &#x41;</w:t ></w:r></w:p>';
    const { members } = await published(wordFile({ body: main }));
    expect(members['word/document.xml']).toContain(
      '<w:body><w:p ><w:r ><w:t\n>Tekst  &#x41;</w:t ></w:r></w:p></w:body>',
    );
  });

  test('the order of members and their names do not depend on the original', async () => {
    const file = {
      body: p('Tekst'),
      rels: [{ id: 'rId8', type: office('styles'), target: 'styles.xml' }],
      parts: [wordPart('styles', 'styles', '')],
    };
    const [one, other] = [
      await published(wordFile(file)),
      await published(wordFile({ ...file, entries: (entries) => [...entries].reverse() })),
    ];
    expect(Object.keys(other.members)).toEqual(Object.keys(one.members));
    expect(Object.keys(one.members).slice(0, 2)).toEqual(['[Content_Types].xml', '_rels/.rels']);
  });
});

describe('what a document becomes', () => {
  const macro = {
    rels: [{ id: 'rId3', type: microsoft('2006/relationships/vbaProject'), target: 'vbaProject.bin' }],
    parts: [{ name: 'word/vbaProject.bin', type: 'application/vnd.ms-office.vbaProject', content: 'macro' }],
  };
  const rows: readonly (readonly [string, string, boolean])[] = [
    ['application/vnd.ms-word.document.macroEnabled.main+xml', 'docx', true],
    ['application/vnd.ms-word.template.macroEnabledTemplate.main+xml', 'dotx', true],
    [wordType('document.main'), 'docx', false],
  ];
  test.each(rows)('%s becomes a %s (renamed: %s)', async (mainType, extension, renamed) => {
    const verdict = await published(wordFile({ ...macro, mainType }));
    expect([verdict.extension, verdict.renamed]).toEqual([extension, renamed]);
    expect(verdict.members['[Content_Types].xml']).not.toMatch(/macro|vba/i);
    expect(Object.keys(verdict.members)).not.toContain('word/vbaProject.bin');
  });

  test('an object whose content went is a picture', async () => {
    const body =
      '<w:p><w:r><w:object w:dxaOrig="1"><v:shape><v:imagedata r:id="rId5"/></v:shape><o:OLEObject Type="Embed" r:id="rId6"/></w:object></w:r></w:p>';
    const { members } = await published(
      wordFile({
        body,
        rels: [
          image('rId5', 'image1.png'),
          { id: 'rId6', type: office('oleObject'), target: 'embeddings/oleObject1.bin' },
        ],
        parts: [
          { name: 'word/media/image1.png', type: 'image/png', content: pngOf([]) },
          { name: 'word/embeddings/oleObject1.bin', type: 'application/x', content: 'ole' },
        ],
      }),
    );
    expect(members['word/document.xml']).toContain('<w:pict><v:shape><v:imagedata r:id="rId5"/></v:shape></w:pict>');
    expect(Object.keys(members)).toContain('word/media/image1.png');
  });
});

describe('fields', () => {
  const rows: readonly (readonly [string, 'stays' | 'goes'])[] = [
    ['PAGE \\* MERGEFORMAT', 'stays'],
    ['PAGE geheim', 'stays'],
    ['NUMPAGES \\# &quot;0&quot;', 'stays'],
    ['TOC \\o &quot;1-3&quot; \\h \\z \\u', 'stays'],
    ['STYLEREF &quot;heading 1&quot; \\n', 'stays'],
    ['REF _Ref123456 \\h', 'stays'],
    ['= SUM(ABOVE) \\# &quot;0,00&quot;', 'stays'],
    ['LISTNUM NumberDefault', 'stays'],
    ['REF zaak_Wiebren \\h', 'goes'],
    ['SEQ Tabel geheim nog iets', 'goes'],
    ['SEQ Tabel \\q', 'goes'],
    ['STYLEREF &quot;stijl van Wiebren&quot;', 'goes'],
    ['= zaak_Wiebren + 1', 'goes'],
    ['LISTNUM &quot;lijst van Wiebren&quot;', 'goes'],
    ['HYPERLINK &quot;https://www.example.org/&quot; \\t &quot;Wiebren&quot;', 'goes'],
    ['HYPERLINK \\l &quot;zaak_Wiebren&quot;', 'goes'],
    ['HYPERLINK &quot;https://www.example.org/&quot;', 'stays'],
    ['HYPERLINK \\l &quot;_Toc1&quot;', 'stays'],
    ['= 1 + 2', 'stays'],
    ['SEQ Tabel \\* ARABIC', 'stays'],
    ['HYPERLINK &quot;file:///H:/x&quot;', 'goes'],
    ['HYPERLINK &quot;https://www.example.org/&quot; \\o &quot;H:\\map\\x&quot;', 'goes'],
    ['AUTHOR', 'goes'],
    ['XE &quot;Naam&quot;', 'goes'],
    ['NIEUWVELD iets', 'goes'],
  ];
  test.each(rows)('%s %s', async (code, what) => {
    const { members } = await published(wordFile({ body: `<w:p>${field(code, 'resultaat')}</w:p>` }));
    expect(members['word/document.xml']?.includes('instrText')).toBe(what === 'stays');
    expect(members['word/document.xml']).toContain('resultaat');
    expect(members['word/document.xml']).not.toMatch(/geheim|Wiebren/);
  });

  test('index entries stay where there is an index', async () => {
    const { members } = await published(
      wordFile({ body: `<w:p>${field('XE &quot;Naam&quot;', '')}${field('INDEX \\c 2', 'Naam, 1')}</w:p>` }),
    );
    expect(members['word/document.xml']).toContain('XE');
  });
});

describe('policy', () => {
  const body =
    '<w:p w:rsidR="00AA00AA"><w:r><w:t>Zie</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>stil</w:t></w:r></w:p>';
  test('keeps what it is told to keep, and says so', async () => {
    const verdict = await published(wordFile({ body }), { 'docx.text.hidden': 'keep', 'docx.rsid': 'keep' });
    expect(verdict.members['word/document.xml']).toContain(body);
    expect(verdict.findings.filter(({ action }) => action === 'kept').map(({ carrier }) => carrier)).toEqual(
      expect.arrayContaining(['docx.rsid', 'docx.text.hidden']),
    );
  });

  test('quarantines what it is told to quarantine', async () => {
    expect(await bench.judge(wordFile({ body }), { 'docx.text.hidden': 'quarantine' })).toMatchObject({
      outcome: 'quarantined',
      reason: 'hidden-content',
    });
  });

  test('keeps a dropped part with all that belongs to it', async () => {
    const file = wordFile({
      rels: [{ id: 'rId5', type: office('customXml'), target: '../customXml/item1.xml' }],
      parts: [{ name: 'customXml/item1.xml', content: '<x xmlns="urn:x"/>' }],
    });
    expect(Object.keys((await published(file, { 'docx.custom-xml': 'keep' })).members)).toContain(
      'customXml/item1.xml',
    );
    expect(Object.keys((await published(file)).members)).not.toContain('customXml/item1.xml');
  });

  test('takes away what a cropped picture hides where cropping is removed', async () => {
    const file = wordFile({
      body: `<w:p>${picture('rId5', { crop: '<a:srcRect l="25000"/>' })}</w:p>${p('Tekst')}`,
      rels: [image('rId5', 'image1.png')],
      parts: [{ name: 'word/media/image1.png', type: 'image/png', content: pngOf([]) }],
    });
    const { members } = await published(file, { 'docx.picture.crop': 'remove' });
    expect(Object.keys(members).filter((name) => name.includes('media'))).toEqual(['word/media/image2.png']);
    expect(members['word/document.xml']).toContain('<a:srcRect/>');
  });
});

describe('findings', () => {
  test('say where by numbers alone', async () => {
    const verdict = await bench.judge(
      wordFile({
        body: `${p('Een')}<w:p><w:ins w:id="1" w:author="Marijke Hofstra"><w:r><w:t>Twee</w:t></w:r></w:ins></w:p>`,
        rootRels: [CORE_REL],
        parts: [corePart('<dc:creator>Marijke Hofstra</dc:creator>')],
      }),
    );
    expect(verdict.findings.map(({ carrier, at }) => [carrier, at])).toEqual([
      ['docx.core.creator', 'member 4'],
      ['docx.revision.insertion', 'member 3/paragraph 2'],
    ]);
  });

  test('every carrier has a row of its own, and most have a fixture', () => {
    const ids = carriers.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const shown = new Set(cases.flatMap(({ finds = [] }) => finds));
    expect([...shown].filter((id) => id.startsWith('docx.') && !ids.includes(id))).toEqual([]);
    expect(shown.size).toBeGreaterThan(45);
  });
});
