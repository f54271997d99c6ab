// Hidden text (ISO/IEC 29500-1 17.3.2.41 vanish): set on the run, or by a style, where it toggles (17.7.3). Web-hidden
// text is printed, and tables of contents have their page numbers in it: it stays.

import { Refusal } from '../../core/refusal.ts';
import { ancestorOf, type Job } from '../shared/ooxml/job.ts';
import { type Element, elementsOf, textOf, type XmlDocument } from '../shared/xml.ts';
import type { XmlEdits } from '../shared/xml-edit.ts';
import { childOf, isOn, isWord, placer, wordValue } from './word.ts';

/** What the styles say about hidden text. */
export type HiddenStyles = {
  readonly byDefault: boolean;
  of(styleId: string | undefined): boolean;
  readonly defaultParagraph: string | undefined;
  readonly defaultCharacter: string | undefined;
  readonly defaultTable: string | undefined;
};

export const NO_STYLES: HiddenStyles = {
  byDefault: false,
  of: () => false,
  defaultParagraph: undefined,
  defaultCharacter: undefined,
  defaultTable: undefined,
};

const MAX_CHAIN = 50;

export function hiddenStyles({ root }: XmlDocument): HiddenStyles {
  const styles = new Map<string, Element>();
  const defaults = new Map<string, string>();
  for (const style of root.children.filter((child) => isWord(child, 'style'))) {
    const id = wordValue(style, 'styleId');
    if (id === undefined) continue;
    styles.set(id, style);
    if (['1', 'true', 'on'].includes(wordValue(style, 'default') ?? ''))
      defaults.set(wordValue(style, 'type') ?? 'paragraph', id);
  }
  const vanishes = (id: string | undefined): boolean => {
    let current = id;
    for (let steps = 0; current !== undefined && steps < MAX_CHAIN; steps++) {
      const style = styles.get(current);
      const own = isOn(childOf(childOf(style, 'rPr'), 'vanish'));
      if (own !== undefined) return own;
      current = wordValue(childOf(style, 'basedOn'), 'val');
    }
    return false;
  };
  const base = childOf(childOf(childOf(root, 'docDefaults'), 'rPrDefault'), 'rPr');
  return {
    byDefault: isOn(childOf(base, 'vanish')) ?? false,
    of: vanishes,
    defaultParagraph: defaults.get('paragraph'),
    defaultCharacter: defaults.get('character'),
    defaultTable: defaults.get('table'),
  };
}

export function isHiddenRun(run: Element, styles: HiddenStyles): boolean {
  const properties = childOf(run, 'rPr');
  const own = isOn(childOf(properties, 'vanish'));
  if (own !== undefined) return own;
  const paragraph = childOf(
    ancestorOf(run, (candidate) => isWord(candidate, 'p')),
    'pPr',
  );
  const table = ancestorOf(run, (candidate) => isWord(candidate, 'tbl'));
  const tableStyle = wordValue(childOf(childOf(table, 'tblPr'), 'tblStyle'), 'val') ?? styles.defaultTable;
  const layers = [
    styles.of(wordValue(childOf(paragraph, 'pStyle'), 'val') ?? styles.defaultParagraph),
    styles.of(wordValue(childOf(properties, 'rStyle'), 'val') ?? styles.defaultCharacter),
    table !== undefined && styles.of(tableStyle),
  ];
  return styles.byDefault || layers.filter(Boolean).length % 2 === 1;
}

/** A style that hides the first row of a table, or every second one: which text that is depends on the table's look. */
function refuseConditional(root: Element, job: Job): void {
  for (const element of elementsOf(root)) {
    if (isWord(element, 'tblStylePr') && isOn(childOf(childOf(element, 'rPr'), 'vanish')))
      throw new Refusal('hidden-content', `${job.what}: a table style that hides the text of some cells`);
  }
}

/** Takes away what hidden runs show. The codes of fields stay, for the rules about fields to judge. */
export function removeHidden(document: XmlDocument, styles: HiddenStyles, edits: XmlEdits, job: Job): void {
  if (isWord(document.root, 'styles')) refuseConditional(document.root, job);
  const place = placer(job, document);
  for (const run of elementsOf(document.root)) {
    if (!isWord(run, 'r') || !isHiddenRun(run, styles)) continue;
    const shown = run.children.filter(
      (child) => !['rPr', 'fldChar', 'instrText', 'lastRenderedPageBreak'].some((name) => isWord(child, name)),
    );
    if (shown.length === 0) continue;
    if (!job.drop('text.hidden', place(run), shown.map(textOf))) continue;
    for (const child of shown) edits.removeElement(child);
  }
  for (const run of elementsOf(document.root)) {
    if (run.local !== 'r' || isWord(run, 'r') || !childOf(run, 'rPr')) continue;
    // A run of mathematics holds the run properties of the text around it.
    if (!isOn(childOf(childOf(run, 'rPr'), 'vanish'))) continue;
    if (job.drop('text.hidden', place(run), [textOf(run)])) edits.removeElement(run);
  }
}
