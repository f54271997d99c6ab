// Where the entropy-coded data of a scan really ends (ITU-T T.81 annex F and G): decoders stop at the last block and
// skip whatever else stands before the next marker, so text can be hidden there. This walks the Huffman codes without
// computing samples, and answers how much of each restart interval was needed.

import { Refusal } from '../../core/refusal.ts';
import type { Component, Frame, ScanHeader, Table } from './frame.ts';

// DHT lengths up to this are looked up at once.
const FAST_BITS = 9;

type Huffman = {
  /** (length << 8 | symbol) by the next FAST_BITS bits, 0 where the code is longer. */
  readonly fast: Uint16Array;
  /** Per length: the largest code, or -1. */
  readonly maxCode: Int32Array;
  readonly offset: Int32Array;
  readonly symbols: Buffer;
};

/** Which coefficients of the progressive picture are not zero so far: 64 bits a block, two words. */
export type History = Map<Component, Uint32Array>;

export function emptyHistory(frame: Frame): History {
  const geometry = geometryOf(frame);
  return new Map(
    frame.components.map((component) => [
      component,
      new Uint32Array(
        frame.isProgressive ? 2 * geometry.mcusAcross * component.h * geometry.mcusDown * component.v : 0,
      ),
    ]),
  );
}

function geometryOf({ width, height, components }: Frame) {
  const maxH = Math.max(...components.map(({ h }) => h));
  const maxV = Math.max(...components.map(({ v }) => v));
  return { maxH, maxV, mcusAcross: Math.ceil(width / (8 * maxH)), mcusDown: Math.ceil(height / (8 * maxV)) };
}

/**
 * The needed part of every interval. Rejects with Refusal 'malformed' when a code is in no table, data is missing,
 * or the number of intervals is not that of the picture.
 */
export function neededData(
  frame: Frame,
  header: ScanHeader,
  intervals: readonly Buffer[],
  history: History,
): readonly Buffer[] {
  const units = unitsOf(frame, header);
  const perInterval = header.restartInterval || units.count;
  if (intervals.length !== Math.ceil(units.count / perInterval))
    throw new Refusal('malformed', `${intervals.length} restart intervals`);
  const walker = blockWalker(frame, header);
  return intervals.map((interval, number) => {
    const bits = bitReader(interval);
    walker.restart();
    const end = Math.min(units.count, (number + 1) * perInterval);
    const visit = (index: number, block: number) => walker.block(bits, index, block, history);
    for (let unit = number * perInterval; unit < end; unit++) units.visit(unit, visit);
    return interval.subarray(0, bits.used());
  });
}

type Units = {
  readonly count: number;
  /** Calls with the index of the component in the scan and the block's number in its component. */
  visit(unit: number, block: (index: number, block: number) => void): void;
};

function unitsOf(frame: Frame, { components }: ScanHeader): Units {
  const { maxH, maxV, mcusAcross, mcusDown } = geometryOf(frame);
  const [only] = components;
  if (only && components.length === 1) {
    const { h, v } = only.component;
    const across = Math.ceil(Math.ceil((frame.width * h) / maxH) / 8);
    const down = Math.ceil(Math.ceil((frame.height * v) / maxV) / 8);
    const stride = mcusAcross * h;
    return {
      count: across * down,
      visit: (unit, block) => block(0, Math.floor(unit / across) * stride + (unit % across)),
    };
  }
  return {
    count: mcusAcross * mcusDown,
    visit(unit, block) {
      const [row, column] = [Math.floor(unit / mcusAcross), unit % mcusAcross];
      for (let index = 0; index < components.length; index++) {
        const { h, v } = components[index]?.component ?? { h: 0, v: 0 };
        for (let y = 0; y < v; y++)
          for (let x = 0; x < h; x++) block(index, (row * v + y) * mcusAcross * h + column * h + x);
      }
    },
  };
}

type Bits = {
  read(count: number): number;
  code(table: Huffman): number;
  /** Bytes of the interval, stuffing included, that hold the bits read so far. */
  used(): number;
};

function bitReader(interval: Buffer): Bits {
  let at = 0;
  let held = 0;
  let count = 0;
  const end = interval.length;
  // Holds at most 32 bits; `missing` counts the zero bits that stand for bytes past the end.
  let missing = 0;
  const fill = (wanted: number) => {
    while (count < wanted) {
      let byte = 0;
      if (at < end) {
        byte = interval[at++] ?? 0;
        if (byte === 0xff) at++;
      } else missing += 8;
      held = ((held << 8) | byte) & 0xffffff;
      count += 8;
    }
  };
  const take = (wanted: number) => {
    count -= wanted;
    if (count < missing) throw new Refusal('malformed', 'entropy-coded data ends too soon');
  };
  return {
    read(wanted) {
      if (wanted === 0) return 0;
      fill(wanted);
      const value = (held >>> (count - wanted)) & ((1 << wanted) - 1);
      take(wanted);
      return value;
    },
    code(table) {
      fill(16);
      const next = (held >>> (count - 16)) & 0xffff;
      const fast = table.fast[next >>> (16 - FAST_BITS)] ?? 0;
      if (fast !== 0) {
        take(fast >>> 8);
        return fast & 0xff;
      }
      for (let length = FAST_BITS + 1; length <= 16; length++) {
        const code = next >>> (16 - length);
        if (code <= (table.maxCode[length] ?? -1)) {
          take(length);
          return table.symbols[code + (table.offset[length] ?? 0)] ?? 0;
        }
      }
      throw new Refusal('malformed', 'a code that is in no table');
    },
    used() {
      // Whole bytes that were read ahead are given back, with their stuffing.
      let back = Math.floor((count - missing) / 8);
      let position = at;
      while (back-- > 0) position -= interval[position - 1] === 0 && interval[position - 2] === 0xff ? 2 : 1;
      return Math.min(position, end);
    },
  };
}

