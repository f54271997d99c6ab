// docProps/core.xml (ISO/IEC 29500-2 8.3) is not edited but written anew, with the title and the language and whatever
// else policy keeps.

import type { Context } from '../../../core/format.ts';
import { attributeOf, escapeXml, parseXml, textOf } from '../xml.ts';
import type { Job } from './job.ts';
import { isPublicTitle } from './places.ts';

const CORE = 'http://schemas.openxmlformats.org/package/2006/metadata/core-properties';
const DC = 'http://purl.org/dc/elements/1.1/';
const TERMS = 'http://purl.org/dc/terms/';
const XSI = 'http://www.w3.org/2001/XMLSchema-instance';
const PREFIXES = new Map([
  [CORE, 'cp'],
  [DC, 'dc'],
  [TERMS, 'dcterms'],
]);

const MAX_PROPERTIES = 100;
const CARRIERS = new Map([
  ['creator', 'core.creator'],
  ['lastModifiedBy', 'core.modifier'],
]);

export type Core = {
  /** Undefined where there is nothing to say. */
  readonly xml: Buffer | undefined;
  /** Names of people, to be looked for elsewhere. */
  readonly people: readonly string[];
};

export function rebuildCore(untrusted: Uint8Array, job: Job, limits: Context['limits']): Core {
  const { root } = parseXml(untrusted, job.what, limits);
  const people: string[] = [];
  const kept: string[] = [];
  for (const element of root.children.slice(0, MAX_PROPERTIES)) {
    const prefix = PREFIXES.get(element.uri);
    const value = textOf(element).trim();
    if (value === '') continue;
    const { local } = element;
    if (CARRIERS.has(local)) people.push(value);
    const stays = prefix !== undefined && (mayStay(local, value) || !job.drop(carrierOf(local), job.what, [value]));
    // Dates carry their type, and only Word's own type is valid here (8.3.4).
    const type = attributeOf(element, XSI, 'type') === undefined ? '' : ' xsi:type="dcterms:W3CDTF"';
    if (stays) kept.push(`<${prefix}:${local}${type}>${escapeXml(value)}</${prefix}:${local}>`);
    else if (prefix === undefined) job.drop('core.other', job.what, [value]);
  }
  return { xml: kept.length === 0 ? undefined : Buffer.from(`${HEAD}${kept.join('')}</cp:coreProperties>`), people };
}

const HEAD = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n<cp:coreProperties xmlns:cp="${CORE}" xmlns:dc="${DC}" xmlns:dcterms="${TERMS}" xmlns:xsi="${XSI}">`;

function carrierOf(local: string): string {
  return CARRIERS.get(local) ?? (local === 'title' ? 'core.title' : 'core.other');
}

function mayStay(local: string, value: string): boolean {
  if (local === 'language') return /^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$/.test(value);
  return local === 'title' && isPublicTitle(value);
}
