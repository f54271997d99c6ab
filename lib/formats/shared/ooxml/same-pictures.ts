// The pictures that a document shows, in their order, decoded and compared, each as far as it is shown.

import type { Context } from '../../../core/format.ts';
import { Refusal } from '../../../core/refusal.ts';
import { hides, isCutFrom, isSameCrop, type Shown, UNCROPPED } from '../same-crop.ts';
import { sameSamples } from '../same-samples.ts';

/**
 * `mayBeFewer` where policy takes pictures away, `mayHide` where it keeps what is cropped. Rejects with
 * Refusal('unverified').
 */
export async function samePictures(
  before: readonly Shown[],
  after: readonly Shown[],
  { mayBeFewer, mayHide }: { readonly mayBeFewer: boolean; readonly mayHide: boolean },
  context: Context,
): Promise<void> {
  const shown = before.filter(({ bytes }) => bytes !== undefined);
  const kept = after.filter(({ bytes }) => bytes !== undefined);
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
      if (await isSame(candidate, picture, { same, mayHide, context })) break;
      if (!mayBeFewer) throw new Refusal('unverified', `picture ${from} is not the one that it was`);
    }
  }
}

/** For formats whose croppings are told apart in another way. */
export const asWhole = (bytes: Buffer): Shown => ({ bytes, crop: UNCROPPED });

type How = { readonly same: Set<string>; readonly mayHide: boolean; readonly context: Context };

async function isSame(before: Shown, after: Shown, how: How): Promise<boolean> {
  const isCropped = !how.mayHide && (hides(before.crop) || hides(after.crop));
  if (!isCropped) return isSameCrop(before.crop, after.crop) && (await areSame(before.bytes, after.bytes, how));
  // The same part in twenty places is decoded once.
  const key = JSON.stringify([sizeAndEnd(before.bytes), before.crop, sizeAndEnd(after.bytes), after.crop]);
  const isSeen = how.same.has(key) || (await isCutFrom(before, after, how.context));
  if (isSeen) how.same.add(key);
  return isSeen;
}

const sizeAndEnd = (bytes: Buffer | undefined) => `${bytes?.length} ${bytes?.subarray(-64).toString('hex')}`;

async function areSame(
  before: Buffer | undefined,
  after: Buffer | undefined,
  { same, context }: How,
): Promise<boolean> {
  if (!before || !after) return false;
  if (before.equals(after)) return true;
  const key = `${sizeAndEnd(before)} ${sizeAndEnd(after)}`;
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
