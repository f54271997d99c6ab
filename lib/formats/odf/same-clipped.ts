// The second reader's comparison of pictures with what their frames cut off them, in lengths. How large a picture is by
// itself is asked of ExifTool.

import type { Context } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { asWhole, samePictures } from '../shared/ooxml/same-pictures.ts';
import { type Edges, isCutFrom, type Shown, UNCROPPED } from '../shared/same-crop.ts';

export type Clipped = { readonly bytes: Buffer; readonly clip: string | undefined };

const CENTIMETRES: Readonly<Record<string, number>> = { cm: 1, mm: 0.1, in: 2.54, pt: 2.54 / 72, pc: 2.54 / 6 };
/** Below this it is rounding. */
const SLIGHT = 0.05;

/** Rejects with Refusal('unverified') where the result shows another picture, or hides a part of one. */
export async function sameClipped(before: Clipped, after: Clipped, context: Context): Promise<void> {
  const isKept = context.policy.actionFor('odf.picture.crop') === 'keep';
  if (isKept || !(cuts(before) || cuts(after))) {
    await samePictures([asWhole(before.bytes)], [asWhole(after.bytes)], { mayBeFewer: false, mayHide: true }, context);
    return;
  }
  if (!(await isCutFrom(await shownOf(before, context), await shownOf(after, context), context)))
    throw new Refusal('unverified', 'a cropped picture is not the part of it that was shown');
}

function cuts({ clip }: Clipped): boolean {
  return (clip?.match(/-?[\d.]+(?=\s*[a-z])/g) ?? []).some((length) => Number.parseFloat(length) > SLIGHT);
}

async function shownOf({ bytes, clip }: Clipped, { engines }: Context): Promise<Shown> {
  if (clip === undefined) return { bytes, crop: UNCROPPED };
  const isPng = bytes.toString('latin1', 1, 4) === 'PNG';
  const tags = await engines.exiftool(bytes, isPng ? 'png' : 'jpg');
  const number = (...names: readonly string[]) => Number(names.map((name) => tags.get(name)).find((one) => one));
  const unit = tags.get('JFIF:ResolutionUnit') ?? '';
  const perInch = /^(?:1|inches)$/.test(unit) ? 2.54 : /^(?:2|cm)$/.test(unit) ? 1 : Number.NaN;
  const isInMetres = /^(?:1|meters)$/.test(tags.get('PNG-pHYs:PixelUnits') ?? '');
  const dots = (axis: 'X' | 'Y') =>
    isPng
      ? number(`PNG-pHYs:PixelsPerUnit${axis}`) / (isInMetres ? 100 : Number.NaN)
      : number(`JFIF:${axis}Resolution`) / perInch;
  const width = number('PNG:ImageWidth', 'File:ImageWidth') / dots('X');
  const height = number('PNG:ImageHeight', 'File:ImageHeight') / dots('Y');
  const [top, right, bottom, left] = (/\(([^)]*)\)/.exec(clip)?.[1] ?? '').split(',').map(lengthOf);
  const taken: Edges = [
    (left ?? Number.NaN) / width,
    (top ?? Number.NaN) / height,
    (right ?? Number.NaN) / width,
    (bottom ?? Number.NaN) / height,
  ];
  return { bytes, crop: { ...UNCROPPED, taken } };
}

function lengthOf(text: string): number {
  const length = Number.parseFloat(text);
  return length * (CENTIMETRES[text.trim().replace(/^[-\d.]+\s*/, '')] ?? Number.NaN);
}
