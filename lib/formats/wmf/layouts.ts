// Which bytes of a record its fields use ([MS-WMF] 2.3), for the functions that draw or say how to. A function that is
// not in the table is not copied. Places count from the record's start, with its size and function.

import type { Range } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { CREATE_FONT, HEAD, type Record, span, word } from './records.ts';

export type Layout = (record: Record) => readonly Range[];

const fixed =
  (parameters: number): Layout =>
  () => [[0, HEAD + parameters]];

/** A count, then points. */
const points: Layout = (record) => [[0, HEAD + 2 + word(record, HEAD) * 4]];

const polygons: Layout = (record) => {
  const count = word(record, HEAD);
  let corners = 0;
  for (let i = 0; i < count; i++) corners += word(record, HEAD + 2 + i * 2);
  return [[0, HEAD + 2 + count * 2 + corners * 4]];
};

const palette: Layout = (record) => [[0, HEAD + 4 + word(record, HEAD + 2) * 4]];

const REGION_SCANS = HEAD + 22;

/** A region ([MS-WMF] 2.2.1.5): its first and third field mean nothing; then scans, each with a number of words. */
const region: Layout = (record) => {
  let end = REGION_SCANS;
  for (let scans = word(record, HEAD + 10); scans > 0; scans--) end += 8 + word(record, end) * 2;
  return [
    [0, HEAD],
    [HEAD + 2, HEAD + 4],
    [HEAD + 8, end],
  ];
};

const MOST_POINTS = 0x7fff;

/** META_TEXTOUT: length, letters padded to a word, then the place. */
const textOut: Layout = (record) => {
  const count = lettersOf(record, HEAD);
  const letters = span(HEAD + 2, count);
  return [[0, HEAD + 2], letters, span(HEAD + 2 + count + (count & 1), 4)];
};

const CLIPPED_OR_OPAQUE = 0x6;

/** META_EXTTEXTOUT: place, length, options, a rectangle where the options ask for it, letters, advances. */
const extTextOut: Layout = (record) => {
  const { letters } = extText(record);
  const after = letters[1] + ((letters[1] - letters[0]) & 1);
  const advances = (letters[1] - letters[0]) * 2;
  // Advances are there or not, as the size of the record has it.
  return [[0, letters[0]], letters, [after, Math.min(record.bytes.length, after + advances)]];
};

function extText(record: Record): { readonly letters: Range } {
  const count = lettersOf(record, HEAD + 4);
  return { letters: span(HEAD + 8 + (word(record, HEAD + 6) & CLIPPED_OR_OPAQUE ? 8 : 0), count) };
}

function lettersOf(record: Record, at: number): number {
  const count = word(record, at);
  if (count > MOST_POINTS) throw new Refusal('malformed', `text of record ${record.number} has a negative length`);
  return count;
}

const FACE_AT = HEAD + 18;
const FACE_BYTES = 32;

/** The face name in a font record: to its zero, or to the end of its field. */
function faceName({ bytes }: Record): Range {
  const most = Math.min(bytes.length, FACE_AT + FACE_BYTES);
  const zero = bytes.indexOf(0, FACE_AT);
  return [FACE_AT, zero >= 0 && zero < most ? zero : Math.max(most, FACE_AT)];
}

/** Where a record shows text or names a face; empty for all others. */
export function visibleIn(record: Record): readonly Range[] {
  if (record.type === CREATE_FONT) return [faceName(record)];
  if (record.type === 0x0521) return [span(HEAD + 2, word(record, HEAD))];
  return record.type === 0x0a32 ? [extText(record).letters] : [];
}

const rows = (types: readonly number[], layout: Layout) => types.map((type) => [type, layout] as const);

export const LAYOUTS: ReadonlyMap<number, Layout> = new Map<number, Layout>([
  ...rows([0x001e, 0x0035, 0x0105], fixed(0)),
  // Modes, and objects by their number; a reserved word may follow.
  ...rows([0x0102, 0x0103, 0x0104, 0x0106, 0x0107, 0x0108, 0x0127, 0x012a, 0x012b, 0x012c, 0x012d], fixed(2)),
  ...rows([0x012e, 0x0139, 0x0149, 0x01f0, 0x0234], fixed(2)),
  ...rows([0x0201, 0x0209, 0x020a, 0x020b, 0x020c, 0x020d, 0x020e, 0x020f, 0x0211, 0x0213, 0x0214], fixed(4)),
  ...rows([0x0220, 0x0228, 0x0231], fixed(4)),
  ...rows([0x0410, 0x0412, 0x0415, 0x0416, 0x0418, 0x0419, 0x041b, 0x041f, 0x0429], fixed(8)),
  ...rows([0x0548], fixed(10)),
  ...rows([0x061c, 0x061d], fixed(12)),
  ...rows([0x0817, 0x081a, 0x0830], fixed(16)),
  // Pen, brush, font, palettes, region.
  ...rows([0x02fa], fixed(10)),
  ...rows([0x02fc], fixed(8)),
  ...rows([CREATE_FONT], (record) => [[0, FACE_AT], faceName(record)]),
  ...rows([0x0037, 0x00f7, 0x0436], palette),
  ...rows([0x06ff], region),
  ...rows([0x0324, 0x0325], points),
  ...rows([0x0538], polygons),
  ...rows([0x0521], textOut),
  ...rows([0x0a32], extTextOut),
]);

/** Functions of early Windows that make an object; without them later numbers would mean other objects. */
export const OBSOLETE_OBJECTS: ReadonlySet<number> = new Set([0x00f8, 0x02fd, 0x06fe]);
