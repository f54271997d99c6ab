// Embedded colour profiles (PNG section 11.3.2.3): a name, a method, a zlib stream. One that says sRGB becomes the
// sRGB chunk, which means the same and holds no text; any other is rebuilt from its colours and gets a name of ours.

import { inflateSync } from 'node:zlib';
import type { Found } from '../../core/format.ts';
import { cleanProfile, isSrgb } from '../shared/icc.ts';
import { type Chunk, PROFILE_NAME, profileChunk, type Said } from '../shared/png-chunks.ts';
import { printableRuns, telling } from '../shared/telling.ts';
import { countRows } from './frames.ts';

const MAX_PROFILE = 32 * 1024 * 1024;

/** The chunk that takes the profile's place; undefined when it cannot be read, so that it is dropped. */
export async function rebuiltProfile({ data, offset }: Chunk, found: Found): Promise<Said | undefined> {
  const end = data.indexOf(0);
  if (end < 1 || end > 79 || data[end + 1] !== 0) return undefined;
  const stream = data.subarray(end + 2);
  const original = inflatedProfile(stream);
  const clean = original && cleanProfile(original);
  if (!original || !clean || (clean.space !== 'RGB' && clean.space !== 'Gray')) return undefined;
  const name = data.toString('latin1', 0, end);
  const isSame =
    name === PROFILE_NAME &&
    original.equals(clean.profile) &&
    (await countRows(stream, original.length)).used === stream.length;
  if (isSame && !isSrgb(original)) return { type: 'iCCP', data };
  // Names that a thousand files share say nothing and may stand elsewhere.
  const values = [...telling([name]), ...clean.removed, ...printableRuns(stream)];
  if (found('png.icc.text', `byte ${offset}`, { values }) === 'keep') return { type: 'iCCP', data };
  if (isSrgb(clean.profile)) return { type: 'sRGB', data: Buffer.from([clean.intent]) };
  return profileChunk(clean.profile);
}

function inflatedProfile(stream: Buffer): Buffer | undefined {
  try {
    return inflateSync(stream, { maxOutputLength: MAX_PROFILE });
  } catch {
    return undefined;
  }
}
