// Where an enhanced metafile shows text: in its text records, and in those of EMF+. Names of faces are among them, since
// they stay, and a comment that is gone may well have named the same face.

import { createHash } from 'node:crypto';
import type { Context, Range, VisibleRanges } from '../../core/format.ts';
import { plusRecords } from './plus.ts';
import { DRAW_STRING } from './plus-layouts.ts';
import { COMMENT, type Record, walk } from './records.ts';
import { visibleIn } from './texts.ts';

const FONT_OBJECT = 0x0600;
const OBJECT = 0x4008;

export async function visibleEmf(body: Uint8Array, { limits }: Context): Promise<VisibleRanges> {
  const ranges: Range[] = [];
  for (const record of walk(body, limits).records) {
    const found = record.type === COMMENT ? plusTexts(record) : visibleIn(record);
    // With the zero before it, a text in UTF-16 reads as one in the other byte order too.
    for (const [start, end] of found) if (end > start) ranges.push([record.offset + start - 1, record.offset + end]);
  }
  return ranges.length > 0 ? new Map([[createHash('sha256').update(body).digest('hex'), ranges]]) : new Map();
}

function plusTexts({ bytes }: Record): readonly Range[] {
  if (bytes.toString('latin1', 12, 16) !== 'EMF+') return [];
  const payload = bytes.subarray(16, 12 + bytes.readUInt32LE(8));
  return plusRecords(payload).flatMap(({ type, flags, data }): readonly Range[] => {
    const start = data.byteOffset - bytes.byteOffset;
    if (type === DRAW_STRING && data.length >= 28) return [[start + 28, start + data.length]];
    // Size, unit, style, a reserved number and the length are before a font's family.
    if (type === OBJECT && (flags & 0x7f00) === FONT_OBJECT) return [[start + 24, start + data.length]];
    return [];
  });
}
