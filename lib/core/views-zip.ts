// Zip members (APPNOTE 6.3), found two ways: by the central directory, as readers do, and by scanning for local
// headers, so that a member that no directory names is looked at too. Names and sizes are believed only to find bytes.

import type { Part } from './byte-views.ts';
import type { Limits } from './limits.ts';
import { Refusal } from './refusal.ts';
import { type Budget, inflateWhatIsThere } from './views-filters.ts';

const LOCAL = Buffer.from('PK\x03\x04', 'latin1');
const CENTRAL = Buffer.from('PK\x01\x02', 'latin1');
const END = Buffer.from('PK\x05\x06', 'latin1');
const DESCRIPTOR = Buffer.from('PK\x07\x08', 'latin1');

type Entry = { readonly method: number; readonly size: number };

/** Where local headers stand according to the central directories in the view, and what those say of the members. */
export type Directory = ReadonlyMap<number, Entry>;

export function hasLocalHeader(untrusted: Uint8Array, at: number): boolean {
  return LOCAL.every((byte, i) => untrusted[at + i] === byte) && at + 30 <= untrusted.length;
}

export function readDirectory(untrusted: Uint8Array, { maxMembers }: Pick<Limits, 'maxMembers'>): Directory {
  const file = Buffer.from(untrusted.buffer, untrusted.byteOffset, untrusted.length);
  const entries = new Map<number, Entry>();
  let members = 0;
  for (let end = file.indexOf(END); end >= 0; end = file.indexOf(END, end + 4)) {
    if (end + 22 > file.length) break;
    let at = end - file.readUInt32LE(end + 12);
    // What precedes an archive moves every offset in it.
    const moved = at - file.readUInt32LE(end + 16);
    while (at >= 0 && at + 46 <= end && CENTRAL.equals(file.subarray(at, at + 4))) {
      if (++members > maxMembers) throw new Refusal('limit', `more than ${maxMembers} zip members`);
      entries.set(file.readUInt32LE(at + 42) + moved, {
        method: file.readUInt16LE(at + 10),
        size: file.readUInt32LE(at + 20),
      });
      at += 46 + file.readUInt16LE(at + 28) + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32);
    }
  }
  return entries;
}

/** The member whose local header stands at `at`, and where its data ends. */
export function readMember(
  untrusted: Uint8Array,
  at: number,
  directory: Directory,
  budget: Budget,
): { readonly part: Part; readonly name: readonly [start: number, end: number]; readonly end: number } {
  const file = Buffer.from(untrusted.buffer, untrusted.byteOffset, untrusted.length);
  const nameEnd = Math.min(file.length, at + 30 + file.readUInt16LE(at + 26));
  const start = Math.min(file.length, nameEnd + file.readUInt16LE(at + 28));
  const said = directory.get(at);
  const method = said?.method ?? file.readUInt16LE(at + 8);
  if (method === 8) {
    const { bytes, consumed } = inflateWhatIsThere(untrusted.subarray(start), budget);
    const end = start + consumed;
    return { part: { kind: 'member', bytes, spent: [start, end] }, name: [at + 30, nameEnd], end };
  }
  const end = storedEnd(file, start, said?.size ?? file.readUInt32LE(at + 18));
  const part = { kind: 'member', bytes: untrusted.subarray(start, end), slice: start };
  return { part, name: [at + 30, nameEnd], end };
}

/** Stored data is as long as the header says; where that says nothing (streamed, zip64) it ends at the next record. */
function storedEnd(file: Buffer, start: number, size: number): number {
  if (size > 0 && size !== 0xffffffff && start + size <= file.length) return start + size;
  const next = [LOCAL, CENTRAL, DESCRIPTOR].map((record) => file.indexOf(record, start)).filter((at) => at >= 0);
  return Math.min(file.length, ...next);
}
