// Members that nothing of the document leads to, by what they are.

import type { Limits } from '../../core/limits.ts';
import { valuesOfMember } from '../shared/ooxml/values.ts';
import { contentOf, type Member } from '../shared/zip.ts';
import type { Pack } from './folder.ts';
import { jobFor } from './job.ts';

const CARRIERS: readonly (readonly [RegExp, string])[] = [
  [/(?:^|\/)settings\.xml$/, 'settings'],
  [/(?:^|\/)Thumbnails\//, 'thumbnail'],
  [/(?:^|\/)(?:Configurations2?\/|layout-cache$)/, 'configuration'],
  [/^(?:Versions\/|VersionList\.xml$)/, 'version'],
  [/^(?:Basic|Scripts|Dialogs)\//, 'macro'],
  [/^META-INF\/.*signatures.*\.xml$/i, 'signature'],
  [/(?:^|\/)manifest\.rdf$/, 'rdf'],
  [/(?:^|\/)meta\.xml$/, 'meta.other'],
  [/(?:^|\/)Fonts\//, 'font.embedded'],
];

/** Reports them. They are not written again, whatever policy says: nothing would lead to them. */
export function reportLeftovers({ members, accounted, context }: Pack): void {
  const kept = new Set([...members.values()].filter(({ name }) => accounted.has(name)).map(({ crc }) => crc));
  for (const member of members.values()) {
    if (accounted.has(member.name)) continue;
    const carrier = CARRIERS.find(([pattern]) => pattern.test(member.name))?.[1] ?? 'part.unknown';
    const job = jobFor(context, `member ${member.ordinal}`);
    job.drop(carrier, job.what, [
      ...valuesOf(member, kept, context.limits),
      ...(carrier === 'part.unknown' ? [member.name] : []),
    ]);
  }
}

/** A second copy of what stays, or an archive with the same pictures in it, proves nothing. */
function valuesOf(member: Member, kept: ReadonlySet<number>, limits: Limits): ReturnType<typeof valuesOfMember> {
  const content = contentOf(member);
  const isArchive = content.subarray(0, 4).equals(Buffer.from('PK\x03\x04', 'latin1'));
  return isArchive || kept.has(member.crc) ? [] : valuesOfMember(content, limits);
}
