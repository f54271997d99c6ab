import { describe, expect, it } from 'vitest';
import type { PdfiumDocument } from '../../../lib/core/engines.ts';
import { LIMITS } from '../../../lib/core/limits.ts';
import { readPolicy } from '../../../lib/core/policy.ts';
import { pdfium } from '../../../lib/engines/pdfium.ts';
import { qpdf } from '../../../lib/engines/qpdf.ts';
import { type Comparing, comparePdf, samplePages } from '../../../lib/formats/pdf/compare.ts';
import { isPlainlyPublic } from '../../../lib/formats/pdf/compare-links.ts';
import { pdfFile } from '../../support/pdf-file.ts';
import { REPORT, type Report, reportPdf } from '../../support/pdf-report.ts';

const MARKUP = 'pdf.annotation.markup';
const engines = { qpdf: qpdf(LIMITS), pdfium: pdfium(LIMITS) };
const policy = (action: 'remove' | 'flatten') => readPolicy({ version: 1, rules: { [MARKUP]: action } });
const context: Comparing = { limits: LIMITS, engines, policy: policy('remove') };
const original = reportPdf();
const STAMP = '1 0 0 rg 0 0 80 40 re f';

const compare = (body: Uint8Array, before: Uint8Array = original, changes: Partial<Comparing> = {}) =>
  comparePdf(before, body, { ...context, ...changes });

describe('a body that is the original', () => {
  it('passes every check', async () => {
    expect(await compare(original)).toEqual(
      expect.arrayContaining(['text', 'pixels', 'bookmarks', 'links', 'structure']),
    );
  });

  it('passes when its objects are packed and its streams written anew', async () => {
    const rewritten = await engines.qpdf(original, ['--object-streams=generate', '--recompress-flate']);
    await compare(rewritten);
  });

  it.each([
    ['encrypted with the empty password', ['--encrypt', '', 'owner', '256', '--']],
    ['encrypted in the oldest way', ['--allow-weak-crypto', '--encrypt', '', '', '40', '--']],
  ])('passes when the original is %s', async (_, options) => {
    await compare(original, await engines.qpdf(original, options));
  });

  it('passes when only qpdf can open the original', async () => {
    const damaged = Buffer.from(
      original
        .toString('latin1')
        .replace(/xref\n0.*/s, '')
        .replace('%PDF-1.7', '%PDX-1.7'),
      'latin1',
    );
    const withTrailer = Buffer.concat([damaged, Buffer.from('trailer\n<</Root 1 0 R/Info 15 0 R>>\n')]);
    await expect(engines.pdfium(withTrailer, () => 0)).rejects.toMatchObject({ reason: 'malformed' });
    await compare(original, withTrailer);
  });

  it('passes without bookmarks that a later revision freed, but for nothing else that it freed', async () => {
    const without = reportPdf({}, ['/First 9 0 R/Last 9 0 R/Count 1', '/Dest 9 0 R']);
    const previous = original.indexOf('xref\n0 ');
    const freed = (number: number) =>
      Buffer.concat([
        original,
        Buffer.from(`xref\n${number} 1\n0000000000 00001 f \ntrailer\n<</Size 16/Root 1 0 R/Prev ${previous}>>\n`),
        Buffer.from(`startxref\n${original.length}\n%%EOF\n`),
      ]);
    const shows = (document: PdfiumDocument) => document.bookmarks().length;
    expect(await engines.pdfium(freed(9), shows)).toBe(1);
    await compare(without, freed(9));
    await expect(compare(without, freed(14))).rejects.toMatchObject({ detail: expect.stringContaining('1 bookmarks') });
  });

  it('is no match for a damaged original that readers do not agree about, which is at fault', async () => {
    const said = reportPdf({ deflate: false });
    const odd = Buffer.from(said.toString('latin1').replace('stream\n/Figure', 'stream /Figure'), 'latin1');
    const repaired = await engines.qpdf(odd, ['--decrypt']);
    const words = (document: PdfiumDocument) => document.text(0);
    if ((await engines.pdfium(odd, words)) === (await engines.pdfium(repaired, words))) throw new Error('they agree');
    await expect(compare(repaired, odd)).rejects.toMatchObject({ reason: 'malformed' });
    await expect(compare(reportPdf({ words: 'Other words' }), odd)).rejects.toMatchObject({ reason: 'unverified' });
  });

  it('passes with many pages, of which it draws a sample', async () => {
    const many = reportPdf({ pages: 30 });
    await compare(many, many, { limits: { ...LIMITS, maxRenderedPages: 5 } });
  });
});

