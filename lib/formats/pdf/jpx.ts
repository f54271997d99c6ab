// JPEG 2000 (ISO/IEC 15444-1): the boxes and marker segments that draw the picture, and no others. XML, UUID, property
// and association boxes and comment segments (COM) are dropped; samples are not touched.

import { Refusal } from '../../core/refusal.ts';
import { cleanProfile } from '../shared/icc.ts';
import { printableRuns } from '../shared/telling.ts';

const MAX_BOXES = 1000;
const MAX_SEGMENTS = 100_000;

// Signature, file type, reader requirements, header, codestream (annex I.4); the header's own boxes (I.5.3).
const KEPT = new Set(['jP  ', 'ftyp', 'rreq', 'jp2h', 'jp2c']);
const KEPT_IN_HEADER = new Set(['ihdr', 'bpcc', 'colr', 'pclr', 'cmap', 'cdef']);

export type CleanJpx = { readonly bytes: Uint8Array; readonly removed: readonly string[]; readonly dropped: number };

/** The same picture without what does not draw. Rejects with Refusal('unsupported') what it cannot follow. */
export function cleanJpx(untrusted: Uint8Array): CleanJpx {
  const bytes = Buffer.from(untrusted.buffer, untrusted.byteOffset, untrusted.length);
  const removed: string[] = [];
  let dropped = 0;
  const drop = (what: Buffer) => {
    if (what.length === 0) return;
    dropped += 1;
    removed.push(...printableRuns(what));
  };
  const isStream = bytes.length > 4 && bytes.readUInt32BE(0) === 0xff4fff51;
  const clean = isStream ? codestream(bytes, drop) : boxes(bytes, KEPT, drop);
  return { bytes: dropped > 0 ? clean : untrusted, removed, dropped };
}

function boxes(bytes: Buffer, kept: ReadonlySet<string>, drop: (what: Buffer) => void): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    if (i >= MAX_BOXES || at + 8 > bytes.length) throw unfollowed();
    const short = bytes.readUInt32BE(at);
    const head = short === 1 ? 16 : 8;
    if (at + head > bytes.length) throw unfollowed();
    const length = short === 0 ? bytes.length - at : short === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : short;
    if (length < head || at + length > bytes.length) throw unfollowed();
    const type = bytes.toString('latin1', at + 4, at + 8);
    const data = bytes.subarray(at + head, at + length);
    if (!kept.has(type)) drop(data);
    else if (type === 'jp2h') parts.push(box(type, boxes(data, KEPT_IN_HEADER, drop)));
    else if (type === 'jp2c') parts.push(box(type, codestream(data, drop)));
    else if (type === 'colr') parts.push(box(type, colour(data, drop)));
    else parts.push(box(type, data));
    at += length;
  }
  return Buffer.concat(parts);
}

function box(type: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(data.length + 8, 0);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, data]);
}

/** A colour specification may hold a profile after its three bytes (I.5.3.3). */
function colour(data: Buffer, drop: (what: Buffer) => void): Buffer {
  if (data[0] === 1) {
    drop(data.subarray(7));
    return data.subarray(0, 7);
  }
  const clean = cleanProfile(data.subarray(3));
  if (!clean) throw unfollowed();
  if (Buffer.compare(clean.profile, data.subarray(3)) !== 0) drop(Buffer.from(clean.removed.join('\n')));
  return Buffer.concat([data.subarray(0, 3), clean.profile]);
}

const COM = 0xff64;
const TLM = 0xff55;
const SOT = 0xff90;
const SOD = 0xff93;
const EOC = 0xffd9;

function codestream(bytes: Buffer, drop: (what: Buffer) => void): Buffer {
  const parts: Buffer[] = [];
  let hasLengths = false;
  let at = 2;
  parts.push(bytes.subarray(0, 2));
  for (let i = 0; ; i++) {
    if (i > MAX_SEGMENTS || at + 4 > bytes.length) throw unfollowed();
    const marker = bytes.readUInt16BE(at);
    if (marker === SOT) break;
    const end = at + 2 + bytes.readUInt16BE(at + 2);
    if (end > bytes.length || end < at + 4) throw unfollowed();
    hasLengths ||= marker === TLM;
    if (marker === COM) drop(bytes.subarray(at + 6, end));
    else parts.push(bytes.subarray(at, end));
    at = end;
  }
  for (let i = 0; at + 12 <= bytes.length && bytes.readUInt16BE(at) === SOT; i++) {
    if (i > MAX_SEGMENTS) throw unfollowed();
    const said = bytes.readUInt32BE(at + 6);
    // The last part may leave its length open: it goes on to the end of the codestream.
    const end = said === 0 ? bytes.length : at + said;
    if (end > bytes.length || end < at + 14) throw unfollowed();
    parts.push(...tilePart(bytes.subarray(at, end), said === 0, hasLengths, drop));
    at = end;
  }
  if (at + 2 <= bytes.length && bytes.readUInt16BE(at) === EOC) {
    parts.push(bytes.subarray(at, at + 2));
    at += 2;
  }
  drop(bytes.subarray(at));
  return Buffer.concat(parts);
}

function tilePart(part: Buffer, isOpen: boolean, hasLengths: boolean, drop: (what: Buffer) => void): readonly Buffer[] {
  const head = Buffer.from(part.subarray(0, 12));
  const kept: Buffer[] = [head];
  let at = 12;
  let shorter = 0;
  for (let i = 0; part.readUInt16BE(at) !== SOD; i++) {
    const end = at + 2 + part.readUInt16BE(at + 2);
    if (i > MAX_SEGMENTS || end + 2 > part.length || end < at + 4) throw unfollowed();
    if (part.readUInt16BE(at) === COM) {
      // Lengths of tile parts stand in the main header too, and would not be true any more.
      if (hasLengths) throw unfollowed();
      drop(part.subarray(at + 6, end));
      shorter += end - at;
    } else kept.push(part.subarray(at, end));
    at = end;
  }
  if (!isOpen) head.writeUInt32BE(part.length - shorter, 6);
  return [...kept, part.subarray(at)];
}

function unfollowed(): Refusal {
  return new Refusal('unsupported', 'a JPEG 2000 picture that cannot be followed');
}
