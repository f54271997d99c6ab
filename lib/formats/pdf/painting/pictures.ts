import { area, type Box, common, isEmpty } from './geometry.ts';
import type { Drawn } from './painter.ts';

/** A picture of which a part lies outside what is shown of it. */
export type CroppedPicture = {
  readonly box: Box;
  /** Of its area. */
  readonly share: number;
  /** The widest margin that is not shown, in points. */
  readonly margin: number;
};

// A bleed, a rounded frame or a picture that sticks out a little hides nothing to speak of.
const MIN_SHARE = 0.1;
const MIN_MARGIN = 18;

/** How much of a picture is cut off by clipping and by the edge of the page; undefined where nothing is. */
export function croppedPicture({ box, clip }: Drawn, page: Box): CroppedPicture | undefined {
  const whole = area(box);
  if (!(whole > 0)) return undefined;
  const shown = common(common(box, clip), page);
  const share = 1 - area(shown) / whole;
  if (share < MIN_SHARE) return undefined;
  const margin = isEmpty(shown)
    ? Math.max(box[2] - box[0], box[3] - box[1])
    : Math.max(shown[0] - box[0], shown[1] - box[1], box[2] - shown[2], box[3] - shown[3]);
  return margin < MIN_MARGIN ? undefined : { box, share, margin };
}
