// What a PDF tells its readers besides pages and tags: language, title, bookmarks, destinations, labels, links, fonts,
// colours. Targets are pages by their number and the numbers of the view, so that names of objects do not count.

import { type Dict, isDict, listOf, type Objects, textOf } from './objects.ts';

/** Facts by what they are of, as lines in an order that does not depend on object numbers. */
export type DocumentFacts = Readonly<Record<string, readonly string[]>>;

const MAX_ENTRIES = 200_000;

export function documentFacts(objects: Objects): DocumentFacts {
  const { catalog, trailer, dict, of } = objects;
  const one = (value: unknown): readonly string[] => {
    const text = textOf(of(value));
    return text === undefined || text.trim() === '' ? [] : [text];
  };
  return {
    MarkInfo: of(dict(catalog['/MarkInfo'])['/Marked']) === true ? ['Marked'] : [],
    Lang: one(catalog['/Lang']),
    Title: one(dict(trailer['/Info'])['/Title']),
    DisplayDocTitle: of(dict(catalog['/ViewerPreferences'])['/DisplayDocTitle']) === true ? ['true'] : [],
    bookmarks: bookmarksOf(objects),
    destinations: destinationsOf(objects),
    'page labels': leavesOf(catalog['/PageLabels'], '/Nums', objects)
      .map(([page, label]) => {
        const { '/S': style, '/P': prefix, '/St': start } = dict(label);
        return `${page}: ${textOf(of(style)) ?? ''} ${textOf(of(prefix)) ?? ''} ${of(start) ?? 1}`;
      })
      .toSorted(),
    links: linksOf(objects),
    Tabs: objects.pages.map((page) => textOf(of(dict(page)['/Tabs'])) ?? '-'),
    'embedded fonts': fontsOf(objects),
    'output intents': listOf(of(catalog['/OutputIntents'])).map((intent) => {
      const { '/S': standard, '/OutputConditionIdentifier': condition, '/DestOutputProfile': profile } = dict(intent);
      const channels = of(dict(profile)['/N']);
      return `${textOf(of(standard))} ${textOf(of(condition)) ?? ''} ${channels === undefined ? 'no profile' : `${channels} channels`}`;
    }),
  };
}

function bookmarksOf(objects: Objects): readonly string[] {
  const lines: string[] = [];
  const seen = new Set<unknown>();
  const walk = (first: unknown, level: number) => {
    for (let at = first; at !== undefined && !seen.has(at) && level < 100; at = objects.dict(at)['/Next']) {
      seen.add(at);
      const { '/Title': title, '/Dest': target, '/A': action, '/First': below } = objects.dict(at);
      lines.push(`${level} ${textOf(objects.of(title)) ?? ''} -> ${targetOf(target, action, objects)}`);
      walk(below, level + 1);
    }
  };
  walk(objects.dict(objects.catalog['/Outlines'])['/First'], 0);
  return lines;
}

function linksOf(objects: Objects): readonly string[] {
  return objects.pages.flatMap((page, at) =>
    listOf(objects.of(objects.dict(page)['/Annots']))
      .map(objects.dict)
      .filter(
        (annotation) =>
          textOf(annotation['/Subtype']) === 'Link' && (Number(objects.of(annotation['/F']) ?? 0) & 0x22) === 0,
      )
      .map((link) => {
        const box = listOf(objects.of(link['/Rect'])).map((edge) => Number(objects.of(edge)).toFixed(2));
        return `page ${at + 1} [${box.join(' ')}] -> ${targetOf(link['/Dest'], link['/A'], objects)}`;
      }),
  );
}

/** Where something leads: an address, a page with its view, or nowhere. */
function targetOf(dest: unknown, action: unknown, objects: Objects): string {
  const act = objects.dict(action);
  const kind = textOf(objects.of(act['/S']));
  if (kind === 'URI') return textOf(objects.of(act['/URI'])) ?? 'nowhere';
  const goal = dest ?? (kind === 'GoTo' ? act['/D'] : undefined);
  return goal === undefined ? 'nowhere' : viewOf(goal, objects);
}

function viewOf(goal: unknown, objects: Objects): string {
  const known = objects.of(goal);
  const name = textOf(known);
  if (name !== undefined) return viewOf(namedIn(objects).get(name) ?? [], objects);
  const [page, ...view] = listOf(isDict(known) ? objects.of(known['/D']) : known);
  const number = objects.pages.indexOf(String(page));
  return number < 0 ? 'nowhere' : `page ${number + 1} ${view.map((one) => String(objects.of(one))).join(' ')}`;
}

const named = new WeakMap<Objects, ReadonlyMap<string, unknown>>();

function namedIn(objects: Objects): ReadonlyMap<string, unknown> {
  const known = named.get(objects);
  if (known) return known;
  const old = Object.entries(objects.dict(objects.catalog['/Dests'])).map(
    ([key, value]) => [key.slice(1), value] as const,
  );
  const tree = leavesOf(objects.dict(objects.catalog['/Names'])['/Dests'], '/Names', objects);
  const made = new Map([...old, ...tree.map(([key, value]) => [textOf(key) ?? '', value] as const)]);
  named.set(objects, made);
  return made;
}

function destinationsOf(objects: Objects): readonly string[] {
  return [...namedIn(objects)].map(([name, goal]) => `${name} -> ${viewOf(goal, objects)}`).toSorted();
}

/** Entries of a name tree or number tree. */
function leavesOf(root: unknown, leaf: '/Names' | '/Nums', objects: Objects): readonly (readonly [unknown, unknown])[] {
  const pairs: (readonly [unknown, unknown])[] = [];
  const seen = new Set<Dict>();
  const waiting = [objects.dict(root)];
  for (let node = waiting.pop(); node && pairs.length < MAX_ENTRIES; node = waiting.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    const items = listOf(objects.of(node[leaf]));
    for (let at = 0; at + 1 < items.length; at += 2) pairs.push([objects.of(items[at]), items[at + 1]]);
    waiting.push(...listOf(objects.of(node['/Kids'])).map(objects.dict));
  }
  return pairs;
}

/** Names of the fonts whose programs are in the file, and the kind of program. */
function fontsOf(objects: Objects): readonly string[] {
  const found = new Set<string>();
  for (const object of objects.all.values()) {
    const descriptor = isDict(object) && isDict(object.value) ? object.value : {};
    const program = ['/FontFile', '/FontFile2', '/FontFile3'].find((key) => descriptor[key] !== undefined);
    if (program) found.add(`${textOf(objects.of(descriptor['/FontName']))} ${program}`);
  }
  return [...found].toSorted();
}
