// Where something could be smuggled through a document in Rich Text Format, and what a field may say.

import { afterAll, describe, expect, it } from 'vitest';
import { readPolicy } from '../../lib/core/policy.ts';
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
    `{\\fonttbl ${MARK}{\\f9 Arial;}}`,
    `{\\stylesheet{\\s9 Kop;}${MARK};}`,
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
    `{\\uc14\\u8364 ${MARK}}`,
    `{\\uc30\\u8364 {\\b x}\\u8364 ${MARK}}`,
    `{\\info{\\title \\uc14\\u8364 ${MARK}}}`,
    `{\\info{\\title ok}{\\title ${MARK}}}`,
    `{\\*\\listtable ${MARK}{\\list{\\listlevel ${MARK}{\\levelnumbers ${MARK};}}}}`,
    `{\\*\\listoverridetable{\\listoverride{\\lfolevel ${MARK}}}}`,
    `{\\*\\pn ${MARK}}`,
    `{\\*\\falt ${MARK}}`,
    `{\\colortbl{\\footnote ${MARK}};}`,
    `{\\*\\defchp{\\upr{${MARK}}}}`,
    `{\\stylesheet{\\s9{\\header ${MARK}} negen;}}`,
    `{\\shp{\\*\\shpinst{\\footnote ${MARK}}}}`,
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
    `{\\v x\\cell\\line\\page}${MARK}`,
    `{\\uc2\\v\\u8364 ab\\v0 ${MARK}}`,
    `{\\shp{\\*\\shpinst{\\shptxt ${MARK}}}}`,
    `{\\deleted x\\column\\tab\\par}${MARK}`,
  ])('stays where it is seen: %s', async (body) => {
    expect(await outcomeOf(body)).toBe('stays');
  });

  it.each([
    `{\\pict\\pngblip ${MARK}}`,
    `{\\*\\objdata 41}{\\b\\objdata ${MARK}}`,
    `{\\mmath ${MARK}}`,
    `{\\*\\do ${MARK}}`,
    `{\\leveltext ${MARK}}`,
    `{\\pntxta ${MARK}}`,
    `{\\sp{\\field{\\*\\fldinst HYPERLINK "https://www.example.org/${MARK}"}{\\fldrslt x}}}`,
    `{\\*\\shppict{\\shptxt ${MARK}}}`,
    `{\\shp{\\*\\shpinst{\\sp{\\sn pib}{\\sv{\\shptxt ${MARK}}}}}}`,
  ])('holds the document back: %s', async (body) => {
    expect(await outcomeOf(body)).toBe('held back');
  });
});

describe('letters that a bare place would spell', () => {
  const spelled = Array.from(MARK, (letter) => `\\u${letter.charCodeAt(0)} `).join('');
  const digits = Buffer.from(MARK).toString('hex').slice(0, 20);
  it.each([
    ['in Unicode', spelled, `{\\colortbl;${spelled};}`],
    ['in digits', digits, `{\\*\\shppict ${digits}}`],
  ])('%s are gone', async (_, said, body) => {
    const examined = await examine(rtfOf({ body: `${body}\\par` }), 'brief.rtf', workshop);
    expect(examined.outcome).toBe('published');
    if (examined.outcome !== 'published') return;
    const left = Buffer.from(examined.body).toString('latin1');
    expect(left).not.toContain(said.trim());
    expect(left).not.toContain(spelled.slice(0, 12));
  });
});

describe('a style that hides', () => {
  const styles =
    '{\\s70\\v zeventig;}{\\s72\\sbasedon71 twee;}{\\s71\\sbasedon70 een;}{\\s73\\sbasedon70\\v0 drie;}{\\*\\cs80\\v tachtig;}{\\*\\cs81\\sbasedon80 meer;}';
  it.each([
    ['gone', 'by the style that it is based on', `\\pard\\plain\\s71 ${MARK}\\par`],
    ['gone', 'by the style that that one is based on', `\\pard\\plain\\s72 ${MARK}\\par`],
    ['gone', 'by a style of letters that is based on one', `{\\cs81 ${MARK}}`],
    ['stays', 'not where the style says otherwise', `\\pard\\plain\\s73 ${MARK}\\par`],
    ['stays', 'not the next paragraph', `\\pard\\plain\\s70 x\\par\\pard ${MARK}\\par`],
    ['stays', 'not what has another style', `{\\cs80 x\\cs10 ${MARK}}`],
    ['gone', 'what is hidden by itself in the next paragraph', `{\\v x\\par\\pard ${MARK}}`],
  ])('%s: %s', async (outcome, _, body) => {
    const examined = await examine(rtfOf({ styles, body }), 'brief.rtf', workshop);
    expect(examined.outcome).toBe('published');
    if (examined.outcome !== 'published') return;
    expect(Buffer.from(examined.body).includes(MARK) ? 'stays' : 'gone').toBe(outcome);
  });
});

