// What is kept of a document, fact by fact: equal, or what there was before and not after, and the other way round.

import { type DocumentFacts, documentFacts } from './document-facts.ts';
import { readObjects } from './objects.ts';
import { type Element, tagsOf } from './tags.ts';

export type Compared = { readonly what: string; readonly gone: readonly string[]; readonly come: readonly string[] };
export type Told = { readonly facts: DocumentFacts; readonly tags: readonly Element[] };

export async function toldBy(bytes: Uint8Array): Promise<Told> {
  const objects = await readObjects(bytes);
  return { facts: documentFacts(objects), tags: tagsOf(objects) };
}

/** Every fact of both, and the tags as `tags`. Where nothing is gone and nothing has come it is equal. */
export function comparedTold(before: Told, after: Told): readonly Compared[] {
  const names = new Set([...Object.keys(before.facts), ...Object.keys(after.facts)]);
  const drawn = drawnIn(before.tags);
  return [
    compared('tags', linesOf(before.tags, drawn), linesOf(after.tags, drawn)),
    ...[...names].map((what) => compared(what, before.facts[what] ?? [], after.facts[what] ?? [])),
  ];
}

function compared(what: string, before: readonly string[], after: readonly string[]): Compared {
  const left = new Map<string, number>();
  for (const line of after) left.set(line, (left.get(line) ?? 0) + 1);
  const gone = before.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
  const come = [...left].flatMap(([line, count]) => (count > 0 ? [line] : []));
  // The same lines in another order are another document to those who read it aloud.
  if (gone.length === 0 && come.length === 0 && before.join('\n') !== after.join('\n'))
    return { what, gone: ['another order'], come: [] };
  return { what, gone, come };
}

const OBJECT = /^page \d+ (?!Link$|form:)/;

/** Marked content that there is before: further numbers are of what was an annotation and is drawn by the page now. */
function drawnIn(before: readonly Element[]): (content: string) => boolean {
  const known = new Set(before.flatMap(({ content }) => content));
  return (content) => OBJECT.test(content) || !known.has(content);
}

/** The tree as lines; what is or was an annotation other than a link is called so, whether drawn or not. */
function linesOf(tags: readonly Element[], isDrawn: (content: string) => boolean): readonly string[] {
  return tags.map(({ depth, says, field, content }) => {
    const shown = content.map((one) => (isDrawn(one) ? `${one.split(/[ :]/, 2).join(' ')} drawn` : one));
    // Where a field is drawn it is told what it was, which its annotation told before.
    const told = field === '' || content.some(isDrawn) ? says : `${says} ${field}`;
    return `${'  '.repeat(depth)}${told}${shown.length > 0 ? ` [${shown.join(', ')}]` : ''}`;
  });
}

/** The tree as people are shown it. */
export function treeLines(tags: readonly Element[]): readonly string[] {
  return linesOf(tags, () => false);
}
