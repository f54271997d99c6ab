// What has to be known of a cleaned JPEG or PNG before a part of it can stand for itself: its size, what is said about its
// colours, and why it cannot be done where it cannot. Pictures of other kinds are not known here.

import type { Limits } from '../../core/limits.ts';
import { readExif } from './exif.ts';
import { cleanProfile, isSrgb } from './icc.ts';
import { profileChunk, readChunks, type Said, SIGNATURE } from './png-chunks.ts';

export type PictureFacts = {
  readonly width: number;
  readonly height: number;
  /** Chunks of a PNG that say which colours the samples mean, and how large they are. */
  readonly said: readonly Said[];
  /** Whether it comes from a JPEG. */
  readonly isSmooth: boolean;
  /** The bytes that the samples are packed in. */
  readonly packed: Buffer;
  /** Why a part of it would not look as it does in the whole. */
  readonly obstacle: string | undefined;
};

/** Undefined where it is neither JPEG nor PNG. Rejects with a Refusal where it is no whole one. */
export function pictureFacts(cleaned: Uint8Array, limits: Limits): PictureFacts | undefined {
  const bytes = Buffer.from(cleaned.buffer, cleaned.byteOffset, cleaned.length);
  if (SIGNATURE.equals(bytes.subarray(0, SIGNATURE.length))) return factsOfPng(bytes, limits);
  return bytes[0] === 0xff && bytes[1] === 0xd8 ? factsOfJpeg(bytes) : undefined;
}

// Background, palette and significant bits speak of samples as they are packed, and nobody draws by them.
const KEPT = new Set(['gAMA', 'cHRM', 'sRGB', 'iCCP', 'cICP', 'mDCV', 'cLLI', 'pHYs']);

function factsOfPng(bytes: Buffer, limits: Limits): PictureFacts | undefined {
  const { chunks } = readChunks(bytes, limits);
  const header = chunks[0]?.data;
  if (!header || header.length < 13) return undefined;
  const rows = chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data);
  return {
    width: header.readUInt32BE(0),
    height: header.readUInt32BE(4),
    said: chunks.filter(({ type }) => KEPT.has(type)).map(({ type, data }) => ({ type, data })),
    isSmooth: false,
    packed: Buffer.concat(rows),
    // Programs differ in which frame they show.
    obstacle: chunks.some(({ type }) => type === 'acTL') ? 'an animation' : undefined,
  };
}

const MAX_SEGMENTS = 20_000;

function factsOfJpeg(bytes: Buffer): PictureFacts | undefined {
  let frame: Buffer | undefined;
  let density: Said[] = [];
  let orientation = 1;
  const profile: Buffer[] = [];
  let at = 2;
  for (let i = 0; i < MAX_SEGMENTS && at + 4 <= bytes.length && bytes[at + 1] !== 0xda; i++) {
    const marker = bytes[at + 1] ?? 0;
    const end = at + 2 + bytes.readUInt16BE(at + 2);
    const payload = bytes.subarray(at + 4, end);
    const starts = (name: string) => payload.toString('latin1', 0, name.length) === name;
    if (marker >= 0xc0 && marker <= 0xc2) frame = payload;
    if (marker === 0xe0 && starts('JFIF\0') && payload.length >= 12) density = densityOf(payload);
    if (marker === 0xe1 && starts('Exif\0')) orientation = readExif(payload.subarray(6)).orientation;
    if (marker === 0xe2 && starts('ICC_PROFILE\0')) profile.push(payload.subarray(14));
    at = end;
  }
  if (!frame || frame.length < 6) return undefined;
  const colours = coloursOf(Buffer.concat(profile), frame[5] ?? 0);
  return {
    width: frame.readUInt16BE(3),
    height: frame.readUInt16BE(1),
    said: [...(colours.said ?? []), ...density],
    isSmooth: true,
    packed: bytes.subarray(at),
    // Programs differ in whether they turn it, and so in which part is shown.
    obstacle: orientation === 1 ? colours.obstacle : 'a picture that is to be turned',
  };
}

/** Dots per inch or centimetre, or the shape of a dot, in the words of PNG (section 11.3.4.3). */
function densityOf(jfif: Buffer): Said[] {
  const [unit, across, down] = [jfif[7] ?? 0, jfif.readUInt16BE(8), jfif.readUInt16BE(10)];
  if (across === 0 || down === 0 || unit > 2) return [];
  const perMetre = [1, 1 / 0.0254, 100][unit] ?? 1;
  const data = Buffer.alloc(9);
  data.writeUInt32BE(Math.round(across * perMetre), 0);
  data.writeUInt32BE(Math.round(down * perMetre), 4);
  data[8] = unit === 0 ? 0 : 1;
  return [{ type: 'pHYs', data }];
}

function coloursOf(profile: Buffer, components: number): { said?: readonly Said[]; obstacle?: string } {
  if (components !== 1 && components !== 3) return { obstacle: 'colours of a printer' };
  if (profile.length === 0) return {};
  const clean = cleanProfile(profile);
  if (!clean) return { obstacle: 'a colour profile that cannot be read' };
  if (clean.space !== (components === 1 ? 'Gray' : 'RGB')) return { obstacle: 'a colour profile of other colours' };
  if (isSrgb(clean.profile)) return { said: [{ type: 'sRGB', data: Buffer.from([clean.intent]) }] };
  return { said: [profileChunk(clean.profile)] };
}
