// Where something could be smuggled through a document in Rich Text Format, and what a field may say.

import { afterAll, describe, expect, it } from 'vitest';
import { examine } from '../../lib/core/sanitize.ts';
import { readInstruction } from '../../lib/formats/rtf/fields.ts';
import { read } from '../../lib/formats/rtf/reader.ts';
import { openWorkshop } from '../../lib/tools.ts';
import { rtfOf } from '../support/rtf-file.ts';

const workshop = openWorkshop();
afterAll(() => workshop.close());

const MARK = 'Geheimmerk8471';

async function outcomeOf(body: string): Promise<'gone' | 'stays' | 'held back'> {
  const examined = await examine(rtfOf({ body: `${body}\\par` }), 'brief.rtf', workshop);
  if (examined.outcome === 'quarantined') return 'held back';
  return Buffer.from(examined.body).includes(MARK) ? 'stays' : 'gone';
}

describe('a mark', () => {
  it.each([
    `{\\upr{${MARK}}{\\*\\ud{unicode}}}`,
    `{\\field{\\*\\fldinst {\\field{\\*\\fldinst {QUOTE ${MARK}}}{\\fldrslt x}}}{\\fldrslt y}}`,
    `{\\field{\\fldinst PAGE ${MARK}}{\\fldrslt y}}`,
    `{\\field{\\*\\fldinst PAGE \\\\* ${MARK}}{\\fldrslt y}}`,
    `{\\field{\\*\\fldinst PAGE}{\\fldrslt y}{\\zz ${MARK}}}`,
    `{\\field ${MARK}{\\*\\fldinst PAGE}{\\fldrslt y}}`,
    `{\\listtext ${MARK}}`,
    `{\\pntext ${MARK}}`,
    `{\\headerf ${MARK}}`,
    `{\\colortbl;\\red0 ${MARK};}`,
    `{\\*\\listtable{\\list{\\listname ${MARK};}}}`,
    `{\\info{\\title ok{\\*\\zz ${MARK}}}}`,
    `{\\info{\\title ok}${MARK}}`,
    `{\\*\\bkmkstart ${MARK}}{\\*\\bkmkend ${MARK}}`,
    `{\\shp{\\*\\shpinst{\\sp{\\sn ${MARK}}{\\sv 1}}}}`,
    `{\\shp{\\*\\shpinst{\\sp{\\sn shapeType}{\\sv ${MARK}}}}}`,
    `{\\shp{\\*\\shpinst ${MARK}}}`,
    `{\\shp{\\*\\shpinst{${MARK}}}}`,
    `{\\*\\shppict{\\b ${MARK}}}`,
    `{\\shp{\\*\\shpinst\\shpz0}{\\shprslt ${MARK}}}`,
    `{\\object ${MARK}{\\result z}}`,
    `{\\v\\pard ${MARK}}`,
    `{\\v-1 ${MARK}}`,
    `{\\v{\\footnote ${MARK}}}`,
    `{\\deleted{\\b ${MARK}}}`,
    `{\\*\\nesttableprops ${MARK}}`,
    `{\\*\\shppict ${MARK}}`,
    `{\\*\\ftnsep ${MARK}}`,
    `{\\*\\defchp ${MARK}}`,
    `{\\nonesttables ${MARK}}`,
    `\\${MARK.replace(/\d/g, '')} `,
  ])('is gone: %s', async (body) => {
    expect(await outcomeOf(body)).toBe('gone');
  });

  it.each([
    `{\\upr{zicht}{\\*\\ud{${MARK}}}}`,
    `{\\v{\\v0 ${MARK}}}`,
    `{\\v\\plain ${MARK}}`,
    `{\\object{\\result ${MARK}}}`,
    `{\\*\\cs77 ${MARK}}`,
    `{\\onbekend ${MARK}}`,
    `{\\titlepg}{\\headerf ${MARK}}`,
    `{\\field{\\*\\fldinst DATE}{\\fldrslt ${MARK}}}`,
  ])('stays where it is seen: %s', async (body) => {
    expect(await outcomeOf(body)).toBe('stays');
  });

  it.each([`{\\pict\\pngblip ${MARK}}`, `{\\*\\objdata 41}{\\b\\objdata ${MARK}}`, `{\\mmath ${MARK}}`])(
    'holds the document back: %s',
    async (body) => {
      expect(await outcomeOf(body)).toBe('held back');
    },
  );
});

describe('the code of a field', () => {
  const renamed = (name: string) => (name === '_GoBack' ? undefined : 'bm1');
  it.each([
    ['PAGE', 'PAGE'],
    [' page  \\* MERGEFORMAT ', 'PAGE \\* MERGEFORMAT'],
    ['TOC \\o "1-3" \\h \\z', 'TOC \\o "1-3" \\h \\z'],
    ['REF Besluit \\h', 'REF bm1 \\h'],
    ['HYPERLINK "https://www.example.org/a?b=1"', 'HYPERLINK "https://www.example.org/a?b=1"'],
    ['HYPERLINK \\l "Besluit"', 'HYPERLINK \\l "bm1"'],
    ['HYPERLINK "https://www.example.org/" \\o "tip"', 'HYPERLINK "https://www.example.org/"'],
  ])('%s is kept', (said, kept) => {
    expect(readInstruction(said, renamed)).toMatchObject({ outcome: 'kept', text: kept });
  });

  it.each([
    ['HYPERLINK "mailto:w.zandkamp@example.org"', 'rtf.link'],
    ['HYPERLINK "\\\\\\\\server\\\\deel"', 'rtf.link'],
    ['HYPERLINK \\l "_GoBack"', 'rtf.link'],
    ['DDEAUTO cmd "/c calc"', 'rtf.field.external'],
    ['AUTHOR', 'rtf.field.other'],
    ['PAGE Zandkamp', 'rtf.field.other'],
    ['TOC \\t "Stijl van Zandkamp,1"', 'rtf.field.other'],
    ['', 'rtf.field.other'],
  ])('%s is dropped', (said, carrier) => {
    expect(readInstruction(said, renamed)).toMatchObject({ outcome: 'dropped', carrier });
  });
});

describe('the second reader', () => {
  it.each([
    ['text', '{\\rtf1 een {\\b twee}\\par drie}', 'een twee\ndrie'],
    ['characters with a fallback', "{\\rtf1\\uc1 caf\\'e9 \\u8364?5}", 'caf\u00e9 \u20ac5'],
    ['what is not seen', '{\\rtf1{\\info{\\title t}}{\\*\\x y}{\\fonttbl{\\f0 Arial;}}a{\\v b}c}', 'ac'],
    ['cells', '{\\rtf1 a\\cell b\\row c}', 'a\tb\nc'],
  ])('reads %s', (_, source, text) => {
    expect(read(Buffer.from(source, 'latin1'), false).text).toBe(text);
  });
});
