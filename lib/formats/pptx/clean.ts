// The rounds of cleaning, in the order in which they depend on each other: whole slides and notes first, the pictures of
// objects before the objects, what stands in elements before the references between parts.

import { cleanCharts, hasWorkbook } from '../shared/ooxml/charts.ts';
import { cleanContents } from '../shared/ooxml/contents.ts';
import { cutCrops } from '../shared/ooxml/cut-crops.ts';
import { drawnFor, removeUnseenPoints } from '../shared/ooxml/diagrams.ts';
import { cleanDrawings } from '../shared/ooxml/drawings.ts';
import { renumberGuids } from '../shared/ooxml/guids.ts';
import type { Package } from '../shared/ooxml/package.ts';
import { mendReferences } from '../shared/ooxml/references.ts';
import { renumberRelationships } from '../shared/ooxml/relationship-ids.ts';
import { round, stayingIds, type Xml } from '../shared/ooxml/rounds.ts';
import { cleanStructure } from '../shared/ooxml/structure.ts';
import { editXml } from '../shared/xml-edit.ts';
import { cleanFonts } from './fonts.ts';
import { removeHiddenOfLayouts } from './hidden.ts';
import { cleanNames } from './names.ts';
import { removeOffSlide, slideSize } from './off-slide.ts';
import { takeOldPictures } from './old-drawings.ts';
import { takeControls, takeFallbacks, takePictures } from './previews.ts';
import { dropPrinted, dropUnseenSlides, nameSlides, reachableParts } from './slides.ts';

export async function cleanParts(pack: Package, people: ReadonlySet<string>): Promise<void> {
  nameSlides(pack);
  dropUnseenSlides(pack);
  dropPrinted(pack);
  const parts = reachableParts(pack);
  for (const part of parts.filter(({ part: kept }) => kept?.kind === 'text')) {
    round(part, (document) => removeHiddenOfLayouts(document, part.job));
    round(part, () => takeFallbacks(part));
    if (isWithout(pack, 'embedded.ole')) round(part, () => takeOldPictures(part, pack));
    round(part, () => takeControls(part));
  }
  for (const part of parts) round(part, (document) => cleanStructure(document, part.job));
  await cleanContents(pack, parts, pack.context);
  cleanFonts(pack, parts);
  const size = pack.main.document && slideSize(pack.main.document);
  for (const part of parts) {
    round(part, (document) => {
      const edits = editXml(document);
      if (part.part?.kind === 'text') cleanNames(document, people, edits, part.job);
      const carrier = OFF_SLIDE[document.root.local];
      if (size && carrier) removeOffSlide(document, size, carrier, edits, part.job);
      cleanDrawings(document, edits, part.job);
      cleanCharts(document, hasWorkbook(part), edits, part.job);
      cleanDiagram(part, pack, parts, edits);
      mendReferences(document, stayingIds(part), edits, part.job.dialect);
      return edits;
    });
    round(part, () => takePictures(part, stayingIds(part)));
  }
  await cutCrops(pack, parts);
  renumberGuids(parts);
  for (const part of parts) round(part, (document) => renumberRelationships(part) ?? editXml(document));
  renumberRelationships({ ...pack.root, document: undefined });
}

const isWithout = ({ context, dialect }: Package, carrier: string) =>
  context.policy.actionFor(`${dialect.id}.${carrier}`) !== 'keep';

/** By the root element of the part. */
const OFF_SLIDE: Readonly<Record<string, string>> = {
  sld: 'shape.off-slide',
  sldLayout: 'layout.off-slide',
  sldMaster: 'layout.off-slide',
};

function cleanDiagram(part: Xml, pack: Package, parts: readonly Xml[], edits: ReturnType<typeof editXml>): void {
  const drawn = part.document.root.local === 'dataModel' ? drawnFor(part, pack.parts, parts) : undefined;
  if (drawn !== undefined) removeUnseenPoints(part.document, drawn, edits, part.job);
}
