// Embedded fonts of presentations are Embedded OpenType (the W3C's submission of 2008): a header with names and the places
// where the font may be used, and the font. They are copied as they are, so there must be nothing else in them; what is
// compressed in MicroType's way is not read here.

import type { Package } from '../shared/ooxml/package.ts';
import type { Xml } from '../shared/ooxml/rounds.ts';
import { isFont } from '../shared/open-type.ts';
import { bufferOf, contentOf } from '../shared/zip.ts';

/** Drops the embedded fonts that are none, as far as can be told. */
export function cleanFonts(pack: Package, parts: readonly Xml[]): void {
  for (const { relationships } of parts) {
    relationships.forEach((judged, i) => {
      if (judged.fate.is !== 'part' || judged.fate.part.kind !== 'font') return;
      const font = pack.parts.get(judged.fate.member.toLowerCase());
      if (!font || isEmbeddedFont(contentOf(font.member))) return;
      if (!font.job.drop('font', font.job.what, [contentOf(font.member)])) return;
      relationships[i] = { ...judged, fate: { is: 'dropped' } };
      pack.accounted.add(font.member.name.toLowerCase());
    });
  }
}

const VERSIONS = new Set([0x00010000, 0x00020001, 0x00020002]);
const MAGIC = 0x504c;
const NAMES_AT = 82;
const NAMES = 4;
const COMPRESSED = 0x4;
const MIXED = 0x10000000;
const MIXED_WITH = 0x50;

export function isEmbeddedFont(untrusted: Uint8Array): boolean {
  const bytes = bufferOf(untrusted);
  if (bytes.length < NAMES_AT || bytes.readUInt32LE(0) !== bytes.length) return false;
  if (!VERSIONS.has(bytes.readUInt32LE(8)) || bytes.readUInt16LE(34) !== MAGIC) return false;
  const flags = bytes.readUInt32LE(12);
  const start = fontAt(bytes);
  if (start === undefined || start + bytes.readUInt32LE(4) !== bytes.length || (flags & COMPRESSED) !== 0) return false;
  const font = Buffer.from(bytes.subarray(start));
  if ((flags & MIXED) !== 0) for (let i = 0; i < font.length; i++) font[i] = (font[i] ?? 0) ^ MIXED_WITH;
  return isFont(font);
}

/** Where the font begins, after names that are its own and no addresses, signature or characters of users. */
function fontAt(bytes: Buffer): number | undefined {
  let at = NAMES_AT;
  const sized = (): number | undefined => {
    if (at + 2 > bytes.length) return undefined;
    const size = bytes.readUInt16LE(at);
    at += 2 + size;
    return at <= bytes.length ? size : undefined;
  };
  for (let i = 0; i < NAMES; i++) {
    if (sized() === undefined) return undefined;
    at += 2;
  }
  const version = bytes.readUInt32LE(8);
  // Names end with two bytes of nothing, after which the later versions say where the font may be used.
  if (version === 0x00010000) return at - 2;
  if (sized() !== 0) return undefined;
  if (version === 0x00020001) return at;
  at += 10;
  if (sized() !== 0 || at + 8 > bytes.length || bytes.readUInt32LE(at + 4) !== 0) return undefined;
  return at + 8;
}
