// ZIP as OPC and OpenDocument use it (PKWARE APPNOTE 6.3.10; ISO/IEC 21320-1): stored or deflated members, no
// encryption, no spanning. The central directory says what there is, and every local header has to agree with it, so
// that no other reader sees another file. Bytes that belong to no member are reported, never copied.

import { crc32, inflateRawSync, type ZlibOptions } from 'node:zlib';
import type { Limits } from '../../core/limits.ts';
import { Refusal } from '../../core/refusal.ts';

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END64 = 0x06064b50;
const END64_LOCATOR = 0x07064b50;
const DESCRIPTOR = 0x08074b50;
const END_BYTES = 22;
const MAX_NAME_BYTES = 1024;
/** 1980-01-01, the earliest that the format knows; writers without a clock use it. */
const NO_DATE = 0x21;
/** More than one place may look like the end record; a file in which none of the last ones fits is not a zip. */
const MAX_END_CANDIDATES = 16;

export const STORED = 0;
export const DEFLATED = 8;

/** One file in the archive. `raw` is the compressed data as it stands in the archive. */
export type Member = {
  /** The place in the central directory, from 1. */
  readonly ordinal: number;
  readonly name: string;
  readonly method: typeof STORED | typeof DEFLATED;
  readonly crc: number;
  readonly size: number;
  readonly raw: Uint8Array;
};

/** Something in the archive that is no member's name or content. */
export type ZipExtra = {
  readonly kind: 'before' | 'between' | 'after' | 'comment' | 'extra-field' | 'time' | 'directory';
  readonly at: string;
  /** The bytes, where they could hold a text. */
  readonly bytes?: Uint8Array;
};

export type Zip = { readonly members: readonly Member[]; readonly extras: readonly ZipExtra[] };

/**
 * Reads the directory and checks every header; contents are inflated by `contentOf` only. Rejects with a Refusal:
 * `malformed` where headers disagree, overlap, repeat or name places outside, `encrypted`, `unsupported`, `limit`.
 */
export function readZip(untrusted: Uint8Array, limits: Limits): Zip {
  const bytes = bufferOf(untrusted);
  const end = findEnd(bytes);
  if (!end) throw malformed('no end of central directory');
  if (end.count > limits.maxMembers) throw new Refusal('limit', `${end.count} members`);
  const extras: ZipExtra[] = [];
  const members: Member[] = [];
  const extents: Extent[] = [{ start: end.directoryStart, end: end.end, ordinal: 0 }];
  const names = new Set<string>();
  let expanded = 0;
  let offset = end.directoryStart;
  for (let ordinal = 1; ordinal <= end.count; ordinal++) {
    const entry = readCentral(bytes, offset, end.directoryEnd, ordinal);
    offset = entry.next;
    checkName(entry, ordinal, names);
    checkSize(entry, ordinal, limits);
    expanded += entry.size;
    if (expanded > limits.maxExpandedBytes)
      throw new Refusal('limit', `more than ${limits.maxExpandedBytes} bytes expanded`);
    const local = readLocal(bytes, entry, end.shift, ordinal);
    extents.push({ start: local.start, end: local.end, ordinal });
    extras.push(...extrasOf(entry, local, ordinal));
    if (entry.name.endsWith('/')) extras.push({ kind: 'directory', at: at(ordinal), bytes: entry.nameBytes });
    else
      members.push({
        ordinal,
        name: entry.name,
        method: entry.method,
        crc: entry.crc,
        size: entry.size,
        raw: local.raw,
      });
  }
  if (offset !== end.directoryEnd) throw malformed('central directory does not end where it says');
  if (end.comment.length > 0) extras.push({ kind: 'comment', at: 'archive', bytes: end.comment });
  return { members, extras: [...extras, ...gapsBetween(bytes, extents)] };
}

/** The member's bytes. Rejects with Refusal('malformed') when size or CRC-32 are not those of the directory. */
export function contentOf(member: Member): Buffer {
  return inflated(member).content;
}

/** Whether bytes stand behind the compressed data that decompressing never sees. */
export function hasSlack(member: Member): boolean {
  return inflated(member).consumed !== member.raw.length;
}

const at = (ordinal: number) => `member ${ordinal}`;
const malformed = (detail: string) => new Refusal('malformed', `zip: ${detail}`);

