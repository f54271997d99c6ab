import { describe, expect, it } from 'vitest';
import { readContent } from '../../../lib/formats/pdf/content.ts';

const read = (text: string, kind: 'content' | 'postscript' = 'content') =>
  readContent(Buffer.from(text, 'latin1'), kind);
const edited = (text: string, kind: 'content' | 'postscript' = 'content') => {
  const bytes = read(text, kind).edited();
  return bytes && Buffer.from(bytes).toString('latin1');
};

describe('content that draws stays as it is', () => {
  it.each([
    'q 1 0 0 1 72 700 cm BT /F1 12 Tf (een (twee) \\) % drie) Tj ET Q',
    '[(a) -20 <62 63> (d%e)] TJ',
    '/Span <</MCID 3 /Lang (nl) /ActualText (woord) /Alt <feff0061>>> BDC EMC',
    '/Artifact <</Type /Pagination /Subtype /Header /BBox [0 0 1 1] /Attached [/Top]>> BDC EMC',
    '/OC /MC0 BDC EMC',
    'BI /W 3 /H 2 /CS /G /BPC 8 ID % E(I>\nEI Q',
    '0 0 m 9 9 l S\n',
    'BT /F1 1 Tf 1 0 (a) " [(a) 3 (b)] TJ ET /Cs1 cs 1 0 0 scn /P1 scn 1 1 1 /P1 scn [1 2] 0 d',
    'BI /W 2 /H 1 /CS [/I /RGB 1 <00>] /BPC 1 /F [/A85 /Fl] /DP [null <</Predictor 15 /Columns 2>>] ID xEI Q',
    'BI /W 1 /H 2 /IM true ID \xaa\xaaEI Q\n',
    'BI /W 1 /H 1 /IM true ID \xaa\nEI \0Q \0\n0 g',
    '',
  ])('%j', (text) => {
    expect(edited(text)).toBeUndefined();
  });
});

describe('what draws nothing is cut', () => {
  it.each([
    ['q % geheim\nQ', 'q \nQ'],
    ['[(a)%geheim\n(b)]TJ', '[(a)\n(b)]TJ'],
    ['/Span <</MCID 3 /Maker (geheim)>> BDC EMC', '/Span <</MCID 3>> BDC EMC'],
    ['/Span <</ActualText /geheim /MCID (x)>> BDC EMC', '/Span <<>> BDC EMC'],
    ['/Span <</Alt (C:\\\\Users\\\\x\\\\f.png) /MCID 1>> BDC EMC', '/Span <</MCID 1>> BDC EMC'],
    ['/P <</Diep <</A [(geheim) <</B (x)>>]>> /MCID 1>> DP', '/P <</MCID 1>> DP'],
    ['(geheim) /x foo q Q', ' q Q'],
    ['q 0 0 m 9 9 l S\n1 2 geheim\nQ', 'q 0 0 m 9 9 l S\n\nQ'],
    ['/geheim 5 w (geheim) q /geheim 1 (geheim) 0 0 rg', ' 5 w  q    0 0 rg'],
    ['1 2 3 w', '  3 w'],
    ['[(geheim)] 0 d [1 /geheim] 0 d', '[] 0 d [] 0 d'],
    ['[/geheim (a) <</B (c)>>] TJ', '[ (a) ] TJ'],
    ['(geheim) Do (a) Tj', ' Do (a) Tj'],
    ['/Kop_van_geheim <</MCID 1>> BDC EMC', '/Span <</MCID 1>> BDC EMC'],
    ['/Kop#20van BMC EMC', '/Span BMC EMC'],
    ['/Artifact <</Type /geheim /Attached [/Top /geheim] /BBox [0 0 1 1]>> BDC', '/Artifact <</BBox [0 0 1 1]>> BDC'],
    ['/Span <</Lang (geheim persoon)/MCID 1>> BDC', '/Span <</MCID 1>> BDC'],
    ['/Span <</ActualText (kaart C:\\\\geheim)>> BDC', '/Span <</ActualText (kaart)>> BDC'],
    ['q BI /W 1 /Maker (geheim) /H 1 /BPC (geheim) ID x EI Q', 'q BI /W 1  /H 1  ID x EI Q'],
    ['BI /W 1 /H 1 /DP <</Predictor 1 /Geheim 2>> ID x EI Q', 'BI /W 1 /H 1  ID x EI Q'],
    ['/Geheim ri /Perceptual ri', '/RelativeColorimetric ri /Perceptual ri'],
    ['q Q (geheim)', 'q Q '],
    ['q Q (geheim die nooit eindigt', 'q Q '],
    ['q Q <</A (geheim) ', 'q Q '],
    ['q Q BI /W 1 ID geheim', 'q Q '],
  ])('%j', (text, result) => {
    expect(edited(text)).toBe(result);
    expect(edited(result ?? '')).toBeUndefined();
  });

  it('says what was cut', () => {
    const { comments, properties, cuts } = read('% een\n/Span <</Maker (twee)>> BDC EMC (drie) foo');
    expect({ comments, properties, cuts }).toEqual({
      comments: [' een'],
      properties: ['twee', 'drie'],
      cuts: { comments: 1, properties: 2 },
    });
  });
});

