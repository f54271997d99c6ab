// Drawings (DrawingML, ISO/IEC 29500-1 20 and 21; VML, part 4): what they say beside what they show. Names, alternative
// texts with paths, addresses of the files that pictures came from, crops, hidden shapes, extensions.

import { type Attribute, type Element, elementsOf, type XmlDocument } from '../shared/xml.ts';
import type { XmlEdits } from '../shared/xml-edit.ts';
import { ancestorOf, isWord, type Job, placer, tally, wordValue } from './job.ts';
import { vocabularyOf } from './namespaces.ts';
import { classifyLink, isPrivateText, withoutPaths } from './places.ts';

// The names that Word gives by itself, in the languages of our users.
const USUAL_NAME =
  /^(?:(?:Picture|Image|Graphic|Text Box|Rectangle|Oval|Line|Arrow|Chart|Diagram|Group|Shape|Canvas|Object|Table|Straight Connector|AutoShape|Freeform|Frame|WordArt|Afbeelding|Tekstvak|Rechthoek|Ovaal|Lijn|Pijl|Grafiek|Groep|Vorm|Papier|Tabel|Bild|Grafik|Textfeld|Rechteck|Gruppe|Diagramm|Form|Linie|Zone de texte|Groupe|Graphique|Forme) ?\d{0,10}|_x0000_[a-z]\d{1,6}|PowerPlusWaterMarkObject\d*|)$/;

export function cleanDrawings(document: XmlDocument, edits: XmlEdits, job: Job): void {
  const place = placer(job, document);
  const counts = tally(job);
  const referred = vmlReferences(document);
  for (const element of elementsOf(document.root)) {
    const vocabulary = vocabularyOf(element.uri);
    if (element.local === 'docPr' || element.local === 'cNvPr') cleanProperties(element, edits, job, place, counts);
    if (vocabulary === 'w' && (element.local === 'tblCaption' || element.local === 'tblDescription'))
      cleanAlt(element, 'val', 'w', edits, job, place);
    if (vocabulary === 'w' && element.local === 'hyperlink') cleanTip(element, 'w', edits, job, place);
    if (vocabulary === 'a' && element.local.startsWith('hlink')) cleanTip(element, undefined, edits, job, place);
    if (vocabulary === 'a' && element.local === 'srcRect' && isCropped(element, ['l', 't', 'r', 'b']))
      refuseCrop(element, edits, job, place);
    if (vocabulary === 'c' && element.local === 'f') cleanFormula(element, edits, job, place);
    if (vocabulary === 'v') cleanVml(element, edits, job, place, counts, referred);
  }
  counts.report();
}

type Place = (element: Element) => string;
type Counts = ReturnType<typeof tally>;

const plain = (element: Element, local: string) =>
  element.attributes.find((attribute) => attribute.local === local && attribute.uri === '');

function cleanProperties(element: Element, edits: XmlEdits, job: Job, place: Place, counts: Counts): void {
  for (const local of ['descr', 'title']) cleanAlt(element, local, undefined, edits, job, place);
  const name = plain(element, 'name');
  if (name && !USUAL_NAME.test(name.value) && counts.drop('object-name', name.value)) {
    edits.setAttribute(
      element,
      name,
      `Object ${/^\d{1,10}$/.exec(plain(element, 'id')?.value ?? '')?.[0] ?? ''}`.trim(),
    );
  }
  if (['1', 'true', 'on'].includes(plain(element, 'hidden')?.value ?? '')) hide(element, edits, job, place);
}

function hide(element: Element, edits: XmlEdits, job: Job, place: Place): void {
  const drawing = ancestorOf(
    element,
    (candidate) => isWord(candidate, 'drawing') || isWord(candidate, 'pict') || isWord(candidate, 'object'),
  );
  if (job.drop('shape.hidden', place(element))) edits.removeElement(drawing ?? element);
}

function cleanAlt(
  element: Element,
  local: string,
  vocabulary: 'w' | undefined,
  edits: XmlEdits,
  job: Job,
  place: Place,
): void {
  const attribute = element.attributes.find((one) => one.local === local && vocabularyOf(one.uri) === vocabulary);
  if (!attribute) return;
  const cleaned = withoutPaths(attribute.value);
  if (cleaned === attribute.value) return;
  const lost = attribute.value.startsWith(cleaned) ? attribute.value.slice(cleaned.length) : attribute.value;
  if (job.drop('alt-text', place(element), [lost])) edits.setAttribute(element, attribute, cleaned);
}

