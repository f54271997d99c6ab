// Photoshop image resources (Adobe Photoshop file formats, 'Image Resource Blocks') and the IPTC-IIM 4.2 datasets in
// one of them. Read for their texts only; nothing of them is copied.

import { readExif } from './exif.ts';
import { decodeText, printableRuns, telling } from './telling.ts';
import { xmpTexts } from './xmp-texts.ts';

const MAX_BLOCKS = 2000;
const MAX_DATASETS = 4000;
const IPTC = 0x0404;
const EXIF = 0x0422;
const XMP = 0x0424;

export type Resources = {
  readonly iptc: readonly string[] | undefined;
  readonly other: readonly string[];
};

/** Reads what follows 'Photoshop 3.0' and its zero byte, as far as it can be read. Never throws. */
export function readResources(untrusted: Uint8Array): Resources {
  const bytes = Buffer.from(untrusted.buffer, untrusted.byteOffset, untrusted.length);
  let iptc: readonly string[] | undefined;
  const other: string[] = [];
  let at = 0;
  for (let i = 0; i < MAX_BLOCKS && at + 12 <= bytes.length; i++) {
    const nameLength = bytes[at + 6] ?? 0;
    // Name and data are each padded to an even length; the name's length byte counts.
    const sizeAt = at + 6 + ((nameLength + 2) & ~1);
    if (bytes.toString('latin1', at, at + 4) !== '8BIM' || sizeAt + 4 > bytes.length) break;
    const size = bytes.readUInt32BE(sizeAt);
    const data = bytes.subarray(sizeAt + 4, sizeAt + 4 + size);
    const kind = bytes.readUInt16BE(at + 4);
    if (kind === IPTC) iptc = [...(iptc ?? []), ...iptcTexts(data)];
    else other.push(...textsOf(kind, data));
    other.push(...telling([bytes.toString('latin1', at + 7, at + 7 + nameLength)]));
    at = sizeAt + 4 + size + (size & 1);
  }
  if (at < bytes.length) other.push(...printableRuns(bytes.subarray(at)));
  return { iptc, other: telling(other) };
}

function textsOf(kind: number, data: Uint8Array): readonly string[] {
  if (kind === XMP) return xmpTexts(data);
  if (kind !== EXIF) return printableRuns(data);
  const exif = readExif(data);
  return [...exif.places.values()]
    .flat()
    .concat(exif.other)
    .filter((value) => typeof value === 'string');
}

function iptcTexts(data: Buffer): readonly string[] {
  const texts: string[] = [];
  let at = 0;
  for (let i = 0; i < MAX_DATASETS && at + 5 <= data.length && data[at] === 0x1c; i++) {
    const size = data.readUInt16BE(at + 3);
    // The high bit marks an extended length, which no text needs.
    if (size & 0x8000) break;
    // Record 1 is the envelope and holds no more than codes and dates.
    if (data[at + 1] !== 1) texts.push(decodeText(data.subarray(at + 5, at + 5 + size)));
    at += 5 + size;
  }
  return telling(texts);
}
