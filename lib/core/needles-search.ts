// Many needles, one pass. Every position of the view is looked up by its first four bytes; where needles start so, the
// sorted list of them is searched for the greatest one that is not greater than the text. All needles that stand at
// the position are prefixes of that one, and each needle knows the longest other needle that it starts with. The work
// at a position is therefore a binary search, however many needles share their beginning (paths of one folder do).

import { Refusal } from './refusal.ts';

/** Bytes that needles are indexed by; a needle is at least this long. */
export const MIN_NEEDLE = 4;

/** Finds needles in lower case and says which one stands where. */
export type Search = (view: Uint8Array, found: (needle: number, at: number) => void) => void;

// A comparison ends at the first difference, so honest documents stay far below this many bytes compared per byte read.
const WORK_PER_BYTE = 64;
const WORK_TO_SPARE = 50_000_000;

/** Bytes with A to Z made a to z, so that one index serves exact and case-blind needles. */
export function lowered(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => LOWER[byte] ?? 0);
}

const LOWER = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte));

/**
 * A search for the needles, all lower case, distinct, of MIN_NEEDLE bytes or more, given in the order of
 * Buffer.compare. It throws Refusal('limit') when a view was made to cost more than honest ones do.
 */
export function searchFor(needles: readonly Uint8Array[]): Search {
  const shorter = longestPrefixes(needles);
  const index = indexOf(needles);
  return (view, found) => {
    let work = view.length * WORK_PER_BYTE + WORK_TO_SPARE;
    const { keys, first, last, mask, pairs } = index;
    let key = 0;
    for (let end = 0; end < view.length; end++) {
      key = (key << 8) | (LOWER[view[end] ?? 0] ?? 0);
      // Most positions end here, at a table that stays in the processor's cache.
      if (pairs[key & 0xffff] === 0) continue;
      let slot = hash(key) & mask;
      while (first[slot] !== NONE && keys[slot] !== key) slot = (slot + 1) & mask;
      if (first[slot] === NONE || end < MIN_NEEDLE - 1) continue;
      const at = end - MIN_NEEDLE + 1;
      let low = first[slot] ?? 0;
      let high = (last[slot] ?? 0) + 1;
      const least = low;
      // Invariant: needles before `low` are not greater than the text, those from `high` on are.
      while (low < high) {
        const middle = (low + high) >>> 1;
        const bytes = needles[middle] ?? EMPTY;
        const common = commonLength(bytes, view, at);
        work -= common;
        if (isGreater(bytes, view, at, common)) high = middle;
        else low = middle + 1;
      }
      for (let needle = low - 1; needle >= least; needle = shorter[needle] ?? NONE) {
        const candidate = needles[needle] ?? EMPTY;
        const common = commonLength(candidate, view, at);
        work -= common;
        if (common === candidate.length) found(needle, at);
      }
      if (work < 0) throw new Refusal('limit', 'text made to slow down the proof of absence');
    }
  };
}

const NONE = -1;
const EMPTY = new Uint8Array(0);

type Index = {
  readonly keys: Int32Array;
  /** The first and last needle that start with the key in the same slot; NONE in an empty slot. */
  readonly first: Int32Array;
  readonly last: Int32Array;
  readonly mask: number;
  /** One where a key ends in these two bytes. */
  readonly pairs: Uint8Array;
};

function indexOf(needles: readonly Uint8Array[]): Index {
  // Mostly empty, so that most positions of a view end at their first look.
  let size = 1024;
  while (size < needles.length * 8) size *= 2;
  const mask = size - 1;
  const keys = new Int32Array(size);
  const first = new Int32Array(size).fill(NONE);
  const last = new Int32Array(size);
  const pairs = new Uint8Array(0x10000);
  for (const [needle, bytes] of needles.entries()) {
    let key = 0;
    for (let i = 0; i < MIN_NEEDLE; i++) key = (key << 8) | (bytes[i] ?? 0);
    let slot = hash(key) & mask;
    while (first[slot] !== NONE && keys[slot] !== key) slot = (slot + 1) & mask;
    if (first[slot] === NONE) first[slot] = needle;
    keys[slot] = key;
    last[slot] = needle;
    pairs[key & 0xffff] = 1;
  }
  return { keys, first, last, mask, pairs };
}

function hash(key: number): number {
  // Fibonacci hashing; the high bits are the mixed ones.
  const mixed = Math.imul(key, 0x9e3779b1);
  return (mixed >>> 15) ^ mixed;
}

/** For each needle the longest other one that it starts with, or NONE. In sorted order those before it suffice. */
function longestPrefixes(needles: readonly Uint8Array[]): Int32Array {
  const longest = new Int32Array(needles.length).fill(NONE);
  const chain: number[] = [];
  for (const [needle, bytes] of needles.entries()) {
    for (let top = chain.at(-1); top !== undefined; top = chain.at(-1)) {
      const before = needles[top] ?? EMPTY;
      if (commonLength(before, bytes, 0) === before.length) break;
      chain.pop();
    }
    longest[needle] = chain.at(-1) ?? NONE;
    chain.push(needle);
  }
  return longest;
}

/** How many bytes of the needle stand at the position, letters compared in lower case. */
function commonLength(needle: Uint8Array, view: Uint8Array, at: number): number {
  const length = Math.min(needle.length, view.length - at);
  let common = 0;
  while (common < length && needle[common] === LOWER[view[at + common] ?? 0]) common++;
  return common;
}

/** Whether the needle sorts after the text at the position; a prefix of it does not. */
function isGreater(needle: Uint8Array, view: Uint8Array, at: number, common: number): boolean {
  if (common === needle.length) return false;
  return at + common >= view.length || (needle[common] ?? 0) > (LOWER[view[at + common] ?? 0] ?? 0);
}