function inflated({ ordinal, method, crc, size, raw }: Member): {
  readonly content: Buffer;
  readonly consumed: number;
} {
  let content = bufferOf(raw);
  let consumed = raw.length;
  if (method === DEFLATED) {
    try {
      const result = inflateWithInfo(raw, size);
      content = result.buffer;
      consumed = result.engine.bytesWritten;
    } catch (cause) {
      throw new Refusal('malformed', `zip: ${at(ordinal)} does not inflate to its size`, { cause });
    }
  }
  if (content.length !== size) throw malformed(`${at(ordinal)} has ${content.length} bytes, its header says ${size}`);
  if (crc32(content) !== crc) throw malformed(`${at(ordinal)} has another CRC-32 than its header says`);
  return { content, consumed };
}

type InflatedWithInfo = { readonly buffer: Buffer; readonly engine: { readonly bytesWritten: number } };

/** With `info`, zlib also says how many bytes of input it used; the types of Node do not know that form. */
const inflateWithInfo = (raw: Uint8Array, size: number): InflatedWithInfo =>
  inflateRawSync(raw, { maxOutputLength: Math.max(size, 1), info: true } as ZlibOptions) as unknown as InflatedWithInfo;

type End = {
  readonly count: number;
  readonly directoryStart: number;
  readonly directoryEnd: number;
  readonly end: number;
  /** Bytes put before the archive, by which every offset in it is off. */
  readonly shift: number;
  readonly comment: Buffer;
};

function findEnd(bytes: Buffer): End | undefined {
  let from = bytes.length - END_BYTES;
  for (let tries = 0; tries < MAX_END_CANDIDATES && from >= 0; tries++) {
    const found = bytes.lastIndexOf('PK\x05\x06', from, 'latin1');
    if (found < 0) return undefined;
    const end = readEnd(bytes, found);
    if (end) return end;
    from = found - 1;
  }
  return undefined;
}

function readEnd(bytes: Buffer, position: number): End | undefined {
  if (position + END_BYTES > bytes.length || bytes.readUInt32LE(position) !== END) return undefined;
  const commentLength = bytes.readUInt16LE(position + 20);
  const end = position + END_BYTES + commentLength;
  if (end > bytes.length) return undefined;
  // Spanned archives: disk numbers other than 0, or fewer entries here than in all.
  if (bytes.readUInt32LE(position + 4) !== 0) return undefined;
  let count = bytes.readUInt16LE(position + 10);
  if (bytes.readUInt16LE(position + 8) !== count) return undefined;
  let size = bytes.readUInt32LE(position + 12);
  let offset = bytes.readUInt32LE(position + 16);
  let directoryEnd = position;
  const wide = readEnd64(bytes, position);
  if (wide) ({ count, size, offset, directoryEnd } = wide);
  const directoryStart = directoryEnd - size;
  const shift = directoryStart - offset;
  if (directoryStart < 0 || shift < 0) return undefined;
  if (count > 0 && (size < 4 || bytes.readUInt32LE(directoryStart) !== CENTRAL)) return undefined;
  return { count, directoryStart, directoryEnd, end, shift, comment: bytes.subarray(position + END_BYTES, end) };
}

function readEnd64(bytes: Buffer, position: number) {
  const locator = position - 20;
  if (locator < 56 || bytes.readUInt32LE(locator) !== END64_LOCATOR) return undefined;
  // The record stands right before its locator; a longer one would be a place to hide something in.
  const record = locator - 56;
  if (bytes.readUInt32LE(record) !== END64) throw malformed('ZIP64 end record is not where it should be');
  return {
    count: wideNumber(bytes, record + 32),
    size: wideNumber(bytes, record + 40),
    offset: wideNumber(bytes, record + 48),
    directoryEnd: record,
  };
}

type Central = {
  readonly name: string;
  readonly nameBytes: Buffer;
  readonly flags: number;
  readonly method: typeof STORED | typeof DEFLATED;
  readonly time: number;
  readonly crc: number;
  readonly compressed: number;
  readonly size: number;
  readonly localOffset: number;
  readonly extra: Buffer;
  readonly comment: Buffer;
  readonly wide: boolean;
  readonly next: number;
};

