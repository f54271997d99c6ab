// Which pixels of a picture are shown where only a part of it is. A pixel of which a part is shown stays, because its
// colour is all that it has and that is seen; what the edges of the part have over whole pixels stays as a crop of less
// than one pixel, so that what is drawn does not move.

/** What is taken off each side, or with a negative number added to it, as shares of the width and the height. */
export type Sides = { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };

export const NO_SIDES: Sides = { left: 0, top: 0, right: 0, bottom: 0 };

/** The part that is shown, from edge to edge, as shares of the whole; there is nothing below 0 and beyond 1. */
export type Window = Sides;

export type Size = { readonly width: number; readonly height: number };
export type Box = Size & { readonly x: number; readonly y: number };

/** The finer of the units that edges are written in is a hundred-thousandth, the coarser one this. */
const UNIT = 1 / 65536;
const MAX_SLACK = 0.25;

/**
 * The part of the source that is seen in a frame. `source` is what is taken off the picture, `place` what the rest
 * leaves free at the sides of the frame; where that is negative, it is drawn beyond the frame and cut off by it.
 */
export function windowOf(source: Sides, place: Sides = NO_SIDES): Window | undefined {
  const across = seen(source.left, 1 - source.right, place.left, 1 - place.right);
  const down = seen(source.top, 1 - source.bottom, place.top, 1 - place.bottom);
  return across && down && { left: across[0], top: down[0], right: across[1], bottom: down[1] };
}

type Stretch = readonly [from: number, to: number];

function seen(from: number, to: number, start: number, end: number): Stretch | undefined {
  if (!(from < to && start < end)) return undefined;
  const at = (share: number) => from + ((share - start) / (end - start)) * (to - from);
  const shown: Stretch = [at(Math.max(start, 0)), at(Math.min(end, 1))];
  return shown[0] < shown[1] ? shown : undefined;
}

/** The pixels of which something is shown; undefined where there are none. */
export function boxOf(window: Window, { width, height }: Size): Box | undefined {
  const across = pixelsIn(window.left, window.right, width);
  const down = pixelsIn(window.top, window.bottom, height);
  return across && down && { x: across[0], y: down[0], width: across[1] - across[0], height: down[1] - down[0] };
}

function pixelsIn(from: number, to: number, pixels: number): Stretch | undefined {
  // An edge between two pixels is written as a number that is a little off.
  const slack = Math.min(pixels * UNIT, MAX_SLACK);
  const start = Math.max(Math.floor(from * pixels + slack), 0);
  const end = Math.min(Math.ceil(to * pixels - slack), pixels);
  return start < end ? [start, end] : undefined;
}

export function isWhole(box: Box | undefined, { width, height }: Size): boolean {
  return box !== undefined && box.width === width && box.height === height;
}

/** What the part takes off the sides of the box, each in whole units of which `perPicture` are the box. */
export function restIn(box: Box, window: Window, { width, height }: Size, perPicture: number): Sides {
  const rest = (pixels: number, size: number) => {
    const slack = Math.min(size * UNIT, MAX_SLACK);
    return Math.abs(pixels) <= slack ? 0 : Math.floor((pixels / size) * perPicture + 1e-6);
  };
  return {
    left: rest(window.left * width - box.x, box.width),
    top: rest(window.top * height - box.y, box.height),
    right: rest(box.x + box.width - window.right * width, box.width),
    bottom: rest(box.y + box.height - window.bottom * height, box.height),
  };
}
