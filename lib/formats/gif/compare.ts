// Whether the rebuilt picture is the same one, and nothing but the picture: libvips decodes every frame of both, and a
// walker of its own sees that nothing but images stands in the result, placed and timed as they were.

import type { Context } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { sameSamples } from '../shared/same-samples.ts';
import { GIF_CARRIERS } from './carriers.ts';

/** Same samples in every frame, same timing; only blocks that belong. Rejects with Refusal 'unverified' otherwise. */
export async function compareGif(original: Uint8Array, body: Uint8Array, context: Context): Promise<readonly string[]> {
  const checks = [await sameSamples(original, body, context)];
  const keepsMore = GIF_CARRIERS.some(({ id }) => context.policy.actionFor(id) === 'keep');
  if (keepsMore) return checks;
  const [before, after] = [list(original), list(body)];
  const fail = (what: string) => new Refusal('unverified', what);
  if (after.end !== body.length || after.strangers > 0) throw fail('something besides the picture is left');
  if (!before.screen.equals(after.screen)) throw fail('the screen is another one');
  if (before.images.length !== after.images.length)
    throw fail(`${before.images.length} images became ${after.images.length}`);
  if (before.loop !== after.loop) throw fail('the animation is shown another number of times');
  for (const [i, image] of before.images.entries())
    if (image !== after.images[i]) throw fail(`image ${i + 1} is placed or timed otherwise`);
  return [...checks, 'blocks', 'frames'];
}

type Listed = {
  readonly screen: Buffer;
  /** Place, palette and timing of each image, in hexadecimal digits. */
  readonly images: readonly string[];
  readonly loop: string;
  readonly strangers: number;
  readonly end: number;
};

function list(gif: Uint8Array): Listed {
  const file = Buffer.from(gif.buffer, gif.byteOffset, gif.length);
  const palette = (packed: number) => (packed & 0x80 ? 6 << (packed & 7) : 0);
  let at = 13 + palette(file[10] ?? 0);
  const screen = file.subarray(6, at);
  const images: string[] = [];
  let [loop, control, strangers] = ['', '', 0];
  const skip = (from: number) => {
    let end = from;
    while (end < file.length && file[end] !== 0) end += 1 + (file[end] ?? 0);
    return end + 1;
  };
  for (; at < file.length && file[at] !== 0x3b; ) {
    if (file[at] === 0x2c) {
      const packed = file[at + 9] ?? 0;
      const end = at + 10 + palette(packed);
      // Two bits of the descriptor are reserved.
      const front = `${file.toString('hex', at + 1, at + 9)}${packed & ~0x18} ${file.toString('hex', at + 10, end + 1)}`;
      images.push(`${control} ${front}`);
      control = '';
      at = skip(end + 1);
    } else if (file[at] === 0x21) {
      const end = skip(at + 2);
      const label = file[at + 1];
      if (label === 0xf9 && end - at === 8) {
        if (control !== '') strangers++;
        control = `${(file[at + 3] ?? 0) & 0x1f} ${file.toString('hex', at + 4, at + 7)}`;
      } else if (
        loop === '' &&
        /^\xff\x0b(?:NETSCAPE2|ANIMEXTS1)\.0[\x03-\xff]\x01/s.test(file.toString('latin1', at + 1, at + 16))
      ) {
        loop = file.toString('hex', at + 16, at + 18);
        if (end - at !== 19) strangers++;
      } else {
        strangers++;
        if (label === 1) control = '';
      }
      at = end;
    } else {
      strangers++;
      at++;
    }
  }
  return { screen, images, loop, strangers: strangers + (control === '' ? 0 : 1), end: at + 1 };
}
