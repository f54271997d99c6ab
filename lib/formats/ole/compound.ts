// Storages and streams of a compound file, [MS-CFB] 2.6: directory entries of 128 bytes, each storage's children a tree
// of siblings. Everything that no stream uses is handed out as well, because old text stands there.

import type { Limits } from '../../core/limits.ts';
import { Refusal } from '../../core/refusal.ts';
import { isBlank, u8, u16, u32 } from './bytes.ts';
import { type Chains, chainsOf, joinUnits, readSectors, type Sectors, tableOf } from './sectors.ts';

const ENTRY_SIZE = 128;
const MINI_SIZE = 64;
const MAX_STORAGE_DEPTH = 64;
const NONE = 0xffffffff;
const [STORAGE, STREAM, ROOT] = [1, 2, 5];

export type Entry = {
  /** Its number in the directory. */
  readonly number: number;
  readonly name: string;
  readonly depth: number;
  readonly parent: Entry | undefined;
  readonly children: Entry[];
  readonly isStream: boolean;
  readonly hasClass: boolean;
  readonly hasTimes: boolean;
  /** What a stream says; empty for a storage. */
  readonly bytes: Buffer;
  /** What stands behind it in its last sector. */
  readonly slack: Buffer;
};

/** Bytes that no stream uses, with their place. */
export type Unused = { readonly at: string; readonly bytes: Buffer };

export type Compound = {
  /** The root and all that is below it, parents first. */
  readonly entries: readonly Entry[];
  readonly root: Entry;
  readonly unused: readonly Unused[];
  /** Entries in the directory that nothing leads to. */
  readonly freeEntries: readonly Unused[];
};

/** Reads a whole compound file. Rejects with Refusal 'malformed' or 'limit'. */
export function readCompound(untrusted: Uint8Array, limits: Limits): Compound {
  const file = Buffer.from(untrusted.buffer, untrusted.byteOffset, untrusted.length);
  const sectors = readSectors(file);
  const directory = joinUnits(sectors.chains.follow(sectors.directoryStart, 'directory'), sectors.slice);
  const count = Math.floor(directory.length / ENTRY_SIZE);
  if (count > limits.maxMembers) throw new Refusal('limit', `${count} directory entries`);
  const record = (number: number) => directory.subarray(number * ENTRY_SIZE, (number + 1) * ENTRY_SIZE);
  if (u8(record(0), 66) !== ROOT) throw new Refusal('malformed', 'the directory does not start with the root');

  const mini = readMini(sectors, record(0));
  const { entries, reached } = walk(record, count, (raw, what) => contentOf(raw, what, sectors, mini));
  const [root] = entries;
  if (!root) throw new Refusal('malformed', 'no root');
  return { entries, root, unused: unusedOf(sectors, mini), freeEntries: freeOf(record, count, reached) };
}

type Mini = { readonly chains: Chains; readonly bytes: Buffer };

function readMini({ chains, slice, miniTableStart }: Sectors, root: Buffer): Mini {
  const start = u32(root, 116);
  const whole = u32(root, 120) === 0 ? Buffer.alloc(0) : joinUnits(chains.follow(start, 'mini stream'), slice);
  const bytes = whole.subarray(0, u32(root, 120));
  const table = tableOf(joinUnits(chains.follow(miniTableStart, 'table of mini sectors'), slice));
  return { bytes, chains: chainsOf(table, Math.ceil(bytes.length / MINI_SIZE), 'mini sector') };
}

type Content = Pick<Entry, 'bytes' | 'slack'>;
const EMPTY: Content = { bytes: Buffer.alloc(0), slack: Buffer.alloc(0) };

function contentOf(raw: Buffer, what: string, sectors: Sectors, mini: Mini): Content {
  const size = u32(raw, 120);
  if (u8(raw, 66) !== STREAM || size === 0) return EMPTY;
  const start = u32(raw, 116);
  const whole =
    size < sectors.miniCutoff
      ? joinUnits(mini.chains.follow(start, what), (from, to) => mini.bytes.subarray(from * MINI_SIZE, to * MINI_SIZE))
      : joinUnits(sectors.chains.follow(start, what), sectors.slice);
  if (whole.length < size) throw new Refusal('malformed', `${what} has ${whole.length} of ${size} bytes`);
  return { bytes: whole.subarray(0, size), slack: whole.subarray(size) };
}

type ReadContent = (raw: Buffer, what: string) => Content;

function walk(record: (number: number) => Buffer, count: number, content: ReadContent) {
  const entries: Entry[] = [];
  const reached = new Set<number>();
  const pending: { readonly number: number; readonly parent: Entry | undefined }[] = [{ number: 0, parent: undefined }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { number, parent } = next;
    if (number >= count || reached.has(number)) throw new Refusal('malformed', `directory leads to entry ${number}`);
    reached.add(number);
    const raw = record(number);
    const type = u8(raw, 66);
    if (type !== STORAGE && type !== STREAM && number !== 0)
      throw new Refusal('malformed', `entry ${number} is of type ${type}`);
    const entry = entryOf(raw, number, parent, content(raw, `entry ${number}`));
    if (entry.depth > MAX_STORAGE_DEPTH) throw new Refusal('limit', `storages nested ${entry.depth} deep`);
    entries.push(entry);
    parent?.children.push(entry);
    // The root has no siblings, and a stream has no children, whatever their entries say.
    if (number !== 0)
      for (const sibling of [u32(raw, 68), u32(raw, 72)])
        if (sibling !== NONE) pending.push({ number: sibling, parent });
    if (type !== STREAM && u32(raw, 76) !== NONE) pending.push({ number: u32(raw, 76), parent: entry });
  }
  return { entries, reached };
}

function entryOf(raw: Buffer, number: number, parent: Entry | undefined, content: Content): Entry {
  const letters = Math.min(64, Math.max(0, u16(raw, 64) - 2)) & ~1;
  return {
    ...{ number, parent, depth: parent ? parent.depth + 1 : 0, children: [], ...content },
    name: raw.toString('utf16le', 0, letters),
    isStream: u8(raw, 66) === STREAM,
    hasClass: !isBlank(raw.subarray(80, 96)),
    hasTimes: !isBlank(raw.subarray(100, 116)),
  };
}

function unusedOf({ chains, slice, headerRest }: Sectors, mini: Mini): Unused[] {
  const named = (unit: string, start: number, end: number) =>
    end - start === 1 ? `${unit} ${start}` : `${unit}s ${start} to ${end - 1}`;
  return [
    { at: 'header', bytes: headerRest },
    ...chains.free().map(([start, end]) => ({ at: named('sector', start, end), bytes: slice(start, end) })),
    ...mini.chains.free().map(([start, end]) => ({
      at: named('mini sector', start, end),
      bytes: mini.bytes.subarray(start * MINI_SIZE, end * MINI_SIZE),
    })),
  ];
}

function freeOf(record: (number: number) => Buffer, count: number, reached: ReadonlySet<number>): Unused[] {
  return Array.from({ length: count }, (_, number) => ({ at: `entry ${number}`, number, bytes: record(number) }))
    .filter(({ number }) => !reached.has(number))
    .map(({ at, bytes }) => ({ at, bytes }));
}
