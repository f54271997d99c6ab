// Exif (CIPA DC-008): a TIFF block of directories inside a picture. We read it for two things: the orientation, which
// is kept, and the texts, which have to be gone afterwards. Nothing of the block itself is copied, so this reader may
// stop at what it does not understand: the block is dropped all the same.

import type { Carrier } from '../../core/finding.ts';
import type { Found, RemovedValue } from '../../core/format.ts';
import type { RuleAction } from '../../core/policy.ts';
import { printableRuns, telling, trailerTexts } from './telling.ts';

const MAX_ENTRIES = 4000;
const MAX_DIRECTORIES = 16;

type Place = 'gps' | 'person' | 'serial' | 'comment' | 'makernote' | 'thumbnail';

const PLACE_OF_TAG: ReadonlyMap<number, Place> = new Map<number, Place>([
  ...[0x013b, 0x013c, 0x8298, 0x9c9d, 0xa430, 0xa437, 0xa438].map((tag) => [tag, 'person'] as const),
  ...[0xa420, 0xa431, 0xa435, 0xc62f, 0xc65d].map((tag) => [tag, 'serial'] as const),
  ...[0x010e, 0x9286, 0x9c9b, 0x9c9c, 0x9c9e, 0x9c9f].map((tag) => [tag, 'comment'] as const),
  [0x927c, 'makernote'],
]);

const ORIENTATION = 0x0112;
const EXIF_POINTER = 0x8769;
const GPS_POINTER = 0x8825;
const INTEROP_POINTER = 0xa005;
const THUMBNAIL_OFFSET = 0x0201;
const THUMBNAIL_LENGTH = 0x0202;

export type Exif = {
  /** 1 to 8; 1 when absent or out of range. */
  readonly orientation: number;
  readonly places: ReadonlyMap<Place, readonly RemovedValue[]>;
  readonly other: readonly RemovedValue[];
};

/** The rows that a format with Exif in it has in its table; ids start with the given prefix. */
export function exifCarriers(prefix: string): readonly Carrier[] {
  const row = (id: string, tier: Carrier['tier'], says: string, code: Carrier['code'] = 'metadata'): Carrier => ({
    id: `${prefix}.exif${id}`,
    code,
    tier,
    says,
  });
  return [
    row('', 'M', 'Exif block: camera, software, dates, settings'),
    row('.gps', 'H', 'Exif GPS directory: where the picture was taken'),
    row('.person', 'H', 'Exif artist, copyright, camera owner, photographer, host computer'),
    row('.serial', 'H', 'Exif serial numbers of camera and lens, unique image id'),
    row('.comment', 'M', 'Exif description, user comment, Windows title, subject, keywords'),
    row('.makernote', 'H', 'Exif maker note: private data of the camera'),
    row('.thumbnail', 'M', 'Exif thumbnail, which may show the picture before it was cut', 'hidden-content'),
  ];
}

/** Records what a block holds. Answers 'keep' only where policy keeps everything that is in it. */
export function foundExif(prefix: string, exif: Exif, at: string, found: Found): RuleAction {
  const actions = [found(`${prefix}.exif`, at, { values: exif.other })];
  for (const [place, values] of exif.places) actions.push(found(`${prefix}.exif.${place}`, at, { values }));
  return actions.find((action) => action !== 'keep') ?? 'keep';
}

type Entry = { readonly tag: number; readonly type: number; readonly data: Uint8Array; readonly value: number };

