// One copy of a document from its catalog on (ISO 32000-2 7.7.2), in an order that later parts rely on: pages and what
// they draw, then what points at pages and layers, then the structure tree, which mentions all of them.

import { PDFArray, type PDFDict, PDFName, PDFNumber, type PDFObject, PDFRawStream, PDFRef } from 'pdf-lib';
import type { Context, Found } from '../../core/format.ts';
import { actions as actionsOf, publicBase } from './actions.ts';
import { annotationsOf, type PageAnnotations, reportForm } from './annotations.ts';
import { attach } from './attachments.ts';
import { type Bodies, bodies as bodiesOf } from './bodies.ts';
import { type Copy, copier } from './copy.ts';
import { destinationsOf } from './destinations.ts';
import { tagDrawings } from './drawn-tags.ts';
import { reportDropped, textKeeper } from './dropped.ts';
import { paint } from './flatten.ts';
import { layersOf } from './layers.ts';
import type { Loaded } from './load.ts';
import { infoDictionary, metadataStream, readMetadata, withoutFiles } from './metadata.ts';
import { arrayObject, dictObject, nameAt, nameText, resolve, stringBytes } from './objects.ts';
import { catalogOf, pagesOf, type SourcePage } from './pages.ts';
import { lookAtPages, type PageLook } from './painting/look.ts';
import { resourceNames } from './resource-names.ts';
import { type Resources, resourcesOf } from './resources.ts';
import { text } from './shape.ts';
import { contentParts, specials } from './special.ts';
import type { Budget } from './streams.ts';
import { stringsOf, tellingBytes } from './texts.ts';
import { write } from './write.ts';

export type Round = {
  readonly body: Uint8Array;
  /** Something was promised a place and did not fit there: the body has to go round again to be what it will stay. */
  readonly hasGaps: boolean;
  /** What may be drawn and not seen, page by page. */
  readonly looks: readonly PageLook[];
};

export async function rebuild(
  { source, trailer, version, hasIdentifier, numbers }: Loaded,
  found: Found,
  budget: Budget,
  context: Context,
): Promise<Round> {
  const catalog = catalogOf(source);
  const placeOf = (place: string, value: PDFObject | undefined) =>
    value instanceof PDFRef ? `${place}/object ${numbers.original(value.objectNumber)}` : place;
  const facts = readMetadata({ source, Info: source.trailerInfo.Info }, catalog, { found, budget, placeOf });
  const isPart1 = facts.claims.some(({ space, key, value }) => space === 'pdfaid' && key === 'part' && value === '1');
  const layers = layersOf(catalog);
  const destinations = destinationsOf(catalog, found);
  const actions = actionsOf(found, budget, destinations.renamed, publicBase(catalog));
  destinations.use(actions);
  const names = resourceNames(source);
  const streams = bodiesOf(found, budget, context, names);
  const keptText = textKeeper(found, context.policy.actionFor('pdf.text.personal') === 'keep');
  const sourcePages = pagesOf(catalog);

  const copy: Copy = copier(source, {
    specials: specials({
      found,
      actions,
      destinations,
      layers,
      pages: () => pagesRef,
      streams,
      keptText,
      isPart1,
      called: names.called,
      telling: names.telling,
    }),
    keptText,
    original: numbers.original,
    resources: (category, entries, at) => resources?.kept(category, entries, at) ?? [],
    stream: (stream, body, kept, at, ref) => streams.copy(stream, body, kept, at, ref, copy),
    dropped: (table, key, value, at) => reportDropped({ table, key, value, at }, { found, actions, budget, copy }),
  });
  let resources: Resources | undefined;
  const root = copy.target.nextRef();
  const pagesRef = copy.target.nextRef();

  const content = (stream: PDFRawStream) => streams.content(stream).bytes;
  const newest = highest(version, nameAt(catalog, 'Version'));
  const annotated = sourcePages.map(({ dict }, i) =>
    annotationsOf(dict, i + 1, { found, actions, layers, copy, limits: context.limits }),
  );
  const drawings = annotated.map((ofPage) => ofPage.drawings);
  const tagged = tagDrawings(catalog, drawings, { pages: sourcePages, read: content, version: newest });
  for (const [i, { dict }] of sourcePages.entries()) if (tagged[i]?.length) paint(dict, tagged[i], content);
  const looks = lookAtPages(sourcePages, { layers, content }, found);
  // After what lies beside the pages was cut out of their content.
  resources = resourcesOf(
    sourcePages.map(({ dict }) => ({ page: dict, parts: partsOf(dict, streams) })),
    streams.content,
    names,
    found,
  );
  copyPages(sourcePages, pagesRef, annotated, copy);
  const onPages = new Set(annotated.flatMap(({ all }) => [...all]));
  reportForm(catalog, onPages, { found, actions, copy });
  const newCatalog = copy.table(catalog, 'Catalog', 'catalog');
  copy.drain();
  await attach({ catalog, pages: sourcePages }, newCatalog, { found, budget, copy, context });
  const metadata = metadataStream(newCatalog.has(PDFName.of('AF')) ? facts : withoutFiles(facts), copy);
  if (metadata) newCatalog.set(PDFName.of('Metadata'), metadata);
  copy.target.assign(root, newCatalog);
  await streams.cleanPictures(copy);

  const newInfo = infoDictionary(facts, copy);
  const { body, id } = write(copy, {
    root,
    info: newInfo,
    classic: isPart1,
    version: newest,
  });
  reportTrailer(trailer, found);
  if (hasIdentifier) reportId(source.trailerInfo.ID, id, copy, found);
  return { body, hasGaps: copy.hasGaps(), looks };
}

