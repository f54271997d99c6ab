import type { Context, Found, Rebuilt } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { blankUnused, isZero, textRuns } from '../shared/blank.ts';
import {
  blankLastBits,
  type Dib,
  JPEG,
  PNG,
  plainHeader,
  profileOf,
  readDib,
  usedBits,
  withProfile,
} from '../shared/dib.ts';
import { cleanProfile } from '../shared/icc.ts';
import { trailerTexts } from '../shared/telling.ts';

const FILE_HEADER = 14;
const OS2_HEADER = 64;

/** Headers, palette, pixels and profile one behind the other. Rejects with Refusal 'malformed', 'unsupported' or 'limit'. */
export async function rebuildBmp(untrusted: Uint8Array, { found, limits }: Context): Promise<Rebuilt> {
  const bytes = Buffer.from(untrusted.buffer, untrusted.byteOffset, untrusted.length);
  if (bytes.length < FILE_HEADER + 12) throw new Refusal('malformed', 'a header that is cut off');
  const original = bytes.subarray(FILE_HEADER);
  const dib = readDib(original, 'colours', limits.maxPixels);
  if (dib.compression === JPEG || dib.compression === PNG)
    throw new Refusal('unsupported', 'a picture of another format in place of pixels');
  const bitsAt = bytes.readUInt32LE(10);
  // Palettes may be shorter than the depth allows: the pixels begin where they end.
  const infoBytes = Math.min(dib.infoBytes, bitsAt - FILE_HEADER);
  if (infoBytes < dib.headerBytes || bitsAt > bytes.length) throw new Refusal('malformed', `pixels at byte ${bitsAt}`);
  const info = rebuiltInfo(bytes, dib, infoBytes, found);
  noteGap(bytes.subarray(FILE_HEADER + infoBytes, bitsAt), found);
  const bits = pixelsOf(bytes.subarray(bitsAt), dib, found);

  const named = profileOf(original);
  const profile = named && rebuiltProfile(original, named, found);
  const end = bitsAt + bits.used;
  const profileAt = named?.kind === 'embedded' ? FILE_HEADER + named.offset : end;
  noteTrailer(bytes, end, profile || named ? [profileAt, profileAt + (named?.size ?? 0)] : [end, end], found);

  const header = Buffer.alloc(FILE_HEADER);
  header.write('BM', 'latin1');
  const size = FILE_HEADER + info.length + bits.pixels.length + (profile?.length ?? 0);
  header.writeUInt32LE(size, 2);
  header.writeUInt32LE(FILE_HEADER + info.length, 10);
  const place = profile && { offset: info.length + bits.pixels.length, size: profile.length };
  const finished = named ? withProfile(info, place) : info;
  return { body: Buffer.concat([header, finished, bits.pixels, ...(profile ? [profile] : [])]) };
}

/** Header, masks and palette with what is reserved set to zero. */
function rebuiltInfo(bytes: Buffer, { headerBytes, depth }: Dib, infoBytes: number, found: Found): Buffer {
  const original = bytes.subarray(FILE_HEADER, FILE_HEADER + infoBytes);
  const info = Buffer.from(plainHeader(original));
  // Units, a reserved word, and a number that programs may use as they like.
  if (headerBytes === OS2_HEADER) info.fill(0, 40, 44).fill(0, 60, 64);
  if (headerBytes > 12 && depth <= 8) for (let at = headerBytes + 3; at < info.length; at += 4) info[at] = 0;
  const isSame = info.equals(original) && isZero(bytes.subarray(6, 10));
  if (isSame) return original;
  return found('bmp.reserved', 'header', { values: textRuns(bytes.subarray(6, 10)) }) === 'keep' ? original : info;
}

function noteGap(gap: Buffer, found: Found): void {
  if (!isZero(gap)) found('bmp.gap', 'header', { values: textRuns(gap) });
}

/** The pixels with zeros between them, and how many bytes they took. */
function pixelsOf(rest: Buffer, dib: Dib, found: Found): { readonly pixels: Buffer; readonly used: number } {
  if (dib.imageBytes !== undefined && dib.imageBytes > rest.length)
    throw new Refusal('malformed', `${rest.length} of ${dib.imageBytes} bytes of pixels`);
  const used = usedBits(dib, rest);
  const length = dib.imageBytes ?? used.at(-1)?.[1] ?? 0;
  const original = rest.subarray(0, length);
  const copy = Buffer.from(original);
  const hadSlackBits = blankLastBits(dib, copy);
  const { bytes, lost } = blankUnused(copy, used);
  if (!lost && !hadSlackBits) return { pixels: original, used: length };
  const action = found('bmp.rows', 'pixels', { values: textRuns(lost ?? Buffer.alloc(0)) });
  return { pixels: action === 'keep' ? original : bytes, used: length };
}

function rebuiltProfile(
  info: Buffer,
  { kind, offset, size }: { readonly kind: 'linked' | 'embedded'; readonly offset: number; readonly size: number },
  found: Found,
): Buffer | undefined {
  const original = info.subarray(offset, offset + size);
  if (kind === 'linked') {
    found('bmp.profile.linked', 'header', { values: textRuns(original) });
    return undefined;
  }
  const clean = cleanProfile(original);
  if (!clean) {
    found('bmp.icc.unreadable', 'header', { values: textRuns(original) });
    return undefined;
  }
  if (original.equals(clean.profile)) return original;
  return found('bmp.icc.text', 'header', { values: clean.removed }) === 'keep' ? original : Buffer.from(clean.profile);
}

/** What stands behind the pixels and is not the profile; up to three zeros are padding of the file. */
function noteTrailer(bytes: Buffer, end: number, [from, to]: readonly [number, number], found: Found): void {
  const hasProfile = to > from && from >= end;
  const rest = hasProfile ? Buffer.concat([bytes.subarray(end, from), bytes.subarray(to)]) : bytes.subarray(end);
  if (rest.length > 3 || !isZero(rest)) found('bmp.trailer', `byte ${end}`, { values: trailerTexts(rest) });
}