/** Reads a TIFF block, as far as it can be read. Never throws. */
export function readExif(untrusted: Uint8Array): Exif {
  const block = Buffer.from(untrusted.buffer, untrusted.byteOffset, untrusted.length);
  const places = new Map<Place, RemovedValue[]>();
  const other: RemovedValue[] = [];
  let orientation = 1;
  const put = (place: Place, values: readonly RemovedValue[]) =>
    places.set(place, [...(places.get(place) ?? []), ...values]);

  const isLittle = block.subarray(0, 4).equals(Buffer.from('II*\0', 'latin1'));
  const isBig = block.subarray(0, 4).equals(Buffer.from('MM\0*', 'latin1'));
  if (block.length < 8 || !(isLittle || isBig)) return { orientation, places, other: printableRuns(untrusted) };

  const queue: { offset: number; isGps: boolean }[] = [{ offset: u32(block, 4, isLittle), isGps: false }];
  const seen = new Set<number>();
  let budget = MAX_ENTRIES;
  for (let at = 0; at < queue.length && at < MAX_DIRECTORIES; at++) {
    const { offset, isGps } = queue[at] ?? { offset: 0, isGps: false };
    if (seen.has(offset) || offset < 8 || offset + 2 > block.length) continue;
    seen.add(offset);
    const { entries, next } = readDirectory(block, offset, isLittle, budget);
    budget -= entries.length;
    if (isGps && entries.length > 0) put('gps', entries.flatMap(positionOf));
    let thumbnail = { start: 0, length: 0 };
    for (const entry of entries) {
      const { tag, value } = entry;
      if (tag === EXIF_POINTER || tag === INTEROP_POINTER) queue.push({ offset: value, isGps: false });
      else if (tag === GPS_POINTER) queue.push({ offset: value, isGps: true });
      else if (tag === THUMBNAIL_OFFSET) thumbnail = { ...thumbnail, start: value };
      else if (tag === THUMBNAIL_LENGTH) thumbnail = { ...thumbnail, length: value };
      else if (tag === ORIENTATION && offset === queue[0]?.offset) orientation = value >= 1 && value <= 8 ? value : 1;
      else if (!isGps) {
        const place = PLACE_OF_TAG.get(tag);
        if (place) put(place, textsOf(entry));
        else other.push(...textsOf(entry));
      }
    }
    // Its samples are not searched for: a small picture may be its own thumbnail, byte for byte.
    if (thumbnail.length > 0)
      put('thumbnail', trailerTexts(block.subarray(thumbnail.start, thumbnail.start + thumbnail.length)));
    if (!isGps && next !== 0) queue.push({ offset: next, isGps: false });
  }
  return { orientation, places, other };
}

const SIZE_OF_TYPE = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4];

function readDirectory(
  block: Buffer,
  offset: number,
  isLittle: boolean,
  budget: number,
): { entries: Entry[]; next: number } {
  const count = Math.min(u16(block, offset, isLittle), budget);
  const entries: Entry[] = [];
  for (let i = 0; i < count; i++) {
    const at = offset + 2 + i * 12;
    if (at + 12 > block.length) return { entries, next: 0 };
    const type = u16(block, at + 2, isLittle);
    const bytes = (SIZE_OF_TYPE[type] ?? 0) * u32(block, at + 4, isLittle);
    const start = bytes <= 4 ? at + 8 : u32(block, at + 8, isLittle);
    const value = type === 3 ? u16(block, at + 8, isLittle) : u32(block, at + 8, isLittle);
    entries.push({ tag: u16(block, at, isLittle), type, data: block.subarray(start, start + bytes), value });
  }
  const end = offset + 2 + count * 12;
  return { entries, next: end + 4 <= block.length ? u32(block, end, isLittle) : 0 };
}

function u16(block: Buffer, at: number, isLittle: boolean): number {
  return isLittle ? block.readUInt16LE(at) : block.readUInt16BE(at);
}

function u32(block: Buffer, at: number, isLittle: boolean): number {
  return isLittle ? block.readUInt32LE(at) : block.readUInt32BE(at);
}

function textsOf({ tag, type, data }: Entry): readonly string[] {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.length);
  if (type === 2) return telling(bytes.toString('latin1').split('\0'));
  // The Windows fields are UTF-16 in a byte array.
  if (tag >= 0x9c9b && tag <= 0x9c9f) return telling([bytes.toString('utf16le')]);
  if (tag === 0x9286 && bytes.subarray(0, 7).toString('latin1') === 'UNICODE') {
    const text = bytes.subarray(8);
    return telling([
      text.toString('utf16le'),
      text.length % 2 === 0 ? Buffer.from(text).swap16().toString('utf16le') : '',
    ]);
  }
  return type === 1 || type === 7 ? printableRuns(bytes) : [];
}

/** Coordinates are searched for as the bytes they were, three fractions of eight bytes each. */
function positionOf({ type, data }: Entry): readonly RemovedValue[] {
  if (type === 5 && data.length === 24 && data.some((byte) => byte !== 0)) return [data];
  return type === 2 ? telling([Buffer.from(data).toString('latin1')]) : [];
}

/** The smallest block that says how the picture is to be turned. */
export function minimalExif(orientation: number): Uint8Array {
  const block = Buffer.alloc(26);
  block.write('MM\0*', 0, 'latin1');
  block.writeUInt32BE(8, 4);
  block.writeUInt16BE(1, 8);
  block.writeUInt16BE(ORIENTATION, 10);
  block.writeUInt16BE(3, 12);
  block.writeUInt32BE(1, 14);
  block.writeUInt16BE(orientation, 18);
  return block;
}
