// libvips (through sharp) decodes pictures for comparison. Everything that a viewer would do to the samples is off:
// no colour profile is applied, nothing is turned upright, depth and channels stay those of the file.

import sharp, { type SharpOptions } from 'sharp';
import type { Pixels, Raster } from '../core/engines.ts';
import type { Limits } from '../core/limits.ts';
import { Refusal } from '../core/refusal.ts';

// The same bytes are never decoded twice, and two documents at a time must not fight over all cores.
sharp.cache(false);
sharp.concurrency(1);

const PIXEL_LIMIT = /pixel limit/i;
const TIMEOUT = /timeout/i;
const UNKNOWN =
  /unsupported image format|unsupported colou?r conversion|unsupported (?:jpeg|marker)|not supported|precision/i;

/** Decodes every frame. Rejects with Refusal: 'limit', 'timeout', 'unsupported', else 'malformed' (cut off or broken). */
export function pixels(limits: Limits): Pixels {
  const options: SharpOptions = {
    // libvips' own grades: 'error' includes cut-off files, and leaves out the warnings that most cameras earn.
    failOn: 'error',
    ignoreIcc: true,
    autoOrient: false,
    sequentialRead: true,
    limitInputPixels: limits.maxPixels,
  };

  async function frame(untrusted: Uint8Array, page: number, { space, isDeep, isSheer }: Kind): Promise<Raster> {
    // Raw grey samples come without their transparency, save as three colours that are alike.
    const isSplit = isSheer && space === 'b-w' && !isDeep;
    const { data, info } = await sharp(untrusted, page > 0 ? { ...options, page } : options)
      .timeout({ seconds: Math.ceil(limits.wallMs / 1000) })
      .toColourspace(isSplit ? 'srgb' : space)
      .raw({ depth: isDeep ? 'ushort' : 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    if (isSplit && channels === 4) return { width, height, channels: 2, depth: 8, pixels: firstAndLast(data) };
    return { width, height, channels, depth: isDeep ? 16 : 8, pixels: data };
  }

  return async (untrusted) => {
    try {
      const { width, height, pages = 1, space, depth, hasAlpha } = await sharp(untrusted, options).metadata();
      const perFrame = width * height;
      if (perFrame * pages > limits.maxPixels) throw new Refusal('limit', `${pages} frames of ${perFrame} pixels`);
      const frames: Raster[] = [];
      const kind = { space, isDeep: depth === 'ushort', isSheer: hasAlpha };
      for (let page = 0; page < pages; page++) frames.push(await frame(untrusted, page, kind));
      return frames;
    } catch (error) {
      throw refusalFor(error);
    }
  };
}

type Kind = { readonly space: string; readonly isDeep: boolean; readonly isSheer: boolean };

/** Of each four samples. */
function firstAndLast(samples: Uint8Array): Uint8Array {
  const pairs = new Uint8Array(samples.length / 2);
  for (let i = 0; i < pairs.length; i += 2) {
    pairs[i] = samples[i * 2] ?? 0;
    pairs[i + 1] = samples[i * 2 + 3] ?? 0;
  }
  return pairs;
}

function refusalFor(error: unknown): unknown {
  if (error instanceof Refusal || !(error instanceof Error)) return error;
  // libvips' message may quote the file: only what kind of failure it was is kept.
  const cause = { cause: error };
  if (PIXEL_LIMIT.test(error.message)) return new Refusal('limit', 'more pixels than allowed', cause);
  if (TIMEOUT.test(error.message)) return new Refusal('timeout', 'the picture took too long to decode', cause);
  if (UNKNOWN.test(error.message))
    return new Refusal('unsupported', 'the decoder does not know this kind of picture', cause);
  return new Refusal('malformed', 'the picture cannot be decoded', cause);
}
