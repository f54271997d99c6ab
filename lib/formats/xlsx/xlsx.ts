// Workbooks (ISO/IEC 29500-1 18, ECMA-376; [MS-XLSX]): a zip of parts. We keep the parts that a table names by
// relationship and content type, edit their XML in place, and write the container anew. Macro-enabled workbooks,
// templates and add-ins become macro-free.

import type { Context, Format, Rebuilt } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { PACKAGE_TAGS, rebuildPackage } from '../shared/ooxml/rebuild.ts';
import { isOfficeDocument } from '../shared/ooxml/recognise.ts';
import { carriers } from './carriers.ts';
import { cleanParts } from './clean.ts';
import { compare } from './compare.ts';
import { SPREADSHEET } from './dialect.ts';
import { BINARY_TYPE, MAIN_TYPES, TEMPLATE_TYPE } from './parts.ts';
import { visible } from './visible.ts';

const XLSX_MEDIA_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const XLTX_MEDIA_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.template';
const BINARY = new Map([[BINARY_TYPE, BINARY_TYPE]]);

export const xlsx: Format = {
  id: 'xlsx',
  mediaType: XLSX_MEDIA_TYPE,
  extensions: ['xlsx', 'xlsm', 'xltx', 'xltm', 'xlam'],
  carriers,
  allowedTags: [...PACKAGE_TAGS, 'XML:Application', 'XML:AppVersion'],
  matches: (untrusted) => isOfficeDocument(untrusted, MAIN_TYPES, /^xl\/workbook\d*\.xml$/i) || isBinary(untrusted),
  sanitize,
  compare,
  visible,
};

const isBinary = (untrusted: Uint8Array) => isOfficeDocument(untrusted, BINARY, /^xl\/workbook\.bin$/i);

async function sanitize(untrusted: Uint8Array, context: Context): Promise<Rebuilt> {
  if (isBinary(untrusted)) throw new Refusal('unsupported', 'a binary workbook (xlsb), whose records are not read');
  const { body, mainType } = await rebuildPackage(untrusted, SPREADSHEET, cleanParts, context);
  const becomes = MAIN_TYPES.get(mainType);
  if (becomes === mainType) return { body };
  const isTemplate = becomes === TEMPLATE_TYPE;
  return {
    body,
    became: isTemplate
      ? { mediaType: XLTX_MEDIA_TYPE, extension: 'xltx' }
      : { mediaType: XLSX_MEDIA_TYPE, extension: 'xlsx' },
  };
}