describe('the resources that are named', () => {
  it('are told by category', () => {
    const { names } = read(
      '/Im1 Do /F1 1 Tf /GS0 gs /Cs1 cs /DeviceRGB CS 1 scn /P1 scn /Sh0 sh /OC /MC0 BDC EMC /P <</MCID 0>> BDC EMC BI /W 1 /H 1 /CS /Cs#32 ID x EI',
    );
    expect(new Map([...names].map(([category, set]) => [category, [...set]]))).toEqual(
      new Map([
        ['XObject', ['Im1']],
        ['Font', ['F1']],
        ['ExtGState', ['GS0']],
        ['ColorSpace', ['Cs1', 'Cs2']],
        ['Pattern', ['P1']],
        ['Shading', ['Sh0']],
        ['Properties', ['MC0']],
      ]),
    );
  });

  it('get other names where somebody chose them', () => {
    const content = read('/Foto_x Do /Im1 Do /Foto#5fx Do BI /W 1 /H 1 /CS /Kleur_y ID x EI % weg');
    const bytes = content.edited((category, name) => `${category}${name.length}`);
    expect(Buffer.from(bytes ?? '').toString()).toBe(
      '/XObject6 Do /Im1 Do /XObject6 Do BI /W 1 /H 1 /CS /ColorSpace7 ID x EI ',
    );
  });
});

describe('what is open at the end', () => {
  it.each([
    ['q q Q', { states: 1, missing: 0, text: false, marked: 0 }],
    ['Q q Q Q', { states: 0, missing: 2, text: false, marked: 0 }],
    ['BT /P <</MCID 0>> BDC', { states: 0, missing: 0, text: true, marked: 1 }],
    ['(q) Tj [(Q)] TJ', { states: 0, missing: 0, text: false, marked: 0 }],
    ['BI /W 1 ID q\nEI', { states: 0, missing: 0, text: false, marked: 0 }],
  ])('%j', (text, open) => {
    expect(read(text).open).toEqual(open);
  });

  it('cuts states that are restored too often when asked', () => {
    const bytes = readContent(Buffer.from('Q q Q Q (a) Tj'), 'content', { dropSurplus: true }).edited();
    expect(Buffer.from(bytes ?? '').toString()).toBe(' q Q  (a) Tj');
  });

  it.each(['(a', '[(a)', '<</A 1', '(a) ', 'BI /W 1 ID x'])('%j may go on in the next stream', (text) => {
    expect(read(text).complete).toBe(false);
  });
});

describe('PostScript', () => {
  it('loses comments and nothing else', () => {
    expect(edited('%!PS\n{ dup % geheim\n mul }', 'postscript')).toBe('\n{ dup \n mul }');
    expect(edited('/CIDSystemInfo << /Registry (Adobe) >> def (x) foo', 'postscript')).toBeUndefined();
  });
});

describe('a JPEG inside content', () => {
  it('is told from other pictures', () => {
    expect(read('BI /W 1 /H 1 /F /DCT ID x\nEI').inline.unclean).toBe(true);
    expect(read('BI /W 1 /H 1 /F /Fl ID /DCT\nEI').inline.unclean).toBe(false);
  });
});
