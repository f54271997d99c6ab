// The byte views of a document: the file itself and, in turn, everything that can be unpacked from it. What may be
// unpacked is recognised by content wherever it stands, not by what the format says of itself, because the proof must
// hold for bytes that the format's own reader never visits. Each view is walked once, its parts before itself.

import { gaps, inOrder } from './byte-ranges.ts';
import type { Range } from './format.ts';
import type { Limits } from './limits.ts';
import { Refusal } from './refusal.ts';
import { type Decoded, decodeNames, findBase64Containers } from './views-decoded.ts';
import { type Budget, budgetOf, gzipHeader, inflateWhole, zlibHeader } from './views-filters.ts';
import { isJpeg, isJpeg2000, isPng, jpeg2000Parts, jpegParts, pictureEnd, pngParts } from './views-images.ts';
import { isPdf, pdfParts } from './views-pdf.ts';
import { isRaster, rasterParts } from './views-rasters.ts';
import { isRtf, rtfParts } from './views-rtf.ts';
import { type Directory, hasLocalHeader, readDirectory, readMember } from './views-zip.ts';

/** What a reader of one container finds: bytes of their own, a range of the view that only repeats them, or both. */
export type Part = {
  readonly kind: string;
  readonly bytes?: Uint8Array;
  /** Where in the view the bytes stand as they are; left out when they had to be made. */
  readonly slice?: number;
  /** The range of the view that is an encoded form of these bytes, or of the next part's, and says nothing more. */
  readonly spent?: Range;
  /** A range of entropy-coded samples that nothing here decodes. */
  readonly noise?: Range;
  /** True when the bytes are samples or codes and no text. */
  readonly samples?: boolean;
  /** True when the bytes are PDF syntax, or may be. */
  readonly pdf?: boolean;
};

/** Bytes with their place in other bytes, for a visible range that was given in either. */
export type Place = { readonly bytes: Uint8Array; readonly slice?: { readonly of: Place; readonly at: number } };

export type Opaque = 'samples' | 'program' | undefined;

export type View = Place & {
  /** Kinds and ordinals: 'file/member 3/stream 1'. */
  readonly name: string;
  /** Nothing but samples or codes, or a program for glyphs or colours: a short match here is chance. */
  readonly opaque: Opaque;
  readonly pdf: boolean;
  /** Ranges whose content is seen in other views, compressed here or as it stands. */
  readonly seen: readonly Range[];
  /** Entropy-coded samples: a short match here is chance too. */
  readonly noise: readonly Range[];
  /** What is neither, in order. Empty when opaque. */
  readonly plain: readonly Range[];
  /** The names of zip members, each as a quoted token. */
  readonly names: Decoded | undefined;
};

/** Yields every view; throws Refusal('limit') when they are too many, too large or too deep. */
export function* byteViews(untrusted: Uint8Array, limits: Limits): Generator<View> {
  const budget = budgetOf(limits);
  // Each document inside a document is reached through at most a member, a filter and an encoding.
  const maxDepth = 3 * (limits.maxDepth + 1);
  const open: Frame[] = [frameOf({ kind: 'file', bytes: untrusted }, undefined, budget, limits)];
  for (let frame = open[0]; frame; frame = open[open.length - 1]) {
    const { value: part, done } = frame.parts.next();
    if (done) {
      yield viewOf(frame);
      open.pop();
      continue;
    }
    if (part.spent) frame.seen.push(part.spent);
    if (part.noise) frame.noise.push(part.noise);
    if (!part.bytes || part.bytes.length === 0) continue;
    if (part.slice !== undefined) frame.seen.push([part.slice, part.slice + part.bytes.length]);
    if (open.length > maxDepth) throw new Refusal('limit', `byte views nested ${open.length} deep`);
    open.push(frameOf(part, frame, budget, limits));
  }
}

type Frame = Place & {
  readonly name: string;
  readonly opaque: Opaque;
  readonly pdf: boolean;
  readonly parts: Iterator<Part, undefined>;
  readonly seen: Range[];
  readonly noise: Range[];
  readonly memberNames: Range[];
  count: number;
};

function frameOf(part: Part, outer: Frame | undefined, budget: Budget, limits: Limits): Frame {
  const bytes = part.bytes ?? new Uint8Array(0);
  const opaque = part.samples ? 'samples' : isProgram(bytes) ? 'program' : undefined;
  const pdf = part.pdf === true || isPdf(bytes);
  const covered: Covered = { seen: [], noise: [], memberNames: [] };
  const name = outer ? `${outer.name}/${part.kind} ${++outer.count}` : part.kind;
  const slice = outer && part.slice !== undefined ? { slice: { of: outer, at: part.slice } } : {};
  const parts = opaque ? NO_PARTS[Symbol.iterator]() : partsOf(bytes, covered, budget, limits);
  return { name, bytes, ...slice, opaque, pdf, parts, ...covered, count: 0 };
}

const NO_PARTS: readonly Part[] = [];

