// Names in the structure tree that the document chose (ISO 32000-2 14.7.3, 14.7.4, 14.7.6): own element types, classes of
// attributes, namespaces. Programs make them of the names of styles, and styles are named after people and firms. What
// is in use and not in the table of known names becomes a number; what it means, by the role map, stays.

import { PDFArray, PDFDict, PDFName, PDFNumber, type PDFObject } from 'pdf-lib';
import type { Found } from '../../core/format.ts';
import type { Copy, Special } from './copy.ts';
import {
  arrayObject,
  decodeText,
  dictAt,
  entry,
  nameAt,
  nameText,
  resolve,
  stringBytes,
  textAt,
  textObject,
} from './objects.ts';
import { isPlain, isTellingName } from './resource-names.ts';
import { dict, special } from './shape.ts';
import { isKnownType, PUBLIC_NAMESPACES } from './tables/structure-types.ts';
import { valuesOf } from './texts.ts';

export type StructureNames = {
  /** Looks at what the elements use; has to be called before anything is copied. Reports what is renamed or dropped. */
  read(root: PDFDict, elements: readonly PDFDict[]): void;
  readonly specials: Readonly<Record<string, Special>>;
};

const MAX_CHAIN = 100;

export function structureNames(found: Found): StructureNames {
  const types = numbered('Type', isKnownType);
  const classes = numbered('Class', (name) => isPlain(name) || isKnownType(name) || /^Class\d{1,6}$/.test(name));
  const addresses = numbered(
    'x-namespace:',
    (text) => PUBLIC_NAMESPACES.has(text) || /^x-namespace:\d{1,6}$/.test(text),
  );
  const inUse = { types: new Set<string>(), classes: new Set<string>(), namespaces: new Set<PDFDict>() };

  function read(root: PDFDict, elements: readonly PDFDict[]): void {
    const roles = dictAt(root, 'RoleMap');
    const named = dictAt(root, 'ClassMap');
    for (const name of [...namesOf(roles), ...elements.map((element) => nameAt(element, 'S') ?? '')]) types.avoid(name);
    for (const name of namesOf(named)) classes.avoid(name);
    for (const element of elements) {
      useType(nameAt(element, 'S'), roles);
      useNamespace(dictAt(element, 'NS'), roles);
      for (const name of classesOf(element)) {
        inUse.classes.add(name);
        classes.called(name);
      }
    }
    const unused = [
      ...namesOf(roles).filter((name) => !isKnownType(name) && !inUse.types.has(name)),
      ...namesOf(named).filter((name) => !inUse.classes.has(name)),
    ];
    const spaces = namespacesOf(root).filter((space) => !isKept(space));
    const removed = [...types.renamed(), ...classes.renamed(), ...unused].filter(isTellingName);
    const count = types.renamed().length + classes.renamed().length + addresses.renamed().length;
    if (count + unused.length + spaces.length === 0) return;
    found('pdf.structure.property', 'catalog/StructTreeRoot', {
      count: count + unused.length + spaces.length,
      values: valuesOf([...removed, ...addresses.renamed(), ...spaces.flatMap((space) => textAt(space, 'NS') ?? [])]),
    });
  }

  /** With the types that it is mapped to, step by step. */
  function useType(name: string | undefined, roles: PDFDict | undefined): void {
    let type = name;
    for (let step = 0; type !== undefined && !inUse.types.has(type) && step < MAX_CHAIN; step++) {
      inUse.types.add(type);
      types.called(type);
      type = roles && nameAt(roles, type.replace(/#/g, '#23'));
    }
  }

  function useNamespace(space: PDFDict | undefined, roles: PDFDict | undefined): void {
    if (!space || inUse.namespaces.has(space) || inUse.namespaces.size > MAX_CHAIN) return;
    inUse.namespaces.add(space);
    addresses.called(textAt(space, 'NS') ?? '');
    for (const value of dictAt(space, 'RoleMapNS')?.values() ?? []) {
      const [type, other] = targetOf(value, space);
      useType(type, roles);
      useNamespace(other, roles);
    }
  }

  function isKept(space: PDFDict): boolean {
    return inUse.namespaces.has(space) || PUBLIC_NAMESPACES.has(textAt(space, 'NS') ?? '');
  }

  const typeName = (name: string) => nameObject(types.called(name));

  const specials: Readonly<Record<string, Special>> = {
    structureType(value, _at, copy) {
      const name = resolve(copy.source, value);
      return name instanceof PDFName ? typeName(nameText(name)) : undefined;
    },
    roleMap(value, _at, copy) {
      const entries = mapOf(value, copy).filter(([name]) => isKnownType(name) || inUse.types.has(name));
      return sortedDict(
        copy,
        entries.flatMap(([name, role]) => {
          const target = resolve(copy.source, role);
          return target instanceof PDFName ? [[types.called(name), typeName(nameText(target))] as const] : [];
        }),
      );
    },
    classMap(value, at, copy) {
      const entries = mapOf(value, copy).filter(([name]) => inUse.classes.has(name));
      return sortedDict(
        copy,
        entries.flatMap(([name, attributes]) => {
          const kept = copy.value(attributes, special('attributes'), at);
          return kept ? [[classes.called(name), kept] as const] : [];
        }),
      );
    },
    classes(value, _at, copy) {
      const one = (item: PDFObject | undefined) => {
        const name = resolve(copy.source, item);
        if (name instanceof PDFName) return nameObject(classes.called(nameText(name)));
        return name instanceof PDFNumber ? name : undefined;
      };
      const resolved = resolve(copy.source, value);
      if (!(resolved instanceof PDFArray)) return resolved instanceof PDFName ? one(resolved) : undefined;
      return arrayObject(
        copy.target,
        resolved.asArray().flatMap((item) => one(item) ?? []),
      );
    },
    namespaces(value, at, copy) {
      const items = resolve(copy.source, value);
      if (!(items instanceof PDFArray)) return undefined;
      const kept = items.asArray().filter((item) => {
        const space = resolve(copy.source, item);
        return space instanceof PDFDict && isKept(space);
      });
      if (kept.length === 0) return undefined;
      return arrayObject(
        copy.target,
        kept.flatMap((item) => copy.value(item, dict('Namespace'), at) ?? []),
      );
    },
    namespace(value, _at, copy) {
      const address = stringBytes(resolve(copy.source, value));
      return address && textObject(addresses.called(decodeText(address)));
    },
    namespaceRoles(value, at, copy) {
      return sortedDict(
        copy,
        mapOf(value, copy).flatMap(([name, role]): (readonly [string, PDFObject])[] => {
          const resolved = resolve(copy.source, role);
          if (resolved instanceof PDFName) return [[types.called(name), typeName(nameText(resolved))] as const];
          if (!(resolved instanceof PDFArray)) return [];
          const [type, space] = resolved.asArray();
          const [target, kept] = [resolve(copy.source, type), copy.value(space, dict('Namespace'), at)];
          if (!(target instanceof PDFName) || !kept) return [];
          return [[types.called(name), arrayObject(copy.target, [typeName(nameText(target)), kept])] as const];
        }),
      );
    },
  };
  return { read, specials };
}

type Numbered = {
  avoid(name: string): void;
  called(name: string): string;
  /** The names that became a number. */
  renamed(): readonly string[];
};

function numbered(prefix: string, isKnown: (name: string) => boolean): Numbered {
  const taken = new Set<string>();
  const names = new Map<string, string>();
  let number = 0;
  return {
    avoid: (name) => void taken.add(name),
    called(name) {
      if (isKnown(name)) return name;
      const known = names.get(name);
      if (known !== undefined) return known;
      do number += 1;
      while (taken.has(`${prefix}${number}`));
      names.set(name, `${prefix}${number}`);
      return `${prefix}${number}`;
    },
    renamed: () => [...names.keys()],
  };
}

function nameObject(name: string): PDFName {
  return PDFName.of(name.replace(/#/g, '#23'));
}

function namesOf(map: PDFDict | undefined): readonly string[] {
  return map?.keys().map(nameText) ?? [];
}

function mapOf(value: PDFObject, copy: Copy): readonly (readonly [string, PDFObject])[] {
  const map = resolve(copy.source, value);
  return map instanceof PDFDict ? map.entries().map(([key, item]) => [nameText(key), item] as const) : [];
}

/** In the order of names, as everywhere, so that the copy of a copy is the same. */
function sortedDict(copy: Copy, entries: readonly (readonly [string, PDFObject])[]): PDFDict | undefined {
  if (entries.length === 0) return undefined;
  const made = PDFDict.withContext(copy.target);
  for (const [name, value] of entries.toSorted(([a], [b]) => (a < b ? -1 : 1))) made.set(nameObject(name), value);
  return made;
}

function classesOf(element: PDFDict): readonly string[] {
  const value = entry(element, 'C');
  const items = value instanceof PDFArray ? value.asArray().map((item) => resolve(element.context, item)) : [value];
  return items.flatMap((item) => (item instanceof PDFName ? [nameText(item)] : []));
}

function namespacesOf(root: PDFDict): readonly PDFDict[] {
  const spaces = entry(root, 'Namespaces');
  if (!(spaces instanceof PDFArray)) return [];
  return spaces
    .asArray()
    .map((item) => resolve(root.context, item))
    .filter((item) => item instanceof PDFDict);
}

/** What a type of a namespace is mapped to: a name, or a name in another namespace. */
function targetOf(value: PDFObject, { context }: PDFDict): readonly [string | undefined, PDFDict | undefined] {
  const resolved = resolve(context, value);
  const [type, space] =
    resolved instanceof PDFArray ? resolved.asArray().map((item) => resolve(context, item)) : [resolved];
  return [type instanceof PDFName ? nameText(type) : undefined, space instanceof PDFDict ? space : undefined];
}
