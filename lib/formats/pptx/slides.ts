// Which slides there are (ISO/IEC 29500-1 19.2.1.34 sldIdLst), and what goes with all of its part: hidden slides, slides
// that are in no list, notes, and the masters of what is printed beside slides.

import { jobFor } from '../shared/ooxml/job.ts';
import type { Package, Part } from '../shared/ooxml/package.ts';
import { relationshipName } from '../shared/ooxml/part-table.ts';
import { hasXml, type Xml } from '../shared/ooxml/rounds.ts';
import { elementsOf, textOf } from '../shared/xml.ts';
import { childOf, isFalse, isShow, leadOf, plain } from './show.ts';

/** The slides in their order, by the member's name in small letters. */
export function slidesOf({ main, parts }: Package): readonly Part[] {
  const list = main.document && childOf(main.document.root, 'sldIdLst');
  const ids = (list?.children ?? []).filter((child) => isShow(child, 'sldId')).map((child) => leadOf(child));
  return ids.flatMap((id) => {
    const fate = main.relationships.find(({ relationship }) => relationship.id === id)?.fate;
    const slide = fate?.is === 'part' ? parts.get(fate.member.toLowerCase()) : undefined;
    return slide ? [slide] : [];
  });
}

/** Lets findings say 'slide 3' where the slide is meant. */
export function nameSlides(pack: Package): void {
  slidesOf(pack).forEach((slide, i) => {
    Object.assign(slide, { job: jobFor(pack.context, pack.dialect, `slide ${i + 1}`, pack.ownWords) });
  });
}

/** Drops the relationships that lead to slides nobody is shown. */
export function dropUnseenSlides(pack: Package): void {
  const shown = new Set<string>();
  for (const slide of slidesOf(pack)) {
    const isHidden = slide.document && isFalse(plain(slide.document.root, 'show'));
    if (isHidden && slide.job.drop('slide.hidden', slide.job.what, textsOf(slide))) continue;
    shown.add(keyOf(slide));
  }
  const orphans = [...pack.parts.values()].filter(
    (part) => part.document && isShow(part.document.root, 'sld') && !shown.has(keyOf(part)),
  );
  const listed = new Set(slidesOf(pack).map(keyOf));
  const gone = orphans.filter(
    (part) => listed.has(keyOf(part)) || part.job.drop('slide.orphan', part.job.what, textsOf(part)),
  );
  dropAll(pack, new Set(gone.map(keyOf)));
}

/** Drops notes, and when none are left the masters that only print. */
export function dropPrinted(pack: Package): void {
  const notes = partsOf(pack, 'notesSlide').filter((part) => part.job.drop('notes', part.job.what, textsOf(part)));
  dropAll(pack, new Set(notes.map(keyOf)));
  const isUsed = reachableParts(pack).some((part) => part.document && isShow(part.document.root, 'notes'));
  const masters = [...(isUsed ? [] : partsOf(pack, 'notesMaster')), ...partsOf(pack, 'handoutMaster')];
  const unused = masters.filter((part) => part.job.drop('handout', part.job.what, textsOf(part)));
  dropAll(pack, new Set(unused.map(keyOf)));
}

/** The parts of XML that are still led to; the others are accounted for by what led to them. */
export function reachableParts(pack: Package): readonly Xml[] {
  const reached = new Set<Part>();
  const pending = [pack.root.relationships];
  for (let relationships = pending.pop(); relationships; relationships = pending.pop()) {
    for (const { fate } of relationships) {
      const part = fate.is === 'part' || fate.is === 'opaque' ? pack.parts.get(fate.member.toLowerCase()) : undefined;
      if (!part || reached.has(part)) continue;
      reached.add(part);
      pending.push(part.relationships);
    }
  }
  for (const part of pack.parts.values()) if (!reached.has(part)) pack.accounted.add(keyOf(part));
  return [...pack.parts.values()].filter((part) => reached.has(part)).filter(hasXml);
}

const keyOf = ({ member }: Part) => member.name.toLowerCase();

function partsOf({ parts }: Package, name: string): Part[] {
  const keys = [...parts.values()]
    .flatMap(({ relationships }) => relationships)
    .flatMap(({ relationship, fate }) =>
      fate.is === 'part' && relationshipName(relationship.type) === name ? [fate.member.toLowerCase()] : [],
    );
  return [...new Set(keys)].flatMap((key) => parts.get(key) ?? []);
}

function textsOf({ document }: Part): string[] {
  if (!document) return [];
  return [...elementsOf(document.root)].filter(({ local }) => local === 'p').map(textOf);
}

function dropAll({ parts }: Package, gone: ReadonlySet<string>): void {
  for (const { relationships } of parts.values())
    relationships.forEach((judged, i) => {
      if (judged.fate.is === 'part' && gone.has(judged.fate.member.toLowerCase()))
        relationships[i] = { ...judged, fate: { is: 'dropped' } };
    });
}
