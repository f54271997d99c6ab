// docProps/app.xml (ISO/IEC 29500-1 22.2) goes, and where its program matters to readers, a new one says that program and
// nothing else: LibreOffice takes stored heights of rows and values of formulas as they are from Excel alone, and computes
// those of any other program anew.

import type { Context } from '../../../core/format.ts';
import { Refusal } from '../../../core/refusal.ts';
import { parseXml, textOf } from '../xml.ts';

/** The program by the names it gives itself, and the one that stays. */
export type Program = { readonly name: string; readonly names: RegExp };

export const APPLICATION_NAME = 'docProps/app.xml';
export const APPLICATION_TYPE = 'application/vnd.openxmlformats-officedocument.extended-properties+xml';
export const APPLICATION_RELATIONSHIP =
  'http://schemas.openxmlformats.org/officeDocument/2006/relationships/extended-properties';
const PROPERTIES = 'http://schemas.openxmlformats.org/officeDocument/2006/extended-properties';

export function applicationXml({ name }: Program): Buffer {
  return Buffer.from(
    `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n<Properties xmlns="${PROPERTIES}"><Application>${name}</Application></Properties>`,
  );
}

/** Whether the properties say that the program made the document. What cannot be read says nothing. */
export function isMadeBy({ names }: Program, untrusted: Uint8Array, what: string, limits: Context['limits']): boolean {
  try {
    const { root } = parseXml(untrusted, what, limits);
    const said = root.children.filter(({ local }) => local === 'Application').map((element) => textOf(element).trim());
    return said.length === 1 && names.test(said[0] ?? '');
  } catch (error) {
    // The part goes, whatever it is.
    if (error instanceof Refusal) return false;
    throw error;
  }
}
