// Records with a device-independent bitmap: pictures, masks, patterns of brushes and pens. Header and pixels each have
// an offset and a length; what lies between them, behind the pixels and in the padding of rows is not the picture.

import type { Context, Range } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { cleanDib } from '../shared/clean-dib.ts';
import type { Usage } from '../shared/dib.ts';
import { type Record, span, u32 } from './records.ts';

/** Where a record has the four numbers of a bitmap, what its palette holds, and where its fixed part ends. */
type Place = { readonly at: number; readonly usageAt: number };
type Kind = { readonly fixed: number; readonly places: readonly Place[]; readonly isArray?: true };

const KINDS: ReadonlyMap<number, Kind> = new Map<number, Kind>([
  [76, { fixed: 100, places: [{ at: 84, usageAt: 80 }] }],
  [77, { fixed: 108, places: [{ at: 84, usageAt: 80 }] }],
  [
    78,
    {
      fixed: 128,
      places: [
        { at: 84, usageAt: 80 },
        { at: 112, usageAt: 108 },
      ],
    },
  ],
  [
    79,
    {
      fixed: 140,
      places: [
        { at: 96, usageAt: 92 },
        { at: 124, usageAt: 120 },
      ],
    },
  ],
  [80, { fixed: 76, places: [{ at: 48, usageAt: 64 }] }],
  [81, { fixed: 80, places: [{ at: 48, usageAt: 64 }] }],
  [93, { fixed: 32, places: [{ at: 16, usageAt: 12 }] }],
  [94, { fixed: 32, places: [{ at: 16, usageAt: 12 }] }],
  // A pen says the usage of its pattern in its hatch; its style entries follow.
  [95, { fixed: 52, places: [{ at: 12, usageAt: 40 }], isArray: true }],
  [114, { fixed: 108, places: [{ at: 84, usageAt: 80 }] }],
  [116, { fixed: 108, places: [{ at: 84, usageAt: 80 }] }],
]);

export function hasBitmap({ type }: Record): boolean {
  return KINDS.has(type);
}

export type Bitmap = { readonly at: number; readonly info: Range; readonly bits: Range; readonly usage: Usage };

/** The bitmaps of a record, and its other used ranges. */
export function bitmapsOf(record: Record): { readonly fields: readonly Range[]; readonly bitmaps: readonly Bitmap[] } {
  const kind = KINDS.get(record.type);
  if (!kind) return { fields: [], bitmaps: [] };
  // Older writers end a copy without a source before the fields of its second half.
  const fixed = record.bytes.length < kind.fixed && kind.places.length === 1 ? record.bytes.length : kind.fixed;
  const fields: Range[] = [[0, fixed]];
  if (kind.isArray) fields.push(span(52, u32(record, 48) * 4));
  const bitmaps = kind.places.flatMap(({ at, usageAt }) => {
    if (at + 16 > fixed) return [];
    const [infoAt, infoBytes, bitsAt, bitsBytes] = [0, 4, 8, 12].map((by) => u32(record, at + by)) as [
      number,
      number,
      number,
      number,
    ];
    if (infoBytes === 0) return [];
    const usage = (['colours', 'indexes', 'none'] as const)[u32(record, usageAt)] ?? 'colours';
    return [{ at, info: span(infoAt, infoBytes), bits: span(bitsAt, bitsBytes), usage }];
  });
  return { fields, bitmaps };
}

export type Cleaned = {
  readonly record: Buffer;
  readonly used: readonly Range[];
  /** Texts of profiles; undefined where no bitmap had one. */
  readonly profiles: readonly string[] | undefined;
  readonly hasSlackBits: boolean;
};

/** A copy of the record with profiles gone, and what of it is used. Rejects with a Refusal. */
export async function cleanBitmaps(record: Record, context: Context): Promise<Cleaned> {
  const { fields, bitmaps } = bitmapsOf(record);
  const copy = Buffer.from(record.bytes);
  const used = [...fields];
  let profiles: string[] | undefined;
  let hasSlackBits = false;
  for (const { info, bits, usage } of bitmaps) {
    if (info[1] > copy.length || bits[1] > copy.length)
      throw new Refusal('malformed', `bitmap outside record ${record.number}`);
    const pixels = copy.subarray(...bits);
    const clean = await cleanDib(copy.subarray(...info), () => pixels, usage, `record ${record.number}`, context);
    used.push(span(info[0], clean.infoBytes));
    for (const [start, end] of clean.pixels) used.push([bits[0] + start, bits[0] + end]);
    if (clean.profile) profiles = [...(profiles ?? []), ...clean.profile];
    hasSlackBits ||= clean.hadSlackBits;
  }
  return { record: copy, used, profiles, hasSlackBits };
}
