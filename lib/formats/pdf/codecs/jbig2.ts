// JBIG2 as PDF embeds it (ISO/IEC 14492 7.2, ISO 32000-2 7.4.7): segments without a file's header. Comments, profiles
// and what nobody draws with are left out, and what follows the end of the page or is no segment.

// Dictionaries, regions, the page, its stripes and tables of codes (7.3).
const KEPT = new Set([0, 4, 6, 7, 16, 20, 22, 23, 36, 38, 39, 40, 42, 43, 48, 50, 53]);
const END_OF_PAGE = 49;
const END_OF_FILE = 51;
const IMMEDIATE_GENERIC = 38;
const UNKNOWN_LENGTH = 0xffffffff;
const MAX_SEGMENTS = 100_000;

export type CleanJbig2 = { readonly bytes: Uint8Array; readonly dropped: readonly Uint8Array[] };

type Segment = { readonly type: number; readonly data: number; readonly end: number };

/** The segments that draw; undefined where the data does not begin with one. Never throws. */
export function cleanJbig2(untrusted: Uint8Array): CleanJbig2 | undefined {
  const bytes = Buffer.from(untrusted.buffer, untrusted.byteOffset, untrusted.length);
  const kept: Buffer[] = [];
  const dropped: Buffer[] = [];
  let at = 0;
  for (let i = 0; i < MAX_SEGMENTS; i++) {
    const segment = segmentAt(bytes, at);
    if (!segment || segment.type === END_OF_PAGE || segment.type === END_OF_FILE) break;
    if (KEPT.has(segment.type)) kept.push(bytes.subarray(at, segment.end));
    else dropped.push(bytes.subarray(segment.data, segment.end));
    at = segment.end;
  }
  if (at === 0 && bytes.length > 0) return undefined;
  if (at < bytes.length) dropped.push(bytes.subarray(at));
  return { bytes: dropped.length > 0 ? Buffer.concat(kept) : untrusted, dropped };
}

/** A segment's header (7.2) and where its data ends; undefined where none can stand. */
function segmentAt(bytes: Buffer, start: number): Segment | undefined {
  if (start + 11 > bytes.length) return undefined;
  const number = bytes.readUInt32BE(start);
  const flags = bytes.readUInt8(start + 4);
  const short = bytes.readUInt8(start + 5) >> 5;
  if (short === 5 || short === 6) return undefined;
  const count = short === 7 ? bytes.readUInt32BE(start + 5) & 0x1fffffff : short;
  const width = number <= 256 ? 1 : number <= 65_536 ? 2 : 4;
  const references = start + 5 + (short === 7 ? 4 + Math.ceil((count + 1) / 8) : 1);
  const page = references + count * width;
  const length = page + (flags & 0x40 ? 4 : 1);
  if (length + 4 > bytes.length) return undefined;
  for (let i = 0; i < count; i++) if (bytes.readUIntBE(references + i * width, width) >= number) return undefined;
  // An embedded picture has one page; what it shares with others belongs to page 0.
  if (bytes.readUIntBE(page, length - page) > 1) return undefined;
  const data = length + 4;
  const said = bytes.readUInt32BE(length);
  const type = flags & 63;
  if (said === UNKNOWN_LENGTH) return type === IMMEDIATE_GENERIC ? openSegment(bytes, data) : undefined;
  // A last region that is cut off is drawn as far as it goes.
  if (data + said > bytes.length && !KEPT.has(type)) return undefined;
  return { type, data, end: Math.min(data + said, bytes.length) };
}

/** A region whose length was not known when it was begun (7.2.7): marked at its end, before the number of its rows. */
function openSegment(bytes: Buffer, data: number): Segment | undefined {
  if (data + 18 > bytes.length) return undefined;
  const isFax = (bytes.readUInt8(data + 17) & 1) === 1;
  const mark = bytes.indexOf(Buffer.from(isFax ? [0, 0] : [0xff, 0xac]), data + 18);
  const end = mark + 6;
  return mark < 0 || end > bytes.length ? undefined : { type: IMMEDIATE_GENERIC, data, end };
}