function readCentral(bytes: Buffer, offset: number, limit: number, ordinal: number): Central {
  if (offset + 46 > limit || bytes.readUInt32LE(offset) !== CENTRAL)
    throw malformed(`${at(ordinal)} has no central header`);
  const nameEnd = offset + 46 + bytes.readUInt16LE(offset + 28);
  const extraEnd = nameEnd + bytes.readUInt16LE(offset + 30);
  const next = extraEnd + bytes.readUInt16LE(offset + 32);
  if (next > limit) throw malformed(`${at(ordinal)} has a central header that is cut off`);
  const flags = bytes.readUInt16LE(offset + 8);
  // Bit 0 is encryption, 6 strong encryption, 13 masked headers.
  if ((flags & 0x2041) !== 0) throw new Refusal('encrypted', `zip: ${at(ordinal)}`);
  const method = bytes.readUInt16LE(offset + 10);
  // 99 stands in for the method of an AES-encrypted member.
  if (method === 99) throw new Refusal('encrypted', `zip: ${at(ordinal)}`);
  if (method !== STORED && method !== DEFLATED)
    throw new Refusal('unsupported', `zip: ${at(ordinal)} is packed by method ${method}`);
  const nameBytes = bytes.subarray(offset + 46, nameEnd);
  const extra = bytes.subarray(nameEnd, extraEnd);
  const narrow = [bytes.readUInt32LE(offset + 24), bytes.readUInt32LE(offset + 20), bytes.readUInt32LE(offset + 42)];
  const { values, wide } = widened(narrow, extra, ordinal);
  const [size = 0, compressed = 0, localOffset = 0] = values;
  return {
    name: nameOf(nameBytes, flags, ordinal),
    nameBytes,
    flags,
    method,
    time: bytes.readUInt32LE(offset + 12),
    crc: bytes.readUInt32LE(offset + 16),
    compressed,
    size,
    localOffset,
    extra,
    comment: bytes.subarray(extraEnd, next),
    wide,
    next,
  };
}

/** Numbers that did not fit stand in the ZIP64 extra field, in this order, and only those (APPNOTE 4.5.3). */
function widened(narrow: readonly number[], extra: Buffer, ordinal: number) {
  if (!narrow.includes(0xffffffff)) return { values: narrow, wide: false };
  const field = extraFields(extra).find(({ id }) => id === 1);
  if (!field) throw malformed(`${at(ordinal)} lacks its ZIP64 field`);
  let position = 0;
  const values = narrow.map((value) => {
    if (value !== 0xffffffff) return value;
    if (position + 8 > field.data.length) throw malformed(`${at(ordinal)} has a ZIP64 field that is cut off`);
    position += 8;
    return wideNumber(field.data, position - 8);
  });
  return { values, wide: true };
}

function extraFields(extra: Buffer): { readonly id: number; readonly data: Buffer }[] {
  const fields: { id: number; data: Buffer }[] = [];
  for (let offset = 0; offset + 4 <= extra.length; ) {
    const end = offset + 4 + extra.readUInt16LE(offset + 2);
    fields.push({ id: extra.readUInt16LE(offset), data: extra.subarray(offset + 4, end) });
    offset = end;
  }
  return fields;
}

function wideNumber(bytes: Buffer, offset: number): number {
  const value = bytes.readBigUInt64LE(offset);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw malformed('a size beyond 2^53');
  return Number(value);
}

type Local = {
  readonly start: number;
  readonly end: number;
  readonly raw: Buffer;
  readonly extra: Buffer;
  readonly time: number;
};

function readLocal(bytes: Buffer, entry: Central, shift: number, ordinal: number): Local {
  const start = entry.localOffset + shift;
  if (start + 30 > bytes.length || bytes.readUInt32LE(start) !== LOCAL)
    throw malformed(`${at(ordinal)} has no local header`);
  const nameEnd = start + 30 + bytes.readUInt16LE(start + 26);
  const dataStart = nameEnd + bytes.readUInt16LE(start + 28);
  const dataEnd = dataStart + entry.compressed;
  if (dataEnd > bytes.length) throw malformed(`${at(ordinal)} is cut off`);
  const flags = bytes.readUInt16LE(start + 6);
  const extra = bytes.subarray(nameEnd, dataStart);
  const narrow = [bytes.readUInt32LE(start + 22), bytes.readUInt32LE(start + 18)];
  const [size = 0, compressed = 0] = widened(narrow, extra, ordinal).values;
  const crc = bytes.readUInt32LE(start + 14);
  const later = (flags & 8) !== 0;
  const agrees = (local: number, central: number) => local === central || (later && local === 0);
  const same =
    entry.nameBytes.equals(bytes.subarray(start + 30, nameEnd)) &&
    // Bits 1 and 2 tell how hard the packer tried; some writers set them in one header only.
    (flags & ~6) === (entry.flags & ~6) &&
    bytes.readUInt16LE(start + 8) === entry.method &&
    agrees(crc, entry.crc) &&
    agrees(size, entry.size) &&
    agrees(compressed, entry.compressed);
  if (!same) throw malformed(`${at(ordinal)} has a local header unlike its central one`);
  const end = later ? dataEnd + descriptorLength(bytes, dataEnd, entry) : dataEnd;
  return { start, end, raw: bytes.subarray(dataStart, dataEnd), extra, time: bytes.readUInt32LE(start + 10) };
}

