// meta.xml (ODF 1.3 part 3, 4.3) is not edited but written anew, with the title and the language alone, and
// of old documents the era of their program.

import { isPublicTitle } from '../shared/ooxml/places.ts';
import { elementsOf, escapeXml, parseXml, textOf } from '../shared/xml.ts';
import { eraOf } from './era.ts';
import type { Job } from './job.ts';
import { nameOf } from './vocabulary.ts';

const PEOPLE = new Set(['dc:creator', 'meta:initial-creator', 'meta:printed-by', 'meta:creator-initials']);
const LANGUAGE = /^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$/;
const CONTAINERS = new Set(['office:document-meta', 'office:meta']);

/** The new meta.xml; undefined where there is nothing to say. */
export function rebuildMeta(untrusted: Uint8Array, job: Job, version: string): Buffer | undefined {
  const { root } = parseXml(untrusted, job.what, job.context.limits);
  const kept = new Map<string, string>();
  for (const element of elementsOf(root)) {
    const name = nameOf(element);
    if (CONTAINERS.has(name)) continue;
    const value = textOf(element).trim();
    if (kept.get(name) === undefined && mayStay(name, value)) {
      kept.set(name, value);
      continue;
    }
    const era = name === 'meta:generator' ? eraOf(value) : undefined;
    if (era !== undefined) kept.set(name, era);
    if (era === value) continue;
    const values = [value, ...element.attributes.filter(({ local }) => TELLING.has(local)).map((one) => one.value)];
    if (values.every((text) => text === '') && element.attributes.length === 0) continue;
    // Not a choice where it says nothing about the title: the member is always written anew.
    const stays = !job.drop(carrierOf(name), job.what, values);
    if (stays && (name === 'dc:title' || name === 'dc:creator')) kept.set(name, value);
  }
  if (kept.size === 0) return undefined;
  const lines = [...kept]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`);
  return Buffer.from(
    `${HEAD}${kept.has('meta:generator') ? META : ''} office:version="${version}"><office:meta>${lines.join('')}</office:meta></office:document-meta>`,
  );
}

const TELLING = new Set(['href', 'title', 'name', 'target-frame-name']);
const HEAD =
  '<?xml version="1.0" encoding="UTF-8"?>\n<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"';

const META = ' xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0"';

function carrierOf(name: string): string {
  if (PEOPLE.has(name)) return 'meta.creator';
  return name === 'dc:title' ? 'meta.title' : 'meta.other';
}

function mayStay(name: string, value: string): boolean {
  if (name === 'dc:language') return LANGUAGE.test(value);
  return name === 'dc:title' && isPublicTitle(value);
}
