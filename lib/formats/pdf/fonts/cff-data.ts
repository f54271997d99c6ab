// The two containers of a compact font program (Adobe Technical Note 5176, sections 4 and 5): an index of byte strings,
// and a dictionary of operators behind their operands. Everything throws RangeError beyond the end of the bytes.

export type Index = { readonly items: readonly Buffer[]; readonly bytes: Buffer; readonly end: number };

/** Reads an index, whose items have to follow each other. */
export function indexAt(bytes: Buffer, start: number): Index {
  const count = bytes.readUInt16BE(start);
  if (count === 0) return { items: [], bytes: bytes.subarray(start, start + 2), end: start + 2 };
  const size = bytes.readUInt8(start + 2);
  if (size < 1 || size > 4) throw new RangeError('an index with offsets of no size');
  const base = start + 3 + (count + 1) * size - 1;
  const items: Buffer[] = [];
  let from = bytes.readUIntBE(start + 3, size);
  if (from !== 1) throw new RangeError('an index that starts somewhere else');
  for (let i = 1; i <= count; i++) {
    const to = bytes.readUIntBE(start + 3 + i * size, size);
    if (to < from || base + to > bytes.length) throw new RangeError('an index that ends before it starts');
    items.push(bytes.subarray(base + from, base + to));
    from = to;
  }
  return { items, bytes: bytes.subarray(start, base + from), end: base + from };
}

export function indexOf(items: readonly Buffer[]): Buffer {
  if (items.length === 0) return Buffer.alloc(2);
  const total = items.reduce((sum, { length }) => sum + length, 1);
  const size = total < 0x100 ? 1 : total < 0x10000 ? 2 : total < 0x1000000 ? 3 : 4;
  const head = Buffer.alloc(3 + (items.length + 1) * size);
  head.writeUInt16BE(items.length, 0);
  head.writeUInt8(size, 2);
  let offset = 1;
  head.writeUIntBE(offset, 3, size);
  for (const [i, { length }] of items.entries()) {
    offset += length;
    head.writeUIntBE(offset, 3 + (i + 1) * size, size);
  }
  return Buffer.concat([head, ...items]);
}

export type Entry = { readonly operands: Buffer; readonly operator: Buffer };
/** By operator; those behind an escape (12) count from 1200. */
export type Dict = ReadonlyMap<number, Entry>;

export function dictFrom(bytes: Buffer): Dict {
  const entries = new Map<number, Entry>();
  let start = 0;
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes.readUInt8(at);
    if (byte > 21) {
      at = endOfNumber(bytes, at);
      continue;
    }
    const width = byte === 12 ? 2 : 1;
    const number = byte === 12 ? 1200 + bytes.readUInt8(at + 1) : byte;
    entries.set(number, { operands: bytes.subarray(start, at), operator: bytes.subarray(at, at + width) });
    at += width;
    start = at;
  }
  return entries;
}

function endOfNumber(bytes: Buffer, at: number): number {
  const byte = bytes.readUInt8(at);
  if (byte === 28) return at + 3;
  if (byte === 29) return at + 5;
  // A real number: two digits a byte, up to one of 15.
  if (byte === 30) {
    for (let end = at + 1; ; end++) {
      const pair = bytes.readUInt8(end);
      if ((pair & 15) === 15 || pair >> 4 === 15) return end + 1;
    }
  }
  return byte >= 247 && byte <= 254 ? at + 2 : at + 1;
}

/** The integers among the operands of an entry; a real number counts as 0. */
export function numbersOf(entry: Entry | undefined): readonly number[] {
  const numbers: number[] = [];
  const bytes = entry?.operands ?? Buffer.alloc(0);
  for (let at = 0; at < bytes.length; at = endOfNumber(bytes, at)) {
    const byte = bytes.readUInt8(at);
    if (byte === 28) numbers.push(bytes.readInt16BE(at + 1));
    else if (byte === 29) numbers.push(bytes.readInt32BE(at + 1));
    else if (byte >= 32 && byte <= 246) numbers.push(byte - 139);
    else if (byte >= 247 && byte <= 250) numbers.push((byte - 247) * 256 + bytes.readUInt8(at + 1) + 108);
    else if (byte >= 251 && byte <= 254) numbers.push(-(byte - 251) * 256 - bytes.readUInt8(at + 1) - 108);
    else numbers.push(0);
  }
  return numbers;
}

/** An integer in the form that takes five bytes, whatever its value. */
export function integer(value: number): Buffer {
  const bytes = Buffer.from([29, 0, 0, 0, 0]);
  bytes.writeInt32BE(value, 1);
  return bytes;
}
