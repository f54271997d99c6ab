// The pictures that a document shows, in their order, decoded and compared.

import type { Context } from '../../../core/format.ts';
import { Refusal } from '../../../core/refusal.ts';
import { sameSamples } from '../same-samples.ts';

/** `mayBeFewer` where policy takes pictures away. Rejects with Refusal('unverified'). */
export async function samePictures(
  before: readonly (Buffer | undefined)[],
  after: readonly (Buffer | undefined)[],
  mayBeFewer: boolean,
  context: Context,
): Promise<void> {
  const shown = before.filter((picture) => picture !== undefined);
  const kept = after.filter((picture) => picture !== undefined);
  if (kept.length !== after.length) throw new Refusal('unverified', 'a picture leads nowhere');
  if (kept.length > shown.length || (kept.length < shown.length && !mayBeFewer))
    throw new Refusal('unverified', `${shown.length} pictures became ${kept.length}`);
  let from = 0;
  const same = new Set<string>();
  for (const picture of kept) {
    // Where policy takes pictures away, the next one that is equal is the one; else it is the next one.
    for (;;) {
      const candidate = shown[from++];
      if (!candidate) throw new Refusal('unverified', 'a picture is not the one that it was');
      if (await isSame(candidate, picture, same, context)) break;
      if (!mayBeFewer) throw new Refusal('unverified', `picture ${from} is not the one that it was`);
    }
  }
}

async function isSame(before: Buffer, after: Buffer, same: Set<string>, context: Context): Promise<boolean> {
  if (before.equals(after)) return true;
  // The same picture in twenty places is decoded once.
  const key = `${before.length} ${after.length} ${before.subarray(-64).toString('hex')} ${after.subarray(-64).toString('hex')}`;
  if (same.has(key)) return true;
  try {
    await sameSamples(before, after, context);
    same.add(key);
    return true;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // Nothing here draws metafiles; their own format has compared them.
    return error.reason === 'unsupported' && context.isCleaned?.(before, after) === true;
  }
}
