import { describe, expect, it } from 'vitest';
import { readContent } from '../../../lib/formats/pdf/content.ts';

const read = (text: string, kind: 'content' | 'postscript' = 'content') =>
  readContent(Buffer.from(text, 'latin1'), kind);
const edited = (text: string, kind: 'content' | 'postscript' = 'content') => {
  const { edited: bytes } = read(text, kind);
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
    '0 0 m 9 9 l S\n1 2 foo\n',
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
    const { edited: bytes } = readContent(Buffer.from('Q q Q Q (a) Tj'), 'content', { dropSurplus: true });
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
