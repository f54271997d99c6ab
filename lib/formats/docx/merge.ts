// A paragraph whose mark was deleted with change tracking runs on into the next one (ISO/IEC 29500-1 17.13.5.15). Once
// the deletion is accepted they are one paragraph, with the properties of the last.

import type { Job } from '../shared/ooxml/job.ts';
import { type Element, elementsOf, type XmlDocument } from '../shared/xml.ts';
import { editXml, type XmlEdits } from '../shared/xml-edit.ts';
import { childOf, isWord, placer, wordValue } from './word.ts';

/** The edits that join such paragraphs. A mark with nothing to join goes with the other tracked changes. */
export function mergeParagraphs(document: XmlDocument, job: Job): XmlEdits {
  const edits = editXml(document);
  const place = placer(job, document);
  const done = new Set<Element>();
  for (const element of elementsOf(document.root)) {
    if (!isDeletedMark(element) || done.has(element)) continue;
    const row = rowFrom(element);
    const last = row.at(-1);
    if (row.length < 2 || !last) continue;
    for (const paragraph of row) {
      done.add(paragraph);
      const author = wordValue(markOf(paragraph), 'author');
      if (paragraph !== last) job.drop('revision.deletion', place(paragraph), author === undefined ? [] : [author]);
    }
    // Text boxes hold paragraphs too: one that is moved as it stands is looked at in the next round.
    edits.replace(element.start, last.end, joined(document.source, row, last));
  }
  return edits;
}

/** The paragraph and those that it runs on into. What stands between them, bookmarks say, ends the row. */
function rowFrom(first: Element): Element[] {
  const siblings = first.parent?.children ?? [];
  const row = [first];
  for (let i = siblings.indexOf(first) + 1; i < siblings.length; i++) {
    const next = siblings[i];
    const previous = row.at(-1);
    if (!next || !previous || !isDeletedMark(previous) || !isWord(next, 'p')) break;
    row.push(next);
  }
  return row;
}

function isDeletedMark(element: Element): boolean {
  // A section ends with its paragraph: joining it to the next would throw away the section's headers.
  return isWord(element, 'p') && !childOf(childOf(element, 'pPr'), 'sectPr') && markOf(element) !== undefined;
}

/** The element that says that the paragraph's mark was deleted or moved away. */
function markOf(paragraph: Element): Element | undefined {
  const properties = childOf(childOf(paragraph, 'pPr'), 'rPr');
  return childOf(properties, 'del') ?? childOf(properties, 'moveFrom');
}

function joined(source: string, row: readonly Element[], last: Element): string {
  const open =
    last.openEnd === last.end
      ? `${source.slice(last.start, last.openEnd - 2)}>`
      : source.slice(last.start, last.openEnd);
  const properties = childOf(last, 'pPr');
  const inner = row.map((paragraph) => {
    const own = childOf(paragraph, 'pPr');
    return source.slice(own?.end ?? paragraph.openEnd, Math.max(paragraph.closeStart, own?.end ?? paragraph.openEnd));
  });
  return `${open}${properties ? source.slice(properties.start, properties.end) : ''}${inner.join('')}</${last.name}>`;
}
