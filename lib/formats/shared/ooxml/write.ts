// The new package: the members that the cleaned parts still lead to, relationships and content types written anew,
// everything in a fixed order.

import {
  CONTENT_TYPES,
  extensionOf,
  type Kept,
  relationshipsOf,
  writeContentTypes,
  writeRelationships,
} from '../opc.ts';
import { serialized } from '../xml-edit.ts';
import { contentOf, hasSlack, type Member } from '../zip.ts';
import { type Written, writeZip } from '../zip-write.ts';
import {
  APPLICATION_NAME,
  APPLICATION_RELATIONSHIP,
  APPLICATION_TYPE,
  CHART_TYPE,
  propertiesLeft,
} from './application.ts';
import { namesFor } from './names.ts';
import type { Package, Part } from './package.ts';
import { CORE_RELATIONSHIP, CORE_TYPE } from './part-table.ts';
import { usedIds } from './references.ts';
import type { Judged } from './relationships.ts';
import { valuesOfMember } from './values.ts';

const CORE_NAME = 'docProps/core.xml';

export function writePackage(pack: Package, core: Buffer | undefined): Buffer {
  const reached = reach(pack);
  const app = applicationOf(pack, reached.keys());
  reportUnreached(pack, reached);
  const names = namesOf(pack, reached);
  const members = new Map<string, Buffer | Member>();
  const types = new Map<string, string>();
  for (const part of reached.keys()) {
    const name = names.get(part.member.name) ?? part.member.name;
    members.set(name, contentFor(part));
    types.set(name, pack.dialect.mainTypes.get(part.contentType) ?? part.contentType);
    const kept = (reached.get(part) ?? []).flatMap((judged) => keptOf(judged, names, pack));
    if (kept.length > 0)
      members.set(
        relationshipsOf(name),
        unlessSame(writeRelationships(name, kept), relationshipsOf(part.member.name), pack),
      );
  }
  if (core) {
    members.set(CORE_NAME, unlessSame(core, pack.root.core?.name ?? CORE_NAME, pack));
    types.set(CORE_NAME, CORE_TYPE);
  }
  if (app) {
    members.set(APPLICATION_NAME, unlessSame(app, pack.root.app?.member.name ?? APPLICATION_NAME, pack));
    types.set(APPLICATION_NAME, APPLICATION_TYPE);
  }
  members.set(
    relationshipsOf(''),
    unlessSame(writeRelationships('', rootRelationships(pack, names, core, app)), relationshipsOf(''), pack),
  );
  members.set(CONTENT_TYPES, unlessSame(writeContentTypes(types), CONTENT_TYPES, pack));
  return writeZip(
    ordered(members).map(
      ([name, content]): Written => ('raw' in content ? { name, copied: content } : { name, content }),
    ),
  );
}

/** The parts that are still led to, with the relationships that still lead somewhere. */
function reach(pack: Package): Map<Part, readonly Judged[]> {
  const reached = new Map<Part, readonly Judged[]>();
  const pending = pack.root.relationships.flatMap((judged) => targetOf(judged, pack));
  for (let part = pending.shift(); part; part = pending.shift()) {
    if (reached.has(part)) continue;
    const used = part.document ? usedIds(part.document) : new Set<string>();
    const staying = part.relationships.filter(({ relationship, fate }) => {
      if (fate.is === 'dropped') return false;
      return used.has(relationship.id) || fate.is === 'opaque' || (fate.is === 'part' && fate.part.implicit);
    });
    reached.set(part, staying);
    const lost = part.relationships.filter(({ fate }) => fate.is !== 'dropped').length - staying.length;
    if (lost > 0) part.job.drop('relationship', part.job.what, [], lost);
    pending.push(...staying.flatMap((judged) => targetOf(judged, pack)));
  }
  return reached;
}

function targetOf({ fate }: Judged, pack: Package): Part[] {
  if (fate.is !== 'part' && fate.is !== 'opaque') return [];
  const part = pack.parts.get(fate.member.toLowerCase());
  return part ? [part] : [];
}

