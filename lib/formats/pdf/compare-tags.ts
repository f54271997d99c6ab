// The structure of one page before and after (ISO 32000-2 14.7). It is the same, but for what flattening does to it: where
// an element led to an annotation it leads to the form that the page draws instead, and elements that only led to
// annotations, which PDFium does not see, are seen now that they have content.

import type { PdfiumDocument, PdfiumStructure } from '../../core/engines.ts';
import { differs, equalTexts } from './differs.ts';
import { isLanguage } from './languages.ts';
import { isKnownType } from './tables/structure-types.ts';

export type TagsAllowed = {
  /** How many annotations policy keeps on the page. */
  readonly kept: number;
  readonly types: TypeNames;
};

/** Throws Refusal('unverified') at the first difference. */
export function sameTags(
  before: PdfiumDocument,
  after: PdfiumDocument,
  page: number,
  { kept, types }: TagsAllowed,
): void {
  const drawn = drawnForms(before, after, page, kept);
  const result = compareKids(nested(before.structure(page)), nested(after.structure(page)), { drawn, types });
  if (typeof result === 'string') throw differs(result, page);
  // Only with the annotations that policy removes their places in the structure go.
  const gone = result.lost > 0 ? before.annotations(page).length - after.annotations(page).length : 0;
  if (result.lost > gone) throw differs(`${result.lost - gone} objects in the structure`, page);
}

/** Numbers of marked content that only forms of the new page have: what may have been an annotation. */
function drawnForms(before: PdfiumDocument, after: PdfiumDocument, page: number, kept: number): ReadonlySet<number> {
  if (kept === 0 || !after.isTagged()) return new Set();
  const was = before.contentIds(page);
  const is = after.contentIds(page);
  const known = new Set([...was.forms, ...was.others, ...is.others]);
  const drawn = is.forms.filter((id) => !known.has(id));
  if (drawn.length > kept) throw differs(`${drawn.length - kept} drawings in the structure`, page);
  return new Set(drawn);
}

// What PDFium answers for a kid that is no marked content: an element or an object.
const NO_CONTENT = -1;

type Node = { readonly tag: PdfiumStructure; readonly number: number; readonly kids: Node[] };

function nested(tags: readonly PdfiumStructure[]): readonly Node[] {
  const roots: Node[] = [];
  const open: Node[] = [];
  for (const [at, tag] of tags.entries()) {
    const node: Node = { tag, number: at + 1, kids: [] };
    open.length = tag.depth;
    (open.at(-1)?.kids ?? roots).push(node);
    open.push(node);
  }
  return roots;
}

/** How many kids that were annotations are gone; or what differs. */
type Result = { readonly lost: number } | string;

type Known = { readonly drawn: ReadonlySet<number>; readonly types: TypeNames };

function compareKids(was: readonly Node[], is: readonly Node[], known: Known): Result {
  let [next, lost] = [0, 0];
  for (const node of is) {
    const other = was[next];
    // What may be an element more is only tried, with names of types of its own.
    const tried = isAdded(node, known.drawn) ? { ...known, types: new Map(known.types) } : known;
    const result = other && compareNodes(other, node, tried);
    if (typeof result === 'object') {
      next += 1;
      lost += result.lost;
      for (const [was, is] of tried.types) known.types.set(was, is);
    } else if (tried === known) return result ?? 'the number of structure elements';
  }
  return next < was.length ? 'the number of structure elements' : { lost };
}

/** Whether it is on the page only because something is drawn there that was an annotation, and has nothing else of the page. */
function isAdded({ tag, kids }: Node, drawn: ReadonlySet<number>): boolean {
  const isDrawn = tag.contentIds.some((id) => drawn.has(id));
  // Without a drawing of its own what else it leads to is on other pages.
  const isOnly = !isDrawn || tag.contentIds.every((id) => id === NO_CONTENT || drawn.has(id));
  return (isDrawn || kids.length > 0) && isOnly && kids.every((kid) => isAdded(kid, drawn));
}

function compareNodes(was: Node, is: Node, known: Known): Result {
  const [tag, other, number] = [was.tag, is.tag, was.number];
  if (!isSameType(tag.type, other.type, known.types)) return `structure element ${number}`;
  const lost = lostReferences(tag.contentIds, other.contentIds, known.drawn);
  if (lost === undefined) return `content of structure element ${number}`;
  // PDFium does not see a language that is an object of its own, and the copy has it in its place.
  if (tag.language !== other.language && tag.language !== '' && isLanguage(tag.language))
    return `language of structure element ${number}`;
  if (!equalTexts(tag.alt, other.alt)) return `alternative text of structure element ${number}`;
  if (!equalTexts(tag.actualText, other.actualText)) return `replacement text of structure element ${number}`;
  const kids = compareKids(was.kids, is.kids, known);
  return typeof kids === 'string' ? kids : { lost: lost + kids.lost };
}

/** How many kids that are no content are missing, those that are drawn now apart; undefined where anything else differs. */
function lostReferences(was: readonly number[], is: readonly number[], drawn: ReadonlySet<number>): number | undefined {
  let [next, lost] = [0, 0];
  for (const id of was) {
    const found = is[next];
    if (id === found || (id === NO_CONTENT && found !== undefined && drawn.has(found))) next += 1;
    else if (id === NO_CONTENT) lost += 1;
    else return undefined;
  }
  return next === is.length ? lost : undefined;
}

/** What element types without a known meaning are called in the body, each by one name in the whole document. */
export type TypeNames = Map<string, string>;

/** The type that the role map leads to. Where that is one that nobody knows, it may have become a number. */
function isSameType(was: string, is: string, types: TypeNames): boolean {
  if (was === is) return true;
  if (isKnownType(was) || !/^Type\d+$/.test(is)) return false;
  const known = types.get(was);
  if (known === undefined && ![...types.values()].includes(is)) types.set(was, is);
  return types.get(was) === is;
}
