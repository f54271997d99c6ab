// The values that are too particular for a table (see shape.ts): colour spaces, destinations, labels, layers, content.

import { PDFArray, PDFDict, PDFName, PDFNull, PDFNumber, type PDFObject, PDFRawStream, type PDFRef } from 'pdf-lib';
import type { Found } from '../../core/format.ts';
import type { Actions } from './actions.ts';
import { kindOfAddress } from './addresses.ts';
import type { Bodies } from './bodies.ts';
import { cmapName, collectionName } from './cmaps.ts';
import { paletteBytes } from './codecs/lengths.ts';
import type { Called } from './content.ts';
import type { Copy, Special } from './copy.ts';
import type { Destinations } from './destinations.ts';
import { fontSpecials } from './fonts/descriptor.ts';
import type { Layers } from './layers.ts';
import {
  arrayObject,
  decodeText,
  dictObject,
  nameAt,
  nameText,
  resolve,
  stringBytes,
  stringObject,
} from './objects.ts';
import { SPACES } from './resource-names.ts';
import { dict, stream } from './shape.ts';
import { structureSpecials } from './structure-tree.ts';
import { BLEND_MODES, FAMILIES, LAYER_ITSELF } from './tables/graphics.ts';
import { valuesOf } from './texts.ts';
import { numbersOf } from './trees.ts';

const MAX_DEPTH = 32;

export type SpecialTools = {
  readonly found: Found;
  readonly actions: Actions;
  readonly destinations: Destinations;
  readonly layers: Layers;
  /** The root of the new page tree. */
  pages(): PDFRef;
  readonly streams: Pick<Bodies, 'joined' | 'shortened' | 'shortenedBytes'>;
  keptText(untrusted: Uint8Array, at: string): Uint8Array | undefined;
  /** The document says that it is PDF/A-1. */
  readonly isPart1: boolean;
  called: Called;
  telling(names: readonly string[]): readonly string[];
};

