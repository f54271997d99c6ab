// Whether the rebuilt picture is the same one, and nothing but the picture. Chunks are listed by a walker of its own;
// frames of an animation, which libvips does not decode, are each made a picture and compared as such.

import { crc32, inflateSync } from 'node:zlib';
import type { Context } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { sameColours } from '../shared/same-colours.ts';
import { sameSamples } from '../shared/same-samples.ts';
import { PNG_CARRIERS } from './carriers.ts';

const DRAWING = /^(?:IHDR|PLTE|tRNS|gAMA|cHRM|sRGB|sBIT|iCCP|cICP|mDCV|cLLI|bKGD|pHYs|acTL|fcTL|fdAT|IDAT|IEND)$/;

/** Same samples in every frame; only chunks that belong. Rejects with Refusal 'unverified' otherwise. */
export async function comparePng(original: Uint8Array, body: Uint8Array, context: Context): Promise<readonly string[]> {
  const checks = [await sameSamples(original, body, context)];
  const [before, after] = [listChunks(original), listChunks(body)];
  const keepsMore = PNG_CARRIERS.some(({ id }) => context.policy.actionFor(id) === 'keep');
  if (!keepsMore) checks.push(onlyDrawing(after, body.length));
  checks.push(sameDescription(before, after), sameColours(profileOf(before), profileOf(after)));
  if (framesOf(before).length > 0 || framesOf(after).length > 0) checks.push(await sameFrames(before, after, context));
  return checks;
}

const MAX_PROFILE = 32 * 1024 * 1024;

function profileOf(chunks: readonly Listed[]): Uint8Array | undefined {
  const data = chunks.find(({ type }) => type === 'iCCP')?.data;
  if (!data) return undefined;
  try {
    return inflateSync(data.subarray(data.indexOf(0) + 2), { maxOutputLength: MAX_PROFILE });
  } catch {
    return undefined;
  }
}

type Listed = { readonly type: string; readonly data: Buffer; readonly end: number };

function listChunks(png: Uint8Array): readonly Listed[] {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.length);
  const listed: Listed[] = [];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const end = at + 12 + bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    listed.push({ type, data: bytes.subarray(at + 8, end - 4), end });
    if (type === 'IEND') break;
    at = end;
  }
  return listed;
}

function onlyDrawing(after: readonly Listed[], length: number): string {
  const stranger = after.findIndex(({ type }) => !DRAWING.test(type));
  if (stranger >= 0) throw new Refusal('unverified', `chunk ${stranger + 1} does not draw`);
  if (after.at(-1)?.type !== 'IEND' || after.at(-1)?.end !== length)
    throw new Refusal('unverified', 'bytes after the end');
  return 'chunks';
}

/** Size, palette, transparency and tone are the original's own bytes. */
function sameDescription(before: readonly Listed[], after: readonly Listed[]): string {
  for (const { type, data } of after) {
    const isOwn = /^(?:IHDR|PLTE|tRNS|gAMA|cHRM|cICP|mDCV|cLLI|sBIT|bKGD|pHYs|acTL)$/.test(type);
    if (isOwn && !before.find((chunk) => chunk.type === type)?.data.equals(data))
      throw new Refusal('unverified', `chunk ${type} differs`);
  }
  return 'description';
}

/** Compares each frame's place and timing, and its samples. */
async function sameFrames(before: readonly Listed[], after: readonly Listed[], context: Context): Promise<string> {
  const [frames, kept] = [framesOf(before), framesOf(after)];
  if (frames.length !== kept.length) throw new Refusal('unverified', `${frames.length} frames became ${kept.length}`);
  for (const [number, frame] of frames.entries()) {
    const other = kept[number];
    if (!other || !frame.control.equals(other.control))
      throw new Refusal('unverified', `frame ${number + 1} is placed otherwise`);
    if (frame.rows.length > 0) await sameSamples(picture(before, frame), picture(after, other), context);
  }
  return 'frames';
}

type Frame = { readonly control: Buffer; readonly rows: Buffer[] };

/** Control data without its number, and the rows of frames that are not the still picture. */
function framesOf(chunks: readonly Listed[]): readonly Frame[] {
  const frames: Frame[] = [];
  const rows = chunks.findIndex(({ type }) => type === 'IDAT');
  // Without its control before the rows, or with another length of it, the picture is a still one.
  if (chunks.slice(0, rows).find(({ type }) => type === 'acTL')?.data.length !== 8) return frames;
  for (const { type, data } of chunks) {
    if (type === 'fcTL') frames.push({ control: data.subarray(4), rows: [] });
    else if (type === 'fdAT') frames.at(-1)?.rows.push(data.subarray(4));
  }
  return frames;
}

function picture(chunks: readonly Listed[], { control, rows }: Frame): Uint8Array {
  const header = Buffer.from(chunks[0]?.data ?? Buffer.alloc(13));
  control.copy(header, 0, 0, 8);
  const shared = chunks.filter(({ type }) => type === 'PLTE' || type === 'tRNS');
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    framed('IHDR', header),
    ...shared.map(({ type, data }) => framed(type, data)),
    framed('IDAT', Buffer.concat(rows)),
    framed('IEND', Buffer.alloc(0)),
  ]);
}

function framed(type: string, data: Uint8Array): Buffer {
  const inner = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(inner), 4);
  return Buffer.concat([ends.subarray(0, 4), inner, ends.subarray(4)]);
}
