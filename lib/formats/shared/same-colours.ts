// Whether two colour profiles compute the same colours: their matrices, curves and tables are the same bytes. A reader
// of its own, so that a mistake in the rebuilding of profiles does not hide itself.

import { Refusal } from '../../core/refusal.ts';

const COLOUR_TAG = /^(?:[rgb]XYZ|[rgbk]TRC|wtpt|bkpt|chad|chrm|cicp|gamt|(?:A2B|B2A|pre)[012]|(?:D2B|B2D)[0-3])$/;

/** Rejects with Refusal 'unverified' when the kept profile has other colour tags than the original. */
export function sameColours(original: Uint8Array | undefined, kept: Uint8Array | undefined): string {
  if (!kept) return 'colours';
  const before = colourTags(original ?? new Uint8Array());
  const after = colourTags(kept);
  if (before.size !== after.size || after.size === 0)
    throw new Refusal('unverified', `${before.size} colour tags became ${after.size}`);
  for (const [signature, data] of after) {
    const was = before.get(signature);
    // Four reserved bytes after the type are zeroed, and slack after the data is cut.
    const isSame =
      was?.subarray(0, 4).equals(data.subarray(0, 4)) && was.subarray(8, data.length).equals(data.subarray(8));
    if (!isSame) throw new Refusal('unverified', 'a colour tag of the profile differs');
  }
  return 'colours';
}

function colourTags(profile: Uint8Array): ReadonlyMap<string, Buffer> {
  const bytes = Buffer.from(profile.buffer, profile.byteOffset, profile.length);
  const tags = new Map<string, Buffer>();
  if (bytes.length < 132) return tags;
  for (let at = 132; at + 12 <= Math.min(bytes.length, 132 + 12 * bytes.readUInt32BE(128)); at += 12) {
    const signature = bytes.toString('latin1', at, at + 4);
    const start = bytes.readUInt32BE(at + 4);
    if (COLOUR_TAG.test(signature)) tags.set(signature, bytes.subarray(start, start + bytes.readUInt32BE(at + 8)));
  }
  return tags;
}
