// ICC profiles (ICC.1:2022 and version 2): rebuilt from the tags that colours are computed from. Names, copyrights,
// device makers and models, dates, calibration targets, serial numbers of screens and private tags are not copied;
// the description and copyright that the specification demands become the same two words in every profile.

import { printableRuns } from './telling.ts';

const HEADER = 128;
const MAX_TAGS = 200;
const MAX_PROFILE = 32 * 1024 * 1024;

// Tag signatures that decide about colours, with the types whose layout has no room for text.
const TYPES: Record<string, readonly string[]> = {
  colorant: ['XYZ '],
  curve: ['curv', 'para'],
  table: ['mft1', 'mft2', 'mAB ', 'mBA ', 'mpet'],
};
const KEPT: ReadonlyMap<string, readonly string[]> = new Map([
  ...['rXYZ', 'gXYZ', 'bXYZ', 'wtpt', 'bkpt'].map((tag) => [tag, TYPES.colorant ?? []] as const),
  ...['rTRC', 'gTRC', 'bTRC', 'kTRC'].map((tag) => [tag, TYPES.curve ?? []] as const),
  ...['A2B0', 'A2B1', 'A2B2', 'B2A0', 'B2A1', 'B2A2', 'gamt', 'pre0', 'pre1', 'pre2'].map(
    (tag) => [tag, TYPES.table ?? []] as const,
  ),
  ...['D2B0', 'D2B1', 'D2B2', 'D2B3', 'B2D0', 'B2D1', 'B2D2', 'B2D3'].map((tag) => [tag, TYPES.table ?? []] as const),
  ['chad', ['sf32']],
  ['chrm', ['chrm']],
  ['cicp', ['cicp']],
]);

const EMBEDDABLE = new Set(['mntr', 'scnr', 'prtr', 'spac']);
const SPACES: Record<string, string> = { 'RGB ': 'RGB', GRAY: 'Gray', CMYK: 'CMYK', 'Lab ': 'Lab', YCbr: 'YCC' };

/** What ExifTool reads in a rebuilt profile. */
export const ICC_TAGS: readonly string[] = [
  'ICC-header:*',
  ...['ProfileDescription', 'ProfileCopyright', 'Media*Point', '*MatrixColumn', '*TRC', 'ChromaticAdaptation'].map(
    (tag) => `ICC_Profile:${tag}`,
  ),
  ...['AToB*', 'BToA*', 'DToB*', 'BToD*', 'Gamut', 'Preview*'].map((tag) => `ICC_Profile:${tag}`),
  'ICC-chrm:*',
  'ICC-cicp:*',
];

export type CleanProfile = {
  readonly profile: Uint8Array;
  readonly space: string;
  /** Rendering intent, 0 to 3. */
  readonly intent: number;
  /** Texts of the tags that were not copied. */
  readonly removed: readonly string[];
};

type Tag = { readonly signature: string; readonly data: Buffer };

/** Rebuilds a profile; the same bytes when there was nothing to remove. Undefined when it cannot be read as one. */
export function cleanProfile(untrusted: Uint8Array): CleanProfile | undefined {
  const bytes = Buffer.from(untrusted.buffer, untrusted.byteOffset, untrusted.length);
  if (bytes.length < HEADER + 4 || bytes.length > MAX_PROFILE || bytes.toString('latin1', 36, 40) !== 'acsp')
    return undefined;
  const space = bytes.toString('latin1', 16, 20);
  const deviceClass = bytes.toString('latin1', 12, 16);
  const version = bytes[8] ?? 0;
  if (!EMBEDDABLE.has(deviceClass) || !(space in SPACES) || (version !== 2 && version !== 4)) return undefined;
  const tags = tagsOf(bytes);
  if (!tags) return undefined;

  const kept: Tag[] = [];
  const dropped: Tag[] = [];
  for (const tag of tags) {
    if (!KEPT.has(tag.signature)) {
      dropped.push(tag);
      continue;
    }
    const data = exactly(tag);
    // Half a profile would compute other colours than the whole one.
    if (!data) return undefined;
    kept.push({ ...tag, data });
  }
  const name = SPACES[space] ?? '';
  const texts: Tag[] = [
    { signature: 'desc', data: version === 4 ? localized(name) : description(name) },
    { signature: 'cprt', data: version === 4 ? localized('CC0') : plainText('CC0') },
  ];
  const profile = assemble(headerOf(bytes), [...texts, ...kept]);
  const own = new Set<string>(texts.map(({ data }) => data.toString('latin1')));
  const removed = dropped.filter(({ data }) => !own.has(data.toString('latin1'))).flatMap(({ data }) => textsOf(data));
  return { profile, space: name, intent: (bytes[67] ?? 0) & 3, removed };
}

