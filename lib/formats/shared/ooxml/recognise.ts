// Recognises an Office document by its main part's content type, and one that is too broken to say so by its members'
// names, so that it is refused for what is wrong with it rather than as unknown. Reads the directory and two members.

import { inflateRawSync } from 'node:zlib';
import { bufferOf } from '../zip.ts';

const MAX_ENTRIES = 20_000;
const MAX_MEMBER_BYTES = 1024 * 1024;
/** The end record is at the end, but for a comment and for what somebody put behind it. */
const MAX_TAIL_BYTES = 1024 * 1024;
/** What is before the first member of a file that has no directory left. */
const MAX_HEAD_MEMBERS = 64;

export type Glimpse = { readonly name: string; readonly method: number; readonly data: Buffer };

/** `main` matches the usual name of the main part, in documents that lost what says what they are. */
export function isOfficeDocument(untrusted: Uint8Array, mainTypes: ReadonlyMap<string, string>, main: RegExp): boolean {
  try {
    return recognise(bufferOf(untrusted), mainTypes, main);
  } catch {
    // Numbers that lead outside the bytes; whatever it is, it is not ours.
    return false;
  }
}

function recognise(bytes: Buffer, mainTypes: ReadonlyMap<string, string>, main: RegExp): boolean {
  // Behind other bytes it is at best an attachment of what those are: a message, an installer, a picture.
  if (bytes.length < 4 || bytes.readUInt32LE(0) !== 0x04034b50) return false;
  const members = glimpsesOf(bytes);
  if (members.length === 0) return false;
  const types = textOf(members.find(({ name }) => name.toLowerCase() === '[content_types].xml'));
  const root = textOf(members.find(({ name }) => name.toLowerCase() === '_rels/.rels'));
  const hasMain = members.some(({ name }) => main.test(name));
  if (types === undefined) return hasMain && !members.some(({ name }) => name === 'mimetype');
  const target = root === undefined ? undefined : mainTarget(root);
  const type = target === undefined ? undefined : typeOf(types, target);
  if (type !== undefined) return mainTypes.has(type);
  const mains = [...types.matchAll(/["']([\w./+-]{1,200}\.main\+xml)["']/g)].map(([, name]) => name ?? '');
  return mains.length > 0 && mains.every((name) => mainTypes.has(name));
}

/** What the archive seems to hold; of one that lost its directory, the first members. */
export function glimpsesOf(bytes: Buffer): readonly Glimpse[] {
  return fromDirectory(bytes) ?? fromStart(bytes);
}

function mainTarget(relationships: string): string | undefined {
  for (const [tag] of relationships.matchAll(/<(?:\w+:)?Relationship\s[^>]{1,2000}>/g)) {
    if (/\/officeDocument["']/.test(tag)) return /\sTarget\s*=\s*["']\/?([^"']+)["']/.exec(tag)?.[1];
  }
  return undefined;
}

function typeOf(types: string, target: string): string | undefined {
  for (const [tag] of types.matchAll(/<(?:\w+:)?Override\s[^>]{1,2000}>/g)) {
    const name = /\sPartName\s*=\s*["']\/?([^"']+)["']/.exec(tag)?.[1];
    if (name?.toLowerCase() === target.toLowerCase()) return /\sContentType\s*=\s*["']([^"']+)["']/.exec(tag)?.[1];
  }
  const extension = /\.([^./]*)$/.exec(target)?.[1]?.toLowerCase();
  // XML in general is what every part is.
  if (extension === 'xml') return undefined;
  for (const [tag] of types.matchAll(/<(?:\w+:)?Default\s[^>]{1,2000}>/g)) {
    if (/\sExtension\s*=\s*["']([^"']+)["']/.exec(tag)?.[1]?.toLowerCase() === extension)
      return /\sContentType\s*=\s*["']([^"']+)["']/.exec(tag)?.[1];
  }
  return undefined;
}

function fromDirectory(bytes: Buffer): Glimpse[] | undefined {
  const end = bytes.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  if (end < 0 || end < bytes.length - MAX_TAIL_BYTES || end + 22 > bytes.length) return undefined;
  const start = end - bytes.readUInt32LE(end + 12);
  const shift = start - bytes.readUInt32LE(end + 16);
  // ZIP64 keeps its numbers elsewhere; the members at the start tell enough.
  if (start < 0 || shift < 0) return undefined;
  const members: Glimpse[] = [];
  for (
    let offset = start, i = 0;
    i < MAX_ENTRIES && offset + 46 <= end && bytes.readUInt32LE(offset) === 0x02014b50;
    i++
  ) {
    const nameEnd = offset + 46 + bytes.readUInt16LE(offset + 28);
    const name = bytes.toString('latin1', offset + 46, nameEnd);
    const local = bytes.readUInt32LE(offset + 42) + shift;
    const size = bytes.readUInt32LE(offset + 20);
    members.push({ name, method: methodOf(bytes, offset + 8), data: dataAt(bytes, local, size) });
    offset = nameEnd + bytes.readUInt16LE(offset + 30) + bytes.readUInt16LE(offset + 32);
  }
  return members;
}

/** The method, or that there is nothing to read because it is encrypted. */
function methodOf(bytes: Buffer, flagsAt: number): number {
  return (bytes.readUInt16LE(flagsAt) & 1) === 1 ? -1 : bytes.readUInt16LE(flagsAt + 2);
}

function dataAt(bytes: Buffer, local: number, size: number): Buffer {
  if (local + 30 > bytes.length) return bytes.subarray(0, 0);
  const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
  return bytes.subarray(start, start + size);
}

function fromStart(bytes: Buffer): Glimpse[] {
  const members: Glimpse[] = [];
  for (
    let offset = 0, i = 0;
    i < MAX_HEAD_MEMBERS && offset + 30 <= bytes.length && bytes.readUInt32LE(offset) === 0x04034b50;
    i++
  ) {
    const nameEnd = offset + 30 + bytes.readUInt16LE(offset + 26);
    const dataStart = nameEnd + bytes.readUInt16LE(offset + 28);
    const size = bytes.readUInt32LE(offset + 18);
    // Without a size here, the next signature is where the data ends at the latest; inflating stops by itself.
    const next = size > 0 ? dataStart + size : bytes.indexOf('PK\x03\x04', dataStart, 'latin1');
    const dataEnd = next < 0 ? bytes.length : next;
    members.push({
      name: bytes.toString('latin1', offset + 30, nameEnd),
      method: methodOf(bytes, offset + 6),
      data: bytes.subarray(dataStart, dataEnd),
    });
    offset = dataEnd;
  }
  return members;
}

export function textOf(member: Glimpse | undefined): string | undefined {
  if (!member || (member.method !== 0 && member.method !== 8)) return undefined;
  try {
    const bytes =
      member.method === 0 ? member.data : inflateRawSync(member.data, { maxOutputLength: MAX_MEMBER_BYTES });
    const isWide = bytes[0] === 0xff && bytes[1] === 0xfe;
    return bytes.subarray(0, MAX_MEMBER_BYTES).toString(isWide ? 'utf16le' : 'utf8');
  } catch {
    return undefined;
  }
}
