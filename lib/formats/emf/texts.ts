// Records with text and with fonts. A text is visible, and stands at an offset of its own inside its record.

import type { Range } from '../../core/format.ts';
import type { Layout } from './layouts.ts';
import { CREATE_FONT, type Record, span, u32 } from './records.ts';

const CLIPPED_OR_OPAQUE = 0x6;
const NO_RECTANGLE = 0x100;
const SMALL_LETTERS = 0x200;
const TWO_ADVANCES = 0x2000;
const TEXT = 40;

type Text = { readonly fields: readonly Range[]; readonly letters: Range; readonly advances: Range };

/** EmrText ([MS-EMF] 2.2.5) at a place in a record. Offsets count from the record's start. */
function textAt(record: Record, at: number, width: number): Text {
  const count = u32(record, at + 8);
  const [letters, options, advances] = [u32(record, at + 12), u32(record, at + 16), u32(record, at + 36)];
  // Without clipping or filling the rectangle means nothing, and writers leave it as their memory was.
  const rectangle: Range = options & CLIPPED_OR_OPAQUE ? span(at + 20, 16) : [at + 20, at + 20];
  return {
    fields: [span(at, 20), rectangle, span(at + 36, 4)],
    letters: count === 0 ? [0, 0] : span(letters, count * width),
    advances: count === 0 || advances === 0 ? [0, 0] : span(advances, count * (options & TWO_ADVANCES ? 8 : 4)),
  };
}

function textsOf(record: Record): readonly Text[] {
  const width = record.type === 84 || record.type === 97 ? 2 : 1;
  if (record.type === 83 || record.type === 84) return [textAt(record, 36, width)];
  const count = Math.min(u32(record, 36), Math.floor((record.bytes.length - 40) / TEXT));
  return Array.from({ length: count }, (_, i) => textAt(record, 40 + i * TEXT, width));
}

/** EMR_SMALLTEXTOUT has a rectangle only where it says so, and letters of one byte where it says so. */
function smallText(record: Record): { readonly fields: Range; readonly letters: Range } {
  const [count, options] = [u32(record, 16), u32(record, 20)];
  const start = options & NO_RECTANGLE ? 36 : 52;
  return { fields: [0, start], letters: span(start, count * (options & SMALL_LETTERS ? 1 : 2)) };
}

const manyTexts: Layout = (record) => [
  [0, record.type < 96 ? 36 : 40],
  ...textsOf(record).flatMap(({ fields, letters, advances }) => [...fields, letters, advances]),
];

const FACE_AT = 40;
const FACE_BYTES = 64;
const LOGFONT_END = FACE_AT + FACE_BYTES;
const PANOSE_FONT = 332;
const VECTOR_AT = LOGFONT_END + 256;

/** The face name in a font record: to its zero, or to the end of its field. */
export function faceName({ bytes }: Record): Range {
  let end = FACE_AT;
  while (end + 2 <= Math.min(LOGFONT_END, bytes.length) && bytes.readUInt16LE(end) !== 0) end += 2;
  return [FACE_AT, end];
}

/** Handle, LogFont and face name; the axes of a design that has some. Full name, style, script and maker are not used. */
const font: Layout = (record) => {
  const used: Range[] = [[0, FACE_AT], faceName(record)];
  const { bytes } = record;
  if (bytes.length <= PANOSE_FONT || bytes.length < VECTOR_AT + 8) return used;
  const axes = Math.min(bytes.readUInt32LE(VECTOR_AT + 4), 16);
  return [...used, [VECTOR_AT, Math.min(VECTOR_AT + 8 + axes * 4, bytes.length)]];
};

export const TEXT_LAYOUTS: ReadonlyMap<number, Layout> = new Map<number, Layout>([
  ...[83, 84, 96, 97].map((type) => [type, manyTexts] as const),
  [
    108,
    (record) => {
      const { fields, letters } = smallText(record);
      return [fields, letters];
    },
  ],
  [CREATE_FONT, font],
]);

/** Where a record shows text or names a face, from the record's start; empty for all others. */
export function visibleIn(record: Record): readonly Range[] {
  if (record.type === CREATE_FONT) return [faceName(record)];
  if (record.type === 108) return [smallText(record).letters];
  if (!TEXT_LAYOUTS.has(record.type)) return [];
  return textsOf(record).map(({ letters }) => letters);
}
