// Drawings (DrawingML, ISO/IEC 29500-1 20 and 21; VML, part 4): what they say beside what they show. Names, alternative
// texts with paths, addresses of the files that pictures came from, hidden shapes, extensions.

import { Refusal } from '../../../core/refusal.ts';
import { type Attribute, type Element, elementsOf, type XmlDocument } from '../xml.ts';
import type { XmlEdits } from '../xml-edit.ts';
import { isClosed } from './attribute-values.ts';
import { type Job, type Tally, tally } from './job.ts';
import { isDeclarable, vocabularyOf } from './namespaces.ts';
import { isOfficeName, isUsualObjectName } from './object-names.ts';
import { classifyLink, isPrivateText, withoutPaths } from './places.ts';
import { renameShapes } from './shape-ids.ts';

export function cleanDrawings(document: XmlDocument, edits: XmlEdits, job: Job): void {
  const place = job.dialect.placer(job, document);
  const counts = tally(job);
  for (const element of elementsOf(document.root)) {
    const vocabulary = vocabularyOf(element.uri);
    if (element.local === 'docPr' || element.local === 'cNvPr') cleanProperties(element, edits, job, place, counts);
    if (vocabulary === 'w' && (element.local === 'tblCaption' || element.local === 'tblDescription'))
      cleanAlt(element, 'val', 'w', edits, job, place);
    if (vocabulary === 'w' && element.local === 'hyperlink') cleanTip(element, 'w', edits, job, place);
    if (vocabulary === 'a') cleanDrawing(element, edits, job, place, counts);
    if (vocabulary === 'wp' && element.local === 'anchor' && isHidden(element)) hide(element, edits, job, place);
    if (vocabulary === 'v') cleanVml(element, edits, job, place, counts);
    if (vocabulary === 'o')
      for (const attribute of element.attributes)
        if (isSource(attribute)) cleanSource(element, attribute, edits, job, place);
  }
  renameShapes(document, edits, counts);
  counts.report();
}

function cleanDrawing(element: Element, edits: XmlEdits, job: Job, place: Place, counts: Counts): void {
  if (element.local.startsWith('hlink')) cleanTip(element, undefined, edits, job, place);
  if (element.local === 'graphicData' && !isDeclarable(plain(element, 'uri')?.value ?? ''))
    throw new Refusal('unsupported', `${place(element)}: a drawing of a kind that is in no table`);
  const name = THEME_NAMES.has(element.local) ? plain(element, 'name') : undefined;
  if (name && !isOfficeName(name.value) && counts.drop('theme.name', name.value))
    edits.setAttribute(element, name, 'Office');
  if (element.local === 'custClr' || element.local === 'cont' || element.local === 'effectDag') {
    const own = plain(element, 'name');
    if (own && counts.drop('theme.name', own.value)) edits.removeAttribute(element, own);
  }
}

const THEME_NAMES = new Set(['theme', 'clrScheme', 'fontScheme', 'fmtScheme']);
type Place = (element: Element) => string;
type Counts = Tally;

const plain = (element: Element, local: string) =>
  element.attributes.find((attribute) => attribute.local === local && attribute.uri === '');

function cleanProperties(element: Element, edits: XmlEdits, job: Job, place: Place, counts: Counts): void {
  for (const local of ['descr', 'title']) cleanAlt(element, local, undefined, edits, job, place);
  const name = plain(element, 'name');
  if (name && !isUsualObjectName(name.value) && counts.drop('object-name', name.value)) {
    edits.setAttribute(
      element,
      name,
      `Object ${/^\d{1,10}$/.exec(plain(element, 'id')?.value ?? '')?.[0] ?? ''}`.trim(),
    );
  }
  if (isHidden(element)) hide(element, edits, job, place);
}

const isHidden = (element: Element) => ['1', 'true', 'on'].includes(plain(element, 'hidden')?.value ?? '');

function hide(element: Element, edits: XmlEdits, job: Job, place: Place): void {
  if (job.drop('shape.hidden', place(element))) edits.removeElement(job.dialect.frameOf(element) ?? element);
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

function cleanVml(element: Element, edits: XmlEdits, job: Job, place: Place, counts: Counts): void {
  cleanAlt(element, 'alt', undefined, edits, job, place);
  const style = plain(element, 'style');
  if (style) {
    // Before it is cleaned: what hides a shape may be written in a way that only Word understands.
    if (/visibility\s*:\s*hidden|display\s*:\s*none|mso-hide/i.test(style.value)) hide(element, edits, job, place);
    const cleaned = cleanStyle(style.value);
    if (cleaned !== style.value && counts.drop('xml.unknown', style.value)) edits.setAttribute(element, style, cleaned);
  }
  for (const attribute of element.attributes)
    if (isSource(attribute)) cleanSource(element, attribute, edits, job, place);
}

const STYLE_NAMES = new Set(
  `position left top right bottom width height margin margin-left margin-top margin-right margin-bottom z-index rotation
  flip visibility layout-flow text-align text-decoration direction font font-family font-size font-weight font-style
  font-variant v-rotate-letters v-same-letter-heights v-text-align v-text-anchor v-text-kern v-text-reverse
  v-text-spacing v-text-spacing-mode mso-column-count mso-column-margin mso-direction-alt mso-fit-shape-to-text
  mso-fit-text-to-shape mso-height-percent mso-height-relative mso-layout-flow-alt mso-left-percent mso-next-textbox
  mso-position-horizontal mso-position-horizontal-relative mso-position-vertical mso-position-vertical-relative
  mso-rotate mso-text-scale mso-text-shadow mso-top-percent mso-width-percent mso-width-relative
  mso-wrap-distance-bottom mso-wrap-distance-left mso-wrap-distance-right mso-wrap-distance-top mso-wrap-edited
  mso-wrap-mode mso-wrap-style`.split(/\s+/),
);

/** The declarations of a style that say how something looks. */
function cleanStyle(style: string): string {
  const declarations = style.split(';');
  const kept = declarations.filter((declaration) => {
    const colon = declaration.indexOf(':');
    if (colon < 0) return declaration.trim() === '';
    const [name, value] = [declaration.slice(0, colon).trim().toLowerCase(), declaration.slice(colon + 1)];
    if (!STYLE_NAMES.has(name)) return false;
    return name === 'font-family' || name === 'font' ? !isPrivateText(value) && value.length < 200 : isClosed(value);
  });
  return kept.length === declarations.length ? style : kept.join(';');
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
