// Attached files where policy keeps them (ISO 32000-2 7.11.4, 14.13): each goes through the whole pipeline, and what
// comes out is attached anew. Of its file specification only the base name and the relationship are kept; all files
// hang on the document, as PDF/A-3 asks, also those that an annotation or a page brought.

import { PDFArray, PDFDict, PDFName, PDFNumber, type PDFObject, PDFRawStream } from 'pdf-lib';
import type { Context, Embedded, Found } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Copy } from './copy.ts';
import { isOfSomebody } from './fonts/names.ts';
import {
  arrayAt,
  arrayObject,
  dictAt,
  dictObject,
  entry,
  nameAt,
  numberAt,
  resolve,
  textAt,
  textObject,
} from './objects.ts';
import type { SourcePage } from './pages.ts';
import { type Budget, decodedBytes, deflated } from './streams.ts';
import { stringsOf } from './texts.ts';
import { namesOf } from './trees.ts';

const RELATIONSHIPS = new Set(['Source', 'Data', 'Alternative', 'Supplement', 'FormData', 'Schema', 'Unspecified']);
// Flags of annotations (table 167).
const HIDDEN = 2;
const NO_VIEW = 32;
const MAX_FILES = 1000;
const LONGEST_NAME = 120;

type Source = { readonly spec: PDFDict; readonly stream: PDFRawStream; readonly at: string };
type Clean = Extract<Embedded, { readonly outcome: 'published' }>;
type Kept = { readonly name: string; readonly relationship: string; readonly file: Clean };

export type AttachmentTools = {
  readonly found: Found;
  readonly budget: Budget;
  readonly copy: Copy;
  readonly context: Pick<Context, 'embedded' | 'policy'>;
};

/** Attaches to the new catalog what policy keeps. Rejects where an attachment may not be left behind. */
export async function attach(
  source: { readonly catalog: PDFDict; readonly pages: readonly SourcePage[] },
  newCatalog: PDFDict,
  tools: AttachmentTools,
): Promise<void> {
  const { copy, context } = tools;
  if (context.policy.actionFor('pdf.attachment') !== 'keep') return;
  const kept: Kept[] = [];
  const taken = new Set<string>();
  for (const file of filesOf(source.catalog, source.pages)) {
    const one = await cleaned(file, taken, tools);
    if (one) kept.push(one);
  }
  if (kept.length === 0) return;
  const target = copy.target;
  const pairs = kept
    .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
    .map((file) => [textObject(file.name), specification(file, copy)] as const);
  const names = newCatalog.lookupMaybe(PDFName.of('Names'), PDFDict) ?? PDFDict.withContext(target);
  names.set(PDFName.of('EmbeddedFiles'), dictObject(target, [['Names', arrayObject(target, pairs.flat())]]));
  newCatalog.set(PDFName.of('Names'), names);
  newCatalog.set(
    PDFName.of('AF'),
    arrayObject(
      target,
      pairs.map(([, spec]) => spec),
    ),
  );
}

/** Name trees are in the order of the bytes of their keys. */
function keyOf({ name }: Kept): string {
  return textObject(name)
    .asBytes()
    .reduce((key, byte) => key + String.fromCharCode(byte), '');
}

