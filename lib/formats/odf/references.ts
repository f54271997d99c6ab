// Names that parts of a document have for each other: bookmarks, reference marks and declarations that nothing refers
// to say nothing to a reader and may say something about the writer.

import { elementsOf, textOf, type XmlDocument } from '../shared/xml.ts';
import { editXml, type XmlEdits } from '../shared/xml-edit.ts';
import { type Job, tally } from './job.ts';
import { attributeNamed, nameOf } from './vocabulary.ts';

const MARKS = new Set(
  ['bookmark', 'bookmark-start', 'bookmark-end', 'reference-mark', 'reference-mark-start', 'reference-mark-end'].map(
    (name) => `text:${name}`,
  ),
);
const DECLARATIONS: ReadonlyMap<string, string> = new Map(
  ['header', 'footer', 'date-time'].map((name) => [`presentation:${name}-decl`, `presentation:use-${name}-name`]),
);

/** The names that references of all kinds lead to. */
export function referredIn(documents: readonly XmlDocument[]): ReadonlySet<string> {
  const referred = new Set<string>();
  for (const { root } of documents)
    for (const element of elementsOf(root))
      for (const attribute of element.attributes) {
        const name = nameOf(attribute);
        if (name === 'text:ref-name' || name === 'table:cell-range-address') referred.add(attribute.value);
        else if (name.startsWith('presentation:use-')) referred.add(`${name} ${attribute.value}`);
        else if (name === 'xlink:href' && attribute.value.startsWith('#')) referred.add(targetOf(attribute.value));
      }
  return referred;
}

/** '#Name|outline' leads to a heading, '#Name' to a bookmark. */
function targetOf(href: string): string {
  const name = href.slice(1).replace(/\|\w+$/, '');
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

export function removeUnreferred(document: XmlDocument, referred: ReadonlySet<string>, job: Job): XmlEdits {
  const edits = editXml(document);
  const counts = tally(job);
  for (const element of elementsOf(document.root)) {
    const name = nameOf(element);
    const use = DECLARATIONS.get(name);
    if (MARKS.has(name)) {
      const own = attributeNamed(element, 'text:name') ?? '';
      // Bookmarks are empty; some writers put the text of theirs inside.
      if (!referred.has(own) && counts.drop('bookmark', own)) edits.unwrap(element);
    } else if (use !== undefined && !referred.has(`${use} ${attributeNamed(element, 'presentation:name') ?? ''}`)) {
      if (counts.drop('slide.declaration', textOf(element))) edits.removeElement(element);
    }
  }
  counts.report();
  return edits;
}