/** What stays of the properties about the program; that the rest goes is reported. */
function applicationOf({ root, dialect: { program }, context }: Package, reached: Iterable<Part>): Buffer | undefined {
  const { app } = root;
  if (!app || !program) return undefined;
  const untrusted = contentOf(app.member);
  const hasCharts = Iterator.from(reached).some(({ contentType }) => contentType === CHART_TYPE);
  const left = propertiesLeft(program, untrusted, hasCharts, `member ${app.member.ordinal}`, context.limits);
  if (!left?.equals(untrusted)) app.report();
  return left;
}

/** Members that nothing led to from the start, or that only what is gone led to. */
function reportUnreached(pack: Package, reached: ReadonlyMap<Part, unknown>): void {
  for (const member of pack.zip.members) {
    const key = member.name.toLowerCase();
    const part = pack.parts.get(key);
    if (
      member === pack.root.core ||
      member === pack.root.app?.member ||
      pack.accounted.has(key) ||
      (part && reached.has(part))
    )
      continue;
    pack.root.job.drop(
      'part.unreachable',
      `member ${member.ordinal}`,
      valuesOfMember(contentOf(member), pack.context.limits),
    );
  }
}

function namesOf(pack: Package, reached: ReadonlyMap<Part, unknown>): ReadonlyMap<string, string> {
  const named = [...reached.keys()].flatMap(({ member, part, extension }) =>
    part
      ? [
          {
            member: member.name,
            ordinal: member.ordinal,
            part,
            extension: extension ?? usualExtension(member, part.kind),
          },
        ]
      : [],
  );
  const names = namesFor(named);
  const changed = [...names].filter(([old, name]) => old !== name);
  // Not a choice: the new package is written with the names that the table gives.
  if (changed.length > 0) pack.root.job.drop('part.name', 'package', [], changed.length);
  return names;
}

function usualExtension(member: Member, kind: string): string {
  const own = extensionOf(member.name);
  if (kind === 'font') return own === 'fntdata' ? own : 'odttf';
  return kind === 'text' || kind === 'drawing' || !/^[a-z0-9]{1,5}$/.test(own) ? 'xml' : own;
}

function keptOf(
  { relationship: { id, type, target }, fate }: Judged,
  names: ReadonlyMap<string, string>,
  pack: Package,
): Kept[] {
  if (fate.is === 'address') return [{ id, type, target, external: true }];
  if (fate.is === 'dropped') return [];
  const member = pack.parts.get(fate.member.toLowerCase())?.member.name ?? fate.member;
  return [{ id, type, target: names.get(member) ?? member, external: false }];
}

function rootRelationships(
  pack: Package,
  names: ReadonlyMap<string, string>,
  core: Buffer | undefined,
  app: Buffer | undefined,
): Kept[] {
  const kept = pack.root.relationships.flatMap((judged) => keptOf(judged, names, pack));
  const properties = [
    ...(core ? [{ type: CORE_RELATIONSHIP, target: CORE_NAME }] : []),
    ...(app ? [{ type: APPLICATION_RELATIONSHIP, target: APPLICATION_NAME }] : []),
  ];
  for (const property of properties) {
    const ids = new Set(kept.map(({ id }) => id));
    let number = 1;
    while (ids.has(`rId${number}`)) number++;
    kept.push({ id: `rId${number}`, ...property, external: false });
  }
  return kept;
}

function contentFor(part: Part): Buffer | Member {
  const content = part.content ?? (part.document && serialized(part.document));
  return content === undefined ? copiedOf(part.member) : sameOr(Buffer.from(content), part.member);
}

function unlessSame(content: Buffer, name: string, pack: Package): Buffer | Member {
  const member = pack.zip.members.find((one) => one.name.toLowerCase() === name.toLowerCase());
  return member ? sameOr(content, member) : content;
}

function sameOr(content: Buffer, member: Member): Buffer | Member {
  return content.length === member.size && content.equals(contentOf(member)) ? copiedOf(member) : content;
}

/** Compressed data may have a tail that decompressing never sees. */
function copiedOf(member: Member): Buffer | Member {
  return hasSlack(member) ? contentOf(member) : member;
}

function ordered(members: ReadonlyMap<string, Buffer | Member>): [string, Buffer | Member][] {
  const rank = (name: string) => (name === CONTENT_TYPES ? 0 : name === relationshipsOf('') ? 1 : 2);
  return [...members].sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
}