function tagsOf(bytes: Buffer): readonly Tag[] | undefined {
  const count = bytes.readUInt32BE(HEADER);
  if (count > MAX_TAGS || HEADER + 4 + count * 12 > bytes.length) return undefined;
  const tags: Tag[] = [];
  const seen = new Set<string>();
  for (let i = 0; i < count; i++) {
    const at = HEADER + 4 + i * 12;
    const signature = bytes.toString('latin1', at, at + 4);
    const [offset, size] = [bytes.readUInt32BE(at + 4), bytes.readUInt32BE(at + 8)];
    if (seen.has(signature) || offset < HEADER || offset + size > bytes.length) return undefined;
    seen.add(signature);
    tags.push({ signature, data: bytes.subarray(offset, offset + size) });
  }
  return tags;
}

/** The tag's data cut to the length its own type says, or undefined when the type does not belong there. */
function exactly({ signature, data }: Tag): Buffer | undefined {
  if (data.length < 12) return undefined;
  const type = data.toString('latin1', 0, 4);
  if (!KEPT.get(signature)?.includes(type)) return undefined;
  const length = lengthOf(type, data);
  if (length === undefined || length > data.length) return undefined;
  // The four bytes after the type are reserved and zero.
  return Buffer.concat([data.subarray(0, 4), Buffer.alloc(4), data.subarray(8, length)]);
}

function lengthOf(type: string, data: Buffer): number | undefined {
  switch (type) {
    case 'XYZ ':
      return 20;
    case 'curv':
      return 12 + 2 * data.readUInt32BE(8);
    case 'para':
      return [16, 24, 28, 32, 40][data.readUInt16BE(8)];
    case 'sf32':
      return 44;
    case 'chrm':
      return 12 + 8 * data.readUInt16BE(8);
    case 'cicp':
      return 12;
    case 'mft1':
    case 'mft2':
      return lutLength(type, data);
    default:
      // Tables of tables: their elements may stand in any order, so all of the tag is theirs.
      return data.length;
  }
}

function lutLength(type: string, data: Buffer): number | undefined {
  if (data.length < 52) return undefined;
  const [inputs = 0, outputs = 0, grid = 0] = data.subarray(8, 11);
  const clut = grid ** inputs * outputs;
  if (type === 'mft1') return 48 + 256 * inputs + clut + 256 * outputs;
  return 52 + 2 * (data.readUInt16BE(48) * inputs + clut + data.readUInt16BE(50) * outputs);
}

/** What computing needs: version, class, spaces, intent, white point. Maker, model, creator, date and id are not copied. */
function headerOf(bytes: Buffer): Buffer {
  const header = Buffer.alloc(HEADER);
  bytes.copy(header, 8, 8, 10);
  bytes.copy(header, 12, 12, 24);
  // A date has to be one: the first of January 2000 in every profile.
  header.writeUInt16BE(2000, 24);
  header.writeUInt16BE(1, 26);
  header.writeUInt16BE(1, 28);
  header.write('acsp', 36, 'latin1');
  header[67] = (bytes[67] ?? 0) & 3;
  // D50, the only white point that the connection space has.
  header.set([0, 0, 0xf6, 0xd6, 0, 1, 0, 0, 0, 0, 0xd3, 0x2d], 68);
  return header;
}

function assemble(header: Buffer, tags: readonly Tag[]): Uint8Array {
  const table = Buffer.alloc(4 + tags.length * 12);
  table.writeUInt32BE(tags.length, 0);
  const placed = new Map<string, number>();
  const parts: Buffer[] = [];
  let end = HEADER + table.length;
  for (const [i, { signature, data }] of tags.entries()) {
    const content = data.toString('latin1');
    const offset = placed.get(content) ?? end;
    if (offset === end) {
      const padded = Buffer.alloc((data.length + 3) & ~3);
      data.copy(padded);
      parts.push(padded);
      placed.set(content, end);
      end += padded.length;
    }
    table.write(signature, 4 + i * 12, 'latin1');
    table.writeUInt32BE(offset, 8 + i * 12);
    table.writeUInt32BE(data.length, 12 + i * 12);
  }
  header.writeUInt32BE(end, 0);
  return Buffer.concat([header, table, ...parts]);
}

