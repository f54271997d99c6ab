// Sectors of a compound file, [MS-CFB] 2.1-2.5: a header, then sectors of one size, chained by a table that stands in
// sectors too. A sector belongs to one chain; one that is met twice is a loop or a lie, and ends the reading.

import type { Range } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { u16, u32 } from './bytes.ts';

export const MAGIC = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const HEADER_SIZE = 512;
const DIFAT_IN_HEADER = 109;
const END_OF_CHAIN = 0xfffffffe;
const HIGHEST = 0xfffffffa;

/** Follows chains in one table; every number of it can be taken once. */
export type Chains = {
  /** Rejects with Refusal 'malformed' on a number that is outside, or taken. */
  follow(start: number, what: string): readonly number[];
  take(number: number, what: string): void;
  /** Runs of numbers that nothing has taken. */
  free(): readonly Range[];
};

export function chainsOf(table: Uint32Array, count: number, unit: string): Chains {
  const taken = new Uint8Array(count);
  const take = (number: number, what: string) => {
    if (number >= count) throw new Refusal('malformed', `${what} leads to ${unit} ${number} of ${count}`);
    if (taken[number]) throw new Refusal('malformed', `${what} meets ${unit} ${number}, which is in a chain already`);
    taken[number] = 1;
  };
  return {
    take,
    follow(start, what) {
      const chain: number[] = [];
      for (let at = start; at !== END_OF_CHAIN; at = table[at] ?? END_OF_CHAIN) {
        take(at, what);
        chain.push(at);
      }
      return chain;
    },
    free() {
      const runs: Range[] = [];
      for (let at = 0; at < count; at += 1) {
        if (taken[at]) continue;
        const start = at;
        while (at < count && !taken[at]) at += 1;
        runs.push([start, at]);
      }
      return runs;
    },
  };
}

/** The bytes of units in the order of a chain; they are copied only where they are not neighbours. */
export function joinUnits(chain: readonly number[], slice: (start: number, end: number) => Buffer): Buffer {
  const runs: Buffer[] = [];
  for (let i = 0; i < chain.length; ) {
    const start = chain[i] ?? 0;
    let length = 1;
    while (chain[i + length] === start + length) length += 1;
    runs.push(slice(start, start + length));
    i += length;
  }
  return runs.length === 1 && runs[0] ? runs[0] : Buffer.concat(runs);
}

export type Sectors = {
  readonly chains: Chains;
  /** Bytes from one sector to before another. */
  slice(start: number, end: number): Buffer;
  readonly directoryStart: number;
  readonly miniTableStart: number;
  /** Streams below this size stand in the mini stream. */
  readonly miniCutoff: number;
  /** What of the header no field uses. */
  readonly headerRest: Buffer;
};

export function tableOf(bytes: Buffer): Uint32Array {
  return Uint32Array.from({ length: Math.floor(bytes.length / 4) }, (_, i) => bytes.readUInt32LE(i * 4));
}

/** Reads the header and the table of sectors. Rejects with Refusal 'malformed'. */
export function readSectors(file: Buffer): Sectors {
  if (file.length < HEADER_SIZE) throw new Refusal('malformed', `compound file of ${file.length} bytes`);
  const [version, shift, miniShift] = [u16(file, 26), u16(file, 30), u16(file, 32)];
  const isKnown = (version === 3 && shift === 9) || (version === 4 && shift === 12);
  if (!isKnown || miniShift !== 6 || u16(file, 28) !== 0xfffe)
    throw new Refusal('malformed', `compound file of version ${version} with sectors of 2^${shift} bytes`);
  const size = 2 ** shift;
  const count = Math.max(0, Math.ceil((file.length - size) / size));
  const slice = (start: number, end: number) => file.subarray((start + 1) * size, (end + 1) * size);

  const numbers = tableSectors(file, count, size, slice);
  const table = tableOf(joinUnits(numbers.table, slice));
  const chains = chainsOf(table, count, 'sector');
  for (const sector of [...numbers.table, ...numbers.lists]) chains.take(sector, 'table of sectors');
  // Writers put anything where a file without mini sectors has no table of them.
  const miniTable = u32(file, 64) === 0 ? END_OF_CHAIN : u32(file, 60);
  return {
    ...{ chains, slice, directoryStart: u32(file, 48), miniTableStart: miniTable, miniCutoff: u32(file, 56) },
    headerRest: Buffer.concat([file.subarray(8, 24), file.subarray(34, 40), file.subarray(HEADER_SIZE, size)]),
  };
}

/** Where the table stands: 109 numbers in the header, more in a chain of sectors whose last number leads on. */
function tableSectors(file: Buffer, count: number, size: number, slice: Sectors['slice']) {
  const listed = [...tableOf(file.subarray(76, HEADER_SIZE)).subarray(0, DIFAT_IN_HEADER)];
  const lists: number[] = [];
  const known = new Set<number>();
  for (let at = u32(file, 68); at < HIGHEST; ) {
    if (at >= count || known.has(at)) throw new Refusal('malformed', `list of tables leads to sector ${at}`);
    known.add(at);
    lists.push(at);
    const entries = tableOf(slice(at, at + 1));
    listed.push(...entries.subarray(0, size / 4 - 1));
    at = entries[size / 4 - 1] ?? END_OF_CHAIN;
  }
  const table = listed.filter((sector) => sector < HIGHEST);
  const outside = table.find((sector) => sector >= count);
  if (outside !== undefined) throw new Refusal('malformed', `table of sectors in sector ${outside} of ${count}`);
  // More of them than there are sectors would be a table of gigabytes from a file of kilobytes.
  if (new Set(table).size !== table.length) throw new Refusal('malformed', 'table of sectors names one twice');
  return { table, lists };
}
