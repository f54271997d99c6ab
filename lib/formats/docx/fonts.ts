// Embedded fonts (ISO/IEC 29500-1 17.8.1): an OpenType file whose first 32 bytes are mixed with a key that stands in the
// font table. Fonts are copied as they are, so what is copied has to be a font, and nothing besides.

import type { Package, Part } from '../shared/ooxml/package.ts';
import { referencesOf } from '../shared/ooxml/references.ts';
import { isFont } from '../shared/open-type.ts';
import { type Element, elementsOf } from '../shared/xml.ts';
import { contentOf } from '../shared/zip.ts';

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