describe('a policy that keeps', () => {
  it.each([
    ['rtf.comment', '{\\*\\annotation Klopt dit wel?}'],
    ['rtf.object', '{\\object{\\result z}}'],
    ['rtf.word', '\\zandkamp '],
    ['rtf.bookmark', '{\\*\\bkmkstart Zandkamp}{\\*\\bkmkend Zandkamp}'],
    ['rtf.field.external', '{\\field{\\*\\fldinst INCLUDETEXT zandkamp.doc}{\\fldrslt x}}'],
  ])('%s is not obeyed in silence', async (id, body) => {
    const policy = readPolicy({ version: 1, rules: { [id]: 'keep' } });
    const examined = await examine(rtfOf({ body }), 'brief.rtf', { ...workshop, policy });
    expect(examined).toMatchObject({ outcome: 'quarantined', reason: 'unsupported' });
  });
});

describe('the code of a field', () => {
  const told = { renamed: (name: string) => (name === '_GoBack' ? undefined : 'bm1'), keeps: () => false };
  it.each([
    ['PAGE', 'PAGE'],
    [' page  \\* MERGEFORMAT ', 'PAGE \\* MERGEFORMAT'],
    ['TOC \\o "1-3" \\h \\z', 'TOC \\o "1-3" \\h \\z'],
    ['REF Besluit \\h', 'REF bm1 \\h'],
    ['HYPERLINK "https://www.example.org/a?b=1"', 'HYPERLINK "https://www.example.org/a?b=1"'],
    ['HYPERLINK \\l "Besluit"', 'HYPERLINK \\l "bm1"'],
    ['HYPERLINK "https://www.example.org/" \\o "tip"', 'HYPERLINK "https://www.example.org/"'],
    ['PAGE Zandkamp', 'PAGE'],
    ['SYMBOL 183 \\f "Wingdings" \\s 10', 'SYMBOL 183 \\f "Wingdings" \\s 10'],
  ])('%s is kept', (said, kept) => {
    expect(readInstruction(said, told)).toMatchObject({ outcome: 'kept', text: kept });
  });

  it.each([
    'HYPERLINK "mailto:w.zandkamp@example.org"',
    'HYPERLINK "\\\\server\\deel"',
    'HYPERLINK l "_GoBack"',
    'DDEAUTO cmd "/c calc"',
    'AUTHOR',
    'TOC \t "Stijl van Zandkamp,1"',
    'STYLEREF "Stijl van Zandkamp"',
    'REF Besluit "van Zandkamp"',
    '',
  ])('%s is dropped', (said) => {
    expect(readInstruction(said, told)).toMatchObject({ outcome: 'dropped' });
  });

  it.each(['SYMBOL 183 \f "Letter van Zandkamp"', 'EQ \\f(1;Zandkamp)'])('%s is not guessed at', (said) => {
    expect(() => readInstruction(said, told)).toThrow('draws what it says');
  });
});

describe('the second reader', () => {
  it.each([
    ['text', '{\\rtf1 een {\\b twee}\\par drie}', 'een twee\ndrie'],
    ['characters with a fallback', "{\\rtf1\\uc1 caf\\'e9 \\u8364?5}", 'caf\u00e9 \u20ac5'],
    ['what is not seen', '{\\rtf1{\\info{\\title t}}{\\*\\x y}{\\fonttbl{\\f0 Arial;}}a{\\v b}c}', 'ac'],
    ['cells', '{\\rtf1 a\\cell b\\row c}', 'a\tb\nc'],
    ['where cells end that are hidden', '{\\rtf1 a{\\v x\\cell y\\page z\\tab\\par}b}', 'a\t\nb'],
  ])('reads %s', (_, source, text) => {
    expect(read(Buffer.from(source, 'latin1'), false).text).toBe(text);
  });
});