function viewOf({ name, bytes, slice, opaque, pdf, seen, noise, memberNames }: Frame): View {
  const plain = opaque ? [] : gaps(bytes.length, [...seen, ...noise]);
  const names = memberNames.length > 0 ? decodeNames(bytes, memberNames) : undefined;
  return {
    name,
    bytes,
    ...(slice ? { slice } : {}),
    opaque,
    pdf,
    seen: inOrder(seen),
    noise: inOrder(noise),
    plain,
    names,
  };
}

type Covered = { readonly seen: Range[]; readonly noise: Range[]; readonly memberNames: Range[] };

/** The reader that the content asks for first, then whatever stands in the ranges it left over. */
function* partsOf(bytes: Uint8Array, covered: Covered, budget: Budget, limits: Limits): Generator<Part, undefined> {
  if (isPng(bytes)) yield* pngParts(bytes, budget);
  else if (isJpeg(bytes)) yield* jpegParts(bytes);
  else if (isJpeg2000(bytes)) yield* jpeg2000Parts(bytes);
  else if (isPdf(bytes)) yield* pdfParts(bytes, budget);
  else if (isRaster(bytes)) yield* rasterParts(bytes);
  else if (isRtf(bytes)) yield* rtfParts(bytes, budget);
  const scan = { budget, limits, memberNames: covered.memberNames, directory: undefined, members: 0, guesses: 0 };
  for (const range of gaps(bytes.length, [...covered.seen, ...covered.noise])) yield* containersIn(bytes, range, scan);
  for (const range of gaps(bytes.length, [...covered.seen, ...covered.noise])) {
    for (const made of findBase64Containers(bytes, range)) {
      budget.spend(made.length);
      yield { kind: 'base64', bytes: made };
    }
  }
}

// A zlib header is two bytes, so noise has one every few thousand bytes; each that inflates costs time.
const MAX_GUESSES = 20_000;

/** What is counted and known over all ranges of one view. */
type Scan = {
  readonly budget: Budget;
  readonly limits: Limits;
  readonly memberNames: Range[];
  directory: Directory | undefined;
  members: number;
  guesses: number;
};

/** Zip members, pictures, gzip members and zlib streams, each recognised by its first bytes wherever it stands. */
function* containersIn(bytes: Uint8Array, [from, to]: Range, scan: Scan): Generator<Part> {
  const { budget, limits, memberNames } = scan;
  for (let at = from; at < to; at++) {
    const byte = bytes[at];
    if (byte === 0x50 && hasLocalHeader(bytes, at)) {
      if (++scan.members > limits.maxMembers) throw new Refusal('limit', `more than ${limits.maxMembers} zip members`);
      scan.directory ??= readDirectory(bytes, limits);
      const { part, name, end } = readMember(bytes, at, scan.directory, budget);
      memberNames.push(name);
      yield part;
      at = Math.max(at, end - 1);
    } else if (byte === 0x89 || (byte === 0xff && bytes[at + 1] === 0xd8)) {
      const end = at > 0 ? pictureEnd(bytes.subarray(0, to), at) : undefined;
      if (end === undefined) continue;
      yield { kind: 'picture', bytes: bytes.subarray(at, end), slice: at };
      at = end - 1;
    } else if (byte === 0x1f || byte === 0x78) {
      const start = byte === 0x78 ? at + zlibHeader(bytes, at) : (gzipHeader(bytes, at) ?? at);
      if (start === at || !looksDeflated(bytes, start)) continue;
      if (++scan.guesses > MAX_GUESSES) throw new Refusal('limit', `more than ${MAX_GUESSES} possible zlib streams`);
      const found = inflateWhole(bytes.subarray(start, to), budget);
      if (!found || found.bytes.length === 0) continue;
      yield { kind: 'deflated', bytes: found.bytes, spent: [start, start + found.consumed] };
      at = start + found.consumed - 1;
    }
  }
}

/** The first three bits of a deflate block, and what a stored or dynamic block must say (RFC 1951 3.2). */
function looksDeflated(bytes: Uint8Array, at: number): boolean {
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = bytes.subarray(at, at + 5);
  const type = (a >>> 1) & 3;
  if (type === 0) return (b ^ d) === 0xff && (c ^ e) === 0xff;
  if (type === 2) return a >>> 3 <= 29 && (b & 31) <= 29;
  return type === 1;
}

/** Font programs and colour profiles: glyphs and curves, with the makers' own names and addresses in them. */
function isProgram(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(64, bytes.length)).toString('latin1');
  if (/^(OTTO|true|ttcf|wOFF|wOF2)/.test(start)) return true;
  if (start.startsWith('\0\x01\0\0') && (bytes[4] ?? 9) === 0 && bytes.length > 12) return true;
  if (/^%!(PS-AdobeFont|FontType1)/.test(start)) return true;
  // Compact Font Format: major 1, a header of four bytes, an offset size, and an index of one font name.
  if (/^\x01\0\x04[\x01-\x04]\0\x01[\x01-\x04]/.test(start)) return true;
  return start.slice(36, 40) === 'acsp';
}
