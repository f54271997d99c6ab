// Documents from before 2007 as those of after, where policy wants that and there is a converter. What the old file holds
// is reported, and has to be gone from what its conversion becomes; what policy keeps cannot be carried over.

import type { LegacyKind } from '../../core/engines.ts';
import type { Context, Found } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { readFiles } from '../shared/ooxml/reader-files.ts';
import { type Compound, type Entry, readCompound } from './compound.ts';
import { sameExcel, samePowerPoint, sameWord } from './converted.ts';
import { inspectCompound } from './inspect.ts';
import { readExcel } from './story-excel.ts';
import { readPowerPoint } from './story-powerpoint.ts';
import { readWord } from './story-word.ts';

const STREAMS: ReadonlyMap<string, LegacyKind> = new Map<string, LegacyKind>([
  ['WordDocument', 'doc'],
  ['Workbook', 'xls'],
  ['Book', 'xls'],
  ['PowerPoint Document', 'ppt'],
]);

/** Rejects with a Refusal where the file is of another kind, encrypted, or cannot be converted. */
export async function convert(untrusted: Uint8Array, context: Context): Promise<Uint8Array> {
  const found: Found = (carrier, at, more) => {
    const action = context.found(carrier, at, more);
    if (carrier === 'ole.macros.excel-4') throw new Refusal('active-content', 'a sheet of Excel 4 macros');
    if (action === 'keep') throw new Refusal('unsupported', `policy keeps ${carrier}, which a conversion cannot keep`);
    return action;
  };
  const compound = readCompound(untrusted, context.limits);
  const { reason, detail } = inspectCompound(compound, found);
  const document = documentOf(compound);
  if (reason !== 'legacy-format' || !document) throw new Refusal(reason, detail);
  return context.engines.converter(untrusted, document.kind);
}

/** Compares the old document with what its conversion became. Rejects with Refusal('unverified') on any difference. */
export async function compareConverted(
  original: Uint8Array,
  body: Uint8Array,
  { limits }: Context,
): Promise<readonly string[]> {
  const files = await readFiles(body, limits.maxExpandedBytes);
  const compound = readCompound(original, limits);
  const document = documentOf(compound);
  switch (document?.kind) {
    case 'doc':
      sameWord(readWord(document.stream.bytes, compound.root), files);
      break;
    case 'xls':
      sameExcel(readExcel(document.stream.bytes, document.stream.name === 'Workbook'), files);
      break;
    case 'ppt': {
      const user = compound.root.children.find(({ name }) => name === 'Current User');
      samePowerPoint(readPowerPoint(document.stream.bytes, user?.bytes ?? Buffer.alloc(0)), files);
      break;
    }
    default:
      throw new Refusal('unverified', 'the document is of no kind that is converted');
  }
  return ['converted'];
}

function documentOf({ root }: Compound): { readonly kind: LegacyKind; readonly stream: Entry } | undefined {
  for (const [name, kind] of STREAMS) {
    const stream = root.children.find((child) => child.isStream && child.name === name);
    if (stream) return { kind, stream };
  }
  return undefined;
}
