// A zip written field by field, so that each can be wrong.

import { crc32, deflateRawSync } from 'node:zlib';

export type ZipEntry = {
  readonly name: string;
  readonly data: Uint8Array | string;
  readonly stored?: boolean;
  readonly method?: number;
  readonly flags?: number;
  /** What the local header says where it is to differ from the central one. */
  readonly local?: { readonly name?: string; readonly size?: number; readonly crc?: number };
  readonly size?: number;
  readonly crc?: number;
  readonly extra?: Uint8Array;
  readonly comment?: string;
  readonly date?: number;
  readonly descriptor?: boolean;
  /** Bytes after the compressed data that still count as it. */
  readonly slack?: Uint8Array;
  /** Bytes after the member that belong to none. */
  readonly gap?: Uint8Array;
  /** Points to the data of the entry at this index instead of having its own. */
  readonly sharesDataOf?: number;
};

export type ZipAround = {
  readonly before?: Uint8Array;
  readonly after?: Uint8Array;
  readonly comment?: string;
  /** Offsets that count the bytes before the archive. */
  readonly countsBefore?: boolean;
};

export function zipFile(
  entries: readonly ZipEntry[],
  { before, after, comment = '', countsBefore }: ZipAround = {},
): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  const offsets: number[] = [];
  let offset = countsBefore ? (before?.length ?? 0) : 0;
  for (const entry of entries) {
    const shared = entry.sharesDataOf === undefined ? undefined : offsets[entry.sharesDataOf];
    const at = shared ?? offset;
    offsets.push(at);
    const { local, central } = headersOf(entry, at);
    directory.push(central);
    if (shared !== undefined) continue;
    parts.push(local);
    offset += local.length;
  }
  const listing = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(listing.length, 12);
  end.writeUInt32LE(offset, 16);
  end.writeUInt16LE(Buffer.byteLength(comment), 20);
  return Buffer.concat([
    before ?? Buffer.alloc(0),
    ...parts,
    listing,
    end,
    Buffer.from(comment),
    after ?? Buffer.alloc(0),
  ]);
}

function headersOf(entry: ZipEntry, at: number): { readonly local: Buffer; readonly central: Buffer } {
  const data = Buffer.from(entry.data);
  const packed = Buffer.concat([entry.stored ? data : deflateRawSync(data), entry.slack ?? Buffer.alloc(0)]);
  const extra = Buffer.from(entry.extra ?? []);
  const comment = Buffer.from(entry.comment ?? '');
  const crc = entry.crc ?? crc32(data);
  const size = entry.size ?? data.length;
  const flags = (entry.flags ?? 0) | (entry.descriptor ? 8 : 0);
  const fields = (more: {
    readonly crc: number;
    readonly size: number;
    readonly packed: number;
    readonly name: Buffer;
  }) => {
    const header = Buffer.alloc(26);
    header.writeUInt16LE(20, 0);
    header.writeUInt16LE(flags, 2);
    header.writeUInt16LE(entry.method ?? (entry.stored ? 0 : 8), 4);
    header.writeUInt16LE(entry.date ?? 0x21, 8);
    header.writeUInt32LE(more.crc, 10);
    header.writeUInt32LE(more.packed, 14);
    header.writeUInt32LE(more.size, 18);
    header.writeUInt16LE(more.name.length, 22);
    header.writeUInt16LE(extra.length, 24);
    return header;
  };
  const name = Buffer.from(entry.name);
  const localName = Buffer.from(entry.local?.name ?? entry.name);
  const later = entry.descriptor ? { crc: 0, size: 0, packed: 0 } : undefined;
  const local = fields({
    crc: entry.local?.crc ?? crc,
    size: entry.local?.size ?? size,
    packed: packed.length,
    ...later,
    name: localName,
  });
  const tail = Buffer.alloc(14);
  tail.writeUInt16LE(comment.length, 0);
  tail.writeUInt32LE(at, 10);
  const descriptor = Buffer.alloc(entry.descriptor ? 16 : 0);
  if (entry.descriptor) {
    descriptor.write('PK\x07\x08', 'latin1');
    descriptor.writeUInt32LE(crc, 4);
    descriptor.writeUInt32LE(packed.length, 8);
    descriptor.writeUInt32LE(size, 12);
  }
  return {
    local: Buffer.concat([
      Buffer.from('PK\x03\x04', 'latin1'),
      local,
      localName,
      extra,
      packed,
      descriptor,
      entry.gap ?? Buffer.alloc(0),
    ]),
    central: Buffer.concat([
      Buffer.from('PK\x01\x02\x14\0', 'latin1'),
      fields({ crc, size, packed: packed.length, name }),
      tail,
      name,
      extra,
      comment,
    ]),
  };
}
