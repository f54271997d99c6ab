// Application segments by their signature (ITU-T T.81 B.2.4.6; JFIF 1.02, CIPA DC-008, XMP part 3, ICC.1 annex B.4).
// Three survive, each rebuilt: JFIF without its thumbnail, Adobe's colour transform, the colour profile.

import type { Found, RemovedValue } from '../../core/format.ts';
import type { RuleAction } from '../../core/policy.ts';
import { foundExif, readExif } from '../shared/exif.ts';
import { readResources } from '../shared/photoshop.ts';
import { decodeText, printableRuns, telling } from '../shared/telling.ts';
import { xmpTexts } from '../shared/xmp-texts.ts';
import { APP0, COM, type Segment } from './segments.ts';

export type Kind = 'jfif' | 'adobe' | 'icc' | 'exif' | 'other';

const ICC_SIGNATURE = 'ICC_PROFILE\0';
const EXIF_SIGNATURE = 'Exif\0';
const XMP_SIGNATURE = 'http://ns.adobe.com/xap/1.0/\0';
const XMP_EXTENDED = 'http://ns.adobe.com/xmp/extension/\0';

function startsWith({ payload }: Segment, signature: string): boolean {
  return payload.toString('latin1', 0, signature.length) === signature;
}

export function kindOf(segment: Segment): Kind {
  const { marker, payload } = segment;
  if (marker === APP0 && startsWith(segment, 'JFIF\0') && payload.length >= 14) return 'jfif';
  if (marker === APP0 + 14 && startsWith(segment, 'Adobe') && payload.length >= 12) return 'adobe';
  if (marker === APP0 + 2 && startsWith(segment, ICC_SIGNATURE) && payload.length > 14) return 'icc';
  if (marker === APP0 + 1 && startsWith(segment, EXIF_SIGNATURE)) return 'exif';
  return 'other';
}

/** The TIFF block of an Exif segment. */
export function exifBlock({ payload }: Segment): Buffer {
  return payload.subarray(6);
}

/** Number, count and bytes of one piece of a colour profile. */
export function profilePiece({ payload }: Segment): {
  readonly number: number;
  readonly count: number;
  readonly data: Buffer;
} {
  return { number: payload[12] ?? 0, count: payload[13] ?? 0, data: payload.subarray(14) };
}

const MAX_PIECE = 65_533 - 14;

/** The payloads that carry a profile. */
export function profilePayloads(profile: Uint8Array): readonly Buffer[] {
  const count = Math.ceil(profile.length / MAX_PIECE);
  return Array.from({ length: count }, (_, i) =>
    Buffer.concat([
      Buffer.from(ICC_SIGNATURE, 'latin1'),
      Buffer.from([i + 1, count]),
      profile.subarray(i * MAX_PIECE, (i + 1) * MAX_PIECE),
    ]),
  );
}

export function exifPayload(block: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), block]);
}

/** The JFIF header with its density and without a thumbnail. */
export function jfifPayload({ payload }: Segment): Buffer {
  return Buffer.concat([payload.subarray(0, 12), Buffer.alloc(2)]);
}

/** Records a segment that is no part of the picture. */
export function foundSegment(segment: Segment, found: Found): RuleAction {
  const at = `byte ${segment.offset}`;
  if (kindOf(segment) === 'exif') return foundExif('jpeg', readExif(exifBlock(segment)), at, found);
  if (segment.marker === APP0 + 13 && startsWith(segment, 'Photoshop 3.0\0')) return foundResources(segment, at, found);
  const [carrier, values] = carrierOf(segment);
  return found(carrier, at, { values });
}

function foundResources({ payload }: Segment, at: string, found: Found): RuleAction {
  const { iptc, other } = readResources(payload.subarray(14));
  const actions: RuleAction[] = [];
  if (iptc) actions.push(found('jpeg.iptc', at, { values: iptc }));
  // The segment may hold nothing but the datasets; its own row says that there was more.
  if (!iptc || other.length > 0) actions.push(found('jpeg.photoshop', at, { values: other }));
  return actions.find((action) => action !== 'keep') ?? 'keep';
}

function carrierOf(segment: Segment): readonly [string, readonly RemovedValue[]] {
  const { marker, payload } = segment;
  const is = (app: number, signature: string) => marker === APP0 + app && startsWith(segment, signature);
  if (marker === COM) return ['jpeg.comment', telling([decodeText(payload)])];
  if (is(1, XMP_SIGNATURE)) return ['jpeg.xmp', xmpTexts(payload.subarray(XMP_SIGNATURE.length))];
  // After the signature: a hash of the packet, its length and this part's offset.
  if (is(1, XMP_EXTENDED)) return ['jpeg.xmp.extended', xmpTexts(payload.subarray(XMP_EXTENDED.length + 40))];
  if (is(2, 'MPF\0')) return ['jpeg.mpf', printableRuns(payload)];
  if (is(2, 'FPXR\0')) return ['jpeg.flashpix', printableRuns(payload)];
  if (is(2, ICC_SIGNATURE)) return ['jpeg.icc.unreadable', printableRuns(payload.subarray(14))];
  if (is(11, 'JP')) return ['jpeg.c2pa', printableRuns(payload)];
  if (is(0, 'JFXX\0')) return ['jpeg.jfif.thumbnail', printableRuns(payload)];
  return ['jpeg.segment.unknown', printableRuns(payload)];
}
