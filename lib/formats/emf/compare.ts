// Whether the rebuilt metafile draws the same, by a second reading of both. No program in reach draws metafiles, so the
// drawing commands are held against each other: the same ones in the same order, each byte the original's or zero, and
// those bytes that say what is drawn the original's in any case.

import type { Context } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { EMF_CARRIERS } from './carriers.ts';
import { type Listed, list } from './compare-list.ts';
import { samePlus } from './compare-plus.ts';
import { sameShapes } from './compare-shapes.ts';

/** Same commands, texts and pictures; nothing but commands. Rejects with Refusal 'unverified' otherwise. */
export async function compareEmf(original: Uint8Array, body: Uint8Array, context: Context): Promise<readonly string[]> {
  const [before, after] = [list(original), list(body)];
  const keepsMore = EMF_CARRIERS.some(({ id }) => context.policy.actionFor(id) === 'keep');
  if (keepsMore) return ['records'];
  checkFrame(after, body);
  sameHeader(original, body);
  const drawing = before.filter(({ type }) => draws(type));
  const drawn = after.filter(({ type }) => draws(type));
  if (drawing.length !== drawn.length)
    throw new Refusal('unverified', `${drawing.length} drawing records became ${drawn.length}`);
  for (const [i, record] of drawing.entries()) sameRecord(record, drawn[i], i + 1);
  await samePlus(before, after, context);
  return ['records', 'header', 'shapes', 'emf-plus'];
}

/** Types of [MS-EMF] 2.1.1 that draw or say how to, but for the end. */
const draws = (type: number) =>
  (type >= 2 && type <= 98 && type !== 14 && type !== 70 && type !== 69) ||
  [108, 111, 114, 115, 116, 118, 120].includes(type);

/** Sizes and counts are right, no text stands beside the drawing, and nothing follows the end. */
function checkFrame(after: readonly Listed[], body: Uint8Array): void {
  const fail = (what: string) => new Refusal('unverified', what);
  const header = after[0]?.bytes;
  const last = after.at(-1);
  if (!header || !last) throw fail('no records');
  if (header.length > 108 || !header.subarray(58, 72).equals(Buffer.alloc(14)))
    throw fail('the header says more than it has to');
  if (header.readUInt32LE(48) !== body.length || header.readUInt32LE(52) !== after.length)
    throw fail('the header counts otherwise');
  if (header.length >= 100 && !header.subarray(88, 100).equals(Buffer.alloc(12)))
    throw fail('a pixel format is left in the header');
  if (last.type !== 14 || last.bytes.length !== 20 || last.offset + 20 !== body.length)
    throw fail('the end is not where it has to be');
  const stranger = after.findIndex(
    ({ type, bytes }, i) =>
      i > 0 && type !== 14 && !draws(type) && !(type === 70 && bytes.toString('latin1', 12, 16) === 'EMF+'),
  );
  if (stranger >= 0) throw fail(`record ${stranger + 1} does not draw`);
}

/** Bounds, frame and the size of the device: all that scales the drawing. */
function sameHeader(original: Uint8Array, body: Uint8Array): void {
  const part = (bytes: Uint8Array, from: number, to: number) => Buffer.from(bytes.subarray(from, to));
  for (const [from, to] of [
    [8, 48],
    [72, 88],
  ] as const) {
    if (!part(original, from, to).equals(part(body, from, to)))
      throw new Refusal('unverified', 'the header has another frame');
  }
}

function sameRecord(before: Listed, after: Listed | undefined, number: number): void {
  const fail = (what: string) => new Refusal('unverified', `drawing record ${number} ${what}`);
  if (!after || before.type !== after.type || before.bytes.length !== after.bytes.length) throw fail('is another one');
  for (const [at, byte] of after.bytes.entries()) {
    const was = before.bytes[at];
    if (byte !== was && byte !== 0 && !isProfile(after, at)) throw fail(`has another byte at ${at}`);
  }
  if (!sameShapes(before, after)) throw fail('draws something else');
}

/** A colour profile in a bitmap's header gives way to the name of sRGB, four letters. */
function isProfile({ bytes }: Listed, at: number): boolean {
  const name = Buffer.from('BGRs', 'latin1');
  return [0, 1, 2, 3].some((by) => bytes.subarray(at - by, at - by + 4).equals(name));
}
