// The comparison of drawings, with what it has to notice.

import { describe, expect, it } from 'vitest';
import { compareDrawings, type Drawn, isWrong } from './office.ts';

const PAGE = new Uint8Array(40_000).fill(200);
const spot = (size: number) => Uint8Array.from(PAGE, (value, i) => (i < size ? 0 : value));
const drawn = (texts: readonly string[], pages: readonly Uint8Array[] = texts.map(() => PAGE)): Drawn => ({
  texts,
  pages,
});

describe('two drawings', () => {
  it.each([
    ['same', drawn(['een', 'twee'])],
    ['same', drawn(['een', 'twee'], [spot(40), PAGE])],
    ['pixels differ', drawn(['een', 'twee'], [spot(400), PAGE])],
    ['pixels differ', drawn(['een', 'twee'], [PAGE.subarray(1), PAGE])],
    ['pages differ', drawn(['eentw', 'ee'])],
    ['pages differ', drawn(['een', 'tw', 'ee'])],
    ['text differs', drawn(['een', 'twe'])],
    ['text differs', drawn(['twee', 'een'])],
    ['text differs', drawn(['een', 'twee', 'een'])],
  ])('%s', (expected, after) => {
    expect(compareDrawings(drawn(['een', 'twee']), after)).toBe(expected);
  });
});

it.each([
  [true, { outcome: 'published', sameness: 'text differs', removed: [] }],
  [false, { outcome: 'published', sameness: 'text differs', removed: ['docx.comment'] }],
  [false, { outcome: 'published', sameness: 'pages differ', removed: [] }],
  [true, { outcome: 'not drawn any more', sameness: undefined, removed: ['docx.comment'] }],
  [false, { outcome: 'malformed: x', sameness: undefined, removed: [] }],
] as const)('is wrong: %s, of %j', (expected, one) => {
  expect(isWrong({ file: 'a.docx', ...one })).toBe(expected);
});
