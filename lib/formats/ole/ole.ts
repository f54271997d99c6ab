// Compound files (OLE 2, [MS-CFB]): Word, Excel and PowerPoint documents from before 2007 and Outlook messages. They are
// looked through and never published: a container with free lists, caches and earlier saves cannot be edited in place
// with any certainty. Where policy wants it, a converter makes newer documents of them, which are.

import type { Context, Format, Rebuilt } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { OLE_CARRIERS } from './carriers.ts';
import { readCompound } from './compound.ts';
import { compareConverted, convert } from './convert.ts';
import { inspectCompound } from './inspect.ts';
import { MAGIC } from './sectors.ts';

export const ole: Format = {
  id: 'ole',
  mediaType: 'application/x-ole-storage',
  extensions: ['doc', 'dot', 'xls', 'xlt', 'xla', 'ppt', 'pot', 'pps', 'ppa', 'msg', 'oft'],
  isNeverPublished: true,
  carriers: OLE_CARRIERS,
  allowedTags: [],
  matches: (untrusted) => MAGIC.equals(untrusted.subarray(0, MAGIC.length)),
  sanitize: async (untrusted, context) => refuse(untrusted, context),
  convert,
  compare: compareConverted,
  visible: async () => neverPublished(),
};

function refuse(untrusted: Uint8Array, context: Context): Rebuilt {
  const { reason, detail } = inspectCompound(readCompound(untrusted, context.limits), context.found);
  throw new Refusal(reason, detail);
}

function neverPublished(): never {
  throw new Refusal('unverified', 'a compound file is never a result');
}
