// Optional content (ISO 32000-2 8.11): which layers are off when the document is opened, and whether something that is
// drawn is on one of them. Visibility is decided by the default configuration and by what it applies when viewing.

import { PDFArray, PDFDict, PDFName, type PDFObject, PDFRef } from 'pdf-lib';
import { arrayAt, dictAt, entry, nameAt, nameText, refAt, resolve } from './objects.ts';

export type Layers = {
  /** Whether what belongs to this group or membership (OCG, OCMD) is shown on opening. */
  isShown(owner: PDFObject | undefined): boolean;
};

const MAX_DEPTH = 32;

export function layersOf(catalog: PDFDict): Layers {
  const properties = dictAt(catalog, 'OCProperties');
  const configuration = properties && dictAt(properties, 'D');
  const source = catalog.context;
  const off = new Set<PDFRef>();
  const refs = (dict: PDFDict, key: string) =>
    (arrayAt(dict, key)?.asArray() ?? []).filter((item) => item instanceof PDFRef);
  if (properties && configuration) {
    if (nameAt(configuration, 'BaseState') === 'OFF') for (const ref of refs(properties, 'OCGs')) off.add(ref);
    for (const ref of refs(configuration, 'ON')) off.delete(ref);
    for (const ref of refs(configuration, 'OFF')) off.add(ref);
    for (const usage of usagesOnView(configuration)) for (const ref of refs(usage, 'OCGs')) applyUsage(ref);
  }

  function applyUsage(ref: PDFRef): void {
    const group = resolve(source, ref);
    const usage = group instanceof PDFDict ? dictAt(group, 'Usage') : undefined;
    const view = usage && dictAt(usage, 'View');
    const state = view && nameAt(view, 'ViewState');
    if (state === 'OFF') off.add(ref);
    if (state === 'ON') off.delete(ref);
  }

  function isShown(owner: PDFObject | undefined): boolean {
    const dict = resolve(source, owner);
    if (!(dict instanceof PDFDict)) return true;
    if (nameAt(dict, 'Type') !== 'OCMD') return !(owner instanceof PDFRef && off.has(owner));
    const expression = entry(dict, 'VE');
    if (expression instanceof PDFArray) return evaluate(expression, 0);
    const value = entry(dict, 'OCGs');
    const single = refAt(dict, 'OCGs');
    const groups = value instanceof PDFArray ? value.asArray() : single ? [single] : [];
    if (groups.length === 0) return true;
    const shown = (group: PDFObject) => !(group instanceof PDFRef && off.has(group));
    switch (nameAt(dict, 'P')) {
      case 'AllOn':
        return groups.every(shown);
      case 'AnyOff':
        return !groups.every(shown);
      case 'AllOff':
        return !groups.some(shown);
      default:
        return groups.some(shown);
    }
  }

  function evaluate(value: PDFObject | undefined, depth: number): boolean {
    const list = resolve(source, value);
    if (!(list instanceof PDFArray)) return isShown(value);
    const [first, ...rest] = list.asArray();
    const word = resolve(source, first);
    // What nests deeper than any program writes it counts as hidden, which quarantines.
    if (depth > MAX_DEPTH || !(word instanceof PDFName)) return false;
    const parts = rest.map((part) => evaluate(part, depth + 1));
    if (nameText(word) === 'Not') return !parts[0];
    return nameText(word) === 'Or' ? parts.some(Boolean) : parts.every(Boolean);
  }

  return { isShown };
}

function usagesOnView(configuration: PDFDict): readonly PDFDict[] {
  const all = (arrayAt(configuration, 'AS')?.asArray() ?? []).map((item) => resolve(configuration.context, item));
  return all
    .filter((item) => item instanceof PDFDict)
    .filter((item) => {
      const categories = arrayAt(item, 'Category')?.asArray() ?? [];
      return (
        nameAt(item, 'Event') === 'View' &&
        categories.some((name) => name instanceof PDFName && nameText(name) === 'View')
      );
    });
}
