// Records of binary formats have bytes that no field uses: padding, the rest of a fixed field behind its text, space
// between offsets. Writers leave there what their memory held. What is used is listed, the rest becomes zero.

import { gaps } from '../../core/byte-ranges.ts';
import type { Range } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { narrowed } from '../../core/views-narrow.ts';
import { printableRuns } from './telling.ts';

export type Blanked = {
  /** The same bytes where nothing had to be blanked. */
  readonly bytes: Buffer;
  /** What was blanked and was not zero already, undefined where there was nothing. */
  readonly lost: Buffer | undefined;
};

const BREAK = Buffer.from('\n\n');

/** Keeps the used ranges and zeroes everything else. Rejects with Refusal 'malformed' when a range lies outside. */
export function blankUnused(bytes: Buffer, used: readonly Range[]): Blanked {
  for (const [start, end] of used) {
    if (!(start >= 0 && end >= start && end <= bytes.length))
      throw new Refusal('malformed', `a field from ${start} to ${end} in ${bytes.length} bytes`);
  }
  const unused = gaps(
    bytes.length,
    used.filter(([start, end]) => end > start),
  ).filter(([start, end]) => !isZero(bytes.subarray(start, end)));
  if (unused.length === 0) return { bytes, lost: undefined };
  const copy = Buffer.from(bytes);
  for (const [start, end] of unused) copy.fill(0, start, end);
  // What stood in two places must not read as one word.
  const lost = unused.flatMap(([start, end]) => [bytes.subarray(start, end), BREAK]);
  return { bytes: copy, lost: Buffer.concat(lost) };
}

export function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

/** Words in bytes of unknown structure, in one byte a letter or two. */
export function textRuns(untrusted: Uint8Array): readonly string[] {
  const wide = narrowed(untrusted);
  return [...printableRuns(untrusted), ...(wide ? printableRuns(wide.bytes) : [])];
}
