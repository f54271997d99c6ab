// JPEG, ITU-T T.81 annex B: markers, each with a length and a payload, and entropy-coded data after each start of scan.
// This walker accepts one picture from SOI to EOI. What lies between segments and after EOI is handed out apart.

import type { Range } from '../../core/format.ts';
import type { Limits } from '../../core/limits.ts';
import { Refusal } from '../../core/refusal.ts';

export const SOI = 0xd8;
export const EOI = 0xd9;
export const SOS = 0xda;
export const DQT = 0xdb;
export const DHT = 0xc4;
export const DNL = 0xdc;
export const DRI = 0xdd;
export const COM = 0xfe;
export const APP0 = 0xe0;

export type Segment = { readonly marker: number; readonly offset: number; readonly payload: Buffer };

/** A start of scan and its data, cut into restart intervals. Fill bytes are left out. */
export type Scan = Segment & { readonly intervals: readonly Buffer[] };

export type Picture = {
  readonly parts: readonly (Segment | Scan)[];
  /** Bytes that belong to no segment: garbage and fill bytes. */
  readonly gaps: readonly Range[];
  /** Where the bytes after EOI start. */
  readonly end: number;
};

export function isScan(part: Segment | Scan): part is Scan {
  return 'intervals' in part;
}

export function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== DHT && marker !== 0xc8 && marker !== 0xcc;
}

/** Walks one picture. Rejects with Refusal 'malformed' when it is cut off or markers stand where none may. */
export function walk(untrusted: Uint8Array, limits: Limits): Picture {
  const bytes = Buffer.from(untrusted.buffer, untrusted.byteOffset, untrusted.length);
  const parts: (Segment | Scan)[] = [];
  const gaps: Range[] = [];
  let at = 2;
  for (;;) {
    const marker = nextMarker(bytes, at, gaps);
    at = marker.end;
    if (marker.code === EOI) return { parts, gaps, end: at };
    if (parts.length >= limits.maxMembers) throw new Refusal('limit', `more than ${limits.maxMembers} segments`);
    if (marker.code < 0xc0 || (marker.code >= 0xd0 && marker.code <= SOI))
      throw new Refusal('malformed', `marker ${marker.code.toString(16)} at byte ${at - 2}`);
    const segment = readSegment(bytes, marker.code, at);
    at += 2 + segment.payload.length;
    if (marker.code !== SOS) {
      parts.push(segment);
      continue;
    }
    const { intervals, end } = readIntervals(bytes, at, gaps, limits);
    parts.push({ ...segment, intervals });
    at = end;
  }
}

function nextMarker(bytes: Buffer, from: number, gaps: Range[]): { code: number; end: number } {
  let at = from;
  for (;;) {
    at = bytes.indexOf(0xff, at);
    if (at < 0) throw new Refusal('malformed', `no end of image, cut off at byte ${bytes.length}`);
    while (bytes[at] === 0xff) at++;
    const code = bytes[at];
    if (code === undefined) throw new Refusal('malformed', `no end of image, cut off at byte ${bytes.length}`);
    at++;
    // A zero after FF is data in any reader's eyes, not a marker.
    if (code === 0) continue;
    if (at - 2 > from) gaps.push([from, at - 2]);
    return { code, end: at };
  }
}

function readSegment(bytes: Buffer, marker: number, at: number): Segment {
  const length = at + 2 <= bytes.length ? bytes.readUInt16BE(at) : 0;
  if (length < 2 || at + length > bytes.length)
    throw new Refusal('malformed', `segment ${marker.toString(16)} cut off at byte ${at - 2}`);
  return { marker, offset: at - 2, payload: bytes.subarray(at + 2, at + length) };
}

function readIntervals(
  bytes: Buffer,
  from: number,
  gaps: Range[],
  limits: Limits,
): { intervals: Buffer[]; end: number } {
  const intervals: Buffer[] = [];
  let start = from;
  let at = from;
  for (;;) {
    at = bytes.indexOf(0xff, at);
    if (at < 0 || at + 1 >= bytes.length) throw new Refusal('malformed', `scan cut off at byte ${bytes.length}`);
    if (bytes[at + 1] === 0) {
      at += 2;
      continue;
    }
    intervals.push(bytes.subarray(start, at));
    if (intervals.length > limits.maxPixels / 64) throw new Refusal('limit', `${intervals.length} restart intervals`);
    let marker = at + 1;
    while (bytes[marker] === 0xff) marker++;
    const code = bytes[marker] ?? 0;
    const number = code - 0xd0;
    if (number < 0 || number > 7) {
      if (code === 0) throw new Refusal('malformed', `fill bytes inside a scan at byte ${at}`);
      return { intervals, end: at };
    }
    if (number !== (intervals.length - 1) % 8)
      throw new Refusal('malformed', `restart marker out of turn at byte ${at}`);
    if (marker > at + 1) gaps.push([at, marker - 1]);
    at = start = marker + 1;
  }
}
