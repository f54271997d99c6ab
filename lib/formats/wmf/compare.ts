// Whether the rebuilt metafile draws the same, by a second reading of both: the same drawing records in the same order,
// each byte the original's or zero, and those bytes that say what is drawn the original's in any case.

import type { Context } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { isTight, packedRows, sameRows } from '../shared/same-rows.ts';
import { WMF_CARRIERS } from './carriers.ts';

type Listed = { readonly type: number; readonly bytes: Buffer };
type List = { readonly start: number; readonly records: readonly Listed[]; readonly end: number };

/** Same commands and texts; nothing but commands. Rejects with Refusal 'unverified' otherwise. */
export async function compareWmf(original: Uint8Array, body: Uint8Array, context: Context): Promise<readonly string[]> {
  const keepsMore = WMF_CARRIERS.some(({ id }) => context.policy.actionFor(id) === 'keep');
  if (keepsMore) return ['records'];
  const [before, after] = [bufferOf(original), bufferOf(body)];
  const [shown, kept] = [list(before), list(after)];
  checkFrame(before, after, shown, kept);
  const drawing = shown.records.filter(({ type }) => DRAWS.has(type));
  if (drawing.length !== kept.records.length - 1)
    throw new Refusal('unverified', `${drawing.length} drawing records became ${kept.records.length - 1}`);
  for (const [i, record] of drawing.entries()) sameRecord(record, kept.records[i], i + 1);
  return ['records', 'header', 'shapes'];
}

// Every function of [MS-WMF] 2.1.1.1 that draws or says how to: all but the end and the escapes.
const DRAWS = new Set(
  `001e 0035 0037 00f7 0102 0103 0104 0105 0106 0107 0108 0127 012a 012b 012c 012d 012e 0139 0142 0149 01f0 01f9
  0201 0209 020a 020b 020c 020d 020e 020f 0211 0213 0214 0220 0228 0231 0234 02fa 02fb 02fc 0324 0325 0410 0412 0415
  0416 0418 0419 041b 041f 0429 0436 0521 0538 0548 061c 061d 06ff 0817 081a 0830 0922 0940 0a32 0b23 0b41 0d33 0f43`
    .split(/\s+/)
    .map((digits) => Number.parseInt(digits, 16)),
);

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

function list(file: Buffer): List {
  const start = file.length >= 4 && file.readUInt32LE(0) === 0x9ac6cdd7 ? 22 : 0;
  const records: Listed[] = [];
  let at = start + 18;
  while (at + 6 <= file.length) {
    const bytes = file.subarray(at, at + Math.max(6, file.readUInt32LE(at) * 2));
    const type = file.readUInt16LE(at + 4);
    records.push({ type, bytes });
    at += bytes.length;
    if (type === 0) break;
  }
  return { start, records, end: at };
}

/** The same box and units, sizes that are right, an end that is one, and nothing behind it. */
function checkFrame(before: Buffer, after: Buffer, shown: List, kept: List): void {
  const fail = (what: string) => new Refusal('unverified', what);
  const { start, records, end } = kept;
  if (start !== shown.start || (start > 0 && !before.subarray(6, 16).equals(after.subarray(6, 16))))
    throw fail('the picture has another box');
  let sum = 0;
  for (let at = 0; at < start; at += 2) sum ^= after.readUInt16LE(at);
  if (start > 0 && (sum !== 0 || after.readUInt16LE(4) !== 0)) throw fail('the placeable header is wrong');
  const longest = Math.max(...records.map(({ bytes }) => bytes.length));
  if (after.readUInt32LE(start + 6) * 2 !== end - start || after.readUInt32LE(start + 12) * 2 !== longest)
    throw fail('the header counts otherwise');
  if (after.readUInt16LE(start + 10) !== before.readUInt16LE(start + 10)) throw fail('another number of objects');
  const last = records.at(-1);
  if (end !== after.length || last?.type !== 0 || last.bytes.length !== 6)
    throw fail('the end is not where it has to be');
  const stranger = records.findIndex(({ type }) => type !== 0 && !DRAWS.has(type));
  if (stranger >= 0) throw fail(`record ${stranger + 1} does not draw`);
}

function sameRecord(before: Listed, after: Listed | undefined, number: number): void {
  const fail = (what: string) => new Refusal('unverified', `drawing record ${number} ${what}`);
  if (!after || before.type !== after.type || before.bytes.length !== after.bytes.length) throw fail('is another one');
  for (const [at, byte] of after.bytes.entries()) {
    const was = before.bytes[at];
    if (byte !== was && byte !== 0 && !isProfile(after.bytes, at)) throw fail(`has another byte at ${at}`);
  }
  if (!sameShapes(before.type, before.bytes, after.bytes)) throw fail('draws something else');
}

/** A colour profile in a bitmap's header gives way to the name of sRGB, four letters. */
function isProfile(bytes: Buffer, at: number): boolean {
  return [0, 1, 2, 3].some((by) => bytes.toString('latin1', at - by, at - by + 4) === 'BGRs');
}

const DIB_AT: ReadonlyMap<number, number> = new Map([
  [0x0142, 10],
  [0x0940, 22],
  [0x0b41, 26],
  [0x0d33, 24],
  [0x0f43, 28],
]);

/** The bytes that must be the original's, coarser than those that were kept. */
function sameShapes(type: number, before: Buffer, after: Buffer): boolean {
  const same = (from: number, to: number) => before.subarray(from, to).equals(after.subarray(from, to));
  const u16 = (at: number) => (at + 2 <= before.length ? before.readUInt16LE(at) : 0);
  const dibAt = DIB_AT.get(type);
  if (dibAt !== undefined && before.length > dibAt + 12) {
    const usageAt = type === 0x0142 ? 8 : type === 0x0d33 ? 6 : type === 0x0f43 ? 10 : undefined;
    const rowsAt = dibAt + packedRows(before.subarray(dibAt), usageAt !== undefined && u16(usageAt) === 1);
    const [info, rows] = [before.subarray(dibAt), after.subarray(rowsAt)];
    return same(0, dibAt + 12) && sameRows(info, before.subarray(rowsAt), rows) && isTight(info, rows);
  }
  if (type === 0x02fb) return sameFont(before, after);
  if (type === 0x0324 || type === 0x0325) return same(0, 8 + 4 * u16(6));
  if (type === 0x0521) return same(0, 8 + u16(6)) && same(before.length - 4, before.length);
  if (type === 0x0a32) return same(0, 14 + (u16(12) & 6 ? 8 : 0) + u16(10));
  if (type === 0x0538) return same(0, before.length & ~3);
  if (type === 0x06ff || DIB_AT.has(type)) return same(14, before.length);
  // The high byte of a function is the number of words of its parameters, in the older and shorter form.
  return same(0, 6 + 2 * Math.min(type >>> 8, 8)) || type === 0x0922 || type === 0x0b23 || type === 0x0436;
}

/** Measures and the face's name; behind its zero nothing. */
function sameFont(before: Buffer, after: Buffer): boolean {
  const zero = before.indexOf(0, 24);
  const end = zero < 0 ? before.length : Math.min(zero, 56);
  return before.subarray(0, end).equals(after.subarray(0, end)) && after.subarray(end).every((byte) => byte === 0);
}
