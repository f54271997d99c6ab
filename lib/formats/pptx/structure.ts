// PresentationML in the first round: what the tables call a carrier goes, and with sounds and films the steps of an
// animation that play them.

import { vocabularyOf } from '../shared/ooxml/namespaces.ts';
import { checkPlace, type Round, remove } from '../shared/ooxml/structure.ts';
import { type Attribute, type Element, elementsOf } from '../shared/xml.ts';
import { isPublicAction } from './actions.ts';
import { KEPT_ELEMENTS, KEPT_TRANSITIONS } from './kept.ts';
import { isShow, leadOf, plain } from './show.ts';
import { playsMedia } from './timing.ts';

const CARRIERS: ReadonlyMap<string, string> = new Map(
  (
    [
      ['tags', 'custDataLst tags custData tagLst tag'],
      ['settings.protection', 'modifyVerifier'],
      ['settings.publish', 'htmlPubPr'],
      ['settings.other', 'photoAlbum webPr prnPr clrMru sldSyncPr smartTags'],
      ['video', 'sndAc'],
      ['ink', 'contentPart inkTgt'],
      ['embedded.ole', 'link'],
    ] as const
  ).flatMap(([carrier, names]) => names.split(' ').map((name) => [name, carrier] as const)),
);

/** Extensions ([MS-PPTX] 2.3) that are carriers of their own; the rest is no part of how a slide looks. */
const EXTENSIONS: Readonly<Record<string, string>> = {
  '{521415d9-36f7-43e2-ab2f-b90af26b5e84}': 'section',
  '{daa4b4d4-6d71-4841-9c94-3de7fcfb9230}': 'video',
  '{bb962c8b-b14f-4d97-af65-f5344cb8ac3e}': 'document-id',
  '{d42a27db-bd31-4b8c-83a1-f6eecf244321}': 'document-id',
};

/** An element of PowerPoint's own namespaces. Answers whether it is gone with everything in it; undefined for others. */
export function cleanShow(element: Element, round: Round): boolean | undefined {
  const vocabulary = vocabularyOf(element.uri) ?? '';
  const { local } = element;
  const transitions = KEPT_TRANSITIONS[vocabulary];
  if (transitions) return transitions.has(local) ? false : remove(element, 'xml.unknown', round);
  if (vocabulary !== 'p') return undefined;
  if (local === 'ext') return removeExtension(element, round);
  if (local === 'extLst' && element.children.length > 0) return false;
  if (playsMedia(element)) return remove(element, 'video', round);
  const carrier = CARRIERS.get(local);
  if (carrier) return remove(element, carrier, round);
  if (!KEPT_ELEMENTS.has(local)) return remove(element, 'xml.unknown', round);
  checkPlace(element, round);
  return false;
}

/** Answers true for one that policy keeps, too: what it says is in no table, and is left as it is. */
function removeExtension(element: Element, { job, edits, place, counts }: Round): boolean {
  const carrier = EXTENSIONS[plain(element, 'uri')?.toLowerCase() ?? ''] ?? 'xml.extension';
  const names = [...elementsOf(element)].flatMap((one) => plain(one, 'name') ?? []);
  const drop =
    carrier === 'document-id'
      ? counts.drop(carrier)
      : job.drop(carrier, place(element), carrier === 'section' ? names : []);
  if (!drop) return true;
  const list = element.parent;
  const isLast = list?.local === 'extLst' && list.children.every((child) => isGone(child, job));
  edits.removeElement(isLast ? list : element);
  return true;
}

function isGone(extension: Element, { context, dialect }: Round['job']): boolean {
  const carrier = EXTENSIONS[plain(extension, 'uri')?.toLowerCase() ?? ''] ?? 'xml.extension';
  return context.policy.actionFor(`${dialect.id}.${carrier}`) !== 'keep';
}

/** What DrawingML holds for presentations alone. */
export function cleanGuest(element: Element, round: Round): boolean | undefined {
  if (vocabularyOf(element.uri) !== 'a' || !element.local.startsWith('hlink')) return undefined;
  const action = plain(element, 'action');
  if (action === undefined || action === '' || isPublicAction(action)) return undefined;
  // A place in the presentation is kept by its relationship, everything else was what the action did.
  if (leadOf(element)) return undefined;
  return remove(element, 'action', round);
}

/** Answers whether the attribute is done with. */
export function cleanAttribute(element: Element, attribute: Attribute, { job, edits, place, counts }: Round): boolean {
  const { local, uri, value } = attribute;
  if (uri !== '') return false;
  if (vocabularyOf(element.uri) === 'a' && element.local.startsWith('hlink') && local === 'action') {
    if (!isPublicAction(value) && job.drop('action', place(element), [value]))
      edits.removeAttribute(element, attribute);
    return true;
  }
  if (!isShow(element, 'oleObj') && !isShow(element, 'control')) return false;
  if (local === 'name' && value !== '') {
    if (counts.drop('object-name', value)) edits.removeAttribute(element, attribute);
    return true;
  }
  // Leads into a drawing that older versions show instead of the picture, and that does not stay.
  if (local !== 'spid') return false;
  if (counts.drop('document-id')) edits.removeAttribute(element, attribute);
  return true;
}