describe('a body that is not the original', () => {
  it.each<[string, Partial<Report>, string]>([
    ['one shade of grey', { grey: REPORT.grey + 0.01 }, 'the picture on page 2'],
    ['one character', { words: 'Water levels rise' }, 'the text on page 1'],
    [
      'the place of the text',
      { width: 300.005, words: ') Tj 0.03 0 Td (Water levels rose' },
      'the place of character 1',
    ],
    ['a page more', { pages: 3 }, '2 pages before, 3 after'],
    ['a page less', { pages: 1 }, '2 pages before, 1 after'],
    ['the size of the pages', { width: 301 }, 'the size on page 1'],
    ['the language', { language: 'nl' }, 'the language'],
    ['the title', { title: 'Quite another' }, 'the title'],
    ['a bookmark', { bookmark: 'Chapter two' }, 'bookmark 1'],
    ['the alternative text', { alt: 'Another chart' }, 'alternative text of structure element 1'],
    ['the kind of an element', { element: 'Formula' }, 'structure element 1'],
    ['whether it is tagged', { tagged: false }, 'not tagged any more'],
    ['the address of a link', { link: 'https://www.example.org/other' }, 'a link that was not there'],
    ['where a link leads', { linkTarget: 4 }, 'a link within the document'],
    ['a mark that was not there', { flattened: STAMP }, 'the picture on page 1'],
  ])('is told apart by %s', async (_, changes, detail) => {
    await expect(compare(reportPdf(changes))).rejects.toMatchObject({
      reason: 'unverified',
      detail: expect.stringContaining(detail),
    });
  });

  it.each<[string, readonly [string, string], string]>([
    ['lost bookmarks', ['/First 9 0 R/Last 9 0 R/Count 1', '/Dest 9 0 R'], '1 bookmarks before, 0 after'],
    ['a bookmark that leads elsewhere', ['/Dest[4 0 R/Fit]', '/Dest[3 0 R/Fit]'], 'bookmark 1'],
    ['a lost link', ['[12 0 R 13 0 R]', '[13 0 R]/Dest 12 0 R'], 'a public link on page 1'],
    ['a lost leap', ['[12 0 R 13 0 R]', '[12 0 R]/Dest 13 0 R'], 'a link within the document on page 1'],
    ['replacement text', ['/Lang(en)>>', '/Lang(en)/ActualText(Levels)>>'], 'replacement text of structure element 1'],
    ['the language of an element', ['/Lang(en)>>', '/Lang(nl)>>'], 'language of structure element 1'],
    ['the content of an element', ['/K 0/Alt', '/K 1/Alt'], 'structure element'],
    ['a page turned', ['/StructParents 0', '/Rotate 180/StructParents 0'], 'the picture on page 1'],
    ['a page turned to the side', ['/StructParents 0', '/Rotate 90/StructParents 0'], 'the size on page 1'],
  ])('is told apart by %s', async (_, replace, detail) => {
    await expect(compare(reportPdf({}, replace))).rejects.toMatchObject({
      reason: 'unverified',
      detail: expect.stringContaining(detail),
    });
  });

  it('is told apart in the page that the sample would leave out, by its text', async () => {
    const few = { limits: { ...LIMITS, maxRenderedPages: 1 } };
    await compare(reportPdf({ grey: 0.6 }), original, few);
    const second = (word: string) =>
      Buffer.from(reportPdf({ deflate: false }).toString('latin1').replace('Second', word), 'latin1');
    await expect(compare(second('Sekond'), second('Second'), few)).rejects.toMatchObject({
      detail: expect.stringContaining('the text on page 2'),
    });
  });

  it('may not claim less of an archive standard', async () => {
    const packet = (part: string) =>
      pdfFile(
        [
          '<</Type/Catalog/Pages 2 0 R/Metadata 4 0 R>>',
          '<</Type/Pages/Count 1/Kids[3 0 R]>>',
          '<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>',
          {
            dict: '/Type/Metadata/Subtype/XML',
            data: `<rdf:Description pdfaid:part="${part}" pdfaid:conformance="A"/>`,
          },
        ],
        '/Root 1 0 R',
      );
    await compare(packet('2'), packet('2'));
    await expect(compare(packet('3'), packet('2'))).rejects.toMatchObject({ detail: expect.stringContaining('PDF/A') });
  });

  it('must open in PDFium, with a page', async () => {
    const noPages = pdfFile(['<</Type/Catalog/Pages 2 0 R>>', '<</Type/Pages/Count 0/Kids[]>>'], '/Root 1 0 R');
    await expect(compare(noPages)).rejects.toMatchObject({ reason: 'unverified' });
    await expect(compare(noPages, noPages)).rejects.toMatchObject({ name: 'Refusal' });
  });

  it('may not be worse in the eyes of qpdf', async () => {
    const worse = Buffer.from(original.toString('latin1').replace(/startxref\n\d+/, 'startxref\n7'), 'latin1');
    await expect(compare(worse)).rejects.toMatchObject({
      detail: expect.stringContaining('qpdf --check: clean before, warnings after'),
    });
    await compare(worse, worse);
  });
});

