// Hidden and very hidden sheets that policy takes away: the sheet, the parts that only it led to, and its place in the
// workbook, where sheets are numbered.

import { Refusal } from '../../core/refusal.ts';
import type { Package, Part } from '../shared/ooxml/package.ts';
import { round, type Xml } from '../shared/ooxml/rounds.ts';
import { valuesOfMember } from '../shared/ooxml/values.ts';
import { type Element, elementsOf } from '../shared/xml.ts';
import { editXml, type XmlEdits } from '../shared/xml-edit.ts';
import { scanXml } from '../shared/xml-scan.ts';
import { contentOf } from '../shared/zip.ts';
import { sheetsOf } from './sheets.ts';
import { isSheet, leadOf, plain, plainValue } from './spreadsheet.ts';
import { tableOf } from './tables.ts';

export type LostSheets = {
  /** Names of the sheets and of the tables on them, in small letters. */
  readonly names: ReadonlySet<string>;
  readonly tables: ReadonlySet<string>;
  /** The shared strings that their cells had. */
  readonly strings: ReadonlySet<number>;
};

const NONE: LostSheets = { names: new Set(), tables: new Set(), strings: new Set() };

/** Takes hidden sheets away where policy says so, and names them in any case. */
export function takeHiddenSheets(pack: Package, main: Xml, texts: () => readonly string[]): LostSheets {
  const { job } = main;
  const sheets = sheetsOf(main);
  const hidden = sheets.filter((sheet) => (plainValue(sheet, 'state') ?? 'visible') !== 'visible');
  const action = job.context.policy.actionFor('xlsx.sheet.hidden');
  if (action !== 'remove' && action !== 'flatten') {
    for (const sheet of hidden) job.drop('sheet.hidden', `sheet ${sheets.indexOf(sheet) + 1}`);
    return NONE;
  }
  if (hidden.length === 0) return NONE;
  if (hidden.length === sheets.length) throw new Refusal('hidden-content', 'all sheets of the workbook are hidden');
  const parts: Part[] = [];
  const strings = new Set<number>();
  for (const sheet of hidden) {
    const i = main.relationships.findIndex(({ relationship }) => relationship.id === leadOf(sheet));
    const judged = main.relationships[i];
    if (judged) main.relationships[i] = { ...judged, fate: { is: 'dropped' } };
    const lost = prune(pack);
    parts.push(...lost);
    const shared = new Set(lost.filter(({ part }) => part?.lifts === 'sheetData').flatMap(stringsOf));
    for (const number of shared) strings.add(number);
    const said = [...shared].map((number) => texts()[number] ?? '');
    job.drop('sheet.hidden', `sheet ${sheets.indexOf(sheet) + 1}`, [
      ...nameOf(sheet),
      ...said,
      ...lost.flatMap(valuesOf),
    ]);
  }
  round(main, (document) => {
    const edits = editXml(document);
    const staying = sheetsOf({ ...main, document }).map(
      (sheet) => (plainValue(sheet, 'state') ?? 'visible') === 'visible',
    );
    for (const [i, sheet] of sheetsOf({ ...main, document }).entries()) if (!staying[i]) edits.removeElement(sheet);
    renumber(document.root, staying, edits);
    return edits;
  });
  return {
    names: new Set(hidden.map((sheet) => (plainValue(sheet, 'name') ?? '').toLowerCase())),
    tables: new Set(
      parts.flatMap(({ document }) =>
        document && isSheet(document.root, 'table') ? tableOf(document.root, '').names : [],
      ),
    ),
    strings,
  };
}

/** The numbers of the shared strings in rows that nobody has looked at. */
function stringsOf({ lifted, job }: Part): number[] {
  const xml = lifted?.xml ?? '';
  const scanner = scanXml(xml, 0, xml.length, job.what, job.context.limits.maxXmlDepth);
  const numbers: number[] = [];
  let isShared = false;
  let local = '';
  for (scanner.next(); scanner.kind !== 'end'; scanner.next()) {
    if (scanner.kind === 'open') {
      local = scanner.name.slice(scanner.name.indexOf(':') + 1);
      if (local !== 'c') continue;
      const i = scanner.names.indexOf('t');
      isShared = i >= 0 && i < scanner.count && xml.slice(scanner.valueStarts[i], scanner.valueEnds[i]) === 's';
    } else if (scanner.kind === 'text' && local === 'v' && isShared) {
      const number = Number(xml.slice(scanner.start, scanner.end));
      if (Number.isInteger(number)) numbers.push(number);
    } else if (scanner.kind === 'close') local = '';
  }
  return numbers;
}

/** A name that could as well be one of a member or of a style says nothing. */
function nameOf(sheet: Element): readonly string[] {
  const name = plainValue(sheet, 'name') ?? '';
  return /^[a-z]+\d*$/i.test(name) && /^(?:sheet|blad|tabelle|feuil|hoja|chart|table)\d*$/i.test(name) ? [] : [name];
}

/** Takes the parts that nothing leads to any more out of the package. */
export function prune({ root, parts, accounted }: Package): readonly Part[] {
  const reached = new Set<string>();
  const pending = [root.relationships];
  for (let next = pending.pop(); next; next = pending.pop())
    for (const { fate } of next) {
      const key = fate.is === 'part' || fate.is === 'opaque' ? fate.member.toLowerCase() : undefined;
      if (key === undefined || reached.has(key)) continue;
      reached.add(key);
      pending.push(parts.get(key)?.relationships ?? []);
    }
  const lost = [...parts].filter(([key]) => !reached.has(key));
  for (const [key] of lost) {
    parts.delete(key);
    accounted.add(key);
  }
  return lost.map(([, part]) => part);
}

/** Texts of the part; of a sheet those that stand in its cells, because strings that are shared go by themselves. */
function valuesOf({ member, job, part }: Part) {
  const values = valuesOfMember(contentOf(member), job.context.limits);
  // A picture may be on a sheet that stays too, and a number may stand in any cell.
  if (part?.kind === 'media' || part?.kind === 'package') return [];
  return values.filter((value) => typeof value === 'string' && !/^[-+]?[\d.]+(?:E[-+]?\d+)?$/i.test(value.trim()));
}

/** Sheets are counted in names of their own, in what is open, and in what is first. */
function renumber(root: Element, staying: readonly boolean[], edits: XmlEdits): void {
  const before = (index: number) => staying.slice(0, index).filter(Boolean).length;
  for (const element of elementsOf(root)) {
    if (isSheet(element, 'workbookView'))
      for (const name of ['activeTab', 'firstSheet']) {
        const tab = plain(element, name);
        if (tab)
          edits.setAttribute(element, tab, String(Math.min(before(Number(tab.value)), before(staying.length) - 1)));
      }
    const own = isSheet(element, 'definedName') ? plain(element, 'localSheetId') : undefined;
    if (!own) continue;
    if (!staying[Number(own.value)]) edits.removeElement(element);
    else edits.setAttribute(element, own, String(before(Number(own.value))));
  }
}
