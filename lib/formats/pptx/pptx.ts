// Presentations (ISO/IEC 29500, ECMA-376; [MS-PPTX]): a zip of parts. We keep the parts that a table names by
// relationship and content type, edit their XML in place, and write the container anew. Macro-enabled presentations,
// templates and shows become their macro-free twins.

import type { Context, Format, Rebuilt } from '../../core/format.ts';
import { PACKAGE_TAGS, rebuildPackage } from '../shared/ooxml/rebuild.ts';
import { isOfficeDocument } from '../shared/ooxml/recognise.ts';
import { carriers } from './carriers.ts';
import { cleanParts } from './clean.ts';
import { compare } from './compare.ts';
import { SHOW } from './dialect.ts';
import { MAIN_TYPES, SLIDESHOW_TYPE, TEMPLATE_TYPE } from './parts.ts';
import { visible } from './visible.ts';

const MEDIA_TYPE = 'application/vnd.openxmlformats-officedocument.presentationml.';

export const pptx: Format = {
  id: 'pptx',
  mediaType: `${MEDIA_TYPE}presentation`,
  extensions: ['pptx', 'pptm', 'potx', 'potm', 'ppsx', 'ppsm'],
  carriers,
  allowedTags: [...PACKAGE_TAGS, 'XML:Application', 'XML:AppVersion'],
  matches: (untrusted) => isOfficeDocument(untrusted, MAIN_TYPES, /^ppt\/presentation\d*\.xml$/i),
  sanitize,
  compare,
  visible,
};

async function sanitize(untrusted: Uint8Array, context: Context): Promise<Rebuilt> {
  const { body, mainType } = await rebuildPackage(untrusted, SHOW, cleanParts, context);
  const becomes = MAIN_TYPES.get(mainType);
  if (becomes === mainType) return { body };
  const kind = becomes === TEMPLATE_TYPE ? 'template' : becomes === SLIDESHOW_TYPE ? 'slideshow' : 'presentation';
  const extension = { template: 'potx', slideshow: 'ppsx', presentation: 'pptx' }[kind];
  return { body, became: { mediaType: `${MEDIA_TYPE}${kind}`, extension } };
}
