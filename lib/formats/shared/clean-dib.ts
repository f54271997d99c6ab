import type { Context, Range } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { textRuns } from './blank.ts';
import {
  blankLastBits,
  type Dib,
  JPEG,
  PNG,
  plainHeader,
  profileOf,
  readDib,
  type Usage,
  usedBits,
  withProfile,
} from './dib.ts';

export type CleanDib = {
  /** What header, masks and palette take, from the header's start. */
  readonly infoBytes: number;
  /** What the pixels use, from their start. */
  readonly pixels: readonly Range[];
  /** Texts of a colour profile that is gone; undefined where there was none. */
  readonly profile: readonly string[] | undefined;
  readonly hadSlackBits: boolean;
};

/**
 * Cleans a bitmap in a metafile's record in place: no profile, no bits behind the last pixel of a row. `header` may go on
 * into the pixels where these follow it. Rejects with a Refusal.
 */
export async function cleanDib(
  header: Buffer,
  bitsOf: (dib: Dib) => Buffer,
  usage: Usage,
  at: string,
  context: Context,
): Promise<CleanDib> {
  const dib = readDib(header, usage, context.limits.maxPixels);
  const named = profileOf(header);
  const profile = named && textRuns(header.subarray(named.offset, named.offset + named.size));
  if (named) withProfile(header).copy(header);
  plainHeader(header).copy(header);
  const bits = bitsOf(dib);
  if (bits.length === 0) return { infoBytes: dib.infoBytes, pixels: [], profile, hadSlackBits: false };
  await checkCompressed(dib, bits, at, context);
  const hadSlackBits = blankLastBits(dib, bits);
  return { infoBytes: dib.infoBytes, pixels: usedBits(dib, bits), profile, hadSlackBits };
}

/** A JPEG or PNG in place of pixels has to be clean as it is: its length stands in more than one place. */
async function checkCompressed({ compression }: Dib, pixels: Buffer, at: string, context: Context): Promise<void> {
  if (compression !== JPEG && compression !== PNG) return;
  const clean = await context.embedded(pixels, at);
  if (clean.outcome === 'refused' || !pixels.equals(clean.body))
    throw new Refusal('unsupported', `a compressed picture in ${at} that would have to be rewritten`);
}