function cleanTip(element: Element, vocabulary: 'w' | undefined, edits: XmlEdits, job: Job, place: Place): void {
  for (const local of ['tooltip', 'tgtFrame']) {
    const attribute = element.attributes.find((one) => one.local === local && vocabularyOf(one.uri) === vocabulary);
    if (attribute && isPrivateText(attribute.value) && job.drop('link.tooltip', place(element), [attribute.value]))
      edits.removeAttribute(element, attribute);
  }
}

/** 'r' and the others are thousandths of a per cent, per cents, or in VML fractions of 65536. Negative ones only add a margin. */
function isCropped(element: Element, sides: readonly string[]): boolean {
  return sides.some((side) => Number.parseFloat(plain(element, side)?.value ?? '0') > 0);
}

function refuseCrop(element: Element, edits: XmlEdits, job: Job, place: Place): void {
  // Policy 'remove' takes the whole picture: showing its hidden part would be worse than showing nothing.
  const drawing = ancestorOf(
    element,
    (candidate) => isWord(candidate, 'drawing') || isWord(candidate, 'pict') || isWord(candidate, 'object'),
  );
  if (job.drop('picture.crop', place(element))) edits.removeElement(drawing ?? element);
}

function cleanFormula(element: Element, edits: XmlEdits, job: Job, place: Place): void {
  for (const { start, end, value } of element.texts) {
    if (/[[\]\\]|:\/\//.test(value) && job.drop('alt-text', place(element), [value]))
      edits.replace(start, end, 'Sheet1!$A$1');
  }
}

const SHAPES = new Set(['shape', 'rect', 'roundrect', 'oval', 'line', 'polyline', 'curve', 'arc', 'image', 'group']);

function cleanVml(
  element: Element,
  edits: XmlEdits,
  job: Job,
  place: Place,
  counts: Counts,
  referred: ReadonlySet<string>,
): void {
  cleanAlt(element, 'alt', undefined, edits, job, place);
  if (element.local === 'imagedata' && isCropped(element, ['croptop', 'cropbottom', 'cropleft', 'cropright']))
    refuseCrop(element, edits, job, place);
  const style = plain(element, 'style')?.value ?? '';
  if (SHAPES.has(element.local) && /visibility\s*:\s*hidden|display\s*:\s*none/i.test(style))
    hide(element, edits, job, place);
  for (const attribute of element.attributes)
    if (isSource(attribute)) cleanSource(element, attribute, edits, job, place);
  const id = plain(element, 'id');
  if (
    id &&
    SHAPES.has(element.local) &&
    !USUAL_NAME.test(id.value) &&
    !referred.has(id.value) &&
    counts.drop('object-name', id.value)
  )
    edits.removeAttribute(element, id);
}

/** Where a picture came from, and what it is called there. */
function isSource({ uri, local }: Attribute): boolean {
  const vocabulary = vocabularyOf(uri);
  return (
    (uri === '' && (local === 'src' || local === 'href' || local === 'althref')) ||
    (vocabulary === 'o' && ['href', 'althref', 'title', 'src', 'opendocument'].includes(local))
  );
}

function cleanSource(element: Element, attribute: Attribute, edits: XmlEdits, job: Job, place: Place): void {
  const { value, uri, local } = attribute;
  const kind = classifyLink(value);
  if (uri === '' && local === 'href' && kind === 'public') return;
  const carrier =
    local === 'title'
      ? 'alt-text'
      : uri === '' && local === 'href' && kind !== 'anchor' && kind !== 'public'
        ? `link.${kind}`
        : 'picture.external';
  if (value === '' || job.drop(carrier, place(element), [value])) edits.removeAttribute(element, attribute);
}

function vmlReferences({ root }: XmlDocument): ReadonlySet<string> {
  const names = new Set<string>();
  for (const element of elementsOf(root)) {
    const type = plain(element, 'type')?.value;
    if (type?.startsWith('#')) names.add(type.slice(1));
    const shape = plain(element, 'ShapeID')?.value ?? wordValue(element, 'shapeid');
    if (shape !== undefined) names.add(shape);
  }
  return names;
}
