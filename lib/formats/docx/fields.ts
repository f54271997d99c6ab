// Complex fields are a row of marks in the runs of a story: begin, code, separate, result, end (ISO/IEC 29500-1
// 17.16.18). What stands between begin and separate is never shown, whatever it is; what stands outside is never a code.

import { Refusal } from '../../core/refusal.ts';
import { argumentsOf, buttonText, fateOf, fieldCarrier, kindOf, type Spoken } from '../shared/field-kinds.ts';
import type { Job } from '../shared/ooxml/job.ts';
import { type Element, elementsOf, escapeXml, textOf, type XmlDocument } from '../shared/xml.ts';
import type { XmlEdits } from '../shared/xml-edit.ts';
import { childOf, isWord, placer, wordValue } from './word.ts';

type Field = {
  readonly begin: number;
  separate: number | undefined;
  code: string;
  /** Whether it stands in the code of another field. */
  readonly inCode: boolean;
  /** A field in this one's code goes, so this one cannot stay. */
  broken: boolean;
};

const MAX_NESTING = 20;

/** The kinds of all fields in a part. */
function fieldKinds({ root }: XmlDocument): ReadonlySet<string> {
  const codes = [...elementsOf(root)].map((element) =>
    isWord(element, 'instrText') ? textOf(element) : (wordValue(element, 'instr') ?? ''),
  );
  return new Set(codes.map(kindOf));
}

/** What the fields of a document may speak of, from all its parts. */
export function spokenOf(documents: readonly XmlDocument[]): Spoken {
  const bookmarks = new Set<string>();
  const styles = new Set<string>();
  const lists = new Set<string>();
  for (const element of documents.flatMap(({ root }) => [...elementsOf(root)])) {
    if (isWord(element, 'bookmarkStart')) bookmarks.add((wordValue(element, 'name') ?? '').toLowerCase());
    if (isWord(element, 'abstractNum')) lists.add((wordValue(childOf(element, 'name'), 'val') ?? '').toLowerCase());
    if (!isWord(element, 'style')) continue;
    for (const name of [wordValue(element, 'styleId'), wordValue(childOf(element, 'name'), 'val')])
      styles.add((name ?? '').toLowerCase().replace(/\s/g, ''));
  }
  return { kinds: new Set(documents.flatMap((document) => [...fieldKinds(document)])), bookmarks, styles, lists };
}

/** Unlinks the fields that may not stay, and takes away codes that belong to no field. */
export function unlinkFields(document: XmlDocument, spoken: Spoken, edits: XmlEdits, job: Job): void {
  const place = placer(job, document);
  const drop = (code: string, element: Element) => job.drop(fieldCarrier(code), place(element), valuesOf(code));
  for (const story of storiesOf(document.root)) {
    const tokens = tokensOf(story);
    const open: Field[] = [];
    const removed = new Set<number>();
    const remove = (from: number, to: number) => {
      for (let i = from; i <= to; i++) removed.add(i);
    };
    tokens.forEach((token, i) => {
      const field = open.at(-1);
      const inCode = field !== undefined && field.separate === undefined;
      if (isWord(token, 'fldChar')) {
        const type = wordValue(token, 'fldCharType');
        if (open.length > MAX_NESTING) throw new Refusal('limit', `${place(token)}: fields nested ${MAX_NESTING} deep`);
        if (type === 'begin') open.push({ begin: i, separate: undefined, code: '', inCode, broken: false });
        else if (type === 'separate' && inCode) field.separate = i;
        else if (type === 'end' && field) {
          open.pop();
          endField(field, i);
        } else removed.add(i);
      } else if (isWord(token, 'instrText')) {
        if (inCode) field.code += textOf(token);
        else if (drop(textOf(token), token)) removed.add(i);
      } else if (
        inCode &&
        !isWord(token, 'lastRenderedPageBreak') &&
        job.drop('text.stray', place(token), [textOf(token)])
      )
        removed.add(i);
    });
    // Where it ends, nobody can tell, nor which of the text after it is shown.
    const endless = tokens[open[0]?.begin ?? -1];
    if (endless) throw new Refusal('malformed', `${place(endless)}: a field that never ends`);
    for (const i of removed) if (tokens[i]) edits.removeElement(tokens[i]);

    function endField(field: Field, end: number): void {
      const mark = tokens[field.begin];
      const fate = field.broken ? 'goes' : fateOf(field.code, spoken);
      if (!mark || fate === 'stays' || !drop(field.code, mark)) return;
      if (fate === 'alone') {
        const [first, ...more] = tokens
          .slice(field.begin, field.separate ?? end)
          .filter((token) => isWord(token, 'instrText'));
        if (first) edits.replace(first.openEnd, first.closeStart, kindOf(field.code));
        for (const token of more) edits.removeElement(token);
        return;
      }
      const outer = open.at(-1);
      if (field.inCode && outer) {
        outer.broken = true;
        remove(field.begin, end);
        return;
      }
      const shown = field.separate === undefined ? buttonText(field.code) : undefined;
      remove(field.begin, field.separate ?? end);
      removed.add(end);
      if (shown !== undefined) showInstead(tokens.slice(field.begin, end), shown);
    }
    function showInstead(codes: readonly Element[], shown: string): void {
      const first = codes.find((token) => isWord(token, 'instrText'));
      if (!first) return;
      const name = `${first.name.slice(0, first.name.length - first.local.length)}t`;
      edits.replace(first.start, first.end, `<${name} xml:space="preserve">${escapeXml(shown)}</${name}>`);
    }
  }
  unwrapSimple(document, spoken, edits, job, place);
}

