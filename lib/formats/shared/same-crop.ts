// The second reader's proof that a cropped picture was cut right: what is shown of the result lies in the frame where it
// lay, no whole pixel of the result is hidden, and every pixel of it is that of the original. How the sanitizer rounds is
// not asked: where the result lies in the original follows from what each says that it shows.

import type { Raster } from '../../core/engines.ts';
import type { Context } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { hasSameMeaning } from './same-meaning.ts';

/** From the left, the top, the right and the bottom, as shares. */
export type Edges = readonly [left: number, top: number, right: number, bottom: number];

/** What is taken off the picture, and what is left free in its frame; negative where it is drawn over its edges. */
export type Cropping = { readonly taken: Edges; readonly free: Edges };

const NONE: Edges = [0, 0, 0, 0];
export const UNCROPPED: Cropping = { taken: NONE, free: NONE };

export type Shown = { readonly bytes: Buffer | undefined; readonly crop: Cropping };

/** Of one axis: which part of the frame is filled, and with which part of the picture. */
type Axis = { readonly frame: readonly [number, number]; readonly picture: readonly [number, number] };

function axesOf({ taken, free }: Cropping): readonly [across: Axis, down: Axis] {
  const axis = (before: 0 | 1, after: 2 | 3): Axis => {
    const [start, length] = [free[before], 1 - free[before] - free[after]];
    const [first, size] = [taken[before], 1 - taken[before] - taken[after]];
    const frame = [Math.max(0, start), Math.min(1, start + length)] as const;
    const [from, to] = frame.map((place) => first + ((place - start) * size) / length);
    return { frame, picture: [from ?? Number.NaN, to ?? Number.NaN] };
  };
  return [axis(0, 2), axis(1, 3)];
}

const UNIT = 1.6e-5;
const near = (a: number, b: number, within: number) => Math.abs(a - b) <= within;

/** Whether anything of the picture may be out of sight; what cannot be computed may. */
export function hides(crop: Cropping): boolean {
  const isWithin = crop.taken.every((share) => share <= 0) && crop.free.every((share) => share >= 0);
  if (isWithin) return false;
  return !axesOf(crop).every(({ picture: [from, to] }) => from <= 0 && to >= 1);
}

/** Whether both show their pictures in the same way, to the last digit of their units. */
export function isSameCrop(before: Cropping, after: Cropping): boolean {
  if (JSON.stringify(before) === JSON.stringify(after)) return true;
  const others = axesOf(after);
  return axesOf(before).every(({ frame, picture }, i) => {
    const other = others[i];
    return (
      other !== undefined &&
      [0, 1].every(
        (k) => near(frame[k] ?? 0, other.frame[k] ?? 1, UNIT) && near(picture[k] ?? 0, other.picture[k] ?? 1, UNIT),
      )
    );
  });
}

/** Whether the result holds what is shown of the original, pixel by pixel, and no pixel more. False as well where nobody can tell. */
export async function isCutFrom(before: Shown, after: Shown, context: Context): Promise<boolean> {
  const { engines } = context;
  if (!before.bytes || !after.bytes) return false;
  try {
    const [whole, ...others] = await engines.pixels(before.bytes);
    const [part, ...more] = await engines.pixels(after.bytes);
    if (!whole || !part || others.length > 0 || more.length > 0) return false;
    const [x, y] = placeIn(before.crop, whole, after.crop, part) ?? [];
    if (x === undefined || y === undefined || !hasPixels(whole, part, x, y)) return false;
    // Of what was not cut, the picture's own format has compared more than its samples.
    const isCut = whole.width !== part.width || whole.height !== part.height;
    return !isCut || (await hasSameMeaning(before.bytes, after.bytes, context));
  } catch (error) {
    if (error instanceof Refusal && error.reason !== 'limit' && error.reason !== 'timeout') return false;
    throw error;
  }
}

/** Where in the whole the part lies. */
function placeIn(before: Cropping, whole: Raster, after: Cropping, part: Raster): readonly number[] | undefined {
  const [axes, others] = [axesOf(before), axesOf(after)];
  const sizes = [
    [whole.width, part.width],
    [whole.height, part.height],
  ] as const;
  const places = sizes.map(([pixels, left], i) => {
    const [axis, other] = [axes[i], others[i]];
    if (!axis || !other) return undefined;
    const within = UNIT * (pixels + left);
    const [from, to] = axis.picture.map((share) => share * pixels) as [number, number];
    const [start, end] = other.picture.map((share) => share * left) as [number, number];
    const place = Math.round(from - start);
    const isThere =
      near(from - start, place, within) && near(to - end, place, within) && place >= 0 && place + left <= pixels;
    // An edge is written rounded; a pixel more than is hidden by that is one too many.
    const most = 1 - Math.min(1e-5 * pixels, 0.2);
    const isHiding = start >= most || left - end >= most;
    const isFramed = near(axis.frame[0], other.frame[0], UNIT) && near(axis.frame[1], other.frame[1], UNIT);
    return isThere && !isHiding && isFramed ? place : undefined;
  });
  return places.every((place) => place !== undefined) ? places : undefined;
}

function hasPixels(whole: Raster, part: Raster, x: number, y: number): boolean {
  if (whole.channels !== part.channels || whole.depth !== part.depth) return false;
  const step = (whole.channels * whole.depth) / 8;
  const size = part.width * step;
  for (let row = 0; row < part.height; row++) {
    const start = ((y + row) * whole.width + x) * step;
    const shown = whole.pixels.subarray(start, start + size);
    if (Buffer.compare(shown, part.pixels.subarray(row * size, (row + 1) * size)) !== 0) return false;
  }
  return true;
}
