// JPEG in TIFF (Technical Note 2): each strip or tile is a picture without its tables, which stand in a tag of their
// own. Comments and application segments are dropped but for the two that colours may depend on.

import { Refusal } from '../../core/refusal.ts';

const EOI = 0xd9;
const SOS = 0xda;
const JFIF = 0xe0;
const ADOBE = 0xee;
const COMMENT = 0xfe;

export type CleanJpeg = { readonly data: Buffer; readonly lost: readonly Buffer[] };

/** One datastream without what does not draw. Rejects with Refusal 'malformed'. */
export function cleanJpeg(data: Buffer): CleanJpeg {
  const fail = (at: number) => new Refusal('malformed', `no marker at byte ${at} of JPEG data`);
  if (data.length < 4 || data.readUInt16BE(0) !== 0xffd8) throw fail(0);
  const parts: Buffer[] = [data.subarray(0, 2)];
  const lost: Buffer[] = [];
  let at = 2;
  for (;;) {
    while (data[at] === 0xff && data[at + 1] === 0xff) at++;
    const marker = data[at + 1];
    if (data[at] !== 0xff || marker === undefined || marker < 0xc0) throw fail(at);
    if (marker === EOI) break;
    const end = at + 4 <= data.length ? at + 2 + data.readUInt16BE(at + 2) : data.length + 1;
    if (end > data.length || end < at + 4) throw fail(at);
    const segment = data.subarray(at, end);
    const clean = cleanSegment(marker, segment);
    if (clean) parts.push(clean);
    if (clean !== segment) lost.push(segment);
    at = end;
    if (marker !== SOS) continue;
    const scan = scanEnd(data, at);
    parts.push(data.subarray(at, scan));
    at = scan;
  }
  parts.push(Buffer.from([0xff, EOI]));
  if (at + 2 < data.length) lost.push(data.subarray(at + 2));
  return { data: Buffer.concat(parts), lost };
}

function cleanSegment(marker: number, segment: Buffer): Buffer | undefined {
  const isApplication = marker >= 0xe0 && marker <= 0xef;
  if (marker === JFIF && segment.toString('latin1', 4, 9) === 'JFIF\0' && segment.length >= 18) {
    if (segment.length === 18 && segment.readUInt16BE(16) === 0) return segment;
    const plain = Buffer.from(segment.subarray(0, 18));
    plain.writeUInt16BE(16, 2);
    plain.writeUInt16BE(0, 16);
    return plain;
  }
  if (marker === ADOBE && segment.toString('latin1', 4, 9) === 'Adobe' && segment.length === 16) return segment;
  return isApplication || marker >= 0xf0 || marker === COMMENT ? undefined : segment;
}

function scanEnd(data: Buffer, from: number): number {
  for (let at = data.indexOf(0xff, from); at >= 0; at = data.indexOf(0xff, at + 1)) {
    const next = data[at + 1] ?? 0;
    if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at;
  }
  throw new Refusal('malformed', 'JPEG data without an end');
}
