// Embedded fonts (ISO/IEC 29500-1 17.8.1): an OpenType file whose first 32 bytes are mixed with a key that stands in the
// font table. Fonts are copied as they are, so what is copied has to be a font, and nothing besides.

import type { Package, Part } from '../shared/ooxml/package.ts';
import { referencesOf } from '../shared/ooxml/references.ts';
import { type Element, elementsOf } from '../shared/xml.ts';
import { bufferOf, contentOf } from '../shared/zip.ts';

const VERSIONS = new Set([0x00010000, 0x4f54544f, 0x74727565]);
const TABLES = new Set(
  `OS/2 cmap cvt fpgm gasp glyf head hhea hmtx loca maxp name post prep VDMX hdmx kern LTSH PCLT VORG vhea vmtx BASE GDEF
  GPOS GSUB JSTF MATH CFF CFF2 EBDT EBLC EBSC CBDT CBLC sbix COLR CPAL SVG STAT avar cvar fvar gvar HVAR MVAR VVAR MERG
  meta DSIG feat mort morx prop trak ankr bsln fond just lcar opbd TSI0 TSI1 TSI2 TSI3 TSI5 TTFA FFTM acnt fmtx hsty
  Zapf bhed bdat bloc`.split(/\s+/),
);
const MAX_TABLES = 128;

/** Drops the embedded fonts that are none. */
export function cleanFonts(pack: Package): void {
  for (const part of pack.parts.values()) {
    if (!part.document) continue;
    const keys = keysOf(part.document.root);
    part.relationships.forEach((judged, i) => {
      if (judged.fate.is !== 'part' || judged.fate.part.kind !== 'font') return;
      const font = pack.parts.get(judged.fate.member.toLowerCase());
      if (!font || isFontOf(font, keys.get(judged.relationship.id))) return;
      if (!font.job.drop('media.unknown', font.job.what, [contentOf(font.member)])) return;
      part.relationships[i] = { ...judged, fate: { is: 'dropped' } };
      pack.accounted.add(font.member.name.toLowerCase());
    });
  }
}

function keysOf(root: Element): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  for (const element of elementsOf(root)) {
    const key = element.attributes.find(({ local }) => local === 'fontKey')?.value;
    if (key !== undefined) for (const { value } of referencesOf(element)) keys.set(value, key);
  }
  return keys;
}

function isFontOf({ member }: Part, key: string | undefined): boolean {
  const content = Buffer.from(contentOf(member));
  const bytes = key?.replace(/[{}-]/g, '') ?? '';
  if (/^[0-9A-Fa-f]{32}$/.test(bytes) && content.length > 32) {
    // The key is read backwards, twice.
    const mask = Buffer.from(bytes, 'hex').reverse();
    for (let i = 0; i < 32; i++) content[i] = (content[i] ?? 0) ^ (mask[i % 16] ?? 0);
  }
  return isFont(content);
}

/** Whether the bytes are an OpenType font whose tables leave no room for anything else. */
export function isFont(untrusted: Uint8Array): boolean {
  const bytes = bufferOf(untrusted);
  if (bytes.length < 12 || !VERSIONS.has(bytes.readUInt32BE(0))) return false;
  const count = bytes.readUInt16BE(4);
  if (count === 0 || count > MAX_TABLES || 12 + 16 * count > bytes.length) return false;
  const tables: (readonly [start: number, end: number])[] = [[0, 12 + 16 * count]];
  for (let i = 0; i < count; i++) {
    const entry = 12 + 16 * i;
    if (!TABLES.has(bytes.toString('latin1', entry, entry + 4).trim())) return false;
    const start = bytes.readUInt32BE(entry + 8);
    const end = start + bytes.readUInt32BE(entry + 12);
    if (end > bytes.length) return false;
    tables.push([start, end]);
  }
  let reached = 0;
  for (const [start, end] of [...tables, [bytes.length, bytes.length] as const].sort(([a], [b]) => a - b)) {
    if (start > reached && bytes.subarray(reached, start).some((byte) => byte !== 0)) return false;
    reached = Math.max(reached, end);
  }
  return true;
}
