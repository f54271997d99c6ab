// Recognises an OpenDocument file by the member that says what it is (ODF 1.3 part 2, 3.3), or by its manifest where
// that one is missing. Reads the directory and one or two members; of a flat document the root.

import { glimpsesOf, textOf } from '../shared/ooxml/recognise.ts';
import { bufferOf } from '../shared/zip.ts';
import { isFlat } from './flat.ts';
import { KINDS } from './kinds.ts';

export function isOpenDocument(untrusted: Uint8Array): boolean {
  try {
    return recognise(bufferOf(untrusted));
  } catch {
    // Numbers that lead outside the bytes; whatever it is, it is not ours.
    return false;
  }
}

function recognise(bytes: Buffer): boolean {
  if (bytes.length < 4 || bytes.readUInt32LE(0) !== 0x04034b50) return isFlat(bytes);
  const members = glimpsesOf(bytes);
  const said = textOf(members.find(({ name }) => name === 'mimetype'))?.trim();
  if (said !== undefined) return KINDS.some(({ mediaType }) => mediaType === said);
  const manifest = textOf(members.find(({ name }) => name === 'META-INF/manifest.xml'));
  const [entry] = /<(?:\w+:)?file-entry\s[^>]{0,400}full-path\s*=\s*["']\/["'][^>]{0,400}>/.exec(manifest ?? '') ?? [];
  return entry !== undefined && KINDS.some(({ mediaType }) => entry.includes(`"${mediaType}"`));
}
