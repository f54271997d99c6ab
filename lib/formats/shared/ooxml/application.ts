// docProps/app.xml (ISO/IEC 29500-1 22.2) goes, and where its program matters to readers, a new one says that program and
// nothing else: LibreOffice takes stored heights of rows and values of formulas as they are from Excel alone, and computes
// those of any other program anew. Charts of Office 2007 (AppVersion 12) leave out what is off, which by the schema would be
// on: LibreOffice shows their labels otherwise unless the version is there.

import type { Context } from '../../../core/format.ts';
import { Refusal } from '../../../core/refusal.ts';
import { parseXml, textOf } from '../xml.ts';

/** The program by the names it gives itself, and the one that stays: in every document, or only beside charts of 2007. */
export type Program = {
  readonly name: string;
  readonly names: RegExp;
  readonly stays: 'always' | 'with charts of 2007';
};

export const APPLICATION_NAME = 'docProps/app.xml';
export const APPLICATION_TYPE = 'application/vnd.openxmlformats-officedocument.extended-properties+xml';
export const APPLICATION_RELATIONSHIP =
  'http://schemas.openxmlformats.org/officeDocument/2006/relationships/extended-properties';
/** ISO/IEC 29500-1 14.2.1. */
export const CHART_TYPE = 'application/vnd.openxmlformats-officedocument.drawingml.chart+xml';
const PROPERTIES = 'http://schemas.openxmlformats.org/officeDocument/2006/extended-properties';

const VERSION_2007 = '12.0000';

export function applicationXml({ name }: Pick<Program, 'name'>, version?: string): Buffer {
  const said = `<Application>${name}</Application>${version === undefined ? '' : `<AppVersion>${version}</AppVersion>`}`;
  return Buffer.from(
    `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n<Properties xmlns="${PROPERTIES}">${said}</Properties>`,
  );
}

/** What stays of the properties; undefined where nothing does. What cannot be read says nothing. */
export function propertiesLeft(
  program: Program,
  untrusted: Uint8Array,
  hasCharts: boolean,
  what: string,
  limits: Context['limits'],
): Buffer | undefined {
  try {
    const { root } = parseXml(untrusted, what, limits);
    const said = (name: string) => {
      const texts = root.children.filter(({ local }) => local === name).map((element) => textOf(element).trim());
      return texts.length === 1 ? (texts[0] ?? '') : '';
    };
    if (!program.names.test(said('Application'))) return undefined;
    if (hasCharts && /^12\.\d{1,4}$/.test(said('AppVersion'))) return applicationXml(program, VERSION_2007);
    return program.stays === 'always' ? applicationXml(program) : undefined;
  } catch (error) {
    // The part goes, whatever it is.
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