/** Of the document, of its pages, and of annotations; each file once, in that order. */
function filesOf(catalog: PDFDict, pages: readonly SourcePage[]): readonly Source[] {
  const files = new Map<PDFRawStream, Source>();
  const add = (value: PDFObject | undefined, at: string) => {
    const spec = resolve(catalog.context, value);
    const versions = spec instanceof PDFDict ? dictAt(spec, 'EF') : undefined;
    const stream =
      versions &&
      ['UF', 'F', 'Unix', 'Mac', 'DOS'].map((key) => entry(versions, key)).find((one) => one instanceof PDFRawStream);
    if (!(spec instanceof PDFDict) || !(stream instanceof PDFRawStream) || files.has(stream)) return;
    if (files.size >= MAX_FILES) throw new Refusal('limit', `more than ${MAX_FILES} attachments`);
    files.set(stream, { spec, stream, at: `${at}/file ${files.size + 1}` });
  };
  const tree = dictAt(catalog, 'Names')?.get(PDFName.of('EmbeddedFiles'));
  for (const spec of namesOf(tree, catalog.context).values()) add(spec, 'catalog/Names/EmbeddedFiles');
  for (const spec of associated(catalog)) add(spec, 'catalog/AF');
  for (const [i, { dict }] of pages.entries()) {
    for (const spec of associated(dict)) add(spec, `page ${i + 1}/AF`);
    for (const item of arrayAt(dict, 'Annots')?.asArray() ?? []) {
      const annotation = resolve(catalog.context, item);
      if (!(annotation instanceof PDFDict) || nameAt(annotation, 'Subtype') !== 'FileAttachment') continue;
      // Nobody sees one that is not shown.
      if (((numberAt(annotation, 'F') ?? 0) & (HIDDEN | NO_VIEW)) === 0)
        add(annotation.get(PDFName.of('FS')), `page ${i + 1}`);
    }
  }
  return [...files.values()];
}

function associated(dict: PDFDict): readonly PDFObject[] {
  const value = entry(dict, 'AF');
  return value instanceof PDFArray ? value.asArray() : value ? [value] : [];
}

async function cleaned(
  { spec, stream, at }: Source,
  taken: Set<string>,
  { found, budget, context }: AttachmentTools,
): Promise<Kept | undefined> {
  const strings = stringsOf(spec, spec.context, ['/D']);
  const file = await context.embedded(decodedBytes(stream, budget), at);
  if (file.outcome === 'refused') {
    found('pdf.attachment.unclean', at, { values: strings });
    return undefined;
  }
  const name = nameFor(textAt(spec, 'UF') ?? textAt(spec, 'F') ?? '', file.extension, taken);
  const others = strings.filter((text) => text !== name);
  if (others.length > 0 || entry(stream.dict, 'Params')) reportDetails(stream, others);
  const relationship = nameAt(spec, 'AFRelationship') ?? '';
  return { name, relationship: RELATIONSHIPS.has(relationship) ? relationship : 'Unspecified', file };

  function reportDetails(of: PDFRawStream, texts: readonly string[]): void {
    const parameters = dictAt(of.dict, 'Params');
    const isBare = texts.length === 0 && parameters?.keys().every((key) => key === PDFName.of('Size'));
    if (!isBare) found('pdf.attachment.detail', at, { values: texts });
  }
}

/** The last part of a path, with the extension that the content has; another number where the name is taken. */
function nameFor(written: string, extension: string, taken: Set<string>): string {
  const last =
    written
      .replace(/[\0-\x1f\x7f-\x9f]/g, '')
      .split(/[\\/:]/)
      .at(-1)
      ?.trim() ?? '';
  const stem = last.replace(/\.[\p{L}\d]{1,8}$/u, '').slice(0, LONGEST_NAME);
  const base = stem === '' || /^\.+$/.test(stem) || isOfSomebody(stem) ? 'attachment' : stem;
  let name = `${base}.${extension}`;
  for (let i = 2; taken.has(name.toLowerCase()); i++) name = `${base}-${i}.${extension}`;
  taken.add(name.toLowerCase());
  return name;
}

function specification({ name, relationship, file }: Kept, { target }: Copy): PDFObject {
  const { bytes } = deflated(file.body);
  const dict = dictObject(target, [
    ['Type', PDFName.of('EmbeddedFile')],
    ['Subtype', PDFName.of(file.mediaType)],
    ['Params', dictObject(target, [['Size', PDFNumber.of(file.body.length)]])],
    ['Filter', PDFName.of('FlateDecode')],
  ]);
  const stream = target.register(PDFRawStream.of(dict, bytes));
  return target.register(
    dictObject(target, [
      ['Type', PDFName.of('Filespec')],
      ['F', textObject(name)],
      ['UF', textObject(name)],
      [
        'EF',
        dictObject(target, [
          ['F', stream],
          ['UF', stream],
        ]),
      ],
      ['AFRelationship', PDFName.of(relationship)],
    ]),
  );
}
