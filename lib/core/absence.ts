// Proof of absence (design 3.5b): no value that was removed stands in any byte view of the output. A match counts unless
// it lies wholly inside the kept visible text of that view, or a stated rule says that chance or a grammar put it there.
// docs/proof.md states the rules and what they do not prove.

import { createHash } from 'node:crypto';
import { inOrder, isInside, sizeOf, touches } from './byte-ranges.ts';
import { byteViews, type Place, type View } from './byte-views.ts';
import type { Range, RemovedValue, VisibleRanges } from './format.ts';
import type { Limits } from './limits.ts';
import { type Needle, type Needles, needlesOf } from './needles.ts';
import { type Search, searchFor } from './needles-search.ts';
import { type Decoded, readings } from './views-decoded.ts';

/** A removed value that still stands in the output: in which view and where, never what. */
export type Residue = { readonly view: string; readonly at: number; readonly index: number };

// One place is enough to refuse a document; more help whoever mends the format.
const MAX_RESIDUE = 1000;

/** Searches every byte view of `body` for the removed values, outside the visible ranges. Rejects with Refusal('limit'). */
export async function findResidue(
  body: Uint8Array,
  removed: readonly RemovedValue[],
  visible: VisibleRanges,
  limits: Limits,
): Promise<readonly Residue[]> {
  const needles = needlesOf(removed);
  const residue: Residue[] = [];
  if (needles.count === 0) return residue;
  const search = searchFor(needles.lower);
  const isVisible = visibility(visible);
  for (const view of byteViews(body, limits)) {
    for (const found of matchesIn(view, search, needles)) {
      if (isVisible(view, found.start, found.end)) continue;
      residue.push({ view: found.view, at: found.start, index: found.index });
      if (residue.length >= MAX_RESIDUE) return residue;
    }
  }
  return residue;
}

/** Whether a range lies wholly inside one visible range of the bytes, or of the bytes that these are a slice of. */
export function visibility(visible: VisibleRanges): (place: Place, start: number, end: number) => boolean {
  const hashes = new WeakMap<Uint8Array, string>();
  const rangesOf = (bytes: Uint8Array): readonly Range[] => {
    const hash = hashes.get(bytes) ?? createHash('sha256').update(bytes).digest('hex');
    hashes.set(bytes, hash);
    return visible.get(hash) ?? [];
  };
  const sorted = new WeakMap<readonly Range[], readonly Range[]>();
  return (place, start, end) => {
    if (visible.size === 0) return false;
    let [from, to] = [start, end];
    for (let here: Place | undefined = place; here; here = here.slice?.of) {
      const ranges = rangesOf(here.bytes);
      const ordered = sorted.get(ranges) ?? inOrder(ranges);
      sorted.set(ranges, ordered);
      if (isInside(ordered, from, to)) return true;
      from += here.slice?.at ?? 0;
      to += here.slice?.at ?? 0;
    }
    return false;
  };
}

type Match = { readonly view: string; readonly start: number; readonly end: number; readonly index: number };

function matchesIn(view: View, search: Search, needles: Needles): readonly Match[] {
  const matches: Match[] = [];
  const noise = view.opaque ? view.bytes.length : sizeOf(view.noise);
  search(view.bytes, (group, at) => {
    for (const needle of needles.same[group] ?? []) {
      if (!isWritten(needle, view.bytes, at)) continue;
      const start = at + needle.lead;
      const end = at + needle.bytes.length - needle.trail;
      if (isInside(view.seen, start, end)) continue;
      const noisy = view.opaque || touches(view.noise, start, end);
      const counts = noisy
        ? !isChance(needle, noise, needles.count) && !(view.opaque === 'program' && isOneWord(needle))
        : isMeant(needle, view.bytes, at) &&
          (needle.rule !== 'certain' || !isChance(needle, view.bytes.length, needles.count));
      if (counts) matches.push({ view: view.name, start, end, index: needle.index });
    }
  });
  for (const decoded of readings(view.bytes, view.plain, view.pdf))
    matches.push(...decodedMatches(view, decoded, search, needles));
  if (view.names) matches.push(...decodedMatches(view, view.names, search, needles));
  return matches;
}

