import { afterAll, describe, expect, test } from 'vitest';
import { LIMITS } from '../../../lib/core/limits.ts';
import { isFont } from '../../../lib/formats/shared/open-type.ts';
import { contentOf, readZip } from '../../../lib/formats/shared/zip.ts';
import { docxBench, membersOf } from '../../support/docx-bench.ts';
import { office, p, wordFile, wordPart } from '../../support/docx-file.ts';

const bench = docxBench();
afterAll(() => bench.close());

/** A font of one table, [tag, bytes], with `after` behind it. */
function font(tag: string, bytes: Uint8Array, after: Uint8Array = Buffer.alloc(0), version = 0x00010000): Buffer {
  const head = Buffer.alloc(28);
  head.writeUInt32BE(version);
  head.writeUInt16BE(1, 4);
  head.write(tag.padEnd(4), 12, 'latin1');
  head.writeUInt32BE(head.length, 20);
  head.writeUInt32BE(bytes.length, 24);
  return Buffer.concat([head, bytes, after]);
}

const GLYPHS = Buffer.alloc(40, 7);
const LETTER = Buffer.from('brief aan Hylke Terpstra');

describe('what an embedded font may be', () => {
  const rows: readonly (readonly [string, boolean, Uint8Array])[] = [
    ['a font with its tables', true, font('glyf', GLYPHS)],
    ['a font with padding behind its tables', true, font('glyf', GLYPHS, Buffer.alloc(3))],
    ['a font with PostScript outlines', true, font('CFF', GLYPHS, Buffer.alloc(0), 0x4f54544f)],
    ['a font with bytes behind its tables', false, font('glyf', GLYPHS, LETTER)],
    ['a font with a table that no specification names', false, font('BRF', LETTER)],
    ['a font whose table ends behind the file', false, font('glyf', GLYPHS).subarray(0, 50)],
    ['a font of no tables', false, Buffer.from('000100000000000000000000', 'hex')],
    ['a letter', false, LETTER],
    ['nothing', false, Buffer.alloc(0)],
  ];
  test.each(rows)('%s: %s', (_, expected, bytes) => {
    expect(isFont(bytes)).toBe(expected);
  });
});

describe('a font that is mixed with its key', () => {
  const KEY = '{00112233-4455-6677-8899-AABBCCDDEEFF}';
  function mixed(bytes: Buffer): Buffer {
    const key = Buffer.from(KEY.replace(/[{}-]/g, ''), 'hex').reverse();
    return Buffer.from(bytes.map((byte, i) => (i < 32 ? byte ^ (key[i % 16] ?? 0) : byte)));
  }
  const withFont = (content: Uint8Array) =>
    wordFile({
      body: p('Brief'),
      rels: [{ id: 'rId3', type: office('fontTable'), target: 'fontTable.xml' }],
      parts: [
        wordPart(
          'fontTable',
          'fonts',
          `<w:font w:name="Eigen"><w:embedRegular r:id="rId1" w:fontKey="${KEY}"/></w:font>`,
          [{ id: 'rId1', type: office('font'), target: 'fonts/font1.odttf' }],
        ),
        {
          name: 'word/fonts/font1.odttf',
          type: 'application/vnd.openxmlformats-officedocument.obfuscatedFont',
          content,
        },
      ],
    });

  test('stays as it is, with its key', async () => {
    const content = mixed(font('glyf', GLYPHS));
    const verdict = await bench.judge(withFont(content));
    if (verdict.outcome === 'quarantined') expect.fail(`quarantined: ${verdict.reason} ${verdict.detail}`);
    expect(membersOf(verdict.body)['word/fontTable.xml']).toContain(KEY);
    const kept = readZip(verdict.body, LIMITS).members.find(({ name }) => name === 'word/fonts/font1.odttf');
    expect(kept && Buffer.from(contentOf(kept))).toEqual(content);
  });

  test('is quarantined with a letter behind it', async () => {
    expect(await bench.judge(withFont(mixed(font('glyf', GLYPHS, LETTER))))).toMatchObject({
      outcome: 'quarantined',
      reason: 'hidden-content',
    });
  });
});
