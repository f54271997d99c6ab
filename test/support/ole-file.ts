// Makes compound files, sector by sector, so that each can be wrong in one way: version 3, sectors of 512 bytes, short
// streams in the mini stream.

import { u16, u32 } from './emf-file.ts';

const [SECTOR, MINI, CUTOFF] = [512, 64, 4096];
const [FREE, END, TABLE, LIST, NONE] = [0xffffffff, 0xfffffffe, 0xfffffffd, 0xfffffffc, 0xffffffff];
const IN_HEADER = 109;

export type Tree = { readonly [name: string]: Buffer | Tree };
export type Options = {
  /** What stands behind the end of a stream in its last sector, by its name. */
  readonly slack?: Readonly<Record<string, string>>;
  /** A sector that no stream uses. */
  readonly unused?: Buffer;
  /** An entry that nothing leads to. */
  readonly freeEntry?: string;
  readonly times?: boolean;
  readonly classId?: boolean;
};

type Row = { readonly name: string; readonly type: number; readonly bytes: Buffer; left: number; child: number };

export function compoundOf(tree: Tree, options: Options = {}): Buffer {
  const rows = rowsOf(tree);
  if (options.freeEntry)
    rows.push({ name: options.freeEntry, type: 0, bytes: Buffer.alloc(0), left: NONE, child: NONE });
  const miniTable: number[] = [];
  const table: number[] = [];
  const minis: Buffer[] = [];
  const sectors: Buffer[] = [];
  const store = (bytes: Buffer, size: number, into: Buffer[], chain: number[]): number => {
    const start = chain.length;
    const count = Math.ceil(bytes.length / size);
    for (let i = 0; i < count; i += 1) chain.push(i + 1 < count ? start + i + 1 : END);
    into.push(Buffer.concat([bytes], count * size));
    return count > 0 ? start : END;
  };
  const starts = rows.map(({ name, bytes }) => {
    const all = Buffer.concat([bytes, Buffer.from(options.slack?.[name] ?? '')]);
    return bytes.length < CUTOFF ? store(all, MINI, minis, miniTable) : store(all, SECTOR, sectors, table);
  });
  const mini = Buffer.concat(minis);
  const miniStart = store(mini, SECTOR, sectors, table);
  const miniTableStart = store(u32(...miniTable, ...padding(miniTable.length)), SECTOR, sectors, table);
  const entries = rows.map((row, i) =>
    i === 0 ? entryOf({ ...row, bytes: mini }, miniStart, options) : entryOf(row, starts[i] ?? END, {}),
  );
  const directoryStart = store(Buffer.concat(entries), SECTOR, sectors, table);
  if (options.unused) {
    sectors.push(Buffer.concat([options.unused], SECTOR));
    table.push(FREE);
  }
  return withTable(sectors, table, {
    directoryStart,
    miniTableStart: miniTable.length > 0 ? miniTableStart : END,
  });
}

type Starts = { readonly directoryStart: number; readonly miniTableStart: number };

/** The sectors behind a header and before the table of them; what the header cannot list stands in sectors of its own. */
function withTable(sectors: readonly Buffer[], table: readonly number[], starts: Starts): Buffer {
  let [tables, lists] = [1, 0];
  while (table.length + tables + lists > tables * 128) {
    tables += 1;
    lists = Math.ceil(Math.max(0, tables - IN_HEADER) / 127);
  }
  const first = table.length;
  const whole = [
    ...table,
    ...Array.from({ length: tables }, () => TABLE),
    ...Array.from({ length: lists }, () => LIST),
  ];
  const numbers = Array.from({ length: tables }, (_, i) => first + i);
  const listed = Array.from({ length: lists }, (_, i) => {
    const from = IN_HEADER + i * 127;
    const entries = numbers.slice(from, from + 127);
    const next = i + 1 < lists ? first + tables + i + 1 : END;
    return u32(...entries, ...Array.from({ length: 127 - entries.length }, () => FREE), next);
  });
  const inHeader = Array.from({ length: IN_HEADER }, (_, i) => numbers[i] ?? FREE);
  const header = Buffer.concat([
    Buffer.from('d0cf11e0a1b11ae1', 'hex'),
    Buffer.alloc(16),
    u16(0x3e, 3, 0xfffe, 9, 6, 0, 0, 0),
    u32(0, tables, starts.directoryStart, 0, CUTOFF, starts.miniTableStart, starts.miniTableStart === END ? 0 : 1),
    u32(lists > 0 ? first + tables : END, lists, ...inHeader),
  ]);
  return Buffer.concat([header, ...sectors, u32(...whole, ...padding(whole.length)), ...listed]);
}

function padding(entries: number): number[] {
  return Array.from({ length: (128 - (entries % 128)) % 128 }, () => FREE);
}

/** Entries in the order of the directory: a storage before what is in it. Siblings hang on each other to one side. */
function rowsOf(tree: Tree): Row[] {
  const rows: Row[] = [{ name: 'Root Entry', type: 5, bytes: Buffer.alloc(0), left: NONE, child: NONE }];
  const fill = (parent: Row, content: Tree) => {
    let before: Row | undefined;
    for (const [name, node] of Object.entries(content)) {
      const isStream = Buffer.isBuffer(node);
      const row: Row = {
        name,
        type: isStream ? 2 : 1,
        bytes: isStream ? node : Buffer.alloc(0),
        left: NONE,
        child: NONE,
      };
      if (before) before.left = rows.length;
      else parent.child = rows.length;
      before = row;
      rows.push(row);
      if (!Buffer.isBuffer(node)) fill(row, node);
    }
  };
  const [root] = rows;
  if (root) fill(root, tree);
  return rows;
}

function entryOf({ name, type, bytes, left, child }: Row, start: number, { times, classId }: Options): Buffer {
  const entry = Buffer.alloc(128);
  entry.write(name, 'utf16le');
  entry.writeUInt16LE(name.length * 2 + 2, 64);
  entry[66] = type;
  u32(left, NONE, child).copy(entry, 68);
  if (classId) entry.fill(0x0c, 80, 96);
  if (times) entry.fill(0x01, 108, 116);
  u32(start, bytes.length).copy(entry, 116);
  return entry;
}