export function specials(tools: SpecialTools): Readonly<Record<string, Special>> {
  const { found, actions, destinations, layers } = tools;
  const hidden = new Set<PDFObject>();

  return {
    pages: tools.pages,
    contents: (value, at, copy) => contents(value, at, copy, tools.streams.joined),
    colorSpace: (value, at, copy) => colorSpace(value, at, copy, tools.streams),
    pageLabels,
    spaceName(value, _at, copy) {
      const space = resolve(copy.source, value);
      if (!(space instanceof PDFName)) return undefined;
      const name = nameText(space);
      return SPACES.has(name) ? space : PDFName.of(tools.called('ColorSpace', name));
    },
    cmapName(value, _at, copy) {
      const name = resolve(copy.source, value);
      return name instanceof PDFName ? PDFName.of(cmapName(nameText(name)).replace(/#/g, '#23')) : undefined;
    },
    blendMode(value, at, copy) {
      const mode = resolve(copy.source, value);
      const modes = mode instanceof PDFArray ? mode.asArray().map((one) => resolve(copy.source, one)) : [mode];
      const known = modes.filter((one): one is PDFName => one instanceof PDFName && BLEND_MODES.has(nameText(one)));
      if (known.length < modes.length) found('pdf.key.private', at);
      if (mode instanceof PDFArray && known.length > 0) return arrayObject(copy.target, known);
      // Left out, it would be the mode that was set before; a reader takes one that it does not know for Normal (11.3.5).
      return known[0] ?? PDFName.of('Normal');
    },
    collectionName(value, at, copy) {
      const bytes = stringBytes(resolve(copy.source, value));
      if (!bytes) return undefined;
      const name = Buffer.from(bytes).toString('latin1');
      const kept = collectionName(name);
      if (kept === name) return stringObject(bytes);
      found('pdf.resource.name', at, { values: tools.telling([name]) });
      return stringObject(Buffer.from(kept, 'latin1'));
    },
    openAction(value, at, copy) {
      const resolved = resolve(copy.source, value);
      if (!(resolved instanceof PDFDict)) return actions.destination(value, at, copy);
      // An address that opens by itself is no link that somebody chose.
      const kind = nameAt(resolved, 'S');
      if (kind === 'GoTo' || kind === 'Named') return actions.action(value, at, copy);
      actions.report(value, at, copy);
      return undefined;
    },
    action: actions.action,
    destination: actions.destination,
    destinations: (_value, at, copy) => destinations.tree(at, copy),
    oldDestinations: (_value, at, copy) => destinations.dictionary(at, copy),
    publicRegistry(value, at, copy) {
      const bytes = stringBytes(resolve(copy.source, value));
      if (!bytes || bytes.length === 0) return undefined;
      const address = decodeText(bytes);
      if (/^https?:\/\/(?:www\.)?color\.org\/?$/i.test(address)) return stringObject(bytes);
      found('pdf.key.private', at, { values: kindOfAddress(address) === 'public' ? [] : valuesOf([address]) });
      return undefined;
    },
    names(value, _at, copy) {
      const resolved = resolve(copy.source, value);
      if (resolved instanceof PDFName) return resolved;
      if (!(resolved instanceof PDFArray)) return undefined;
      return arrayObject(
        copy.target,
        resolved.asArray().filter((item) => item instanceof PDFName),
      );
    },

    layerOwner(value, at, copy) {
      const owner = resolve(copy.source, value);
      if (!owner) return undefined;
      if (!layers.isShown(value) && !hidden.has(owner)) {
        hidden.add(owner);
        found('pdf.layer.hidden', at);
      }
      return copy.value(value, LAYER_ITSELF, at);
    },
    layers(value, at, copy) {
      const resolved = resolve(copy.source, value);
      if (!(resolved instanceof PDFArray)) return copy.value(value, LAYER_ITSELF, at);
      return arrayObject(
        copy.target,
        resolved.asArray().flatMap((item) => copy.value(item, LAYER_ITSELF, at) ?? []),
      );
    },
    layerExpression: (value, at, copy) => layerExpression(value, at, copy, 0),
    layerOrder: (value, at, copy) => layerOrder(value, at, copy, 0, tools.keptText),

    ...fontSpecials(found, tools.isPart1),
    ...structureSpecials(found),
  };
}

/** The content streams of a page, in their order. */
export function contentParts(value: PDFObject | undefined, source: Copy['source']): readonly PDFRawStream[] {
  const resolved = resolve(source, value);
  const items = resolved instanceof PDFArray ? resolved.asArray() : [resolved];
  return items.map((item) => resolve(source, item)).filter((item) => item instanceof PDFRawStream);
}

function contents(value: PDFObject, at: string, copy: Copy, joined: Bodies['joined']): PDFObject | undefined {
  const shape = stream('Content', 'content');
  const resolved = resolve(copy.source, value);
  if (!(resolved instanceof PDFArray)) return copy.value(value, shape, at);
  const parts = resolved.asArray().filter((part) => resolve(copy.source, part) instanceof PDFRawStream);
  const single = joined(contentParts(value, copy.source));
  if (single) return copy.value(single, shape, at);
  return arrayObject(
    copy.target,
    parts.flatMap((part) => copy.value(part, shape, at) ?? []),
  );
}

const FAMILY_ABBREVIATIONS: Readonly<Record<string, string>> = {
  G: 'DeviceGray',
  RGB: 'DeviceRGB',
  CMYK: 'DeviceCMYK',
  I: 'Indexed',
};

function colorSpace(value: PDFObject, at: string, copy: Copy, streams: SpecialTools['streams']): PDFObject | undefined {
  if (!(value instanceof PDFArray)) return undefined;
  const [first, ...rest] = value.asArray();
  const family = resolve(copy.source, first);
  if (!(family instanceof PDFName)) return undefined;
  const word = nameText(family);
  const known = FAMILIES[FAMILY_ABBREVIATIONS[word] ?? word];
  if (!known) return undefined;
  if (known === FAMILIES.Indexed && rest.length > 2) rest[2] = palette(rest, at, copy, streams);
  const parts: PDFObject[] = [];
  for (const [i, shape] of known.parts.entries()) {
    const part = copy.value(rest[i], shape, at);
    if (!part && i < known.needs) return undefined;
    if (!part) break;
    parts.push(part);
  }
  return arrayObject(copy.target, [family, ...parts]);
}

/** The colours that an index leads to, and no bytes behind them. */
function palette(
  [base, highest, lookup]: readonly PDFObject[],
  at: string,
  copy: Copy,
  streams: SpecialTools['streams'],
): PDFObject {
  const [table, last] = [resolve(copy.source, lookup), resolve(copy.source, highest)];
  const length =
    last instanceof PDFNumber ? paletteBytes(resolve(copy.source, base), last.asNumber(), copy.source) : undefined;
  if (!lookup || length === undefined) return lookup ?? PDFNull;
  if (table instanceof PDFRawStream) return streams.shortened(table, length, at) ?? lookup;
  const bytes = stringBytes(table);
  return bytes && bytes.length > length ? stringObject(streams.shortenedBytes(bytes, length, at)) : lookup;
}

const pageLabels: Special = (value, at, copy) => {
  const pairs: PDFObject[] = [];
  for (const [page, label] of numbersOf(value, copy.source)) {
    const kept = resolve(copy.source, label);
    if (kept instanceof PDFDict)
      pairs.push(PDFNumber.of(page), copy.table(kept, 'PageLabel', `${at}/label ${page + 1}`));
  }
  return dictObject(copy.target, [['Nums', arrayObject(copy.target, pairs)]]);
};

function layerExpression(value: PDFObject, at: string, copy: Copy, depth: number): PDFObject | undefined {
  const resolved = resolve(copy.source, value);
  if (resolved instanceof PDFDict) return copy.value(value, dict('Layer'), at);
  if (!(resolved instanceof PDFArray) || depth > MAX_DEPTH) return undefined;
  const [word, ...rest] = resolved.asArray();
  if (!(word instanceof PDFName) || !['And', 'Or', 'Not'].includes(nameText(word))) return undefined;
  return arrayObject(copy.target, [word, ...rest.flatMap((part) => layerExpression(part, at, copy, depth + 1) ?? [])]);
}

function layerOrder(
  value: PDFObject,
  at: string,
  copy: Copy,
  depth: number,
  keptText: SpecialTools['keptText'],
): PDFObject | undefined {
  const resolved = resolve(copy.source, value);
  const label = stringBytes(resolved);
  if (label) {
    const kept = keptText(label, at);
    return kept && stringObject(kept);
  }
  if (!(resolved instanceof PDFArray)) return copy.recall('layer', value);
  if (depth > MAX_DEPTH) return undefined;
  const kept = resolved.asArray().flatMap((item) => layerOrder(item, at, copy, depth + 1, keptText) ?? []);
  return arrayObject(copy.target, kept);
}
