// What PDF/A (ISO 19005) and PDF/UA (ISO 14289) ask of a file's structure, as far as it can be seen without a validator:
// a list of what is not as it should be. Colours, fonts' glyphs and the meaning of tags are not looked at.

import type { Engines } from '../../lib/core/engines.ts';
import { type Dict, isDict, listOf, type Objects, readObjects, textOf } from './objects.ts';

type Claims = { readonly part: number; readonly conformance: string; readonly isUniversal: boolean };

/** Faults of a file that says it is PDF/A or PDF/UA; none of one that says neither. */
export async function archiveFaults(bytes: Uint8Array, engines: Pick<Engines, 'exiftool'>): Promise<readonly string[]> {
  const tags = await engines.exiftool(bytes, 'pdf');
  const claims: Claims = {
    part: Number(tags.get('XMP-pdfaid:Part') ?? 0),
    conformance: String(tags.get('XMP-pdfaid:Conformance') ?? '').toUpperCase(),
    isUniversal: tags.has('XMP-pdfuaid:Part'),
  };
  if (claims.part === 0 && !claims.isUniversal) return [];
  const objects = await readObjects(bytes);
  const said = [String(tags.get('PDF:Title') ?? ''), String(tags.get('XMP-dc:Title') ?? '')] as const;
  return [
    ...(claims.part > 0 ? [...ofFile(bytes, objects, claims), ...ofObjects(objects, claims), ...ofTitles(said)] : []),
    ...(claims.conformance === 'A' || claims.isUniversal ? ofTags(objects) : []),
    ...(claims.isUniversal ? ofUniversal(objects, said[1]) : []),
  ];
}

function ofFile(bytes: Uint8Array, { trailer, catalog, dict, of }: Objects, { part }: Claims): readonly string[] {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const head = file.subarray(0, 64).toString('latin1');
  const packet = dict(catalog['/Metadata']);
  const isClassic = !/\/Type\s*\/(?:ObjStm|XRef)\b/.test(file.toString('latin1'));
  return faults([
    ['no comment of bytes above 127 behind the header', /^%PDF-\d\.\d\r?\n%[\x80-\xff]{4}/.test(head)],
    ['encrypted', trailer['/Encrypt'] === undefined],
    ['no identifier', listOf(of(trailer['/ID'])).length === 2],
    ['no XMP packet', packet['/Subtype'] === '/XML'],
    ['a compressed XMP packet', part > 1 || packet['/Filter'] === undefined],
    ['object streams', part > 1 || isClassic],
    ['an information dictionary', part < 4 || trailer['/Info'] === undefined],
    ['bytes behind the end', /%%EOF\r?\n?$/.test(file.subarray(-16).toString('latin1'))],
    ['another version', part < 4 ? /^%PDF-1\.[1-7]/.test(head) : head.startsWith('%PDF-2.')],
  ]);
}

function ofObjects(objects: Objects, { part, conformance }: Claims): readonly string[] {
  const { catalog, of, dict } = objects;
  const all = [...objects.all.values()].flatMap((object) => [...dictsIn(object)]);
  const intents = listOf(of(catalog['/OutputIntents'])).map(dict);
  const hasFile = all.some((one) => one['/Type'] === '/Filespec' && one['/AFRelationship'] !== undefined);
  return faults([
    ['device colours without an output intent', intents.length > 0 || !all.some(isInDeviceColours)],
    ['an output intent without a profile', intents.every((intent) => intent['/DestOutputProfile'] !== undefined)],
    ['transparency', part > 1 || !all.some(isTransparent)],
    [
      'a font that is not embedded',
      all.filter((one) => one['/Type'] === '/Font').every((font) => isEmbedded(font, objects)),
    ],
    ['scripts or actions', !all.some((one) => one['/AA'] !== undefined || ACTIONS.has(textOf(one['/S']) ?? ''))],
    ['embedded files', part > 1 || !all.some((one) => one['/EF'] !== undefined)],
    ['no embedded file in a PDF/A-4f', conformance !== 'F' || hasFile],
    ['associated files that are not there', catalog['/AF'] === undefined || hasFile],
  ]);
}

/** The dictionaries of an object, one inside the other. */
function* dictsIn(value: unknown): Generator<Dict> {
  if (Array.isArray(value)) for (const item of value) yield* dictsIn(item);
  if (!isDict(value)) return;
  yield value;
  for (const inner of Object.values(value)) yield* dictsIn(inner);
}

const ACTIONS = new Set(['JavaScript', 'Launch', 'ImportData', 'ResetForm', 'Sound', 'Movie']);
// Symbols that PDF/A lets stand without a program: none. Type 3 fonts are drawn, composite ones lead to another font.
const WITHOUT_PROGRAM = new Set(['Type3', 'Type0']);

function isEmbedded(font: Dict, { of, dict }: Objects): boolean {
  if (WITHOUT_PROGRAM.has(textOf(of(font['/Subtype'])) ?? '')) return true;
  const descriptor = dict(font['/FontDescriptor']);
  return ['/FontFile', '/FontFile2', '/FontFile3'].some((key) => descriptor[key] !== undefined);
}

function isTransparent(dict: Dict): boolean {
  const alpha = [dict['/CA'], dict['/ca']].some((value) => typeof value === 'number' && value !== 1);
  const mask = dict['/SMask'] !== undefined && dict['/SMask'] !== '/None';
  return (
    alpha ||
    mask ||
    dict['/S'] === '/Transparency' ||
    (isDict(dict['/Group']) && dict['/Group']['/S'] === '/Transparency')
  );
}

function isInDeviceColours(dict: Dict): boolean {
  return dict['/Subtype'] === '/Image' && /^\/Device(?:RGB|CMYK)$/.test(String(dict['/ColorSpace']));
}

function ofTitles([info, packet]: readonly [string, string]): readonly string[] {
  return faults([['another title in Info than in XMP', info === '' || info === packet]]);
}

function ofTags({ catalog, dict, of }: Objects): readonly string[] {
  return faults([
    ['not marked as tagged', of(dict(catalog['/MarkInfo'])['/Marked']) === true],
    ['no structure tree', isDict(of(catalog['/StructTreeRoot']))],
  ]);
}

function ofUniversal({ catalog, pages, dict, of }: Objects, title: string): readonly string[] {
  const annotated = pages.map(dict).filter((page) => listOf(of(page['/Annots'])).length > 0);
  return faults([
    ['no language', (textOf(of(catalog['/Lang'])) ?? '') !== ''],
    ['no title', title !== ''],
    ['a title that is not shown', of(dict(catalog['/ViewerPreferences'])['/DisplayDocTitle']) === true],
    ['annotations in another order than the structure', annotated.every((page) => of(page['/Tabs']) === '/S')],
  ]);
}

function faults(checks: readonly (readonly [fault: string, holds: boolean])[]): readonly string[] {
  return checks.flatMap(([fault, holds]) => (holds ? [] : [fault]));
}
