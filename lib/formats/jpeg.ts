// JPEG, ITU-T T.81: we keep the segments that draw the picture (frame, tables, scans) and three that say how to show
// it (JFIF, Adobe, colour profile), plus the orientation. A segment nobody has heard of is dropped; the entropy-coded
// data is copied bit for bit, up to the last block of each scan.

import type { Context, Format, Found, Rebuilt } from '../core/format.ts';
import {
  exifBlock,
  exifPayload,
  foundSegment,
  jfifPayload,
  kindOf,
  profilePayloads,
  profilePiece,
} from './jpeg/application.ts';
import { JPEG_CARRIERS } from './jpeg/carriers.ts';
import { compareJpeg } from './jpeg/compare.ts';
import { emptyHistory, neededData } from './jpeg/entropy.ts';
import { type Plan, plan, segmentBytes } from './jpeg/frame.ts';
import {
  APP0,
  DHT,
  DNL,
  DQT,
  DRI,
  EOI,
  isFrame,
  isScan,
  type Picture,
  type Scan,
  type Segment,
  SOI,
  SOS,
  walk,
} from './jpeg/segments.ts';
import { foundExif, minimalExif, readExif } from './shared/exif.ts';
import { cleanProfile, ICC_TAGS } from './shared/icc.ts';
import { printableRuns, trailerTexts } from './shared/telling.ts';

export const jpeg: Format = {
  id: 'jpeg',
  mediaType: 'image/jpeg',
  extensions: ['jpg', 'jpeg', 'jpe', 'jfif'],
  carriers: JPEG_CARRIERS,
  allowedTags: [
    ...[
      'FileType',
      'FileTypeExtension',
      'MIMEType',
      'ImageWidth',
      'ImageHeight',
      'EncodingProcess',
      'BitsPerSample',
    ].map((tag) => `File:${tag}`),
    ...['ColorComponents', 'YCbCrSubSampling', 'ExifByteOrder'].map((tag) => `File:${tag}`),
    ...['JFIFVersion', 'ResolutionUnit', 'XResolution', 'YResolution'].map((tag) => `JFIF:${tag}`),
    ...['DCTEncodeVersion', 'APP14Flags0', 'APP14Flags1', 'ColorTransform'].map((tag) => `Adobe:${tag}`),
    'IFD0:Orientation',
    ...ICC_TAGS,
  ],

  matches: (untrusted) => untrusted[0] === 0xff && untrusted[1] === SOI && untrusted[2] === 0xff,

  sanitize: async (untrusted, context) => rebuild(untrusted, context),

  compare: compareJpeg,

  visible: async () => new Map(),
};

const FF_SOI = Buffer.from([0xff, SOI]);
const FF_EOI = Buffer.from([0xff, EOI]);

function rebuild(untrusted: Uint8Array, { found, limits }: Context): Rebuilt {
  const picture = walk(untrusted, limits);
  const planned = plan(picture, limits);
  const history = emptyHistory(planned.frame);
  const profile = rebuiltProfile(picture, found);
  const seen = new Set<string>();
  const isFirst = (kind: string) => !seen.has(kind) && seen.add(kind).size > 0;
  const kept: Uint8Array[] = [FF_SOI];
  let hasScan = false;

  for (const part of picture.parts) {
    const { marker, payload } = part;
    const kind = kindOf(part);
    if (isScan(part)) {
      hasScan = true;
      kept.push(...rebuiltScan(part, planned, history, found));
    } else if (isFrame(marker) || marker === DRI || (marker === DNL && hasScan))
      kept.push(segmentBytes(marker, payload));
    else if (marker === DQT || marker === DHT) kept.push(...rebuiltTables(part, planned, found));
    else if (kind === 'jfif' && isFirst(kind)) kept.push(...rebuiltJfif(part, found));
    else if (kind === 'adobe' && isFirst(kind)) kept.push(...rebuiltAdobe(part, found));
    else if (kind === 'icc' && profile) {
      if (isFirst(kind)) kept.push(...profile);
    } else if (kind === 'exif' && isFirst(kind)) kept.push(...rebuiltExif(part, found));
    else if (foundSegment(part, found) === 'keep') kept.push(segmentBytes(marker, payload));
  }
  kept.push(FF_EOI);

  for (const [start, end] of picture.gaps)
    found('jpeg.gap', `byte ${start}`, { values: printableRuns(untrusted.subarray(start, end)) });
  if (picture.end < untrusted.length) {
    const trailer = untrusted.subarray(picture.end);
    if (found('jpeg.trailer', `byte ${picture.end}`, { values: trailerTexts(trailer) }) === 'keep') kept.push(trailer);
  }
  return { body: Buffer.concat(kept) };
}

