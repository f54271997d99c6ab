// Where a fax picture ends (ITU-T T.4, T.6; ISO 32000-2 7.4.6): rows are followed code by code, as a reader does, up to
// the end of the block or the last row that the picture has. Nothing is drawn; only places of colour changes are kept.

import { BLACK_RUNS, type Codes, HORIZONTAL, PASS, SHIFT, TWO_DIMENSIONAL, WHITE_RUNS, WIDTH } from './fax-codes.ts';

export type FaxLayout = {
  /** Below 0: two-dimensional only (group 4); 0: one-dimensional; above 0: a tag before each row says which. */
  readonly k: number;
  readonly columns: number;
  /** Rows that are shown. */
  readonly rows: number;
  readonly endOfLine: boolean;
  readonly byteAlign: boolean;
  readonly endOfBlock: boolean;
};

const EOL = 1;
const EOL_BITS = 12;
const MAX_COLUMNS = 1_000_000;

/** How many bytes the picture takes; undefined where a code is none. */
export function faxBytes(bytes: Uint8Array, layout: FaxLayout): number | undefined {
  if (!(layout.columns > 0 && layout.columns <= MAX_COLUMNS && layout.rows > 0)) return undefined;
  const bits = bitsOf(bytes);
  let reference: readonly number[] = [];
  skipZeros(bits);
  if (bits.peek(EOL_BITS) === EOL) bits.skip(EOL_BITS);
  let flat = layout.k === 0;
  if (layout.k > 0) flat = bits.take(1) === 1;
  for (let row = 0; row < layout.rows; row++) {
    const next = flat ? oneDimensional(bits, layout.columns) : twoDimensional(bits, layout.columns, reference);
    if (!next) return undefined;
    reference = next;
    const end = endOfRow(bits, layout, row);
    if (end === 'block') break;
    flat = layout.k === 0 || end === 'flat';
  }
  return Math.min(bytes.length, Math.ceil(bits.at() / 8));
}

/** What stands between two rows: fill, an end of line, a tag for the next row, or the end of everything. */
function endOfRow(bits: Bits, layout: FaxLayout, row: number): 'block' | 'flat' | 'two' {
  const { k, endOfLine, byteAlign, endOfBlock, rows } = layout;
  const isLast = row === rows - 1;
  if (!endOfBlock && isLast) return 'block';
  const before = bits.at();
  let isEnd = false;
  if (endOfLine || !byteAlign) {
    // In front of an end of line there may be any number of zeros.
    skipZeros(bits);
    isEnd = bits.peek(EOL_BITS) === EOL;
    if (isEnd) bits.skip(EOL_BITS);
    else if (isLast) bits.seek(before);
  }
  if (byteAlign && !isEnd) bits.seek(Math.ceil(bits.at() / 8) * 8);
  if (isLast && !isEnd && bits.peek(EOL_BITS) !== EOL) return 'block';
  let tag = 0;
  if (k > 0) tag = bits.take(1);
  if (endOfBlock && !endOfLine && byteAlign && bits.peek(EOL_BITS * 2) === ((EOL << EOL_BITS) | EOL)) {
    bits.skip(EOL_BITS);
    isEnd = true;
  }
  if (endOfBlock && isEnd && bits.peek(EOL_BITS) === EOL) {
    // Two of them end group 4; six, each with its tag, end group 3.
    for (let i = 1; i < (k < 0 ? 2 : 6) && bits.peek(EOL_BITS) === EOL; i++) bits.skip(EOL_BITS + (k > 0 ? 1 : 0));
    return 'block';
  }
  return tag === 1 ? 'flat' : 'two';
}

function oneDimensional(bits: Bits, columns: number): readonly number[] | undefined {
  const changes: number[] = [];
  let at = 0;
  for (let black = false; at < columns; black = !black) {
    const run = runOf(bits, black);
    if (run === undefined) return undefined;
    at += run;
    changes.push(Math.min(at, columns));
  }
  return changes;
}

/** T.6 section 2.2: each change is told by its distance from one in the row above, or by runs. */
function twoDimensional(bits: Bits, columns: number, above: readonly number[]): readonly number[] | undefined {
  const changes: number[] = [];
  let at = -1;
  let black = 0;
  let i = 0;
  while (at < columns) {
    const mode = bits.code(TWO_DIMENSIONAL);
    if (mode === undefined) return undefined;
    if (mode === HORIZONTAL) {
      const [one, other] = [runOf(bits, black === 1), runOf(bits, black === 0)];
      if (one === undefined || other === undefined) return undefined;
      const first = Math.min(columns, Math.max(at, 0) + one);
      at = Math.min(columns, first + other);
      changes.push(first, at);
      continue;
    }
    // The first change above that lies to the right and is of the other colour; distances lead back by at most three.
    while (i > 0 && (above[i - 1] ?? 0) > at) i -= 1;
    while (i < above.length && ((above[i] ?? 0) <= at || i % 2 !== black)) i += 1;
    if (mode === PASS) {
      at = above[i + 1] ?? columns;
      continue;
    }
    const change = (above[i] ?? columns) + mode - SHIFT;
    if (change < Math.max(at, 0)) return undefined;
    at = Math.min(columns, change);
    changes.push(at);
    black ^= 1;
  }
  return changes;
}

/** Any number of long codes, then one below 64. */
function runOf(bits: Bits, black: boolean): number | undefined {
  let run = 0;
  for (;;) {
    const part = bits.code(black ? BLACK_RUNS : WHITE_RUNS);
    if (part === undefined || run > MAX_COLUMNS) return undefined;
    run += part;
    if (part < 64) return run;
  }
}

type Bits = {
  at(): number;
  seek(at: number): void;
  skip(count: number): void;
  /** Up to 24 bits; zeros beyond the end. */
  peek(count: number): number;
  take(count: number): number;
  /** The value of the code that stands here; undefined where none does. */
  code(codes: Codes): number | undefined;
  isOver(): boolean;
};

function skipZeros(bits: Bits): void {
  while (!bits.isOver() && bits.peek(EOL_BITS) === 0) bits.skip(1);
}

function bitsOf(bytes: Uint8Array): Bits {
  let at = 0;
  const peek = (count: number): number => {
    const from = at >> 3;
    const word =
      (((bytes[from] ?? 0) << 24) |
        ((bytes[from + 1] ?? 0) << 16) |
        ((bytes[from + 2] ?? 0) << 8) |
        (bytes[from + 3] ?? 0)) >>>
      0;
    return ((word << (at & 7)) >>> 0) >>> (32 - count);
  };
  return {
    at: () => at,
    seek(to) {
      at = to;
    },
    skip(count) {
      at += count;
    },
    peek,
    take(count) {
      const value = peek(count);
      at += count;
      return value;
    },
    code(codes) {
      const found = codes[peek(WIDTH)] ?? 0;
      if (found === 0 || at >= bytes.length * 8) return undefined;
      at += found & 15;
      return found >> 4;
    },
    isOver: () => at >= bytes.length * 8,
  };
}
