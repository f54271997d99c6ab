// Pictures that the original package does not have: parts of others that are cropped.

import { Refusal } from '../../../core/refusal.ts';
import { STORED } from '../zip.ts';
import type { Package, Part } from './package.ts';
import type { Judged } from './relationships.ts';
import type { Xml } from './rounds.ts';

type Picture = { readonly body: Uint8Array; readonly mediaType: string; readonly extension: string };

/** A part of the package for a picture that was made of `source`, under the first usual name that nothing has. */
export function addPicture(pack: Package, source: Part, { body, mediaType, extension }: Picture): Part {
  const { parts, zip, dialect } = pack;
  const image = dialect.keptParts.get('image');
  if (!image) throw new Error('the table of parts has no pictures');
  const taken = new Set([...parts.keys(), ...zip.members.map(({ name }) => name.toLowerCase())]);
  if (taken.size > pack.context.limits.maxMembers) throw new Refusal('limit', `${taken.size} members`);
  const last = Math.max(
    ...zip.members.map(({ ordinal }) => ordinal),
    ...[...parts.values()].map(({ member }) => member.ordinal),
  );
  let number = 1;
  const name = () => `${image.folder}${image.stem}${number}.${extension}`;
  while (taken.has(name().toLowerCase())) number++;
  const member = { ordinal: last + 1, name: name(), method: STORED, crc: 0, size: 0, raw: new Uint8Array() } as const;
  const part: Part = {
    member,
    job: source.job,
    part: image,
    contentType: mediaType,
    relationships: [],
    document: undefined,
    lifted: undefined,
    content: body,
    extension,
  };
  parts.set(member.name.toLowerCase(), part);
  return part;
}

/** The id of a relationship of the owner that leads to the part, like the one that led to what it was made of. */
export function leadTo({ member, part, contentType }: Part, like: Judged, owner: Xml): string {
  if (!part) throw new Error('a picture without a row in the table of parts');
  const known = owner.relationships.find(({ fate }) => fate.is === 'part' && fate.member === member.name);
  if (known) return known.relationship.id;
  const numbers = owner.relationships.map(({ relationship: { id } }) => Number(/^rId(\d{1,6})$/.exec(id)?.[1] ?? 0));
  const id = `rId${Math.max(0, ...numbers) + 1}`;
  owner.relationships.push({
    relationship: { ...like.relationship, id, target: `/${member.name}`, member: member.name },
    fate: { is: 'part', member: member.name, part, contentType },
  });
  return id;
}
