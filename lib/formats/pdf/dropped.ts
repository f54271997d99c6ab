// What is reported of what is not copied: keys that no table keeps, and paths in texts that are kept.

import { type PDFObject, PDFRawStream } from 'pdf-lib';
import type { Found } from '../../core/format.ts';
import type { Actions } from './actions.ts';
import { kindOfAddress } from './addresses.ts';
import type { Copy } from './copy.ts';
import { decodeText, encodeText, resolve } from './objects.ts';
import { reportSpoken, spoken } from './spoken.ts';
import { type Budget, decodedBytes } from './streams.ts';
import { DROPPED, SILENT } from './tables/dropped.ts';
import { fonts } from './tables/fonts.ts';
import { isOfAMaker, stringsOf, valuesOf } from './texts.ts';
import { readPacket } from './xmp.ts';

export type Dropped = { readonly table: string; readonly key: string; readonly value: PDFObject; readonly at: string };
export type Reporting = {
  readonly found: Found;
  readonly actions: Actions;
  readonly budget: Budget;
  readonly copy: Copy;
};

const ACTIONS = new Set(['AA', 'PA', 'Names.JavaScript', 'Catalog.Requirements']);

/** A key was left out of a dictionary of that table. */
export function reportDropped({ table, key, value, at }: Dropped, { found, actions, budget, copy }: Reporting): void {
  const object = resolve(copy.source, value);
  const exact = `${table}.${key}`;
  if (!object || SILENT.has(key) || SILENT.has(exact)) return;
  // The document's own packet is read and written anew, and reported there.
  if (exact === 'Catalog.Metadata') return;
  if (ACTIONS.has(key) || ACTIONS.has(exact)) {
    actions.report(value, at, copy);
    return;
  }
  found(DROPPED.get(exact) ?? DROPPED.get(key) ?? 'pdf.key.private', at, { values: tellingOf(exact, object) });

  function tellingOf(place: string, dropped: PDFObject): readonly string[] {
    const texts = key === 'Metadata' ? packetTexts(dropped, budget) : stringsOf(dropped, copy.source, FOLLOWED);
    if (OF_FONTS.has(table)) return texts.filter(isSentence);
    if (table === 'OutputIntent') return texts.filter(isOfAMaker);
    // The public base of relative addresses is now in each of them.
    return place === 'Catalog.URI' ? texts.filter((text) => kindOfAddress(text) !== 'public') : texts;
  }
}

// What is said of a font repeats the font's names, which are kept.
const OF_FONTS = new Set(Object.keys(fonts));
function isSentence(text: string): boolean {
  return /[\s@:\\]/.test(text);
}

// Inside something that nobody shows, what usually is shown is hidden too.
const FOLLOWED = ['/V', '/DV', '/D', '/I'];

function packetTexts(object: PDFObject, budget: Budget): readonly string[] {
  if (!(object instanceof PDFRawStream)) return [];
  const { title, others } = readPacket(decodedBytes(object, budget));
  return valuesOf(title === undefined ? others : [title, ...others]);
}

/** Keeps a text without what may not be said, and reports that. */
export function textKeeper(found: Found, keepsPeople: boolean): (untrusted: Uint8Array, at: string) => Uint8Array {
  return (untrusted, at) => {
    const said = spoken(decodeText(untrusted), { keepsPeople });
    if (!said) return untrusted;
    reportSpoken(found, at, said);
    return encodeText(said.text);
  };
}