function rebuiltScan(
  scan: Scan,
  { frame, scans }: Plan,
  history: ReturnType<typeof emptyHistory>,
  found: Found,
): Uint8Array[] {
  const header = scans.get(scan);
  if (!header) return [];
  const needed = neededData(frame, header, scan.intervals, history);
  const tails = scan.intervals
    .map((interval, i) => interval.subarray(needed[i]?.length ?? 0))
    .filter(({ length }) => length > 0);
  if (tails.length > 0)
    found('jpeg.scan.tail', `byte ${scan.offset}`, { count: tails.length, values: tails.flatMap(printableRuns) });
  const restart = (i: number) => (i === 0 ? [] : [Buffer.from([0xff, 0xd0 + ((i - 1) % 8)])]);
  return [segmentBytes(SOS, scan.payload), ...needed.flatMap((data, i) => [...restart(i), data])];
}

function rebuiltTables(segment: Segment, { tables }: Plan, found: Found): Uint8Array[] {
  const all = tables.get(segment) ?? [];
  const used = all.filter(({ isUsed }) => isUsed);
  const payload = Buffer.concat(used.map(({ bytes }) => bytes));
  if (payload.length < segment.payload.length)
    found('jpeg.table.unused', `byte ${segment.offset}`, {
      values: printableRuns(segment.payload).filter((run) => !payload.includes(run)),
    });
  return used.length > 0 ? [segmentBytes(segment.marker, payload)] : [];
}

function rebuiltJfif(segment: Segment, found: Found): Uint8Array[] {
  const payload = jfifPayload(segment);
  if (!payload.equals(segment.payload)) {
    const action = found('jpeg.jfif.thumbnail', `byte ${segment.offset}`, {
      values: printableRuns(segment.payload.subarray(14)),
    });
    if (action === 'keep') return [segmentBytes(APP0, segment.payload)];
  }
  return [segmentBytes(APP0, payload)];
}

function rebuiltAdobe({ marker, payload, offset }: Segment, found: Found): Uint8Array[] {
  if (payload.length > 12)
    found('jpeg.segment.unknown', `byte ${offset}`, { values: printableRuns(payload.subarray(12)) });
  return [segmentBytes(marker, payload.subarray(0, 12))];
}

function rebuiltExif(segment: Segment, found: Found): Uint8Array[] {
  const exif = readExif(exifBlock(segment));
  const payload = exif.orientation === 1 ? undefined : exifPayload(minimalExif(exif.orientation));
  if (payload?.equals(segment.payload)) return [segmentBytes(segment.marker, payload)];
  if (foundExif('jpeg', exif, `byte ${segment.offset}`, found) === 'keep')
    return [segmentBytes(segment.marker, segment.payload)];
  return payload ? [segmentBytes(segment.marker, payload)] : [];
}

/** The profile's segments, cleaned; undefined when there is no whole one, so that its pieces are dropped one by one. */
function rebuiltProfile({ parts }: Picture, found: Found): Uint8Array[] | undefined {
  const segments = parts.filter((part) => kindOf(part) === 'icc');
  const pieces = segments.map(profilePiece).sort((a, b) => a.number - b.number);
  const isWhole =
    pieces.length > 0 && pieces.every(({ number, count }, i) => number === i + 1 && count === pieces.length);
  const original = Buffer.concat(pieces.map(({ data }) => data));
  const clean = isWhole ? cleanProfile(original) : undefined;
  if (!clean) return undefined;
  let { profile } = clean;
  if (!original.equals(profile)) {
    const action = found('jpeg.icc.text', `byte ${segments[0]?.offset ?? 0}`, { values: clean.removed });
    if (action === 'keep') profile = original;
  }
  return profilePayloads(profile).map((payload) => segmentBytes(APP0 + 2, payload));
}
