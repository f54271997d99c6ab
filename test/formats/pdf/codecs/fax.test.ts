import { describe, expect, it } from 'vitest';
import { type FaxLayout, faxBytes } from '../../../../lib/formats/pdf/codecs/fax.ts';
import { BLACK_RUNS, TWO_DIMENSIONAL, WHITE_RUNS } from '../../../../lib/formats/pdf/codecs/fax-codes.ts';

const GROUP_4: FaxLayout = { k: -1, columns: 8, rows: 2, endOfLine: false, byteAlign: false, endOfBlock: true };
const GROUP_3: FaxLayout = { ...GROUP_4, k: 0 };
const EOL = '000000000001';

const packed = (bits: string) =>
  Buffer.from((bits.replace(/ /g, '').match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2)));

// Three white, two black, three white, in each coding.
const RUNS = '1000 11 1000';
const FLAT = `001 1000 11 1`;

describe('the end of a fax picture', () => {
  it.each([
    ['at the end of the block', GROUP_4, `${FLAT} 111 ${EOL}${EOL}`],
    ['behind the last row where there is no such end', GROUP_4, `${FLAT} 111`],
    ['behind the last row where the end is not looked for', { ...GROUP_4, endOfBlock: false }, `${FLAT} 111`],
    ['at the end of the block where rows are missing', { ...GROUP_4, rows: 9 }, `${FLAT} 111 ${EOL}${EOL}`],
    [
      'behind rows that each begin with a line end',
      { ...GROUP_3, endOfLine: true },
      `${EOL}${RUNS}${EOL}${RUNS}${EOL.repeat(6)}`,
    ],
    ['behind rows of runs', GROUP_3, `${RUNS}${RUNS}`],
    ['behind rows that each begin with a byte', { ...GROUP_3, byteAlign: true }, `${RUNS}000000${RUNS}`],
    [
      'behind rows whose tags say how they are coded',
      { ...GROUP_3, k: 4, endOfLine: true },
      `${EOL}1${RUNS}${EOL}0 111${`${EOL}1`.repeat(6)}`,
    ],
  ])('is %s', (_, layout, bits) => {
    const picture = packed(bits);
    expect(faxBytes(picture, layout)).toBe(picture.length);
    expect(faxBytes(Buffer.concat([picture, Buffer.from('Ids Hoekzema')]), layout)).toBe(picture.length);
  });

  it.each([
    ['a code is none', GROUP_4, Buffer.from('03ff', 'hex')],
    ['the data ends within a row', { ...GROUP_4, rows: 9 }, packed(FLAT)],
    ['there are no rows', { ...GROUP_4, rows: 0 }, packed(FLAT)],
    ['there are no columns', { ...GROUP_4, columns: 0 }, packed(FLAT)],
  ])('is not known where %s', (_, layout, bytes) => {
    expect(faxBytes(bytes, layout)).toBeUndefined();
  });

  it('is looked for in linear time, whatever the bytes', () => {
    const noise = Buffer.from(Array.from({ length: 65_536 }, (_, i) => (i * 2_654_435_761) >>> 24));
    for (let from = 0; from < 64; from++)
      faxBytes(noise.subarray(from), { ...GROUP_3, columns: 1_000_000, rows: 1_000_000 });
  });
});

describe('the tables of codes', () => {
  it.each([
    ['white', WHITE_RUNS, 104],
    ['black', BLACK_RUNS, 104],
    ['two-dimensional', TWO_DIMENSIONAL, 9],
  ])('of %s runs hold every value once, and no code begins another', (_, table, count) => {
    const spans = new Map<number, number>();
    for (const found of table) if (found > 0) spans.set(found, (spans.get(found) ?? 0) + 1);
    expect(spans.size).toBe(count);
    for (const [found, span] of spans) expect(span).toBe(1 << (13 - (found & 15)));
  });
});
