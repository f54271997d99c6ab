// The package as a graph: which members the relationships lead to, and what each of them is. What they do not lead to
// is not in the document, whatever it is.

import type { Context } from '../../../core/format.ts';
import { Refusal } from '../../../core/refusal.ts';
import {
  CONTENT_TYPES,
  type ContentTypes,
  type Relationship,
  readContentTypes,
  readRelationships,
  relationshipsOf,
} from '../opc.ts';
import { parseXml, type XmlDocument } from '../xml.ts';
import { contentOf, type Member, type Zip } from '../zip.ts';
import type { Dialect } from './dialect.ts';
import { type Job, jobFor } from './job.ts';
import { type Lifted, parseLifted } from './lift.ts';
import { type KeptPart, relationshipName } from './part-table.ts';
import { type Holdings, type Judged, judge } from './relationships.ts';
import { valuesOfMember } from './values.ts';

/** A part on its way through the rounds of cleaning. */
export type Part = {
  readonly member: Member;
  readonly job: Job;
  /** Undefined for what is copied unread because policy keeps it. */
  readonly part: KeptPart | undefined;
  contentType: string;
  readonly relationships: Judged[];
  /** XML as far as it has been cleaned; undefined for pictures, fonts, embedded documents. */
  document: XmlDocument | undefined;
  /** What was taken out of the document because it is too large for a tree. */
  readonly lifted: Lifted | undefined;
  /** The new content of what is not XML, or not only a tree. */
  content: Uint8Array | undefined;
  extension: string | undefined;
};

/** The properties that are dropped or made anew, once it is known what stays of the document. */
type Properties = { readonly member: Member; report(): unknown };

export type Package = {
  readonly context: Context;
  readonly dialect: Dialect;
  readonly zip: Zip;
  readonly ownWords: string;
  readonly types: ContentTypes;
  readonly root: {
    readonly relationships: Judged[];
    readonly job: Job;
    readonly core: Member | undefined;
    readonly app: Properties | undefined;
  };
  readonly main: Part;
  /** By the member's name in lower case, the way OPC compares names. */
  readonly parts: Map<string, Part>;
  /** Members that went with a carrier they belong to, in lower case. */
  readonly accounted: Set<string>;
};

export function readPackage(zip: Zip, dialect: Dialect, context: Context): Package {
  const members = new Map(zip.members.map((member) => [member.name.toLowerCase(), member]));
  const memberOf = (name: string) => members.get(name.toLowerCase());
  const typesMember = memberOf(CONTENT_TYPES);
  if (!typesMember) throw new Refusal('malformed', 'no [Content_Types].xml');
  const types = readContentTypes(contentOf(typesMember), context.limits);
  const accounted = new Set<string>([CONTENT_TYPES.toLowerCase()]);
  const relationshipsFrom = (name: string): readonly Relationship[] => {
    const member = memberOf(relationshipsOf(name));
    if (!member) return [];
    accounted.add(member.name.toLowerCase());
    return readRelationships(contentOf(member), name, `member ${member.ordinal}`, context.limits);
  };
  const account = (name: string) => {
    const pending = [name];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const key = next.toLowerCase();
      if (accounted.has(key) || !members.has(key)) continue;
      accounted.add(key);
      pending.push(...belongingsOf(next));
    }
  };
  // A dropped part's own relationships need not make sense any more.
  const belongingsOf = (name: string): string[] => {
    try {
      return relationshipsFrom(name).flatMap(({ member }) => member ?? []);
    } catch (error) {
      if (error instanceof Refusal) return [];
      throw error;
    }
  };
  const holdings: Holdings = {
    ordinalOf: (name) => memberOf(name)?.ordinal,
    contentTypeOf: types.of,
    *valuesOf(name) {
      const member = memberOf(name);
      if (member) yield* valuesOfMember(contentOf(member), context.limits);
    },
  };
  const parts = new Map<string, Part>();
  const dropped: string[] = [];
  const judgeAll = (name: string, job: Job): Judged[] => {
    const all = relationshipsFrom(name).map((relationship, i) => judge(relationship, i + 1, job, holdings));
    for (const { relationship, fate } of all)
      if (fate.is === 'dropped' && relationship.member) dropped.push(relationship.member);
    return all;
  };
  const ownWords = dialect.wordsOf(zip, context);
  const rootJob = jobFor(context, dialect, 'package', ownWords);
  const { core, judged, app } = readRoot(relationshipsFrom(''), rootJob, holdings, memberOf);
  const pending = judged.flatMap(leadsTo);
  for (let next = pending.shift(); next; next = pending.shift()) {
    const known = parts.get(next.name.toLowerCase());
    if (known) {
      if (known.part?.kind !== next.part?.kind)
        throw new Refusal('malformed', `member ${known.member.ordinal} is two kinds of part at once`);
      continue;
    }
    const member = memberOf(next.name);
    if (!member) continue;
    const job = jobFor(context, dialect, `member ${member.ordinal}`, ownWords);
    const part = readPart(member, next, job, judgeAll);
    parts.set(member.name.toLowerCase(), part);
    pending.push(...part.relationships.flatMap(leadsTo));
  }
  for (const { relationship, fate } of judged)
    if (fate.is === 'dropped' && relationship.member) dropped.push(relationship.member);
  for (const name of dropped) if (!parts.has(name.toLowerCase())) account(name);
  const main = mainOf(judged, parts);
  return {
    context,
    dialect,
    zip,
    ownWords,
    types,
    root: { relationships: judged, job: rootJob, core, app },
    main,
    parts,
    accounted,
  };
}