function description(text: string): Buffer {
  // textDescriptionType: ASCII, then empty Unicode and Macintosh names of fixed size.
  const ascii = Buffer.alloc(12 + text.length + 1 + 8 + 3 + 67);
  ascii.write('desc', 0, 'latin1');
  ascii.writeUInt32BE(text.length + 1, 8);
  ascii.write(text, 12, 'latin1');
  return ascii;
}

function plainText(text: string): Buffer {
  return Buffer.from(`text\0\0\0\0${text}\0`, 'latin1');
}

function localized(text: string): Buffer {
  const data = Buffer.alloc(28 + 2 * text.length);
  data.write('mluc', 0, 'latin1');
  data.writeUInt32BE(1, 8);
  data.writeUInt32BE(12, 12);
  data.write('enUS', 16, 'latin1');
  data.writeUInt32BE(2 * text.length, 20);
  data.writeUInt32BE(28, 24);
  for (let i = 0; i < text.length; i++) data.writeUInt16BE(text.charCodeAt(i), 28 + 2 * i);
  return data;
}

function textsOf(data: Buffer): readonly string[] {
  const wide = Buffer.from(data.length % 2 === 0 ? data : data.subarray(0, -1));
  // localised texts are UTF-16 in big-endian order and start at an even place
  const ascii = wide
    .swap16()
    .toString('utf16le')
    .replace(/[^\x20-\x7e]/g, '\0');
  return [...printableRuns(data), ...printableRuns(Buffer.from(ascii, 'latin1'))];
}

// Red, green and blue of sRGB as s15Fixed16, adapted to D50; profiles differ in the last digits.
const SRGB_COLORANTS: Record<string, readonly [number, number, number]> = {
  rXYZ: [0.4361, 0.2225, 0.0139],
  gXYZ: [0.3851, 0.7169, 0.0971],
  bXYZ: [0.1431, 0.0606, 0.7141],
};

/** Whether a cleaned profile computes the colours of sRGB (IEC 61966-2-1): its primaries and its tone curve. */
export function isSrgb(profile: Uint8Array): boolean {
  const bytes = Buffer.from(profile.buffer, profile.byteOffset, profile.length);
  const tags = new Map(tagsOf(bytes)?.map(({ signature, data }) => [signature, data]));
  // Tables, where there are any, go before the primaries.
  if (bytes.toString('latin1', 16, 20) !== 'RGB ' || ['A2B0', 'B2A0', 'D2B0'].some((tag) => tags.has(tag)))
    return false;
  const isNear = (tag: string, expected: readonly number[]) => {
    const data = tags.get(tag);
    return (
      data !== undefined && expected.every((value, i) => Math.abs(data.readInt32BE(8 + 4 * i) / 65536 - value) < 0.001)
    );
  };
  if (!Object.entries(SRGB_COLORANTS).every(([tag, expected]) => isNear(tag, expected))) return false;
  return ['rTRC', 'gTRC', 'bTRC'].every((tag) => isSrgbCurve(tags.get(tag)));
}

function isSrgbCurve(data: Buffer | undefined): boolean {
  if (!data) return false;
  if (data.toString('latin1', 0, 4) === 'para') {
    if (data.readUInt16BE(8) !== 3 || data.length < 32) return false;
    return [2.4, 0.94787, 0.05213, 0.0774, 0.04045].every(
      (value, i) => Math.abs(data.readInt32BE(12 + 4 * i) / 65536 - value) < 0.001,
    );
  }
  const count = data.readUInt32BE(8);
  if (count < 256) return false;
  for (let i = 0; i < count; i++) {
    const x = i / (count - 1);
    const expected = x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
    if (Math.abs(data.readUInt16BE(12 + 2 * i) / 65535 - expected) > 0.002) return false;
  }
  return true;
}
