// Attributes of form fields that are not interactive any more (ISO 32000-2 14.8.5.6): what kind of field it was, whether
// it was checked, and what people were told about it.

import { PDFArray, PDFDict, PDFName, type PDFObject } from 'pdf-lib';
import { inherited } from './appearances.ts';
import {
  arrayObject,
  decodeText,
  dictAt,
  dictObject,
  entry,
  nameAt,
  resolve,
  stringBytes,
  stringObject,
} from './objects.ts';
import { kidsOf } from './structure-walk.ts';
import { hasPath } from './texts.ts';

// Flags of buttons (table 229).
const RADIO = 1 << 15;
const PUSH = 1 << 16;
const LONGEST = 1000;

/** Adds them to a Form element that has none. */
export function addFieldAttributes(element: PDFDict, widget: PDFDict, root: PDFDict, version: string): void {
  const { context } = element;
  const role = roleOf(widget);
  const kind = nameAt(element, 'S') ?? '';
  if (!role || (kind !== 'Form' && nameAt(dictAt(root, 'RoleMap') ?? root, kind) !== 'Form')) return;
  const known = element.get(PDFName.of('A'));
  const resolved = resolve(context, known);
  const others = resolved instanceof PDFArray ? resolved.asArray() : known && resolved ? [known] : [];
  if (others.some((other) => isPrintField(resolve(context, other)))) return;
  // Of several fields under one element each may be in another state.
  const state = kidsOf(element).length === 1 && (role === 'rb' || role === 'cb') ? stateOf(widget) : undefined;
  const made = dictObject(context, [
    ['O', PDFName.of('PrintField')],
    ['Role', PDFName.of(role)],
    [version < '2.0' ? 'checked' : 'Checked', state && PDFName.of(state)],
    ['Desc', entry(element, 'Alt') === undefined ? descriptionOf(widget) : undefined],
  ]);
  element.set(PDFName.of('A'), others.length > 0 ? arrayObject(context, [...others, made]) : made);
}

function isPrintField(attributes: PDFObject | undefined): boolean {
  return attributes instanceof PDFDict && nameAt(attributes, 'O') === 'PrintField';
}

function roleOf(widget: PDFDict): 'rb' | 'cb' | 'pb' | 'tv' | 'lb' | undefined {
  const type = inherited(widget, 'FT');
  if (type === PDFName.of('Tx')) return 'tv';
  if (type === PDFName.of('Ch')) return 'lb';
  if (type !== PDFName.of('Btn')) return undefined;
  const flags = Number(`${inherited(widget, 'Ff') ?? 0}`);
  return (flags & PUSH) !== 0 ? 'pb' : (flags & RADIO) !== 0 ? 'rb' : 'cb';
}

function stateOf(widget: PDFDict): 'on' | 'off' {
  const state = entry(widget, 'AS') ?? inherited(widget, 'V');
  return state instanceof PDFName && state !== PDFName.of('Off') ? 'on' : 'off';
}

/** What viewers show beside the field and read aloud; not where it could name somebody's address or file. */
function descriptionOf(widget: PDFDict): PDFObject | undefined {
  const bytes = stringBytes(inherited(widget, 'TU'));
  const text = bytes && decodeText(bytes);
  const isKept =
    text !== undefined && /\S/.test(text) && text.length <= LONGEST && !/[@\\]/.test(text) && !hasPath(text);
  return isKept && bytes ? stringObject(bytes) : undefined;
}
