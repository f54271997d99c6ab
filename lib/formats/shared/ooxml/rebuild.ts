// From bytes to bytes: the container is read, its parts are cleaned by a dialect, and everything is written anew.

import type { Context } from '../../../core/format.ts';
import { contentOf, readZip, type Zip } from '../zip.ts';
import type { Dialect } from './dialect.ts';
import { jobFor } from './job.ts';
import { type Package, readPackage } from './package.ts';
import { rebuildCore } from './properties.ts';
import { writePackage } from './write.ts';

const ZIP_TAGS = [
  'RequiredVersion',
  'BitFlag',
  'Compression',
  'ModifyDate',
  'CRC',
  'CompressedSize',
  'UncompressedSize',
  'FileName',
];

/** What ExifTool says of the first member, and the two properties that stay. */
export const PACKAGE_TAGS: readonly string[] = [
  ...ZIP_TAGS.map((tag) => `ZIP:Zip${tag}`),
  'XMP-dc:Title',
  'XMP-dc:Language',
];

/** `cleanParts` is told the names of people in the properties. `mainType` is the content type of the original. */
export async function rebuildPackage(
  untrusted: Uint8Array,
  dialect: Dialect,
  cleanParts: (pack: Package, people: ReadonlySet<string>) => Promise<void>,
  context: Context,
): Promise<{ readonly body: Uint8Array; readonly mainType: string }> {
  const zip = readZip(untrusted, context.limits);
  const pack = readPackage(zip, dialect, context);
  reportContainer(zip, dialect, context);
  const member = pack.root.core;
  const job = member && jobFor(context, dialect, `member ${member.ordinal}`, pack.ownWords);
  const core = job && rebuildCore(contentOf(member), job, context.limits);
  await cleanParts(pack, new Set(core?.people));
  return { body: writePackage(pack, core?.xml), mainType: pack.main.contentType };
}

/** Not a choice of policy: the container is always written anew, without any of this. */
function reportContainer({ extras }: Zip, dialect: Dialect, context: Context): void {
  for (const { kind, at, bytes } of extras) {
    const isStray = kind === 'before' || kind === 'between' || kind === 'after';
    const carrier = isStray ? 'zip.stray' : kind === 'directory' ? 'zip.directory' : 'zip.extra';
    // One row per kind of thing, not one per member.
    const place = isStray || at === 'archive' ? at : 'members';
    const job = jobFor(context, dialect, place, '');
    // A folder is named by its members too, and what is between members may be an older copy of one.
    const values = bytes && kind !== 'directory' && kind !== 'between' ? [bytes] : [];
    job.drop(carrier, place, kind === 'comment' ? [...values, Buffer.from(bytes ?? []).toString('latin1')] : values);
  }
}