/** A data descriptor may have a signature or not, and wide sizes or not; what fits the directory is one. */
function descriptorLength(bytes: Buffer, offset: number, entry: Central): number {
  for (const signature of [4, 0]) {
    const crcAt = offset + signature;
    if (crcAt + 12 > bytes.length) continue;
    if (signature > 0 && bytes.readUInt32LE(offset) !== DESCRIPTOR) continue;
    if (bytes.readUInt32LE(crcAt) !== entry.crc) continue;
    const narrow = bytes.readUInt32LE(crcAt + 4) === entry.compressed && bytes.readUInt32LE(crcAt + 8) === entry.size;
    if (narrow) return signature + 12;
    const wide = crcAt + 20 <= bytes.length && bytes.readBigUInt64LE(crcAt + 4) === BigInt(entry.compressed);
    if (wide && bytes.readBigUInt64LE(crcAt + 12) === BigInt(entry.size)) return signature + 20;
  }
  return 0;
}

function nameOf(bytes: Buffer, flags: number, ordinal: number): string {
  // Without the flag the name is in some code page. ASCII is the same in all of them; else the bytes stand for themselves.
  if ((flags & 0x800) === 0 && bytes.some((byte) => byte > 0x7e)) return bytes.toString('latin1');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new Refusal('malformed', `zip: ${at(ordinal)} has a name that is not UTF-8`, { cause });
  }
}

function checkName({ name, nameBytes }: Central, ordinal: number, names: Set<string>): void {
  const path = name.endsWith('/') ? name.slice(0, -1) : name;
  const bad =
    path === '' ||
    nameBytes.length > MAX_NAME_BYTES ||
    /[\\\0:]/.test(name) ||
    path.split('/').some((segment) => segment === '' || segment === '.' || segment === '..');
  if (bad) throw malformed(`${at(ordinal)} has a name that is empty, absolute or leads outside`);
  // OPC compares part names without regard to case (ISO/IEC 29500-2 6.2.2.3), and so do file systems that unpack.
  const key = name.toLowerCase();
  if (names.has(key)) throw malformed(`${at(ordinal)} has the name of another`);
  names.add(key);
}

function checkSize({ compressed, size, method }: Central, ordinal: number, limits: Limits): void {
  if (method === STORED && compressed !== size)
    throw malformed(`${at(ordinal)} is stored in another size than its own`);
  const ratio = size < limits.smallMemberBytes ? limits.maxSmallRatio : limits.maxRatio;
  if (size > ratio * Math.max(compressed, 1))
    throw new Refusal('limit', `zip: ${at(ordinal)} expands more than ${ratio} times`);
}

function extrasOf(entry: Central, local: Local, ordinal: number): ZipExtra[] {
  const extras: ZipExtra[] = [];
  const place = at(ordinal);
  if (entry.comment.length > 0) extras.push({ kind: 'comment', at: place, bytes: entry.comment });
  for (const extra of [entry.extra, local.extra]) {
    const telling =
      extraFields(extra).some(({ id }) => !(id === 1 && entry.wide)) || (extra.length > 0 && extra.length < 4);
    if (telling) extras.push({ kind: 'extra-field', at: place, bytes: extra });
  }
  if ([entry.time, local.time].some((time) => time >>> 16 > NO_DATE || (time & 0xffff) !== 0))
    extras.push({ kind: 'time', at: place });
  return extras;
}

type Extent = { readonly start: number; readonly end: number; readonly ordinal: number };

/** Members that overlap are a bomb or a trick; bytes that belong to none are nobody's, and are told. */
function gapsBetween(bytes: Buffer, extents: readonly Extent[]): ZipExtra[] {
  const sorted = [...extents].sort((a, b) => a.start - b.start);
  const gaps: ZipExtra[] = [];
  let reached = 0;
  for (const { start, end, ordinal } of sorted) {
    if (start < reached)
      throw malformed(`${ordinal === 0 ? 'central directory' : at(ordinal)} overlaps another member`);
    if (start > reached) {
      const kind = reached === 0 ? 'before' : 'between';
      gaps.push({ kind, at: `byte ${reached}`, bytes: bytes.subarray(reached, start) });
    }
    reached = end;
  }
  if (reached < bytes.length) gaps.push({ kind: 'after', at: `byte ${reached}`, bytes: bytes.subarray(reached) });
  return gaps;
}

/** A Buffer over the same memory. */
export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
