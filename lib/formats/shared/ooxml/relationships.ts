// What becomes of each relationship of a part, before its XML is looked at: kept, or a carrier by its own type, or by
// where it leads.

import type { RemovedValue } from '../../../core/format.ts';
import { Refusal } from '../../../core/refusal.ts';
import type { Relationship } from '../opc.ts';
import type { Job } from './job.ts';
import { type KeptPart, relationshipName } from './part-table.ts';
import { classifyLink } from './places.ts';

/** What the package holds, as far as relationships ask. */
export type Holdings = {
  /** The place of a member, undefined where there is none of that name. */
  ordinalOf(name: string): number | undefined;
  contentTypeOf(name: string): string | undefined;
  /** What a dropped member says, for the proof that it is gone. */
  valuesOf(name: string): Iterable<RemovedValue>;
};

export type Judged = {
  readonly relationship: Relationship;
  readonly fate:
    | { readonly is: 'dropped' }
    | { readonly is: 'address' }
    | { readonly is: 'part'; readonly member: string; readonly part: KeptPart; readonly contentType: string }
    /** Policy keeps a carrier: the part and all that it leads to are copied unread. */
    | { readonly is: 'opaque'; readonly member: string; readonly contentType: string };
};

const DROPPED: Judged['fate'] = { is: 'dropped' };

export function judge(relationship: Relationship, ordinal: number, job: Job, holdings: Holdings): Judged {
  const name = relationshipName(relationship.type);
  const at = `${job.what}/relationship ${ordinal}`;
  if (relationship.external || relationship.target.startsWith('#'))
    return { relationship, fate: judgeExternal(relationship, name, at, job) };
  return { relationship, fate: judgeInternal(relationship, name, at, job, holdings) };
}

function judgeExternal({ target }: Relationship, name: string | undefined, at: string, job: Job): Judged['fate'] {
  if (name === 'hyperlink') {
    const kind = classifyLink(target);
    if (kind === 'public' || kind === 'anchor') return { is: 'address' };
    return job.drop(`link.${kind}`, at, [target]) ? DROPPED : { is: 'address' };
  }
  const carrier =
    name === 'image'
      ? 'picture.external'
      : name === 'package'
        ? 'embedded.ole'
        : (job.dialect.droppedParts.get(name ?? '') ?? 'relationship');
  return job.drop(carrier, at, [target]) ? DROPPED : { is: 'address' };
}

function judgeInternal(
  { member }: Relationship,
  name: string | undefined,
  at: string,
  job: Job,
  holdings: Holdings,
): Judged['fate'] {
  const ordinal = member === undefined ? undefined : holdings.ordinalOf(member);
  if (member === undefined || ordinal === undefined || name === 'hyperlink') {
    job.drop('relationship', at);
    return DROPPED;
  }
  const carrier = job.dialect.droppedParts.get(name ?? '');
  const contentType = holdings.contentTypeOf(member);
  if (carrier) {
    if (job.drop(carrier, `member ${ordinal}`, holdings.valuesOf(member))) return DROPPED;
    return { is: 'opaque', member, contentType: contentType ?? 'application/octet-stream' };
  }
  const part = job.dialect.keptParts.get(name ?? '');
  if (!part) throw new Refusal('unsupported', `member ${ordinal} of unknown type`);
  if (part.contentTypes.length === 0) return { is: 'part', member, part, contentType: contentType ?? '' };
  const known = part.contentTypes.find((type) => type.toLowerCase() === contentType?.toLowerCase());
  if (!known)
    throw new Refusal('unsupported', `member ${ordinal} has a content type that does not fit its relationship`);
  return { is: 'part', member, part, contentType: known };
}
