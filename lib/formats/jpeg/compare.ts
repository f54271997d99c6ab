// Whether the rebuilt picture is the same one, and nothing but the picture. Nothing here uses the walker that made it:
// libvips decodes, ExifTool reads the orientation, and markers and profile are found by a search of its own.

import type { Context } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { sameColours } from '../shared/same-colours.ts';
import { sameSamples } from '../shared/same-samples.ts';
import { JPEG_CARRIERS } from './carriers.ts';

/** Same samples, colours and orientation; only segments that belong. Rejects with Refusal 'unverified' otherwise. */
export async function compareJpeg(
  original: Uint8Array,
  body: Uint8Array,
  context: Context,
): Promise<readonly string[]> {
  const checks = [await sameSamples(original, body, context)];
  // A policy that keeps a carrier asks for segments that are no part of the picture.
  const keepsMore = JPEG_CARRIERS.some(({ id }) => context.policy.actionFor(id) === 'keep');
  if (!keepsMore) checks.push(onlyDrawing(Buffer.from(body)));
  checks.push(sameColours(profileOf(Buffer.from(original)), profileOf(Buffer.from(body))));
  checks.push(await sameOrientation(original, body, context));
  return checks;
}

// SOF0 to SOF2, DHT, SOS, DQT, DNL, DRI; and application segments as long as their fixed parts.
const DRAWING = new Set([0xc0, 0xc1, 0xc2, 0xc4, 0xda, 0xdb, 0xdc, 0xdd]);
const APPLICATION: ReadonlyMap<number, (segment: Buffer) => boolean> = new Map([
  [0xe0, (segment) => segment.length === 16 && segment.toString('latin1', 2, 7) === 'JFIF\0'],
  [0xe1, (segment) => segment.length === 34 && segment.toString('latin1', 2, 12) === 'Exif\0\0MM\0*'],
  [0xe2, (segment) => segment.toString('latin1', 2, 14) === 'ICC_PROFILE\0'],
  [0xee, (segment) => segment.length === 14 && segment.toString('latin1', 2, 7) === 'Adobe'],
]);

function onlyDrawing(body: Buffer): string {
  const fail = (at: number) => new Refusal('unverified', `a segment that does not draw at byte ${at}`);
  let at = 2;
  while (at + 4 <= body.length) {
    const marker = body[at + 1] ?? 0;
    const end = at + 2 + body.readUInt16BE(at + 2);
    const segment = body.subarray(at + 2, end);
    if (body[at] !== 0xff || !(DRAWING.has(marker) || APPLICATION.get(marker)?.(segment))) throw fail(at);
    at = marker === 0xda ? scanEnd(body, end) : end;
  }
  if (at !== body.length - 2 || body.readUInt16BE(at) !== 0xffd9) throw fail(at);
  return 'segments';
}

function scanEnd(body: Buffer, from: number): number {
  let at = body.indexOf(0xff, from);
  while (at >= 0 && (body[at + 1] === 0 || ((body[at + 1] ?? 0) & 0xf8) === 0xd0)) at = body.indexOf(0xff, at + 2);
  return at < 0 ? body.length : at;
}

const MAX_SEGMENTS = 20_000;

/** The pieces of the colour profile before the first scan, in order; thumbnails inside other segments have their own. */
function profileOf(bytes: Buffer): Buffer | undefined {
  const pieces: Buffer[] = [];
  let at = bytes.indexOf(0xff, 2);
  for (let i = 0; i < MAX_SEGMENTS && at >= 0 && at + 4 <= bytes.length && bytes[at + 1] !== 0xda; i++) {
    const isMarker = (bytes[at + 1] ?? 0) >= 0xc0 && bytes[at + 1] !== 0xff;
    const end = isMarker ? at + 2 + bytes.readUInt16BE(at + 2) : at + 1;
    const segment = bytes.subarray(at, end);
    const number = segment[16] ?? 0;
    if (segment[1] === 0xe2 && segment.toString('latin1', 4, 16) === 'ICC_PROFILE\0' && number > 0)
      pieces[number - 1] ??= segment.subarray(18);
    at = bytes.indexOf(0xff, end);
  }
  return pieces.length > 0 ? Buffer.concat(pieces.filter((piece) => piece !== undefined)) : undefined;
}

async function sameOrientation(original: Uint8Array, body: Uint8Array, { engines }: Context): Promise<string> {
  const hasExif = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes('Exif\0');
  if (hasExif(original)) {
    const turned = async (bytes: Uint8Array) => (await engines.exiftool(bytes, 'jpg')).get('IFD0:Orientation') ?? '';
    const [before, after] = [await turned(original), await turned(body)];
    // Upright is what no orientation means, and so is a number that means nothing.
    const isTurned = (orientation: string) => /^[2-8]$|rotate|mirror/i.test(orientation);
    if (before !== after && (isTurned(before) || isTurned(after)))
      throw new Refusal('unverified', 'the orientation changed');
  }
  return 'orientation';
}