function decodedMatches(view: View, decoded: Decoded, search: Search, needles: Needles): readonly Match[] {
  const { bytes } = decoded;
  const matches: Match[] = [];
  search(bytes, (group, at) => {
    for (const needle of needles.same[group] ?? []) {
      if (!isWritten(needle, bytes, at) || !isMeant(needle, bytes, at)) continue;
      const end = at + needle.bytes.length;
      const doubtful = needle.rule === 'certain' || (decoded.noisy && !isInAscii(bytes, at, end));
      if (doubtful && isChance(needle, bytes.length, needles.count)) continue;
      const [from, to] = decoded.source(at + needle.lead, end - needle.trail);
      matches.push({ view: `${view.name}/${decoded.encoding}`, start: from, end: to, index: needle.index });
    }
  });
  return matches;
}

/** The search compares in lower case; an exact needle is compared again. */
function isWritten({ exact, bytes }: Needle, view: Uint8Array, at: number): boolean {
  return !exact || bytes.every((byte, i) => view[at + i] === byte);
}

/** Whether the needle's rule lets an occurrence in readable bytes count. */
function isMeant({ rule, bytes, unit, low }: Needle, view: Uint8Array, at: number): boolean {
  const end = at + bytes.length;
  switch (rule) {
    case 'word':
      // Where a letter stands beside it that belongs to running text, this is a part of another word.
      return !(
        (isAlphanumeric(view, at - unit, unit, low) && isTextBefore(view, at, unit)) ||
        (isAlphanumeric(view, end, unit, low) && isTextAfter(view, end, unit))
      );
    case 'binary':
      return !isTextBefore(view, at, unit) && !isTextAfter(view, end, unit);
    case 'anywhere':
    case 'certain':
      return true;
  }
}

/** Makers of fonts and profiles write sentences about themselves in them; a word of those says nothing of this document. */
function isOneWord({ rule, bytes }: Needle): boolean {
  return rule === 'binary' || (rule === 'word' && !bytes.some((byte) => byte >= 0x30 && byte <= 0x39));
}

function isAlphanumeric(view: Uint8Array, at: number, unit: 1 | 2, low: 0 | 1): boolean {
  if (at < 0 || at + unit > view.length || (unit === 2 && view[at + 1 - low] !== 0)) return false;
  const byte = view[at + (unit === 2 ? low : 0)] ?? 0;
  const letter = byte | 0x20;
  return (byte >= 0x30 && byte <= 0x39) || (letter >= 0x61 && letter <= 0x7a);
}

// Enough neighbours to tell text from a length, a checksum or a tag of a binary format.
const NEIGHBOURS = 8;

function isTextBefore(view: Uint8Array, at: number, unit: 1 | 2): boolean {
  return isText(view, Math.max(0, at - NEIGHBOURS * unit), at, unit);
}

function isTextAfter(view: Uint8Array, at: number, unit: 1 | 2): boolean {
  return isText(view, at, Math.min(view.length, at + NEIGHBOURS * unit), unit);
}

/** Noise passes for accented text often, for plain text hardly ever. */
function isInAscii(view: Uint8Array, start: number, end: number): boolean {
  const around = [...view.subarray(Math.max(0, start - NEIGHBOURS), start), ...view.subarray(end, end + NEIGHBOURS)];
  return around.every((byte) => (byte >= 0x20 && byte < 0x7f) || byte === 9 || byte === 10 || byte === 13);
}

/** All printable; in UTF-16 every second byte may be zero. */
function isText(view: Uint8Array, from: number, to: number, unit: 1 | 2): boolean {
  for (let at = from; at < to; at++) {
    const byte = view[at] ?? 0;
    const printable = (byte >= 0x20 && byte !== 0x7f) || byte === 9 || byte === 10 || byte === 13;
    if (!printable && !(unit === 2 && byte === 0)) return false;
  }
  return true;
}

const ONE_IN_A_MILLION = -20;

/** Whether noise of this size holds some needle this long by accident more often than once in a million documents. */
function isChance({ bytes, exact }: Needle, noise: number, needles: number): boolean {
  let bits = 0;
  // A zero byte is common where bytes are not random; a letter in either case is two of 256.
  for (const byte of bytes) bits += byte === 0 ? 2 : exact ? 8 : 7;
  return Math.log2(Math.max(1, noise)) + Math.log2(Math.max(1, needles)) - bits > ONE_IN_A_MILLION;
}