describe('the bytes of a body', () => {
  const text = original.toString('latin1');
  const body = (changed: string) => Buffer.from(changed, 'latin1');
  it.each([
    ['bytes behind the end', body(`${text}\nmore`)],
    ['a second revision', body(`${text}${text.slice(text.indexOf('xref\n0'))}`)],
    ['a comment between objects', body(text.replace('\n2 0 obj', '\n% Jansen\n2 0 obj'))],
    ['words between objects', body(text.replace('\n2 0 obj', '\nJansen\n2 0 obj'))],
    ['an object twice', body(text.replace('\n3 0 obj', '\n2 0 obj\n<<>>\nendobj\n3 0 obj'))],
    ['an object that nothing leads to', body(text.replace('\nxref\n0', '\n99 0 obj\n(Jansen)\nendobj\nxref\n0'))],
    ['an earlier section', body(text.replace('/Root 1 0 R/Info', '/Prev 7/Root 1 0 R/Info'))],
    ['encryption', body(text.replace('/Root 1 0 R/Info', '/Encrypt 1 0 R/Root 1 0 R/Info'))],
    ['bytes before the header', body(`junk\n${text}`)],
    [
      'a stream that is longer than it says',
      body(text.replace(/\/Length (\d+)>>/, (_, length) => `/Length ${Number(length) - 3}>>`)),
    ],
  ])('may not hold %s', async (_, changed) => {
    expect(changed.equals(original)).toBe(false);
    await expect(compare(changed)).rejects.toMatchObject({ name: 'Refusal', reason: 'unverified' });
  });
});

describe('annotations', () => {
  const stamped = reportPdf({ markup: STAMP });
  const flattened = reportPdf({ flattened: STAMP });
  const flatten = { policy: policy('flatten') };

  it('are gone where policy removes them', async () => {
    await compare(original, stamped);
    await expect(compare(flattened, stamped)).rejects.toMatchObject({
      detail: expect.stringContaining('the picture on page 1'),
    });
  });

  it('are drawn by the page where policy flattens them', async () => {
    await compare(flattened, stamped, flatten);
    await expect(compare(original, stamped, flatten)).rejects.toMatchObject({
      detail: expect.stringContaining('the picture on page 1'),
    });
  });

  it('may differ by one step of shade in their boxes, and nowhere else', async () => {
    await compare(reportPdf({ flattened: '0.996 0 0 rg 0 0 80 40 re f' }), stamped, flatten);
    for (const other of ['0.99 0 0 rg 0 0 80 40 re f', '0 1 0 rg 0 0 80 40 re f', '1 0 0 rg 0 0 80 55 re f'])
      await expect(compare(reportPdf({ flattened: other }), stamped, flatten)).rejects.toMatchObject({
        detail: expect.stringContaining('the picture on page 1'),
      });
    const grey = reportPdf({ markup: STAMP, grey: REPORT.grey + 0.004 });
    await expect(compare(flattened, grey, flatten)).rejects.toMatchObject({
      detail: expect.stringContaining('the picture on page 2'),
    });
  });

  it('are drawn by the page where they are form fields, whatever policy says of markup', async () => {
    const field = reportPdf({ markup: STAMP }, [
      '/Subtype/Stamp/Rect[200 20 280 60]/F 4',
      '/Subtype/Widget/FT/Tx/Rect[200 20 280 60]',
    ]);
    await compare(flattened, field);
    await expect(compare(original, field)).rejects.toMatchObject({
      detail: expect.stringContaining('the picture on page 1'),
    });
  });

  it('may add text in their boxes, and nowhere else', async () => {
    const words = 'BT /F 12 Tf 5 5 Td (Approved) Tj ET';
    await compare(reportPdf({ flattened: words }), reportPdf({ markup: words }), flatten);
    // A blank draws nothing, wherever the picture of a field has it.
    const blank = `${words} BT /F 12 Tf -150 5 Td ( ) Tj ET`;
    await compare(reportPdf({ flattened: blank }), reportPdf({ markup: words }), flatten);
    const elsewhere = reportPdf({ flattened: 'BT /F 12 Tf -150 5 Td (Approved) Tj ET' });
    await expect(compare(elsewhere, reportPdf({ markup: words }), flatten)).rejects.toMatchObject({
      detail: expect.stringContaining('the end of the text'),
    });
  });
});

