// From bytes to bytes: the container is read, its documents are cleaned, and everything is written anew.

import type { Context, Rebuilt } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { contentOf, hasSlack, readZip, type Zip } from '../shared/zip.ts';
import { type Written, writeZip } from '../shared/zip-write.ts';
import { isFlat, packaged } from './flat.ts';
import { cleanFolder, type Output, type Pack } from './folder.ts';
import { jobFor } from './job.ts';
import { type Kind, kindOf, TEXT } from './kinds.ts';
import { reportLeftovers } from './leftover-members.ts';
import { MANIFEST, readManifest, writeManifest } from './manifest.ts';
import { rebuildMeta } from './meta.ts';
import { rebuildSettings } from './settings.ts';

const MIMETYPE = 'mimetype';

export async function rebuild(untrusted: Uint8Array, context: Context): Promise<Rebuilt> {
  const isPackage = !isFlat(untrusted);
  const zip = readZip(isPackage ? untrusted : packaged(untrusted, context.limits), context.limits);
  const pack: Pack = {
    context,
    members: new Map(zip.members.map((member) => [member.name, member])),
    accounted: new Set([MIMETYPE, MANIFEST]),
    outputs: [],
    folders: [],
    pictures: new Map(),
    objects: new Map(),
    taken: new Set(),
    renamed: { count: 0 },
  };
  const kind = kindFrom(pack);
  reportContainer(zip, context);
  await cleanFolder({ from: '', to: '', depth: 0, documents: [] }, pack, kind);
  addAnew('meta.xml', rebuildMeta, pack);
  addAnew('settings.xml', rebuildSettings, pack);
  reportLeftovers(pack);
  const { count } = pack.renamed;
  // Not a choice: pictures and objects are always written with names made from their order.
  if (count > 0) jobFor(context, 'package').drop('part.name', 'package', [], count);
  const body = write(pack, kind);
  const { mediaType, extension } = kind;
  return kind === TEXT && isPackage ? { body } : { body, became: { mediaType, extension } };
}

/** What the document says that it is; twice, and both times the same. */
function kindFrom({ members, context }: Pack): Kind {
  const manifest = members.get(MANIFEST);
  const listed = manifest && readManifest(contentOf(manifest), `member ${manifest.ordinal}`, context.limits);
  if (members.has('encrypted-package')) throw new Refusal('encrypted', 'the whole package is encrypted');
  const first = members.get(MIMETYPE);
  const said = first && contentOf(first).toString('latin1').trim();
  if (said !== undefined && listed !== undefined && listed !== '' && said !== listed)
    throw new Refusal('malformed', 'mimetype and manifest say different things');
  const kind = kindOf(said ?? listed ?? '');
  if (!kind) throw new Refusal('unsupported', 'a kind of document that is not rebuilt');
  return kind;
}

function addAnew(name: string, rebuilt: typeof rebuildMeta, pack: Pack): void {
  const member = pack.members.get(name);
  if (!member) return;
  pack.accounted.add(member.name);
  const original = contentOf(member);
  const version = pack.folders.find(({ name }) => name === '')?.version ?? '1.2';
  const content = rebuilt(original, jobFor(pack.context, `member ${member.ordinal}`), version.slice(0, 3));
  if (!content) return;
  const isSame = content.equals(original);
  pack.outputs.push({ name, mediaType: 'text/xml', ...(isSame ? { member } : { content }) });
}

function write(pack: Pack, { mediaType }: Kind): Buffer {
  const outputs = [...pack.outputs].sort((a, b) => (a.name < b.name ? -1 : 1));
  const manifest = { name: MANIFEST, mediaType: 'text/xml', content: writeManifest(pack, outputs) };
  return writeZip([
    { name: MIMETYPE, content: Buffer.from(mediaType), stored: true },
    ...[...outputs, manifest].map(writtenOf),
  ]);
}

/** Compressed data may have a tail that decompressing never sees. */
function writtenOf({ name, content, member }: Output): Written {
  if (content || !member) return { name, content: content ?? Buffer.alloc(0) };
  return hasSlack(member) ? { name, content: contentOf(member) } : { name, copied: member };
}

/** Not a choice of policy: the container is always written anew, without any of this. */
function reportContainer({ extras }: Zip, context: Context): void {
  for (const { kind, at, bytes } of extras) {
    const isStray = kind === 'before' || kind === 'between' || kind === 'after';
    const carrier = isStray ? 'zip.stray' : kind === 'directory' ? 'zip.directory' : 'zip.extra';
    // One row per kind of thing, not one per member.
    const place = isStray || at === 'archive' ? at : 'members';
    // A folder is named by its members too, and what is between members may be an older copy of one.
    const values = bytes && kind !== 'directory' && kind !== 'between' ? [bytes] : [];
    const comment = kind === 'comment' ? [Buffer.from(bytes ?? []).toString('latin1')] : [];
    jobFor(context, place).drop(carrier, place, [...values, ...comment]);
  }
}
