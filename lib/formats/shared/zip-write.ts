// The writer's side of zip.ts: the same members give the same bytes. No clock, no comments, no extra fields, no data
// descriptors; a member whose content did not change keeps its compressed bytes, so that a second pass changes nothing.

import { crc32, deflateRawSync } from 'node:zlib';
import { Refusal } from '../../core/refusal.ts';
import { DEFLATED, type Member, STORED } from './zip.ts';

const NO_TIME = 0;
const NO_DATE = 0x21;
/** 2.0: deflate, and nothing newer. */
const VERSION = 20;
const LEVEL = 9;
/** The last level costs five times as much as this one, and saves a twentieth. */
const LARGE_BYTES = 1024 * 1024;
const LARGE_LEVEL = 5;
const MAX_BYTES = 0xffffffff;
const MAX_MEMBERS = 0xffff;

/** A member to write: new content, or one that is copied as it is. */
export type Written =
  | { readonly name: string; readonly content: Uint8Array; readonly stored?: boolean }
  | { readonly name: string; readonly copied: Member };

/** An archive of the members in the given order. Rejects with Refusal('limit') where the format would need ZIP64. */
export function writeZip(members: readonly Written[]): Buffer {
  if (members.length > MAX_MEMBERS) throw new Refusal('limit', `${members.length} members to write`);
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const member of members) {
    const packed = pack(member);
    const name = Buffer.from(member.name, 'utf8');
    const header = headerOf(packed, name);
    parts.push(LOCAL, header, name, packed.raw);
    directory.push(CENTRAL, header, centralTail(offset), name);
    offset += LOCAL.length + header.length + name.length + packed.raw.length;
    if (offset > MAX_BYTES) throw new Refusal('limit', `more than ${MAX_BYTES} bytes to write`);
  }
  const directoryBytes = directory.reduce((sum, { length }) => sum + length, 0);
  if (offset + directoryBytes > MAX_BYTES) throw new Refusal('limit', `more than ${MAX_BYTES} bytes to write`);
  return Buffer.concat([...parts, ...directory, endRecord(members.length, directoryBytes, offset)]);
}

type Packed = Pick<Member, 'method' | 'crc' | 'size' | 'raw'>;

function pack(member: Written): Packed {
  if ('copied' in member) return member.copied;
  const { content } = member;
  const crc = crc32(content);
  if (member.stored) return { method: STORED, crc, size: content.length, raw: content };
  return {
    method: DEFLATED,
    crc,
    size: content.length,
    raw: deflateRawSync(content, { level: content.length > LARGE_BYTES ? LARGE_LEVEL : LEVEL }),
  };
}

const LOCAL = Buffer.from('PK\x03\x04', 'latin1');
const CENTRAL = Buffer.from([...Buffer.from('PK\x01\x02', 'latin1'), VERSION, 0]);

/** The fields that local and central headers have in common, up to the length of the extra field. */
function headerOf({ method, crc, size, raw }: Packed, name: Buffer): Buffer {
  const header = Buffer.alloc(26);
  header.writeUInt16LE(VERSION, 0);
  // Bit 11: the name is UTF-8. Set only where it matters, as most writers do.
  header.writeUInt16LE(name.some((byte) => byte > 0x7e) ? 0x800 : 0, 2);
  header.writeUInt16LE(method, 4);
  header.writeUInt16LE(NO_TIME, 6);
  header.writeUInt16LE(NO_DATE, 8);
  header.writeUInt32LE(crc, 10);
  header.writeUInt32LE(raw.length, 14);
  header.writeUInt32LE(size, 18);
  header.writeUInt16LE(name.length, 22);
  return header;
}

/** Comment length, disk and attributes are zero. */
function centralTail(offset: number): Buffer {
  const tail = Buffer.alloc(14);
  tail.writeUInt32LE(offset, 10);
  return tail;
}

function endRecord(count: number, directoryBytes: number, offset: number): Buffer {
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(directoryBytes, 12);
  end.writeUInt32LE(offset, 16);
  return end;
}
