// Word documents (ISO/IEC 29500, ECMA-376; [MS-DOCX]): a zip of parts. We keep the parts that a table names by
// relationship and content type, edit their XML in place, and write the container anew. Macro-enabled documents and
// templates become their macro-free twins.

import type { Context, Format, Rebuilt } from '../../core/format.ts';
import { jobFor } from '../shared/ooxml/job.ts';
import { readPackage } from '../shared/ooxml/package.ts';
import { rebuildCore } from '../shared/ooxml/properties.ts';
import { isOfficeDocument } from '../shared/ooxml/recognise.ts';
import { writePackage } from '../shared/ooxml/write.ts';
import { contentOf, readZip, type Zip } from '../shared/zip.ts';
import { carriers } from './carriers.ts';
import { cleanParts } from './clean.ts';
import { compare } from './compare.ts';
import { WORD } from './dialect.ts';
import { MAIN_TYPES, TEMPLATE_TYPE } from './parts.ts';
import { visible } from './visible.ts';

export const DOCX_MEDIA_TYPE = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const DOTX_MEDIA_TYPE = 'application/vnd.openxmlformats-officedocument.wordprocessingml.template';

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

export const docx: Format = {
  id: 'docx',
  mediaType: DOCX_MEDIA_TYPE,
  extensions: ['docx', 'docm', 'dotx', 'dotm'],
  carriers,
  // What ExifTool says of the first member, and the two properties that stay.
  allowedTags: [...ZIP_TAGS.map((tag) => `ZIP:Zip${tag}`), 'XMP-dc:Title', 'XMP-dc:Language'],
  matches: (untrusted) => isOfficeDocument(untrusted, MAIN_TYPES, /^word\/document\d*\.xml$/i),
  sanitize,
  compare,
  visible,
};

async function sanitize(untrusted: Uint8Array, context: Context): Promise<Rebuilt> {
  const zip = readZip(untrusted, context.limits);
  const pack = readPackage(zip, WORD, context);
  reportContainer(zip, context);
  const member = pack.root.core;
  const core = member
    ? rebuildCore(contentOf(member), jobFor(context, WORD, `member ${member.ordinal}`, pack.ownWords), context.limits)
    : undefined;
  await cleanParts(pack, new Set(core?.people));
  const body = writePackage(pack, core?.xml);
  const becomes = MAIN_TYPES.get(pack.main.contentType);
  if (becomes === pack.main.contentType) return { body };
  const isTemplate = becomes === TEMPLATE_TYPE;
  return {
    body,
    became: isTemplate
      ? { mediaType: DOTX_MEDIA_TYPE, extension: 'dotx' }
      : { mediaType: DOCX_MEDIA_TYPE, extension: 'docx' },
  };
}

/** Not a choice of policy: the container is always written anew, without any of this. */
function reportContainer({ extras }: Zip, context: Context): void {
  for (const { kind, at, bytes } of extras) {
    const isStray = kind === 'before' || kind === 'between' || kind === 'after';
    const carrier = isStray ? 'zip.stray' : kind === 'directory' ? 'zip.directory' : 'zip.extra';
    // One row per kind of thing, not one per member.
    const place = isStray || at === 'archive' ? at : 'members';
    const job = jobFor(context, WORD, place, '');
    // A folder is named by its members too, and what is between members may be an older copy of one.
    const values = bytes && kind !== 'directory' && kind !== 'between' ? [bytes] : [];
    job.drop(carrier, place, kind === 'comment' ? [...values, Buffer.from(bytes ?? []).toString('latin1')] : values);
  }
}