/** w:fldSimple holds its code in an attribute and its result inside. */
function unwrapSimple(
  document: XmlDocument,
  spoken: Spoken,
  edits: XmlEdits,
  job: Job,
  place: (element: Element) => string,
): void {
  for (const element of elementsOf(document.root)) {
    if (!isWord(element, 'fldSimple')) continue;
    const code = wordValue(element, 'instr') ?? '';
    const fate = fateOf(code, spoken);
    if (fate === 'stays' || !job.drop(fieldCarrier(code), place(element), valuesOf(code))) continue;
    const instruction = element.attributes.find(({ local }) => local === 'instr');
    if (fate === 'alone' && instruction) edits.setAttribute(element, instruction, kindOf(code));
    else edits.unwrap(element);
  }
}

const STORIES = ['txbxContent', 'footnote', 'endnote', 'comment', 'hdr', 'ftr', 'body'];

/** Fields begin and end in one story; a text box is a story of its own inside another. */
function storiesOf(root: Element): Element[] {
  const inner = [...elementsOf(root)].filter((element) => STORIES.some((name) => isWord(element, name)));
  return inner.includes(root) ? inner : [root, ...inner];
}

/** What runs hold, in order, without the stories inside. */
function tokensOf(story: Element): Element[] {
  const tokens: Element[] = [];
  const stack = [...story.children].reverse();
  for (let element = stack.pop(); element; element = stack.pop()) {
    if (STORIES.some((name) => isWord(element as Element, name))) continue;
    const inRun = element.parent !== undefined && isWord(element.parent, 'r');
    // Phonetic guides have runs in their run.
    if (inRun && !isWord(element, 'ruby') && !isWord(element, 'r')) {
      if (!isWord(element, 'rPr')) tokens.push(element);
      continue;
    }
    stack.push(...[...element.children].reverse());
  }
  return tokens;
}

/** Kinds of fields whose arguments are texts. */
const LITERAL = new Set(['QUOTE', 'SET', 'IF', 'COMPARE', 'ASK', 'FILLIN']);

function valuesOf(code: string): string[] {
  const kind = kindOf(code);
  // The kind and the switches for looks are words of the format; only what is asked of it can say something.
  const rest = code
    .trim()
    .slice(kind.length)
    .replace(/\\[*#@]\s*(?:"[^"]*"|\S+)/g, '')
    .trim();
  const words = rest.split(/\s+/).filter((word) => /[\\/@]/.test(word) && word.length > 5);
  if (rest === '') return [];
  // What is asked of metadata is the name of a property, and half the time a style is named the same.
  if (fieldCarrier(code) === 'field.property' && !LITERAL.has(kind)) return words;
  return [rest, ...[...rest.matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? ''), ...words];
}

/** The words that the fields and links of a part use to name places in the document. */
export function* referencesIn({ root }: XmlDocument): Generator<string> {
  for (const element of elementsOf(root)) {
    if (isWord(element, 'p')) yield* referencesOfCodes(element);
    const simple = isWord(element, 'fldSimple') ? wordValue(element, 'instr') : undefined;
    if (simple !== undefined) yield* words(simple);
    const anchor = isWord(element, 'hyperlink') ? wordValue(element, 'anchor') : undefined;
    if (anchor !== undefined) yield anchor;
  }
}

/** A code may be cut into several runs in the middle of a word, so each is read alone and all are read together. */
function referencesOfCodes(paragraph: Element): string[] {
  const codes = [...elementsOf(paragraph)].filter((element) => isWord(element, 'instrText')).map(textOf);
  return codes.length === 0 ? [] : [...codes, codes.join('')].flatMap(words);
}

/** Bookmarks may have signs in their names, which end a word of a formula. */
function words(code: string): string[] {
  return [...(code.match(/[\p{L}\p{N}_.]+/gu) ?? []), ...argumentsOf(code)];
}
