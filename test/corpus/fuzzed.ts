// Generated documents, broken in ways that a seed decides: the same seed breaks them the same way on every machine.

import { cases } from '../fixtures/pdf/cases.ts';
import type { Suite } from './pdf.ts';

export type Random = (below: number) => number;

/** Mulberry32: small, even, and the same everywhere. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

type Mutation = (bytes: Uint8Array, random: Random) => Uint8Array;

const WORDS = [
  'obj',
  'endobj',
  'stream',
  'endstream',
  'xref',
  'trailer',
  'startxref',
  'R',
  '<<',
  '>>',
  '[',
  ']',
  '/Length',
  '/Kids',
  '/Type',
  '/Filter',
  '/Prev',
];
const NUMBERS = ['-1', '0', '99999999999999999999', '2147483648', '-2147483649', '1e9', '..5', '--3', '0.00000000001'];

const MUTATIONS: readonly Mutation[] = [
  /** Cut: all from somewhere, or a piece. */
  (bytes, random) => bytes.subarray(0, random(bytes.length)),
  (bytes, random) => {
    const [start, length] = piece(bytes, random);
    return joined(bytes.subarray(0, start), bytes.subarray(start + length));
  },
  /** Flip bits. */
  (bytes, random) => {
    const copy = Uint8Array.from(bytes);
    for (let flips = 1 + random(8); flips > 0; flips--) {
      const at = random(copy.length);
      copy[at] = (copy[at] ?? 0) ^ (1 << random(8));
    }
    return copy;
  },
  /** Swap two pieces. */
  (bytes, random) => {
    const [start, length] = piece(bytes, random);
    const other = random(bytes.length - length + 1);
    const copy = Uint8Array.from(bytes);
    copy.set(bytes.subarray(other, other + length), start);
    copy.set(bytes.subarray(start, start + length), other);
    return copy;
  },
  /** Say a piece twice. */
  (bytes, random) => {
    const [start, length] = piece(bytes, random);
    return joined(bytes.subarray(0, start + length), bytes.subarray(start));
  },
  /** Another number where one stands. */
  (bytes, random) => replaceOne(bytes, /\d+/g, NUMBERS[random(NUMBERS.length)] ?? '', random),
  /** Another word where one stands. */
  (bytes, random) => replaceOne(bytes, /\/?[A-Za-z]{1,12}|<<|>>|\[|\]/g, WORDS[random(WORDS.length)] ?? '', random),
];

export function mutate(bytes: Uint8Array, random: Random): Uint8Array {
  let mutant = bytes;
  for (let times = 1 + random(3); times > 0 && mutant.length > 1; times--) {
    const mutation = MUTATIONS[random(MUTATIONS.length)];
    if (mutation) mutant = mutation(mutant, random);
  }
  return mutant;
}

// Mutants of large fixtures are as slow to judge as these and break no other code.
const MAX_BYTES = 200_000;

/** So many mutants of each fixture. */
export function fuzzedSuite(options: {
  readonly mutants: number;
  readonly seed: number;
  readonly most?: number;
}): Suite {
  return { name: `fuzzed, seed ${options.seed}`, files: mutants(options) };
}

async function* mutants({
  mutants: each,
  seed,
  most = Number.POSITIVE_INFINITY,
}: {
  readonly mutants: number;
  readonly seed: number;
  readonly most?: number;
}): AsyncGenerator<readonly [string, Uint8Array]> {
  let count = 0;
  for (let round = 0; round < each; round++) {
    for (const [index, row] of cases.entries()) {
      const bytes = await row.bytes();
      if (bytes.length > MAX_BYTES) continue;
      if (count >= most) return;
      count += 1;
      yield [
        `${row.shows}, mutant ${round + 1}.pdf`,
        mutate(bytes, randomFrom(seed * 1_000_003 + round * 1009 + index)),
      ];
    }
  }
}

function piece(bytes: Uint8Array, random: Random): readonly [start: number, length: number] {
  const start = random(bytes.length);
  return [start, Math.min(1 + random(200), bytes.length - start)];
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}

function replaceOne(bytes: Uint8Array, pattern: RegExp, instead: string, random: Random): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1');
  const places = [...text.matchAll(pattern)];
  if (places.length === 0) return bytes;
  const place = places[random(places.length)];
  if (!place) return bytes;
  return Buffer.from(text.slice(0, place.index) + instead + text.slice(place.index + place[0].length), 'latin1');
}
