// A diagram (ISO/IEC 29500-1 21.4) is data, and the drawing that the program made of it ([MS-ODRAWXML] 2.4). A layout
// shows as many points as it has room for; the rest of the text stays in the data, where nobody sees it.

import { type Element, elementsOf, textOf, type XmlDocument } from '../xml.ts';
import type { XmlEdits } from '../xml-edit.ts';
import type { Job } from './job.ts';
import { vocabularyOf } from './namespaces.ts';
import type { Package } from './package.ts';
import { relationshipName } from './part-table.ts';
import type { Judged } from './relationships.ts';
import type { Xml } from './rounds.ts';

/** Takes away the text of points that the drawing does not show. `drawn` is the text of the drawing. */
export function removeUnseenPoints(data: XmlDocument, drawn: string, edits: XmlEdits, job: Job): void {
  const shown = squeezed(drawn);
  let number = 0;
  for (const point of elementsOf(data.root)) {
    if (point.local !== 'pt' || vocabularyOf(point.uri) !== 'dgm') continue;
    number++;
    const text = point.children.filter(({ local }) => local === 't');
    const said = text.map(textOf).join('');
    if (squeezed(said) === '' || shown.includes(squeezed(said))) continue;
    if (!job.drop('diagram.unseen', `${job.what}/point ${number}`, [said])) continue;
    for (const run of text.flatMap(textRuns)) edits.removeElement(run);
  }
}

const squeezed = (text: string) => text.replace(/\s+/g, '');

const textRuns = (element: Element) =>
  [...elementsOf(element)].filter(({ local, uri }) => (local === 'r' || local === 'fld') && vocabularyOf(uri) === 'a');

/** What the drawing of a diagram's data says; undefined where there is none. */
export function drawnFor(data: Xml, all: Package['parts'], parts: readonly Xml[]): string | undefined {
  const leadsTo = (member: string) => (judged: Judged) => judged.fate.is === 'part' && judged.fate.member === member;
  const drawings = parts
    .filter(({ relationships }) => relationships.some(leadsTo(data.member.name)))
    .flatMap(({ relationships }) => relationships)
    .filter(({ relationship, fate }) => fate.is === 'part' && relationshipName(relationship.type) === 'diagramDrawing');
  const ids = [...elementsOf(data.document.root)].flatMap(({ attributes }) =>
    attributes.filter(({ local }) => local === 'relId').map(({ value }) => value),
  );
  const own = drawings.filter(({ relationship }) => ids.includes(relationship.id));
  const documents = (own.length > 0 ? own : drawings).flatMap(({ fate }) =>
    fate.is === 'part' ? (all.get(fate.member.toLowerCase())?.document ?? []) : [],
  );
  return documents.length === 0 ? undefined : documents.map(({ root }) => textOf(root)).join('\n');
}
