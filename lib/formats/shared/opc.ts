// Open Packaging Conventions (ISO/IEC 29500-2): the two kinds of XML that say what the parts of a package are and how
// they hang together. Both are read here and written anew, so nothing but what we understood is in them.

import type { Limits } from '../../core/limits.ts';
import { Refusal } from '../../core/refusal.ts';
import { attributeOf, escapeXml, parseXml } from './xml.ts';

export const CONTENT_TYPES = '[Content_Types].xml';
export const RELATIONSHIPS_TYPE = 'application/vnd.openxmlformats-package.relationships+xml';
const CONTENT_TYPES_NS = 'http://schemas.openxmlformats.org/package/2006/content-types';
const RELATIONSHIPS_NS = 'http://schemas.openxmlformats.org/package/2006/relationships';
const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n';
const MAX_RELATIONSHIPS = 20_000;

export type ContentTypes = {
  /** The content type of a member, undefined where the package does not say. */
  of(name: string): string | undefined;
};

export type Relationship = {
  readonly id: string;
  readonly type: string;
  /** As written. */
  readonly target: string;
  readonly external: boolean;
  /** The member's name that an internal target leads to, undefined where it leads outside the package. */
  readonly member: string | undefined;
};

/** Reads [Content_Types].xml. Rejects with Refusal('malformed'). */
export function readContentTypes(untrusted: Uint8Array, limits: Limits): ContentTypes {
  const { root } = parseXml(untrusted, 'content types', limits);
  if (root.uri !== CONTENT_TYPES_NS || root.local !== 'Types')
    throw new Refusal('malformed', 'content types: not a list of types');
  const defaults = new Map<string, string>();
  const overrides = new Map<string, string>();
  for (const element of root.children) {
    const type = attributeOf(element, '', 'ContentType')?.trim();
    if (type === undefined) continue;
    if (element.local === 'Default') defaults.set(attributeOf(element, '', 'Extension')?.toLowerCase() ?? '', type);
    if (element.local === 'Override') {
      const name = attributeOf(element, '', 'PartName') ?? '';
      overrides.set(name.replace(/^\//, '').toLowerCase(), type);
    }
  }
  return { of: (name) => overrides.get(name.toLowerCase()) ?? defaults.get(extensionOf(name)) };
}

/** The name of the member that holds a part's relationships; '' is the package itself. */
export function relationshipsOf(part: string): string {
  const slash = part.lastIndexOf('/');
  return `${part.slice(0, slash + 1)}_rels/${part.slice(slash + 1)}.rels`;
}

/** Reads the relationships of a part. Rejects with Refusal('malformed') where two have one id. */
export function readRelationships(
  untrusted: Uint8Array,
  part: string,
  what: string,
  limits: Limits,
): readonly Relationship[] {
  const { root } = parseXml(untrusted, what, limits);
  if (root.uri !== RELATIONSHIPS_NS || root.local !== 'Relationships')
    throw new Refusal('malformed', `${what}: not relationships`);
  if (root.children.length > MAX_RELATIONSHIPS)
    throw new Refusal('limit', `${what}: ${root.children.length} relationships`);
  const ids = new Set<string>();
  return root.children.map((element) => {
    const [id, type, target] = ['Id', 'Type', 'Target'].map((name) => attributeOf(element, '', name));
    if (id === undefined || type === undefined || target === undefined)
      throw new Refusal('malformed', `${what}: a relationship lacks its id, type or target`);
    if (ids.has(id)) throw new Refusal('malformed', `${what}: two relationships have one id`);
    ids.add(id);
    const external = attributeOf(element, '', 'TargetMode') === 'External';
    return { id, type, target, external, member: external ? undefined : resolve(part, target) };
  });
}

/** The member an internal target names, relative to the part that has the relationship. */
function resolve(part: string, target: string): string | undefined {
  const bare = target.split('#')[0] ?? '';
  // An internal target is a path; with a scheme or a server it is a mistake for an external one.
  if (bare === '' || bare.startsWith('//') || /^[a-z][a-z0-9+.-]*:/i.test(bare) || bare.includes('\\'))
    return undefined;
  const segments = bare.startsWith('/') ? [] : part.split('/').slice(0, -1);
  for (const segment of bare.split('/')) {
    if (segment === '..') {
      if (segments.pop() === undefined) return undefined;
    } else if (segment !== '' && segment !== '.') segments.push(decoded(segment));
  }
  return segments.join('/') || undefined;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** [Content_Types].xml for the members: one default per extension where the extension says it all, else an override. */
export function writeContentTypes(types: ReadonlyMap<string, string>): Buffer {
  const byExtension = new Map<string, Set<string>>();
  for (const [name, type] of types) {
    const known = byExtension.get(extensionOf(name)) ?? new Set();
    byExtension.set(extensionOf(name), known.add(type));
  }
  const isDefault = (name: string) => extensionOf(name) !== 'xml' && byExtension.get(extensionOf(name))?.size === 1;
  const defaults = new Map([
    ['rels', RELATIONSHIPS_TYPE],
    ['xml', 'application/xml'],
    ...[...types].filter(([name]) => isDefault(name)).map(([name, type]) => [extensionOf(name), type] as const),
  ]);
  const lines = [
    ...[...defaults]
      .sort(byText)
      .map(([extension, type]) => `<Default Extension="${escapeXml(extension)}" ContentType="${escapeXml(type)}"/>`),
    ...[...types]
      .filter(([name]) => !isDefault(name))
      .sort(byText)
      .map(([name, type]) => `<Override PartName="/${escapeXml(name)}" ContentType="${escapeXml(type)}"/>`),
  ];
  return Buffer.from(`${DECLARATION}<Types xmlns="${CONTENT_TYPES_NS}">${lines.join('')}</Types>`);
}

/** A relationship to write; `target` is a member's name, or an address when it is external. */
export type Kept = { readonly id: string; readonly type: string; readonly target: string; readonly external: boolean };

export function writeRelationships(part: string, kept: readonly Kept[]): Buffer {
  const lines = kept.map(({ id, type, target, external }) => {
    const written = external ? target : relative(part, target);
    const mode = external ? ' TargetMode="External"' : '';
    return `<Relationship Id="${escapeXml(id)}" Type="${escapeXml(type)}" Target="${escapeXml(written)}"${mode}/>`;
  });
  return Buffer.from(`${DECLARATION}<Relationships xmlns="${RELATIONSHIPS_NS}">${lines.join('')}</Relationships>`);
}

/** Relative where the target lies below the part's folder, as Word writes it; absolute elsewhere. */
function relative(part: string, target: string): string {
  const folder = part.slice(0, part.lastIndexOf('/') + 1);
  const path = target.startsWith(folder) ? target.slice(folder.length) : `/${target}`;
  return path.split('/').map(encodeURIComponent).join('/');
}

export function extensionOf(name: string): string {
  const file = name.slice(name.lastIndexOf('/') + 1);
  const dot = file.lastIndexOf('.');
  return dot < 0 ? '' : file.slice(dot + 1).toLowerCase();
}

function byText([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
