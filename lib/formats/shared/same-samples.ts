import type { Raster } from '../../core/engines.ts';
import type { Context } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';

/** Decodes both and compares every sample of every frame. Rejects with Refusal 'unverified', or the decoder's own. */
export async function sameSamples(
  original: Uint8Array,
  body: Uint8Array,
  { engines }: Pick<Context, 'engines'>,
): Promise<string> {
  const before = await engines.pixels(original);
  const after = await engines.pixels(body);
  if (before.length !== after.length) throw new Refusal('unverified', `${before.length} frames became ${after.length}`);
  for (const [number, raster] of before.entries()) {
    if (!isSame(raster, after[number])) throw new Refusal('unverified', `samples of frame ${number + 1} differ`);
  }
  return 'samples';
}

function isSame(before: Raster, after: Raster | undefined): boolean {
  return (
    after !== undefined &&
    before.width === after.width &&
    before.height === after.height &&
    before.channels === after.channels &&
    before.depth === after.depth &&
    Buffer.compare(before.pixels, after.pixels) === 0
  );
}