type Lead = { readonly name: string; readonly part: KeptPart | undefined; readonly contentType: string };

function leadsTo({ fate }: Judged): Lead[] {
  if (fate.is === 'part') return [{ name: fate.member, part: fate.part, contentType: fate.contentType }];
  return fate.is === 'opaque' ? [{ name: fate.member, part: undefined, contentType: fate.contentType }] : [];
}

function readPart(
  member: Member,
  { part, contentType }: Lead,
  job: Job,
  judgeAll: (name: string, job: Job) => Judged[],
): Part {
  const isXml = part?.kind === 'text' || part?.kind === 'drawing';
  const { document, lifted } = isXml ? readXml(member, part, job) : { document: undefined, lifted: undefined };
  // Pictures, fonts and embedded documents have no relationships that anyone reads.
  const relationships = isXml ? judgeAll(member.name, job) : [];
  return { member, job, part, contentType, relationships, document, lifted, content: undefined, extension: undefined };
}

function readXml(member: Member, { lifts }: KeptPart, { what, context: { limits } }: Job) {
  const content = contentOf(member);
  if (lifts !== undefined) return parseLifted(content, lifts, what, limits);
  return { document: parseXml(content, what, limits), lifted: undefined };
}

/** The package's own relationships: the document, its properties, and carriers. */
function readRoot(
  relationships: readonly Relationship[],
  job: Job,
  holdings: Holdings,
  memberOf: (name: string) => Member | undefined,
) {
  const judged: Judged[] = [];
  let core: Member | undefined;
  let app: Properties | undefined;
  // Where policy keeps the properties they are copied.
  const areReplaced = job.dialect.program && job.context.policy.actionFor(`${job.dialect.id}.app`) !== 'keep';
  for (const [i, relationship] of relationships.entries()) {
    const name = relationshipName(relationship.type);
    if (name === 'core-properties' && !relationship.external) {
      core ??= relationship.member === undefined ? undefined : memberOf(relationship.member);
      continue;
    }
    const isApp = name !== undefined && !relationship.external && job.dialect.droppedParts.get(name) === 'app';
    const member = isApp && areReplaced && !app ? memberOf(relationship.member ?? '') : undefined;
    if (member) app = { member, report: () => judge(relationship, i + 1, job, holdings) };
    else judged.push(judge(relationship, i + 1, job, holdings));
  }
  return { core, judged, app };
}

function mainOf(judged: readonly Judged[], parts: ReadonlyMap<string, Part>): Part {
  const mains = judged.filter(
    ({ fate, relationship }) => fate.is === 'part' && relationshipName(relationship.type) === 'officeDocument',
  );
  const fate = mains[0]?.fate;
  const main = fate?.is === 'part' ? parts.get(fate.member.toLowerCase()) : undefined;
  if (!main || mains.length > 1) throw new Refusal('malformed', `${mains.length} main documents`);
  return main;
}
