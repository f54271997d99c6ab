// The structure tree of a whole document (ISO 32000-2 14.7), one line for each element in reading order: what it is and,
// after the role map, what that means; its texts, attributes and content. This is what assistive technology has of it.

import { type Dict, isDict, listOf, type Objects, textOf } from './objects.ts';

export type Element = {
  readonly depth: number;
  /** Kind, texts and attributes, apart from those of a form field. */
  readonly says: string;
  /** Attributes that say what a field was that is not interactive any more. */
  readonly field: string;
  /** 'page 1:3' for marked content, 'page 1 Link' for an annotation. */
  readonly content: readonly string[];
};

const TEXTS = ['T', 'Lang', 'Alt', 'E', 'ActualText'];
const OWNERS = ['Layout', 'List', 'PrintField', 'Table', 'Artifact', 'FENote'];
const MAX_ELEMENTS = 1_000_000;

export function tagsOf(objects: Objects): readonly Element[] {
  const root = objects.dict(objects.catalog['/StructTreeRoot']);
  const found: { dict: Dict; depth: number }[] = [];
  const waiting = kidsOf(root, objects).map((dict) => ({ dict, depth: 0 }));
  waiting.reverse();
  const seen = new Set<Dict>();
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (seen.has(next.dict)) continue;
    seen.add(next.dict);
    found.push(next);
    if (found.length > MAX_ELEMENTS) throw new Error(`more than ${MAX_ELEMENTS} structure elements`);
    const depth = next.depth + 1;
    waiting.push(
      ...kidsOf(next.dict, objects)
        .map((dict) => ({ dict, depth }))
        .reverse(),
    );
  }
  // Identifiers only tie elements to each other: the element's place says as much, whatever it is called.
  const named = new Map<string, string>();
  for (const [place, { dict }] of found.entries()) {
    const name = textOf(objects.of(dict['/ID']));
    if (name !== undefined && !named.has(name)) named.set(name, `element ${place + 1}`);
  }
  const annotations = annotationsOf(objects);
  return found.map(({ dict, depth }) => {
    const attributes = attributesOf(dict, root, named, objects);
    const isOfField = (one: string) => one.startsWith('PrintField.');
    const others = attributes.filter((one) => !isOfField(one));
    return {
      depth,
      says: [kindOf(dict, root, objects), ...textsOf(dict, objects), ...others].join(' '),
      field: attributes.filter(isOfField).join(' '),
      content: listOf(objects.of(dict['/K'])).flatMap((kid) => contentOf(kid, dict['/Pg'], annotations, objects)),
    };
  });
}

function kidsOf(dict: Dict, objects: Objects): readonly Dict[] {
  return listOf(objects.of(dict['/K']))
    .map((kid) => objects.of(kid))
    .filter(isDict)
    .filter((kid) => textOf(kid['/S']) !== undefined && !['MCR', 'OBJR'].includes(textOf(kid['/Type']) ?? ''));
}

const MAX_ROLES = 32;

/**
 * The type that the role maps lead to. One that somebody made up counts for what it means; where it means nothing, or in
 * a namespace that is not public, what it is called counts for nothing.
 */
function kindOf(dict: Dict, root: Dict, objects: Objects): string {
  const own = textOf(objects.of(dict['/S'])) ?? '';
  const space = objects.dict(dict['/NS']);
  let [meant, map] = [own, objects.dict(space['/RoleMapNS'] ?? (dict['/NS'] ? undefined : root['/RoleMap']))];
  for (let steps = 0; steps < MAX_ROLES; steps++) {
    const next = objects.of(map[`/${meant}`]);
    const word = textOf(Array.isArray(next) ? objects.of(next[0]) : next);
    if (word === undefined || word === meant) break;
    meant = word;
    if (Array.isArray(next)) map = objects.dict(objects.dict(next[1])['/RoleMapNS']);
  }
  const name = textOf(objects.of(space['/NS'])) ?? '';
  return PUBLIC.test(name) && meant === own ? `${meant} {${name}}` : meant;
}

const PUBLIC = /^https?:\/\/(?:iso\.org|www\.w3\.org)\//;

function textsOf(dict: Dict, objects: Objects): readonly string[] {
  return TEXTS.flatMap((key) => {
    const text = textOf(objects.of(dict[`/${key}`]));
    return text === undefined ? [] : [`${key}=${JSON.stringify(text)}`];
  });
}

/** Attributes of the standard owners, its own and of its classes. */
function attributesOf(dict: Dict, root: Dict, named: ReadonlyMap<string, string>, objects: Objects): readonly string[] {
  const classes = objects.dict(root['/ClassMap']);
  const ofClasses = listOf(objects.of(dict['/C'])).flatMap((name) =>
    listOf(objects.of(classes[String(objects.of(name))])),
  );
  const all = [...listOf(objects.of(dict['/A'])), ...ofClasses].map((one) => objects.of(one)).filter(isDict);
  return all
    .filter((one) => OWNERS.includes(textOf(objects.of(one['/O'])) ?? ''))
    .flatMap((one) =>
      Object.entries(one)
        .filter(([key]) => key !== '/O')
        .map(([key, value]) => `${textOf(one['/O'])}.${key.slice(1)}=${said(key, value, named, objects)}`)
        .toSorted(),
    );
}

function said(key: string, value: unknown, named: ReadonlyMap<string, string>, objects: Objects): string {
  const known = objects.of(value);
  if (Array.isArray(known)) {
    const items = known.map((item) => said(key, item, named, objects));
    // A header that no element is leads nowhere.
    return `[${(key === '/Headers' ? items.filter((item) => item !== '') : items).join(' ')}]`;
  }
  const text = textOf(known);
  if (key === '/Headers' || key === '/ContinuedFrom') return named.get(text ?? '') ?? '';
  // A string where a name belongs is told apart from the name.
  return text === undefined || !String(known).startsWith('/') ? JSON.stringify(text ?? known) : text;
}

/** Annotations by their reference: on which page, of which kind. */
function annotationsOf(objects: Objects): ReadonlyMap<unknown, string> {
  return new Map(
    objects.pages.flatMap((page, at) =>
      listOf(objects.of(objects.dict(page)['/Annots'])).map(
        (one) => [one, `page ${at + 1} ${textOf(objects.dict(one)['/Subtype']) ?? 'annotation'}`] as const,
      ),
    ),
  );
}

function contentOf(
  kid: unknown,
  page: unknown,
  annotations: ReadonlyMap<unknown, string>,
  objects: Objects,
): readonly string[] {
  const at = (where: unknown) => `page ${objects.pages.indexOf(String(where)) + 1}`;
  const known = objects.of(kid);
  if (typeof known === 'number') return [`${at(page)}:${known}`];
  if (!isDict(known)) return [];
  const type = textOf(known['/Type']);
  if (type === 'OBJR') {
    const subtype = textOf(objects.dict(known['/Obj'])['/Subtype']) ?? 'nothing';
    return [annotations.get(known['/Obj']) ?? `${at(known['/Pg'] ?? page)} ${subtype}`];
  }
  if (known['/MCID'] === undefined || textOf(known['/S']) !== undefined) return [];
  return [`${at(known['/Pg'] ?? page)}${known['/Stm'] === undefined ? '' : ' form'}:${objects.of(known['/MCID'])}`];
}
