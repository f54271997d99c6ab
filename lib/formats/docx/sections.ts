// Headers and footers come in three kinds (ISO/IEC 29500-1 17.10). Those of first pages are shown only where a section
// says so, those of even pages only where the settings do. A section without its own has those of the one before.

import type { Job } from '../shared/ooxml/job.ts';
import { type Element, elementsOf, type XmlDocument } from '../shared/xml.ts';
import type { XmlEdits } from '../shared/xml-edit.ts';
import { childOf, isOn, isWord, placer, wordValue } from './word.ts';

/** Whether the settings tell even pages from odd ones. */
export function hasEvenPages(settings: XmlDocument | undefined): boolean {
  return isOn(childOf(settings?.root, 'evenAndOddHeaders')) ?? false;
}

/** Takes away the references to headers and footers that no page shows; their parts are then not led to any more. */
export function removeUnseenHeaders(document: XmlDocument, evenPages: boolean, edits: XmlEdits, job: Job): void {
  const place = placer(job, document);
  for (const reference of unseen(document.root, evenPages))
    if (job.drop('header.unseen', place(reference))) edits.removeElement(reference);
}

function unseen(root: Element, evenPages: boolean): readonly Element[] {
  const sections = [...elementsOf(root)].filter((element) => isWord(element, 'sectPr'));
  const isUnseen = new Set<Element>();
  for (const kind of ['headerReference', 'footerReference']) {
    for (const type of ['first', 'even']) {
      let current: Element | undefined;
      for (const section of sections) {
        const own = section.children.find((child) => isWord(child, kind) && wordValue(child, 'type') === type);
        if (own) {
          current = own;
          isUnseen.add(own);
        }
        const isShown = type === 'even' ? evenPages : (isOn(childOf(section, 'titlePg')) ?? false);
        if (isShown && current) isUnseen.delete(current);
      }
    }
  }
  return [...isUnseen];
}
