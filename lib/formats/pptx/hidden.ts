// Hidden shapes of layouts and masters are what programs keep for themselves there; those of slides are asked about, like
// every hidden drawing.

import type { Job } from '../shared/ooxml/job.ts';
import { type Element, elementsOf, textOf, type XmlDocument } from '../shared/xml.ts';
import { editXml, type XmlEdits } from '../shared/xml-edit.ts';
import { frameOf, isTrue, placer, plain } from './show.ts';

const LAYOUTS = new Set(['sldLayout', 'sldMaster', 'notesMaster', 'handoutMaster']);

export function removeHiddenOfLayouts(document: XmlDocument, job: Job): XmlEdits {
  const edits = editXml(document);
  if (!LAYOUTS.has(document.root.local)) return edits;
  const place = placer(job, document);
  for (const shape of hiddenIn(document.root))
    if (job.drop('layout.hidden', place(shape), [textOf(shape)])) edits.removeElement(shape);
  return edits;
}

function hiddenIn(root: Element): readonly Element[] {
  const hidden = [...elementsOf(root)].filter((one) => one.local === 'cNvPr' && isTrue(plain(one, 'hidden')));
  return hidden.flatMap((one) => frameOf(one) ?? []);
}
