import { deflateSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { collectFindings } from '../../../lib/core/findings.ts';
import type { Context } from '../../../lib/core/format.ts';
import { LIMITS } from '../../../lib/core/limits.ts';
import { readPolicy } from '../../../lib/core/policy.ts';
import { sha256 } from '../../../lib/core/verify.ts';
import { docx } from '../../../lib/formats/docx/docx.ts';
import { contentOf, readZip } from '../../../lib/formats/shared/zip.ts';
import { field, image, office, p, picture, wordFile, wordPart } from '../../support/docx-file.ts';
import { pictureBench } from '../../support/picture-context.ts';
import { chunk, END, header, rows as lines, pngFrom, pngOf } from '../../support/png-file.ts';

const bench = pictureBench();
afterAll(() => bench.close());

const { context: bare } = bench.context();
const context: Context = { ...bare, found: collectFindings(docx.carriers, readPolicy()).found };
const same = (original: Uint8Array, body: Uint8Array) => docx.compare(original, body, context);

const run = (text: string, properties = '') => `<w:r>${properties}<w:t>${text}</w:t></w:r>`;
const HIDDEN = '<w:rPr><w:vanish/></w:rPr>';
const OTHER_PICTURE = pngFrom(header({ width: 5, height: 5 }), chunk('IDAT', deflateSync(lines(5, 15, 9))), END);
const withPicture = (content: Uint8Array) =>
  wordFile({
    body: `<w:p>${picture('rId5')}</w:p>`,
    rels: [image('rId5', 'image1.png')],
    parts: [{ name: 'word/media/image1.png', type: 'image/png', content }],
  });

describe('the second reader', () => {
  test('passes a document that is its own result', async () => {
    expect(await same(wordFile(), wordFile())).toEqual([
      'text',
      'pictures',
      'relationships',
      'content-types',
      'xml',
      'leftovers',
    ]);
  });

  const seen: readonly (readonly [string, string, string])[] = [
    ['accepts insertions', `<w:p><w:ins w:id="1">${run('in')}</w:ins></w:p>`, p('in')],
    ['drops deletions', `<w:p>${run('a')}<w:del w:id="1"><w:r><w:delText>b</w:delText></w:r></w:del></w:p>`, p('a')],
    [
      'drops what was moved away',
      `<w:p><w:moveFrom w:id="1">${run('a')}</w:moveFrom><w:moveTo w:id="2">${run('a')}</w:moveTo></w:p>`,
      p('a'),
    ],
    [
      'drops deleted rows',
      `<w:tbl><w:tr><w:trPr><w:del w:id="1"/></w:trPr><w:tc>${p('weg')}</w:tc></w:tr></w:tbl>${p('a')}`,
      p('a'),
    ],
    [
      'leaves out headers that no page shows',
      '<w:p/><w:sectPr><w:headerReference w:type="first" r:id="rId6"/></w:sectPr>',
      '<w:p/><w:sectPr/>',
    ],
    ['drops hidden runs', `<w:p>${run('a')}${run('b', HIDDEN)}</w:p>`, p('a')],
    ['reads results of fields and not their codes', `<w:p>${field('AUTHOR', 'naam')}</w:p>`, p('naam')],
    ['ignores how text is cut into runs', `<w:p>${run('een')}${run('twee')}</w:p>`, p('eentwee')],
  ];
  test.each(seen)('%s', async (_, original, body) => {
    expect(await same(wordFile({ body: original }), wordFile({ body }))).toContain('text');
  });

  const noticed: readonly (readonly [string, Uint8Array, Uint8Array])[] = [
    ['text that is lost', wordFile({ body: p('een') + p('twee') }), wordFile({ body: p('een') })],
    ['text in another order', wordFile({ body: p('een') + p('twee') }), wordFile({ body: p('twee') + p('een') })],
    [
      'hidden text that is left',
      wordFile({ body: `<w:p>${run('a')}${run('b', HIDDEN)}</w:p>` }),
      wordFile({ body: `<w:p>${run('a')}${run('b', HIDDEN)}</w:p>` }),
    ],
    [
      'deleted text that is left',
      wordFile({ body: `<w:p><w:del w:id="1"><w:r><w:delText>b</w:delText></w:r></w:del></w:p>` }),
      wordFile({ body: `<w:p><w:del w:id="1"><w:r><w:delText>b</w:delText></w:r></w:del></w:p>` }),
    ],
    [
      'a header that is lost',
      wordFile({
        body: '<w:sectPr><w:headerReference r:id="rId6"/></w:sectPr>',
        rels: [{ id: 'rId6', type: office('header'), target: 'header1.xml' }],
        parts: [wordPart('header1', 'hdr', p('kop'))],
      }),
      wordFile({ body: '' }),
    ],
    ['a picture that is lost', withPicture(pngOf([])), wordFile({ body: '' })],
    ['a picture that is another', withPicture(pngOf([])), withPicture(OTHER_PICTURE)],
    [
      'a relationship that leads nowhere',
      wordFile(),
      wordFile({ rels: [{ id: 'rId5', type: office('theme'), target: 'theme/theme1.xml' }] }),
    ],
    [
      'a member that is not led to',
      wordFile(),
      wordFile({ parts: [{ name: 'word/extra.xml', type: 'application/xml', content: '<x/>' }] }),
    ],
    [
      'a member without a content type',
      wordFile(),
      wordFile({
        rels: [{ id: 'rId5', type: office('font'), target: 'fonts/a.odttf' }],
        parts: [{ name: 'word/fonts/a.odttf', content: 'x' }],
      }),
    ],
    [
      'XML that is not well-formed',
      wordFile(),
      wordFile({
        rels: [{ id: 'rId5', type: office('theme'), target: 'theme.xml' }],
        parts: [{ name: 'word/theme.xml', type: 'application/x+xml', content: '<x>' }],
      }),
    ],
    ['a file that is no archive', wordFile(), Buffer.from('geen zip')],
  ];
  test.each(noticed)('notices %s', async (_, original, body) => {
    await expect(same(original, body)).rejects.toMatchObject({ name: 'Refusal', reason: 'unverified' });
  });
});

describe('visible ranges', () => {
  test('cover text and alternative text to the byte, and nothing else', async () => {
    const body = wordFile({
      body: `${p('Één & ander'.replace('&', '&amp;'))}<w:p>${picture('rId5', { descr: 'Ünder bridge' })}</w:p>`,
      rels: [image('rId5', 'image1.png')],
    });
    const ranges = await docx.visible(body, { ...context, limits: LIMITS });
    const main = readZip(body, LIMITS).members.find(({ name }) => name === 'word/document.xml');
    const content = contentOf(main ?? expect.fail('no main part'));
    const texts = (ranges.get(sha256(content)) ?? []).map(([start, end]) => content.subarray(start, end).toString());
    expect(texts.filter((text) => text !== '')).toEqual(['Één &amp; ander', 'Ünder bridge']);
  });
});