/** The streams of a page's content, or the one that they have to be joined to. */
function partsOf(page: PDFDict, streams: Bodies): readonly PDFRawStream[] {
  const parts = contentParts(page.get(PDFName.of('Contents')), page.context);
  const whole = resolve(page.context, streams.joined(parts));
  return whole instanceof PDFRawStream ? [whole] : parts;
}

/** Copies every page with what it draws, and its links. */
function copyPages(
  sourcePages: readonly SourcePage[],
  pagesRef: PDFRef,
  annotated: readonly PageAnnotations[],
  copy: Copy,
): void {
  const refs = sourcePages.map(({ ref }) => {
    const place = copy.target.nextRef();
    // Known before any page is copied: links lead forward too.
    if (ref) copy.remember('page', ref, place);
    return place;
  });
  for (const [i, { dict }] of sourcePages.entries()) {
    const page = copy.table(dict, 'Page', `page ${i + 1}`);
    page.set(PDFName.of('Parent'), pagesRef);
    const annots = (annotated[i]?.links ?? []).map(([link, ref, place]) => {
      const kept = copyLink(link, place, copy);
      const target = copy.target.register(kept);
      if (ref) copy.remember('annotation', ref, target);
      return target;
    });
    if (annots.length > 0) page.set(PDFName.of('Annots'), arrayObject(copy.target, annots));
    copy.target.assign(refs[i] ?? pagesRef, page);
    // Page by page, so that what a page draws stands near it in the file.
    copy.drain();
  }
  copy.target.assign(
    pagesRef,
    dictObject(copy.target, [
      ['Type', PDFName.of('Pages')],
      ['Kids', arrayObject(copy.target, refs)],
      ['Count', PDFNumber.of(refs.length)],
    ]),
  );
}

/** An address that is not kept should not be read aloud either, so what is said of it holds nothing back. */
function copyLink(link: PDFDict, place: string, copy: Copy): PDFDict {
  const contents = PDFName.of('Contents');
  const silent = link.clone();
  silent.delete(contents);
  const kept = copy.table(silent, 'Link', place);
  if (!kept.has(PDFName.of('A')) && !kept.has(PDFName.of('Dest'))) return kept;
  const said = copy.value(link.get(contents), text, place);
  if (said) kept.set(contents, said);
  return kept;
}

// ISO 32000-2 table 15. qpdf writes every other key as it stood.
const TRAILER = new Set([
  ...['Size', 'Prev', 'Root', 'Encrypt', 'Info', 'ID', 'XRefStm'],
  // Of cross-reference streams (7.5.8.2), which damaged files have in a trailer.
  ...['Type', 'W', 'Index', 'Length', 'Filter', 'DecodeParms'],
]);

function reportTrailer(trailer: PDFDict, found: Found): void {
  for (const [key, value] of trailer.entries()) {
    if (!TRAILER.has(nameText(key))) found('pdf.key.private', 'trailer', { values: stringsOf(value, trailer.context) });
  }
}

/** The permanent half: the other one qpdf made up. */
function reportId(ids: PDFObject | undefined, id: Uint8Array, copy: Copy, found: Found): void {
  const array = resolve(copy.source, ids);
  const first = array instanceof PDFArray ? stringBytes(resolve(copy.source, array.asArray()[0])) : undefined;
  if (first && first.length > 0 && Buffer.compare(first, id) !== 0)
    found('pdf.id', 'trailer/ID', { values: tellingBytes(first) });
}

function highest(header: string, catalog: string | undefined): string {
  return catalog && /^[12]\.\d$/.test(catalog) && catalog > header ? catalog : header;
}