describe('the title', () => {
  it.each([
    ['C:\\\\Users\\\\jansen\\\\plan.doc', 'goes'],
    ['plan-2024.docx', 'goes'],
    ['Microsoft Word - Document', 'goes'],
    ['ask jansen@example.org', 'goes'],
    ['Annual report 2024: water', 'stays'],
  ])('%s %s', async (title, outcome) => {
    const compared = compare(reportPdf({ title: '' }), reportPdf({ title }));
    if (outcome === 'goes') await compared;
    else await expect(compared).rejects.toMatchObject({ detail: expect.stringContaining('the title') });
  });

  it('may come from elsewhere', async () => {
    await compare(reportPdf(), reportPdf({ title: '' }));
    await compare(reportPdf(), reportPdf({ title: 'plan-2024.docx' }));
    await expect(compare(reportPdf(), reportPdf({ title: 'The plan 2024, part 1.2' }))).rejects.toMatchObject({
      reason: 'unverified',
    });
  });
});

describe('paths in kept texts', () => {
  it('may be cut out of a bookmark or an alternative text', async () => {
    const before = reportPdf({
      bookmark: 'See C:\\\\Users\\\\jansen\\\\plan.doc',
      alt: 'file:///home/jansen/chart.png',
    });
    await compare(reportPdf({ bookmark: 'See', alt: '' }), before);
    await expect(compare(reportPdf({ bookmark: '', alt: '' }), before)).rejects.toMatchObject({
      detail: expect.stringContaining('bookmark 1'),
    });
  });
});

describe('links', () => {
  it.each([
    ['https://www.example.org/levels', true],
    ['http://data.example.org:8080/a?b=c#d', true],
    ['https://intranet/plan', false],
    ['https://10.0.0.1/plan', false],
    ['https://plan.gemeente.local/', false],
    ['https://jansen@example.org/', false],
    ['https://example.org/?to=jansen@example.org', false],
    ['https://eur01.safelinks.protection.outlook.com/?url=x', false],
    ['https://council-my.sharepoint.com/personal/jansen', false],
    ['mailto:jansen@example.org', false],
    ['file:///c:/plan.doc', false],
    ['\\\\server\\plan.doc', false],
    ['https://exa mple.org', false],
  ])('%s is plainly public: %s', (link, expected) => {
    expect(isPlainlyPublic(link)).toBe(expected);
  });

  it('may go when they are not shown', async () => {
    const hidden = reportPdf({}, ['/Subtype/Link/Rect[20', '/Subtype/Link/F 2/Rect[20']);
    await compare(reportPdf({}, ['[12 0 R 13 0 R]', '[13 0 R]/Dest 12 0 R']), hidden);
  });

  it('may go when they are not plainly public, and may not come', async () => {
    const before = reportPdf({ link: 'https://intranet/plan' });
    const without = reportPdf({}, [`/A<</S/URI/URI(${REPORT.link})>>`, '']);
    await compare(without, before);
    await expect(compare(without, original)).rejects.toMatchObject({
      detail: expect.stringContaining('a public link'),
    });
    await expect(compare(original, without)).rejects.toMatchObject({
      detail: expect.stringContaining('a link that was not there'),
    });
  });
});

describe('the sample of pages', () => {
  it.each([
    [3, 5, [0, 1, 2]],
    [5, 5, [0, 1, 2, 3, 4]],
    [9, 5, [0, 2, 4, 6, 8]],
    [1000, 3, [0, 500, 999]],
    [10, 1, [0]],
  ])('of %i pages, at most %i', (pages, most, expected) => {
    expect(samplePages(pages, most)).toEqual(expected);
  });
});