const built = new WeakMap<Table, Huffman>();

function huffman(table: Table | undefined): Huffman {
  if (!table) throw new Refusal('malformed', 'a table is missing');
  const known = built.get(table);
  if (known) return known;
  const symbols = table.bytes.subarray(17);
  const fast = new Uint16Array(1 << FAST_BITS);
  const maxCode = new Int32Array(17).fill(-1);
  const offset = new Int32Array(17);
  let code = 0;
  let first = 0;
  for (let length = 1; length <= 16; length++) {
    const count = table.bytes[length] ?? 0;
    if (code + count > 1 << length) throw new Refusal('malformed', 'a table with more codes than fit');
    offset[length] = first - code;
    for (let i = 0; i < count; i++, code++, first++) {
      if (length > FAST_BITS) continue;
      const shift = FAST_BITS - length;
      fast.fill((length << 8) | (symbols[first] ?? 0), code << shift, (code + 1) << shift);
    }
    if (count > 0) maxCode[length] = code - 1;
    code <<= 1;
  }
  const result = { fast, maxCode, offset, symbols };
  built.set(table, result);
  return result;
}

type BlockWalker = { restart(): void; block(bits: Bits, index: number, block: number, history: History): void };

function blockWalker(frame: Frame, header: ScanHeader): BlockWalker {
  const { from, to, isRefinement, components } = header;
  if (!frame.isProgressive) {
    const tables = components.map(({ dc, ac }) => ({ dc: huffman(dc), ac: huffman(ac) }));
    return {
      restart() {},
      block(bits, index) {
        const table = tables[index];
        if (table) sequential(bits, table.dc, table.ac);
      },
    };
  }
  if (from === 0) {
    const tables = isRefinement ? [] : components.map(({ dc }) => huffman(dc));
    return {
      restart() {},
      block(bits, index) {
        const table = tables[index];
        bits.read(table ? magnitude(bits.code(table)) : 1);
      },
    };
  }
  return progressiveAc(from, to, isRefinement, components[0]);
}

function magnitude(bits: number): number {
  if (bits > 15) throw new Refusal('malformed', `a coefficient of ${bits} bits`);
  return bits;
}

function sequential(bits: Bits, dc: Huffman, ac: Huffman): void {
  bits.read(magnitude(bits.code(dc)));
  for (let k = 1; k < 64; k++) {
    const symbol = bits.code(ac);
    const size = symbol & 15;
    if (size === 0) {
      if (symbol !== 0xf0) return;
      k += 15;
      continue;
    }
    k += symbol >> 4;
    bits.read(size);
  }
}

function progressiveAc(
  from: number,
  to: number,
  isRefinement: boolean,
  scanned: ScanHeader['components'][number] | undefined,
): BlockWalker {
  const table = huffman(scanned?.ac);
  let endOfBandRun = 0;

  const readRun = (bits: Bits, symbol: number) => {
    const exponent = symbol >> 4;
    endOfBandRun = (1 << exponent) + bits.read(exponent);
  };

  // The flags of the block at hand: one bit a coefficient, set where it is not zero.
  let words: Uint32Array = new Uint32Array();
  let base = 0;
  const has = (k: number) => ((words[base + (k >> 5)] ?? 0) & (1 << (k & 31))) !== 0;
  const set = (k: number) => {
    const word = base + (k >> 5);
    words[word] = (words[word] ?? 0) | (1 << (k & 31));
  };

  const first = (bits: Bits) => {
    if (endOfBandRun > 0) {
      endOfBandRun--;
      return;
    }
    for (let k = from; k <= to; k++) {
      const symbol = bits.code(table);
      const size = symbol & 15;
      if (size === 0 && symbol !== 0xf0) {
        readRun(bits, symbol);
        endOfBandRun--;
        return;
      }
      k += symbol >> 4;
      if (size === 0) continue;
      bits.read(size);
      if (k < 64) set(k);
    }
  };

  // G.1.2.3: every coefficient that is not zero yet takes a correction bit when it is passed.
  const refine = (bits: Bits) => {
    let k = from;
    while (endOfBandRun === 0 && k <= to) {
      const symbol = bits.code(table);
      let zeros = symbol >> 4;
      const size = symbol & 15;
      if (size > 1) throw new Refusal('malformed', 'a refinement of more than one bit');
      if (size === 1) bits.read(1);
      else if (zeros < 15) {
        readRun(bits, symbol);
        break;
      }
      for (; k <= to; k++) {
        if (has(k)) bits.read(1);
        else if (zeros-- === 0) break;
      }
      if (size === 1 && k <= to) set(k);
      k++;
    }
    if (endOfBandRun === 0) return;
    for (; k <= to; k++) if (has(k)) bits.read(1);
    endOfBandRun--;
  };

  return {
    restart() {
      endOfBandRun = 0;
    },
    block(bits, _index, block, history) {
      words = (scanned && history.get(scanned.component)) ?? words;
      base = 2 * block;
      if (isRefinement) refine(bits);
      else first(bits);
    },
  };
}
