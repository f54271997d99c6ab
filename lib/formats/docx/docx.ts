// Word documents (ISO/IEC 29500, ECMA-376; [MS-DOCX]): a zip of parts. We keep the parts that a table names by
// relationship and content type, edit their XML in place, and write the container anew. Macro-enabled documents and
// templates become their macro-free twins.

import type { Context, Format, Rebuilt } from '../../core/format.ts';
import { PACKAGE_TAGS, rebuildPackage } from '../shared/ooxml/rebuild.ts';
import { isOfficeDocument } from '../shared/ooxml/recognise.ts';
import { carriers } from './carriers.ts';
import { cleanParts } from './clean.ts';
import { compare } from './compare.ts';
import { WORD } from './dialect.ts';
import { MAIN_TYPES, TEMPLATE_TYPE } from './parts.ts';
import { visible } from './visible.ts';

export const DOCX_MEDIA_TYPE = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const DOTX_MEDIA_TYPE = 'application/vnd.openxmlformats-officedocument.wordprocessingml.template';

export const docx: Format = {
  id: 'docx',
  mediaType: DOCX_MEDIA_TYPE,
  extensions: ['docx', 'docm', 'dotx', 'dotm'],
  carriers,
  allowedTags: [...PACKAGE_TAGS, 'XML:Application', 'XML:AppVersion'],
  matches: (untrusted) => isOfficeDocument(untrusted, MAIN_TYPES, /^word\/document\d*\.xml$/i),
  sanitize,
  compare,
  visible,
};

async function sanitize(untrusted: Uint8Array, context: Context): Promise<Rebuilt> {
  const { body, mainType } = await rebuildPackage(untrusted, WORD, cleanParts, context);
  const becomes = MAIN_TYPES.get(mainType);
  if (becomes === mainType) return { body };
  const isTemplate = becomes === TEMPLATE_TYPE;
  return {
    body,
    became: isTemplate
      ? { mediaType: DOTX_MEDIA_TYPE, extension: 'dotx' }
      : { mediaType: DOCX_MEDIA_TYPE, extension: 'docx' },
  };
}
