import type { Range } from './format.ts';
import type { Decoded } from './views-decoded.ts';

/** Collects decoded bytes together with where in the view each came from. */
export type Writer = {
  /** Takes bytes of the view as they are. */
  copy(from: number, to: number): void;
  /** Adds bytes that stand for a source range as a whole. */
  put(made: Uint8Array, start: number, end: number): void;
  /** The same for bytes that the caller writes into what it gets, before it calls again. */
  room(length: number, start: number, end: number): Uint8Array;
  done(encoding: string, noisy?: boolean): Decoded;
};

// A run's bytes either follow the source one by one, or all stand for one source range, whose end is given.
const ONE_BY_ONE = -1;

export function writerFor(view: Uint8Array): Writer {
  let bytes = new Uint8Array(Math.max(1024, Math.min(view.length, 1 << 16)));
  let size = 0;
  const starts: number[] = [];
  const sources: number[] = [];
  const ends: number[] = [];

  const room = (length: number, source: number, end: number): Uint8Array => {
    if (size + length > bytes.length) {
      const larger = new Uint8Array(Math.max(bytes.length * 2, size + length));
      larger.set(bytes.subarray(0, size));
      bytes = larger;
    }
    const last = starts.length - 1;
    if (end === ONE_BY_ONE || sources[last] !== source || ends[last] !== end) {
      starts.push(size);
      sources.push(source);
      ends.push(end);
    }
    size += length;
    return bytes.subarray(size - length, size);
  };

  return {
    copy: (from, to) => {
      if (to > from) room(to - from, from, ONE_BY_ONE).set(view.subarray(from, to));
    },
    put: (made, start, end) => {
      if (made.length > 0) room(made.length, start, end).set(made);
    },
    room,
    done: (encoding, noisy = false) => ({
      encoding,
      noisy,
      bytes: bytes.subarray(0, size),
      source: (start, end) => sourceOf({ starts, sources, ends }, start, end),
    }),
  };
}

type Runs = {
  readonly starts: readonly number[];
  readonly sources: readonly number[];
  readonly ends: readonly number[];
};

function sourceOf({ starts, sources, ends }: Runs, start: number, end: number): Range {
  const first = runAt(starts, start);
  const last = runAt(starts, end - 1);
  const whole = (run: number) => ends[run] !== ONE_BY_ONE;
  const from = sources[first] ?? 0;
  const to = sources[last] ?? 0;
  return [
    whole(first) ? from : from + start - (starts[first] ?? 0),
    whole(last) ? (ends[last] ?? 0) : to + end - (starts[last] ?? 0),
  ];
}

function runAt(starts: readonly number[], at: number): number {
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] ?? 0) <= at) low = middle;
    else high = middle;
  }
  return low;
}
